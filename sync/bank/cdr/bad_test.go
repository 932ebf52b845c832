package cdr_test

import (
	"errors"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/cdr"
)

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	cases := banktest.Statuses()
	for name, c := range map[string]banktest.Refusal{
		"the consent was taken back":           {Status: 403, Body: refused("cds-all:Authorisation/RevokedConsent"), Kind: fault.LoginNeeded, Is: nil},
		"the consent holds not this account":   {Status: 403, Body: refused("cds-all:Authorisation/InvalidConsent"), Kind: fault.LoginNeeded, Is: bank.ErrAccountGone},
		"the recipient is not active":          {Status: 403, Body: refused("cds-all:Authorisation/AdrStatusNotActive"), Kind: fault.BankUnexpected},
		"the account can't be had now":         {Status: 404, Body: refused("cds-banking:Authorisation/UnavailableBankingAccount"), Kind: fault.NotFound, Is: bank.ErrAccountGone},
		"the same, of all sectors":             {Status: 422, Body: refused("cds-all:Authorisation/UnavailableBankingAccount"), Kind: fault.NotFound, Is: bank.ErrAccountGone},
		"the account is gone for good":         {Status: 404, Body: refused("cds-banking:Authorisation/InvalidBankingAccount"), Kind: fault.NotFound, Is: bank.ErrAccountClosed},
		"the resource is gone for good":        {Status: 404, Body: refused("cds-all:Resource/Invalid"), Kind: fault.NotFound, Is: bank.ErrAccountClosed},
		"the days are refused":                 {Status: 400, Body: refused("cds-all:Field/InvalidDateTime"), Kind: fault.BankUnexpected, Is: bank.ErrTooFar},
		"the days are a field that is refused": {Status: 400, Body: strings.Replace(refused("cds-all:Field/Invalid"), `"detail":"4111-2222"`, `"detail":"oldest-time"`, 1), Kind: fault.BankUnexpected, Is: bank.ErrTooFar},
		"the version is refused":               {Status: 406, Body: refused("cds-all:Header/UnsupportedVersion"), Kind: fault.BankUnexpected},
		"a header is missing":                  {Status: 400, Body: refused("cds-all:Header/Missing"), Kind: fault.BankUnexpected},
		"the bank failed":                      {Status: 500, Body: refused("cds-all:GeneralError/Unexpected"), Kind: fault.BankDown},
		"the bank failed, as a bad request":    {Status: 400, Body: refused("cds-all:Service/Unavailable"), Kind: fault.BankDown},
		"too many, with a code":                {Status: 429, Body: refused("cds-all:Authorisation/RevokedConsent"), Kind: fault.BankPaused},
		"a code of the bank's own":             {Status: 404, Body: `{"errors":[{"code":"acme:4111-2222","title":"4111-2222","detail":"4111-2222","meta":{"urn":"urn:au-cds:error:cds-banking:Authorisation/InvalidBankingAccount"}}]}`, Kind: fault.NotFound, Is: bank.ErrAccountClosed},
		"the second of two codes":              {Status: 400, Body: `{"errors":[{"code":"4111-2222"},{"code":"urn:au-cds:error:cds-all:Field/InvalidDateTime"}]}`, Kind: fault.BankUnexpected, Is: bank.ErrTooFar},
		"errors that are none":                 {Status: 403, Body: `{"errors":"4111-2222"}`, Kind: fault.LoginNeeded, Is: bank.ErrAccountGone},
	} {
		cases[name] = c
	}
	banktest.Refusals(t, here, now, open, cases)
	for code, is := range map[string]struct{ yes, no error }{
		"Authorisation/RevokedConsent": {bank.ErrRevoked, bank.ErrAccountGone}, "Authorisation/UnavailableBankingAccount": {bank.ErrAccountGone, bank.ErrAccountClosed},
	} {
		_, err := banktest.Collect(t, here, banktest.Always(t, 403, refused("cds-all:"+code), open).Session(t), aud, month)
		if !errors.Is(err, is.yes) || errors.Is(err, is.no) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// TestAPageThatIsGoneStartsTheWindowAgain, and a refusal of the first page is no refusal of a cursor.
func TestAPageThatIsGoneStartsTheWindowAgain(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		cursor bool
	}{
		"out of range":    {422, refused("cds-all:Field/InvalidPage"), true},
		"a bad field":     {400, refused("cds-all:Field/Invalid"), true},
		"without a word":  {400, ``, true},
		"another version": {406, refused("cds-all:Header/UnsupportedVersion"), false},
		"a token":         {401, ``, false},
	} {
		s := banktest.Always(t, c.status, c.body, open).Session(t)
		_, first := banktest.Collect(t, here, s, aud, month)
		w := month
		w.Cursor = "key:40/90?page=2&page-size=40"
		_, later := banktest.Collect(t, here, s, aud, w)
		if first == nil || errors.Is(first, bank.ErrCursor) || errors.Is(later, bank.ErrCursor) != c.cursor {
			t.Errorf("%s: %v, then %v", name, first, later)
		}
	}
	s := banktest.Always(t, 200, `{}`, open)
	for _, cursor := range []string{"key:", "key:1", "key:1/2", "key:x/2?page=2", "key:1/-2?page=2", "key:1/2?%zz"} {
		w := month
		w.Cursor = cursor
		if _, err := banktest.Collect(t, here, s.Session(t), aud, w); !errors.Is(err, bank.ErrCursor) || len(s.Asked()) != 0 {
			t.Errorf("%q: %v", cursor, err)
		}
	}
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(fields string) string {
		return `{"data":{"transactions":[{"accountId":"a-1","status":"POSTED","postingDateTime":"2026-01-02T00:00:00Z",` + fields + `}]}}`
	}
	bodies := banktest.NotJSON()
	for name, b := range map[string]banktest.Bad{
		"an exponent":             {Body: row(`"amount":"1e3"`), Reason: "bank.amount"},
		"a third decimal":         {Body: row(`"amount":"4111.005"`), Reason: "bank.amount"},
		"a comma":                 {Body: row(`"amount":"4,111.00"`), Reason: "bank.amount"},
		"a sign of its own":       {Body: row(`"amount":"$4111.00"`), Reason: "bank.amount"},
		"null for an amount":      {Body: row(`"amount":null`), Reason: "bank.amount"},
		"no amount":               {Body: row(`"x":1`), Reason: "bank.amount"},
		"no number":               {Body: row(`"amount":"NaN"`), Reason: "bank.amount"},
		"an amount beyond 64 bit": {Body: row(`"amount":"92233720368547758.08"`), Reason: "bank.amount"},
		"another currency":        {Body: row(`"amount":"1.00","currency":"USD"`), Reason: "bank.currency"},
		"no currency of ISO":      {Body: row(`"amount":"1.00","currency":"dollars"`), Reason: "bank.currency"},
		"another account":         {Body: strings.Replace(row(`"amount":"1.00"`), "a-1", "a-4111", 1), Reason: "bank.other"},
		"booked, without a date":  {Body: strings.Replace(row(`"amount":"1.00"`), "2026-01-02T00:00:00Z", "", 1), Reason: "bank.date"},
		"a date out of range":     {Body: strings.Replace(row(`"amount":"1.00"`), "2026", "9999", 1), Reason: "bank.date"},
		"a date that is none":     {Body: strings.Replace(row(`"amount":"1.00"`), "2026-01-02T00:00:00Z", "yesterday", 1), Reason: "bank.date"},
		"no text for a currency":  {Body: row(`"amount":"1.00","currency":{}`), Reason: "bank.currency"},
		"a list for a currency":   {Body: row(`"amount":"1.00","currency":["AUD"]`), Reason: "bank.currency"},
		"no text for a day":       {Body: strings.NewReplacer(`"2026-01-02T00:00:00Z"`, `[]`, "POSTED", "PENDING").Replace(row(`"amount":"1.00"`)), Reason: "bank.date"},
		"null for the data":       {Body: `{"data":null}`, Reason: "bank.json"},
		"null for the list":       {Body: `{"data":{"transactions":null}}`, Reason: "bank.json"},
		"an object for the list":  {Body: `{"data":{"transactions":{}}}`, Reason: "bank.json"},
		"no list":                 {Body: `{"data":{},"meta":{"totalRecords":0}}`, Reason: "bank.json"},
	} {
		bodies[name] = b
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		rows, err := cdr.ReadRows(strings.NewReader(body), aud, month.To)
		return len(rows), err
	}, bodies)
	told := func(fields string) string { return `{"data":{"accountId":"a-1",` + fields + `}}` }
	banktest.Nonsense(t, func(body string) (int, error) {
		_, err := cdr.ReadBalance(strings.NewReader(body), bank.Account{Account: aud})
		return 0, err
	}, map[string]banktest.Bad{
		"no balance":                {Body: told(`"availableBalance":"1.00"`), Reason: "bank.amount"},
		"no data":                   {Body: `{"meta":{}}`, Reason: "bank.amount"},
		"a balance that is a text":  {Body: told(`"currentBalance":"4111 or so"`), Reason: "bank.amount"},
		"a limit that is a text":    {Body: told(`"currentBalance":"1.00","creditLimit":"string"`), Reason: "bank.amount"},
		"a currency that is a text": {Body: told(`"currentBalance":"1.00","currency":"string"`), Reason: "bank.currency"},
		"another account's":         {Body: `{"data":{"accountId":"a-4111","currentBalance":"1.00"}}`, Reason: "bank.other"},
		"a purse without currency":  {Body: told(`"currentBalance":"1.00","purses":[{"amount":"1.00"}]`), Reason: "bank.currency"},
		"a purse without amount":    {Body: told(`"currentBalance":"1.00","purses":[{"currency":"USD"}]`), Reason: "bank.amount"},
		"purses that are no list":   {Body: told(`"currentBalance":"1.00","purses":{"currency":"USD"}`), Reason: "bank.json"},
	})
	banktest.Nonsense(t, func(body string) (int, error) {
		_, err := cdr.ReadAccounts(strings.NewReader(body))
		return 0, err
	}, map[string]banktest.Bad{
		"an account without an id":     {Body: `{"data":{"accounts":[{"displayName":"4111"}]}}`, Reason: "bank.account"},
		"an id that looks like a part": {Body: `{"data":{"accounts":[{"accountId":"4111?currency=USD"}]}}`, Reason: "bank.account"},
		"no list":                      {Body: `{"data":{}}`, Reason: "bank.json"},
	})
}

