package plaid_test

import (
	"encoding/json"
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/plaid"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t *testing.T, c *banktest.Counter) bank.Session {
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("access-1"), App: secret.New("secret-1"), Client: "client-1", Consent: "item-1"}
}

var (
	usd      = ledger.Account{BankID: "p-1", Currency: "USD"}
	november = bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)}
	now      = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	dialect  = plaid.Bank{Now: func() time.Time { return now }}
)

// inTheBody checks that what opens the item is in the body of q and nowhere else.
func inTheBody(t *testing.T, q banktest.Question, secrets ...string) map[string]any {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal([]byte(q.Body), &body); err != nil {
		t.Fatal(err)
	}
	if q.Method != "POST" || q.URL.RawQuery != "" || q.Header.Get("Authorization") != "" || body["client_id"] != "client-1" || body["secret"] != "secret-1" {
		t.Errorf("asked %s %s %v %s", q.Method, q.URL, q.Header, q.Body)
	}
	for _, s := range secrets {
		if !strings.Contains(q.Body, `"`+s+`"`) {
			t.Errorf("%s is not in %s", s, q.Body)
		}
	}
	return body
}

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	c := banktest.Always(t, 200, banktest.Read(t, "accounts.json"), open)
	accounts, err := dialect.Accounts(t.Context(), c.Session(t))
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "accounts", banktest.TellAccounts(accounts))
	inTheBody(t, c.Asked()[0], "access-1")
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	c := banktest.Always(t, 200, banktest.Read(t, "transactions.json"), open)
	rows, err := banktest.Collect(t, dialect, c.Session(t), usd, november)
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "transactions", banktest.TellRows(rows))
	body := inTheBody(t, c.Asked()[0], "access-1")
	if body["options"].(map[string]any)["include_original_description"] != true || body["start_date"] != "2026-11-01" || body["end_date"] != "2026-11-22" || body["options"].(map[string]any)["account_ids"].([]any)[0] != "p-1" {
		t.Errorf("asked %v", body)
	}
}

func TestRowsThatBecomeOthersMeanwhileStartTheWindowAgain(t *testing.T) {
	n := 0
	c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(banktest.Question) (int, any) {
		n++
		row := map[string]any{"transaction_id": string(rune('a' + n)), "amount": 1, "iso_currency_code": "USD", "date": "2026-11-20", "pending": false}
		return 200, map[string]any{"transactions": []any{row}, "total_transactions": 10 + n}
	}})
	rows, err := banktest.Collect(t, dialect, c.Session(t), usd, november)
	if !errors.Is(err, bank.ErrCursor) || len(rows) != 1 {
		t.Errorf("got %d rows, %v", len(rows), err)
	}
}

func TestAListThatEndsBeforeItsCountIsAnError(t *testing.T) {
	c := banktest.Always(t, 200, `{"transactions":[],"total_transactions":5}`, open)
	if _, err := banktest.Collect(t, dialect, c.Session(t), usd, november); fault.KindOf(err) != fault.BankUnexpected || len(c.Asked()) > 2 {
		t.Errorf("%d requests, %v", len(c.Asked()), err)
	}
}

func TestThePageIsPolledUntilThePersonIsDone(t *testing.T) {
	look := `{"link_token":"link-1"}`
	var asked []banktest.Question
	c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		asked = append(asked, q)
		switch q.URL.Path {
		case "/link/token/create":
			return 200, `{"link_token":"link-1","hosted_link_url":"https://secure.plaid.example/hl/1","expiration":"2026-11-22T16:00:00Z"}`
		case "/link/token/get":
			return 200, look
		}
		return 200, `{"access_token":"access-9","item_id":"item-9"}`
	}})
	s := c.Session(t)
	s.Token, s.Consent = secret.Text{}, ""
	v, err := dialect.Visit(t.Context(), s, bank.Visit{Days: 5000})
	if err != nil || v.Address != "https://secure.plaid.example/hl/1" || v.Every <= 0 || !v.Ticket.Equal(secret.New("link-1")) {
		t.Fatalf("got %+v, %v", v, err)
	}
	body := inTheBody(t, asked[0])
	if _, hosted := body["hosted_link"]; !hosted || body["transactions"].(map[string]any)["days_requested"] != 730.0 || body["products"].([]any)[0] != "transactions" {
		t.Errorf("asked %v", body)
	}
	for _, look = range []string{
		`{"link_token":"link-1"}`, `{"link_sessions":null}`, `{"link_sessions":[]}`, `{"link_sessions":[{"link_session_id":"1","started_at":"2026-11-22T12:00:00Z"}]}`,
		`{"link_sessions":[{"finished_at":"2026-11-22T12:00:00Z","exit":{}},{"started_at":"2026-11-22T12:01:00Z"}]}`,
	} {
		if g, ok, err := dialect.Visited(t.Context(), s, v, secret.Text{}); ok || err != nil || !g.Token.Empty() {
			t.Errorf("%s: %+v, %v, %v", look, g, ok, err)
		}
	}
	inTheBody(t, asked[len(asked)-1], "link-1")
	look = `{"link_sessions":[{"finished_at":"2026-11-22T12:00:00Z","exit":{}}]}`
	if _, ok, err := dialect.Visited(t.Context(), s, v, secret.Text{}); ok || fault.KindOf(err) != fault.ConsentDenied {
		t.Errorf("left: %v, %v", ok, err)
	}
	for _, look = range []string{
		`{"link_sessions":[{"finished_at":"2026-11-22T12:00:00Z"},{"finished_at":"x","results":{"item_add_results":[{"public_token":"public-1","accounts":[]}]}}]}`,
		`{"link_sessions":[{"on_success":{"public_token":"public-1"}}]}`,
	} {
		g, ok, err := dialect.Visited(t.Context(), s, v, secret.Text{})
		if err != nil || !ok || g.Consent != "item-9" || !g.Token.Equal(secret.New("access-9")) {
			t.Errorf("%s: %+v, %v, %v", look, g, ok, err)
		}
		inTheBody(t, asked[len(asked)-1], "public-1")
	}
}

