package berlingroup_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

var ask = bank.ConsentAsk{Until: time.Date(2027, 5, 20, 12, 0, 0, 0, time.UTC), Redirect: "http://127.0.0.1:1/cb?state=s", Refused: "http://127.0.0.1:1/cb?state=s&error=access_denied"}

func TestAConsentIsMadeAndItsPageFound(t *testing.T) {
	const start = `{"startAuthorisation":{"href":"/psd2/v1/consents/c%2F1/authorisations"}}`
	for name, c := range map[string]struct {
		links, begun string
		want         bank.ConsentMade
		reason       string
	}{
		"a page":                    {`{"scaRedirect":{"href":"https://bank.example/approve?id=1"}}`, ``, bank.ConsentMade{ID: "c/1", Page: "https://bank.example/approve?id=1"}, ""},
		"a page of the API's host":  {`{"scaRedirect":{"href":"/approve"}}`, ``, bank.ConsentMade{ID: "c/1", Page: "URL/approve"}, ""},
		"a link as a text":          {`{"scaRedirect":"https://bank.example/approve"}`, ``, bank.ConsentMade{ID: "c/1", Page: "https://bank.example/approve"}, ""},
		"OAuth":                     {`{"scaOAuth":{"href":"https://bank.example/.well-known/oauth-authorization-server"}}`, ``, bank.ConsentMade{ID: "c/1", Metadata: "https://bank.example/.well-known/oauth-authorization-server", Scopes: []string{"AIS:c/1"}}, ""},
		"a call more, then a page":  {start, `{"scaRedirect":{"href":"https://bank.example/approve"}}`, bank.ConsentMade{ID: "c/1", Page: "https://bank.example/approve"}, ""},
		"a call more, then OAuth":   {start, `{"scaOAuth":{"href":"https://bank.example/x"}}`, bank.ConsentMade{ID: "c/1", Metadata: "https://bank.example/x", Scopes: []string{"AIS:c/1"}}, ""},
		"a call more, then an app":  {start, `{"scaStatus":{"href":"/x"}}`, bank.ConsentMade{ID: "c/1"}, "bank.password"},
		"a password in Coffer":      {`{"startAuthorisationWithPsuAuthentication":{"href":"/x"}}`, ``, bank.ConsentMade{ID: "c/1"}, "bank.password"},
		"an id and a password":      {`{"startAuthorisationWithPsuIdentification":{"href":"/x"}}`, ``, bank.ConsentMade{ID: "c/1"}, "bank.password"},
		"no links":                  {`{}`, ``, bank.ConsentMade{ID: "c/1"}, "bank.password"},
		"a link that is no address": {`{"scaRedirect":{"href":"http://[::1"}}`, ``, bank.ConsentMade{ID: "c/1"}, "bank.json"},
		"no id":                     {``, ``, bank.ConsentMade{}, "bank.account"},
	} {
		counter := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			switch {
			case strings.HasSuffix(q.URL.EscapedPath(), "/consents/c%2F1/authorisations"):
				return 201, `{"scaStatus":"received","_links":` + c.begun + `}`
			case c.links == ``:
				return 201, `{"consentStatus":"received"}`
			}
			return 201, `{"consentStatus":"received","consentId":"c/1","_links":` + c.links + `}`
		}})
		s := counter.Session(t)
		s.Consent = ""
		got, err := dialect.MakeConsent(t.Context(), s, ask)
		c.want.Page = strings.ReplaceAll(c.want.Page, "URL", counter.URL)
		if f := fault.Of(err); c.reason != "" && (f == nil || f.Reason != c.reason) || c.reason == "" && err != nil || got.ID != c.want.ID || got.Page != c.want.Page ||
			got.Metadata != c.want.Metadata || !slices.Equal(got.Scopes, c.want.Scopes) || got.Intent != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		for _, q := range counter.Asked() {
			h := q.Header
			if q.Method != "POST" || h.Get("TPP-Redirect-URI") != ask.Redirect || h.Get("TPP-Nok-Redirect-URI") != ask.Refused || h.Get("TPP-Redirect-Preferred") != "true" ||
				h.Get("PSU-IP-Address") != "127.0.0.1" || !uuid.MatchString(h.Get("X-Request-ID")) || h.Get("Consent-ID") != "" || h.Get("Authorization") != "" {
				t.Errorf("%s: asked %s %s %v", name, q.Method, q.URL, h)
			}
		}
	}
}

