package obie_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

func TestTheConsentAsksForReadingAlone(t *testing.T) {
	c := banktest.Always(t, 201, `{"Data":{"ConsentId":"c/1","Status":"AwaitingAuthorisation"}}`, open)
	until := time.Date(2027, 2, 20, 13, 0, 0, 0, time.FixedZone("", 3600))
	made, err := here.MakeConsent(t.Context(), c.Session(t), bank.ConsentAsk{Until: until, From: ledger.Day(2024, 11, 22)})
	if err != nil || made.ID != "c/1" || made.Intent != "c/1" || made.Page != "" || made.Scopes != nil {
		t.Fatalf("%+v, %v", made, err)
	}
	q := c.Asked()[0]
	var body struct {
		Data map[string]any
		Risk map[string]any
	}
	if err := json.Unmarshal([]byte(q.Body), &body); err != nil || body.Risk == nil {
		t.Fatalf("%s, %v", q.Body, err)
	}
	want := []any{"ReadAccountsDetail", "ReadBalances", "ReadTransactionsCredits", "ReadTransactionsDebits", "ReadTransactionsDetail"}
	if got, _ := body.Data["Permissions"].([]any); !slices.Equal(got, want) || body.Data["ExpirationDateTime"] != "2027-02-20T12:00:00Z" ||
		body.Data["TransactionFromDateTime"] != "2024-11-22T00:00:00Z" || len(body.Data) != 3 {
		t.Errorf("asked for %s", q.Body)
	}
	if q.Method != http.MethodPost || q.URL.Path != base+"/account-access-consents" || q.Header.Get("Authorization") != "Bearer obie-token" || here.ConsentScope() != "accounts" {
		t.Errorf("asked %s %s with %v", q.Method, q.URL, q.Header)
	}
	if _, err := here.MakeConsent(t.Context(), c.Session(t), bank.ConsentAsk{}); err != nil {
		t.Fatal(err)
	}
	if q := c.Asked()[1]; strings.Contains(q.Body, "DateTime") {
		t.Errorf("without days: %s", q.Body)
	}
}

func TestAConsentThatCantBeMadeIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   fault.Kind
	}{
		"without an id": {201, `{"Data":{"Status":"AWAU"}}`, fault.BankUnexpected},
		"no JSON":       {201, `created`, fault.BankUnexpected},
		"refused":       {403, ``, fault.LoginNeeded},
		"down":          {503, ``, fault.BankDown},
		"a bad field":   {400, `{"Errors":[{"ErrorCode":"U002"}]}`, fault.BankUnexpected},
	} {
		if made, err := here.MakeConsent(t.Context(), banktest.Always(t, c.status, c.body, open).Session(t), bank.ConsentAsk{}); fault.KindOf(err) != c.kind || made.ID != "" {
			t.Errorf("%s: %+v, %v", name, made, err)
		}
	}
}

func TestHowAConsentStands(t *testing.T) {
	told := func(status, ends string) string {
		return `{"Data":{"ConsentId":"c/1","Status":"` + status + `","ExpirationDateTime":"` + ends + `"}}`
	}
	later, before := now.Add(time.Hour).Format(time.RFC3339), now.Add(-time.Hour).Format(time.RFC3339)
	for name, c := range map[string]struct {
		status int
		body   string
		state  bank.ConsentState
		kind   fault.Kind
	}{
		"waits":                  {200, told("AwaitingAuthorisation", later), bank.ConsentWaiting, fault.Unknown},
		"waits, version 4":       {200, told("AWAU", later), bank.ConsentWaiting, fault.Unknown},
		"stands":                 {200, told("Authorised", later), bank.ConsentValid, fault.Unknown},
		"stands, version 4":      {200, told("AUTH", ""), bank.ConsentValid, fault.Unknown},
		"ran out":                {200, told("Authorised", before), bank.ConsentExpired, fault.Unknown},
		"ran out, version 4":     {200, told("EXPD", before), bank.ConsentExpired, fault.Unknown},
		"was refused":            {200, told("Rejected", later), bank.ConsentRejected, fault.Unknown},
		"was refused, version 4": {200, told("RJCT", later), bank.ConsentRejected, fault.Unknown},
		"was ended":              {200, told("Revoked", later), bank.ConsentRevoked, fault.Unknown},
		"was ended, version 4":   {200, told("CANC", before), bank.ConsentRevoked, fault.Unknown},
		"is gone":                {404, ``, bank.ConsentRevoked, fault.Unknown},
		"is gone, as a bad id":   {400, `{"Errors":[{"ErrorCode":"UK.OBIE.Resource.NotFound"}]}`, bank.ConsentRevoked, fault.Unknown},
		"is gone, version 4":     {400, `{"Errors":[{"ErrorCode":"U009"}]}`, bank.ConsentRevoked, fault.Unknown},
		"a new word":             {200, told("Sideways", later), bank.ConsentUnknown, fault.Unknown},
		"no word":                {200, `{"Data":{}}`, bank.ConsentUnknown, fault.BankUnexpected},
		"an end that is no time": {200, told("AUTH", "soon"), bank.ConsentUnknown, fault.BankUnexpected},
		"a bad request":          {400, ``, bank.ConsentUnknown, fault.BankUnexpected},
		"the client's own token": {401, ``, bank.ConsentUnknown, fault.LoginNeeded},
		"down":                   {500, ``, bank.ConsentUnknown, fault.BankDown},
	} {
		server := banktest.Always(t, c.status, c.body, open)
		got, err := here.ConsentStands(t.Context(), server.Session(t), "c/1")
		if fault.KindOf(err) != c.kind || err == nil && got.State != c.state {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if ends := got.Ends; err == nil && strings.Contains(c.body, later) && !ends.Equal(now.Add(time.Hour)) {
			t.Errorf("%s: ends %v", name, ends)
		}
		if q := server.Asked()[0]; q.Method != http.MethodGet || q.URL.EscapedPath() != base+"/account-access-consents/c%2F1" {
			t.Errorf("asked %s %s", q.Method, q.URL)
		}
	}
}

func TestEndingAConsent(t *testing.T) {
	for status, kind := range map[int]fault.Kind{204: fault.Unknown, 200: fault.Unknown, 404: fault.Unknown, 409: fault.Unknown, 410: fault.Unknown, 401: fault.LoginNeeded, 400: fault.BankUnexpected, 503: fault.BankDown} {
		c := banktest.Always(t, status, ``, open)
		told, err := here.EndConsent(t.Context(), c.Session(t), "c/1")
		if fault.KindOf(err) != kind || told.Status != status {
			t.Errorf("%d: %+v, %v", status, told, err)
		}
		q := c.Asked()[0]
		if e := c.Book.Entries()[0]; q.Method != http.MethodDelete || q.URL.EscapedPath() != base+"/account-access-consents/c%2F1" || e.Path != "/account-access-consents/{id}" || e.Purpose.ID != "revoke" {
			t.Errorf("asked %s %s; the ledger says %+v", q.Method, q.URL, e)
		}
	}
	c := banktest.Always(t, 400, `{"Errors":[{"ErrorCode":"U011"}]}`, open)
	if told, err := here.EndConsent(t.Context(), c.Session(t), "c/1"); err != nil || told.Code != "UK.OBIE.Resource.NotFound" {
		t.Errorf("ended before: %+v, %v", told, err)
	}
}