func TestTheItemIsRemoved(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		told   int
		kind   fault.Kind
	}{
		{200, `{"request_id":"r"}`, 200, fault.Unknown}, {400, `{"error_code":"ITEM_NOT_FOUND"}`, 404, fault.Unknown},
		{400, `{"error_code":"INVALID_API_KEYS"}`, 400, fault.LoginNeeded}, {500, `{"error_code":"INTERNAL_SERVER_ERROR"}`, 500, fault.BankDown}, {400, `{}`, 400, fault.BankUnexpected},
	} {
		counter := banktest.Always(t, c.status, c.body, open)
		answer, err := dialect.EndConsent(t.Context(), counter.Session(t), "item-1")
		if answer.Status != c.told || (err != nil) != (c.kind != fault.Unknown) || fault.KindOf(err) != c.kind {
			t.Errorf("%d %s: %+v, %v", c.status, c.body, answer, err)
		}
		if q := counter.Asked()[0]; q.URL.Path != "/item/remove" {
			t.Errorf("asked %s", q.URL)
		}
		inTheBody(t, counter.Asked()[0], "access-1")
	}
}

func TestWhatAnItemSaysOfItself(t *testing.T) {
	for body, want := range map[string]bank.Answer{
		`{"error_code":"ITEM_NOT_FOUND"}`: {Status: 401, Code: "ITEM_NOT_FOUND"}, `{"error_code":"INVALID_ACCESS_TOKEN"}`: {Status: 401, Code: "INVALID_ACCESS_TOKEN"},
	} {
		if answer, err := dialect.Probe(t.Context(), banktest.Always(t, 400, body, open).Session(t)); err != nil || answer != want {
			t.Errorf("%s: %+v, %v", body, answer, err)
		}
	}
	if answer, err := dialect.Probe(t.Context(), banktest.Always(t, 400, `{"error_code":"INVALID_FIELD"}`, open).Session(t)); fault.KindOf(err) != fault.BankUnexpected {
		t.Errorf("got %+v, %v", answer, err)
	}
	for body, want := range map[string]string{`{"item":{"item_id":"i","consent_expiration_time":"2027-05-20T12:00:00+02:00"}}`: "2027-05-20T10:00:00Z", `{"item":{"item_id":"i","consent_expiration_time":null}}`: "0001-01-01T00:00:00Z"} {
		ends, err := dialect.ConsentEnds(t.Context(), banktest.Always(t, 200, body, open).Session(t), "item-1")
		if err != nil || ends.Format(time.RFC3339) != want {
			t.Errorf("%s: %v, %v", body, ends, err)
		}
	}
	if _, err := dialect.ConsentEnds(t.Context(), banktest.Always(t, 200, `{"item":{"consent_expiration_time":"soon"}}`, open).Session(t), "item-1"); fault.KindOf(err) != fault.BankUnexpected {
		t.Errorf("got %v", err)
	}
}

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	cases := map[string]banktest.Refusal{
		"the person must sign in": {Status: 400, Body: `{"error_code":"ITEM_LOGIN_REQUIRED","error_message":"4111-2222"}`, Kind: fault.LoginNeeded},
		"it was taken back":       {Status: 400, Body: `{"error_code":"USER_PERMISSION_REVOKED"}`, Kind: fault.LoginNeeded},
		"the keys are wrong":      {Status: 400, Body: `{"error_code":"INVALID_API_KEYS"}`, Kind: fault.LoginNeeded},
		"the account is gone":     {Status: 400, Body: `{"error_code":"INVALID_ACCOUNT_ID"}`, Kind: fault.NotFound, Is: bank.ErrAccountGone},
		"the bank is down":        {Status: 400, Body: `{"error_code":"INSTITUTION_DOWN"}`, Kind: fault.BankDown},
		"too many calls":          {Status: 400, Body: `{"error_code":"TRANSACTIONS_LIMIT"}`, Kind: fault.BankPaused},
		"a word that is new":      {Status: 400, Body: `{"error_code":"HOLOGRAM"}`, Kind: fault.BankUnexpected},
		"a word with a number":    {Status: 400, Body: `{"error_code":"4111-2222"}`, Kind: fault.BankUnexpected},
	}
	for name, c := range banktest.Statuses() {
		if c.Is == nil { // no address of Plaid's names an account
			cases["status: "+name] = c
		}
	}
	banktest.Refusals(t, dialect, now, open, cases)
	_, err := banktest.Collect(t, dialect, banktest.Always(t, 400, `{"error_code":"USER_PERMISSION_REVOKED"}`, open).Session(t), usd, november)
	if !errors.Is(err, bank.ErrRevoked) {
		t.Errorf("got %v", err)
	}
	_, err = banktest.Collect(t, dialect, banktest.Always(t, 400, `{"error_code":"PRODUCT_NOT_READY"}`, open).Session(t), usd, november)
	if f := fault.Of(err); f == nil || f.Kind != fault.BankPaused || f.Reason != "plaid.preparing" || f.Args["until"] != "2026-11-22T12:02:00Z" {
		t.Errorf("not ready yet: %v", err)
	}
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(fields string) string {
		return `{"transactions":[{"transaction_id":"1","date":"2026-01-02",` + fields + `}],"total_transactions":1}`
	}
	bodies := banktest.NotJSON()
	for name, b := range map[string]banktest.Bad{
		"an exponent":              {Body: row(`"iso_currency_code":"USD","amount":1e3`), Reason: "bank.amount"},
		"a fraction of a cent":     {Body: row(`"iso_currency_code":"USD","amount":4111.001`), Reason: "bank.amount"},
		"null for an amount":       {Body: row(`"iso_currency_code":"USD","amount":null`), Reason: "bank.amount"},
		"no amount":                {Body: row(`"iso_currency_code":"USD"`), Reason: "bank.amount"},
		"another currency":         {Body: row(`"iso_currency_code":"CAD","amount":1`), Reason: "bank.currency"},
		"no currency of ISO":       {Body: row(`"iso_currency_code":null,"unofficial_currency_code":"BTC","amount":1`), Reason: "plaid.currency"},
		"an amount beyond 64 bits": {Body: row(`"iso_currency_code":"USD","amount":99999999999999999999`), Reason: "bank.amount"},
		"another account":          {Body: row(`"account_id":"p-2","iso_currency_code":"USD","amount":1`), Reason: "bank.other"},
		"no date":                  {Body: `{"transactions":[{"transaction_id":"1","amount":1}],"total_transactions":1}`, Reason: "bank.date"},
		"no id":                    {Body: `{"transactions":[{"amount":1}],"total_transactions":1}`, Reason: "bank.account"},
		"a date out of range":      {Body: `{"transactions":[{"transaction_id":"1","date":"1666-01-01"}],"total_transactions":1}`, Reason: "bank.date"},
		"null for the list":        {Body: `{"transactions":null,"total_transactions":1}`, Reason: "bank.json"},
		"no count":                 {Body: `{"transactions":[]}`, Reason: "bank.json"},
		"a count that is none":     {Body: `{"transactions":[],"total_transactions":1.5}`, Reason: "bank.json"},
	} {
		bodies[name] = b
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		rows, _, err := plaid.ReadRows(strings.NewReader(body), usd)
		return len(rows), err
	}, bodies)
}

func FuzzTransactions(f *testing.F) {
	f.Add(banktest.Read(f, "transactions.json"))
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		rows, _, err := plaid.ReadRows(strings.NewReader(body), usd)
		banktest.Sane(t, rows, err, "USD")
	})
}

func FuzzAccounts(f *testing.F) {
	f.Add(banktest.Read(f, "accounts.json"))
	f.Add(`{"link_sessions":[{"on_success":{"public_token":"p"}}]}`)
	f.Add(`{"access_token":"a","item_id":"i"}`)
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		accounts, err := plaid.ReadAccounts(strings.NewReader(body))
		banktest.SaneAccounts(t, accounts, err)
		if _, err := plaid.ReadLook(strings.NewReader(body)); fault.KindOf(err) != fault.ConsentDenied {
			banktest.SaneAccounts(t, nil, err)
		}
		_, err = plaid.ReadGrant(strings.NewReader(body))
		banktest.SaneAccounts(t, nil, err)
	})
}