// TestAConsentIsAskedForAsTheBankTakesIt: all that the law gives, else what the person picks at the bank.
func TestAConsentIsAskedForAsTheBankTakesIt(t *testing.T) {
	for name, c := range map[string]struct {
		until    time.Time
		refuses  int // so many
		status   int
		ends     string
		accesses []string
		kind     fault.Kind
	}{
		"all":                     {ask.Until, 0, 400, "2027-05-20", []string{`{"allPsd2":"allAccounts"}`}, fault.Unknown},
		"what is picked":          {time.Time{}, 1, 400, "9999-12-31", []string{`{"allPsd2":"allAccounts"}`, `{"accounts":[],"balances":[],"transactions":[]}`}, fault.Unknown},
		"neither":                 {ask.Until, 2, 400, "2027-05-20", []string{`{"allPsd2":"allAccounts"}`, `{"accounts":[],"balances":[],"transactions":[]}`}, fault.BankUnexpected},
		"a certificate not known": {ask.Until, 1, 401, "2027-05-20", []string{`{"allPsd2":"allAccounts"}`}, fault.LoginNeeded},
	} {
		n := 0
		counter := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(banktest.Question) (int, any) {
			if n++; n <= c.refuses {
				return c.status, said("PARAMETER_NOT_SUPPORTED")
			}
			return 201, `{"consentId":"c-1","_links":{"scaRedirect":{"href":"https://bank.example/a"}}}`
		}})
		a := ask
		a.Until = c.until
		got, err := dialect.MakeConsent(t.Context(), counter.Session(t), a)
		if fault.KindOf(err) != c.kind || (err == nil) != (got.ID != "") || len(counter.Asked()) != len(c.accesses) {
			t.Errorf("%s: %+v, %v after %d questions", name, got, err, len(counter.Asked()))
			continue
		}
		for i, q := range counter.Asked() {
			var told struct {
				Access                   json.RawMessage
				ValidUntil               string
				FrequencyPerDay          int
				RecurringIndicator       bool
				CombinedServiceIndicator *bool
			}
			if err := json.Unmarshal([]byte(q.Body), &told); err != nil {
				t.Fatal(err)
			}
			if string(told.Access) != c.accesses[i] || told.ValidUntil != c.ends || told.FrequencyPerDay != 4 || !told.RecurringIndicator || told.CombinedServiceIndicator == nil || *told.CombinedServiceIndicator {
				t.Errorf("%s: asked for %s", name, q.Body)
			}
		}
	}
	if s := dialect.ConsentScope(); s != "" {
		t.Errorf("scope %q", s)
	}
}