func FuzzRows(f *testing.F) {
	f.Add(banktest.Read(f, "transactions.json"))
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		rows, err := cdr.ReadRows(strings.NewReader(body), aud, month.To)
		banktest.Sane(t, rows, err, "AUD")
	})
}

func FuzzAccounts(f *testing.F) {
	for _, balance := range balances {
		f.Add(banktest.Read(f, "accounts.json"), balance)
	}
	f.Fuzz(func(t *testing.T, accounts, balance string) {
		fuzzed.Limit(t)
		all, err := cdr.ReadAccounts(strings.NewReader(accounts))
		banktest.SaneAccounts(t, nil, err)
		var parts []bank.Account
		for _, a := range all {
			read, err := cdr.ReadBalance(strings.NewReader(balance), a)
			banktest.SaneAccounts(t, read, err)
			parts = append(parts, read...)
		}
		for _, p := range parts {
			if p.Balance.Booked.Currency != p.Currency || !strings.HasPrefix(p.BankID, here.Whole(p.BankID)) {
				t.Fatalf("%+v", p)
			}
		}
	})
}

// TestWhatIsNewBreaksNothing puts unknown words and fields into each place that has some.
func TestWhatIsNewBreaksNothing(t *testing.T) {
	for name, fields := range map[string]string{
		"a type": `"type":"HOLOGRAM"`, "a status": `"status":"SETTLING"`, "no status": `"status":null`, "an object for a text": `"merchantName":{"name":"x"}`,
		"a list for a text": `"reference":["x"]`, "a number for a text": `"description":17`, "more": `"extendedData":{"a":[{"b":[[1]]}],"c":true}`,
		"a code that is none": `"merchantCategoryCode":"groceries"`, "null": `"merchantName":null,"billerName":null,"crn":null,"executionDateTime":null`,
		"a time that is none": `"executionDateTime":"noon"`, "one more id": `"transactionId":"2"`,
	} {
		body := `{"data":{"transactions":[{"accountId":"a-1","transactionId":"1","type":"FEE","status":"POSTED","postingDateTime":"2026-01-02T00:00:00Z","amount":"-1.00","description":"X",` + fields + `}],"x":1},"links":{"x":{}},"meta":{"totalRecords":1,"x":[]},"x":null}`
		rows, err := cdr.ReadRows(strings.NewReader(body), aud, month.To)
		if err != nil || len(rows) != 1 || rows[0].Amount.Minor != -100 || rows[0].Payee == "" || rows[0].MCC != "" || rows[0].Pending {
			t.Errorf("%s: %+v, %v", name, rows, err)
		}
	}
	rows, err := cdr.ReadRows(strings.NewReader(`{"data":{"transactions":[{"transactionId":"1","status":"SETTLING","amount":"-1.00","description":"X"}]}}`), aud, month.To)
	if err != nil || len(rows) != 1 || !rows[0].Pending || rows[0].Date != month.To {
		t.Errorf("a status without a posting: %+v, %v", rows, err)
	}
	for name, fields := range map[string]string{
		"a category": `"productCategory":"HOLOGRAMS"`, "no category": `"productCategory":null`, "a state": `"openStatus":"DORMANT"`, "an owner": `"accountOwnership":"TRUST","isOwned":"perhaps"`,
		"more": `"addresses":[{"a":[1]}]`, "an object for a name": `"nickname":{"a":1}`,
	} {
		all, err := cdr.ReadAccounts(strings.NewReader(`{"data":{"accounts":[{"accountId":"a-1","displayName":"X",` + fields + `}]}}`))
		if err != nil || len(all) != 1 || all[0].Name != "X" || all[0].Closed || all[0].Kind != ledger.Other {
			t.Errorf("%s: %+v, %v", name, all, err)
		}
	}
}