func TestHowAConsentStands(t *testing.T) {
	valid := time.Date(2027, 5, 20, 21, 0, 0, 0, time.UTC) // the day's end in the east of Europe
	for name, c := range map[string]struct {
		status    int
		body      string
		endStatus int
		end       string
		want      bank.ConsentStanding
		kind      fault.Kind
		revoked   bool // by ConsentEnds
		over      bool // by ConsentEnds
	}{
		"valid":                       {200, `{"consentStatus":"valid"}`, 200, `{"consentStatus":"valid","validUntil":"2027-05-20","access":{}}`, bank.ConsentStanding{State: bank.ConsentValid, Ends: valid}, fault.Unknown, false, false},
		"valid for ever":              {200, `{"consentStatus":"valid"}`, 200, `{"validUntil":"9999-12-31"}`, bank.ConsentStanding{State: bank.ConsentValid}, fault.Unknown, false, false},
		"valid, its end is not told":  {200, `{"consentStatus":"valid"}`, 405, ``, bank.ConsentStanding{State: bank.ConsentValid}, fault.Unknown, false, false},
		"valid, its end is no day":    {200, `{"consentStatus":"valid"}`, 200, `{"validUntil":"soon"}`, bank.ConsentStanding{State: bank.ConsentValid}, fault.BankUnexpected, false, false},
		"valid, the bank is down now": {200, `{"consentStatus":"valid"}`, 503, ``, bank.ConsentStanding{State: bank.ConsentValid}, fault.BankDown, false, false},
		"received":                    {200, `{"consentStatus":"received"}`, 0, ``, bank.ConsentStanding{State: bank.ConsentWaiting}, fault.Unknown, false, false},
		"of two, one approved":        {200, `{"consentStatus":"partiallyAuthorised"}`, 0, ``, bank.ConsentStanding{State: bank.ConsentWaiting}, fault.Unknown, false, false},
		"rejected":                    {200, `{"consentStatus":"rejected"}`, 0, ``, bank.ConsentStanding{State: bank.ConsentRejected}, fault.Unknown, false, true},
		"taken back by the person":    {200, `{"consentStatus":"revokedByPsu"}`, 0, ``, bank.ConsentStanding{State: bank.ConsentRevoked}, fault.Unknown, true, true},
		"ended by Coffer":             {200, `{"consentStatus":"terminatedByTpp"}`, 0, ``, bank.ConsentStanding{State: bank.ConsentRevoked}, fault.Unknown, true, true},
		"expired":                     {200, `{"consentStatus":"expired"}`, 0, ``, bank.ConsentStanding{State: bank.ConsentExpired}, fault.Unknown, false, true},
		"a word of the bank's own":    {200, `{"consentStatus":"onHold"}`, 0, ``, bank.ConsentStanding{}, fault.Unknown, false, false},
		"not known":                   {404, ``, 0, ``, bank.ConsentStanding{State: bank.ConsentRevoked}, fault.Unknown, true, true},
		"not known, by its code":      {403, said("CONSENT_UNKNOWN"), 0, ``, bank.ConsentStanding{State: bank.ConsentRevoked}, fault.Unknown, true, true},
		"expired, by its code":        {401, said("CONSENT_EXPIRED"), 0, ``, bank.ConsentStanding{State: bank.ConsentExpired}, fault.Unknown, false, true},
		"refused":                     {401, said("CERTIFICATE_REVOKED"), 0, ``, bank.ConsentStanding{}, fault.BankUnexpected, false, false},
		"no word":                     {200, `{}`, 0, ``, bank.ConsentStanding{}, fault.BankUnexpected, false, false},
		"down":                        {503, ``, 0, ``, bank.ConsentStanding{}, fault.BankDown, false, false},
	} {
		counter := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			if q.Header.Get("Consent-ID") != "" || q.Header.Get("PSU-IP-Address") != "" || q.Method != "GET" {
				t.Errorf("%s: asked %s %v", name, q.Method, q.Header)
			}
			switch q.URL.EscapedPath() {
			case "/psd2/v1/consents/c%2F1/status":
				return c.status, c.body
			case "/psd2/v1/consents/c%2F1":
				return c.endStatus, c.end
			}
			return 500, ``
		}})
		stands, err := dialect.ConsentStands(t.Context(), counter.Session(t), "c/1")
		if stands != c.want || fault.KindOf(err) != c.kind || (err == nil) != (c.kind == fault.Unknown) {
			t.Errorf("%s: %+v, %v", name, stands, err)
		}
		ends, err := dialect.ConsentEnds(t.Context(), counter.Session(t), "c/1")
		switch {
		case errors.Is(err, bank.ErrRevoked) != c.revoked, c.over != (fault.KindOf(err) == fault.LoginNeeded), err == nil && !ends.Equal(c.want.Ends), !c.over && fault.KindOf(err) != c.kind:
			t.Errorf("%s: ends %v, %v", name, ends, err)
		}
	}
	if ends, err := dialect.ConsentEnds(t.Context(), bank.Session{}, ""); err != nil || !ends.IsZero() {
		t.Errorf("without an id: %v, %v", ends, err)
	}
}

func TestAConsentIsEnded(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   fault.Kind
	}{
		{204, ``, fault.Unknown}, {404, ``, fault.Unknown}, {409, said("STATUS_INVALID"), fault.Unknown}, {401, said("CONSENT_INVALID"), fault.Unknown}, {400, said("CONSENT_UNKNOWN"), fault.Unknown},
		{401, said("CERTIFICATE_EXPIRED"), fault.BankUnexpected}, {401, ``, fault.LoginNeeded}, {503, ``, fault.BankDown}, {400, said("FORMAT_ERROR"), fault.BankUnexpected},
	} {
		counter := banktest.Always(t, c.status, c.body, open)
		s := counter.Session(t)
		s.Token = secret.New("token-1")
		answer, err := dialect.EndConsent(t.Context(), s, "c/1")
		if answer.Status != c.status || (err != nil) != (c.kind != fault.Unknown) || fault.KindOf(err) != c.kind {
			t.Errorf("%d %s: %+v, %v", c.status, c.body, answer, err)
		}
		if q := counter.Asked()[0]; q.Method != "DELETE" || q.URL.EscapedPath() != "/psd2/v1/consents/c%2F1" || q.Header.Get("Consent-ID") != "" || q.Header.Get("Authorization") != "" {
			t.Errorf("asked %s %s %v", q.Method, q.URL, q.Header)
		}
	}
	if _, err := dialect.EndConsent(t.Context(), banktest.Always(t, 204, ``, open).Session(t), ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("without an id: %v", err)
	}
}

// TestABaseMayEndWithTheVersion, as some banks give their address.
func TestABaseMayEndWithTheVersion(t *testing.T) {
	c := banktest.Always(t, 200, `{"accounts":[]}`, open)
	s := c.Session(t)
	s.Base += "/v1"
	if _, err := dialect.Probe(t.Context(), s); err != nil || c.Asked()[0].URL.Path != "/psd2/v1/accounts" {
		t.Errorf("asked %s, %v", c.Asked()[0].URL, err)
	}
}
