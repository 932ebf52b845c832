package enablebanking_test

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
	"coffer/sync/bank/enablebanking"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t *testing.T, c *banktest.Counter) bank.Session {
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("a.b.c"), Client: "app-1", Consent: "sess/1"}
}

var (
	eur      = ledger.Account{BankID: "u-1", Currency: "EUR"}
	november = bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)}
	now      = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	dialect  = enablebanking.Bank{Now: func() time.Time { return now }}
)

// part is one member of a file in testdata.
func part(t testing.TB, file, name string) any {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(banktest.Read(t, file)), &all); err != nil {
		t.Fatal(err)
	}
	return string(all[name])
}

func files(t *testing.T) *banktest.Counter {
	return banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		at := strings.Split(q.URL.Path, "/")
		switch {
		case at[1] == "sessions":
			return 200, banktest.Read(t, "session.json")
		case at[3] == "details", at[3] == "balances":
			return 200, part(t, at[3]+".json", at[2])
		}
		return 200, banktest.Read(t, "transactions.json")
	}})
}

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	accounts, err := dialect.Accounts(t.Context(), files(t).Session(t))
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "accounts", banktest.TellAccounts(accounts))
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	c := files(t)
	rows, err := banktest.Collect(t, dialect, c.Session(t), eur, november)
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "transactions", banktest.TellRows(rows))
	q := c.Asked()[0]
	if q.Header.Get("Authorization") != "Bearer a.b.c" || q.URL.Path != "/accounts/u-1/transactions" || q.URL.RawQuery != "date_from=2026-11-01&date_to=2026-11-22" {
		t.Errorf("asked %s %v", q.URL, q.Header)
	}
}

func TestEmptyPagesAreNoEnd(t *testing.T) {
	n := 0
	c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(banktest.Question) (int, any) {
		if n++; n < 5 {
			return 200, map[string]any{"transactions": []any{}, "continuation_key": strings.Repeat("k", n)}
		}
		return 200, banktest.Read(t, "transactions.json")
	}})
	if rows, err := banktest.Collect(t, dialect, c.Session(t), eur, november); err != nil || len(rows) != 4 {
		t.Errorf("got %d rows, %v", len(rows), err)
	}
}

func TestWhatIsSigned(t *testing.T) {
	u := enablebanking.Bank{}.Unsigned("app-1", now)
	if u.Alg != "RS256" || u.Head["kid"] != "app-1" || u.Head["typ"] != "JWT" || u.Claims["iss"] != "enablebanking.com" || u.Claims["aud"] != "api.enablebanking.com" {
		t.Errorf("got %+v", u)
	}
	if life := u.Claims["exp"].(int64) - u.Claims["iat"].(int64); life <= 0 || life > 24*60*60 || u.Claims["iat"].(int64) > now.Unix() {
		t.Errorf("lives %d s", life)
	}
}

func TestAPageIsAskedForAsLongAsTheBankGives(t *testing.T) {
	const banks = `{"aspsps":[{"name":"Harbour Bank","country":"SE","maximum_consent_validity":1},{"name":"Harbour Bank","country":"FI","maximum_consent_validity":15552000,"logo":"x"},{"name":"Silent Bank","country":"FI"}]}`
	cases := map[string]struct {
		visit bank.Visit
		ends  string
		need  string
	}{
		"the bank's longest":       {bank.Visit{Bank: "harbour bank", Country: "FI", Redirect: "https://localhost:1/x"}, "2027-05-21T12:00:00Z", ""},
		"a shorter one was asked":  {bank.Visit{Bank: "Harbour Bank", Country: "FI", Redirect: "https://localhost:1/x", Until: now.AddDate(0, 0, 30)}, "2026-12-22T12:00:00Z", ""},
		"a longer one was asked":   {bank.Visit{Bank: "Harbour Bank", Country: "FI", Redirect: "https://localhost:1/x", Until: now.AddDate(2, 0, 0)}, "2027-05-21T12:00:00Z", ""},
		"a bank that says nothing": {bank.Visit{Bank: "Silent Bank", Country: "FI", Redirect: "https://localhost:1/x"}, "2027-02-20T12:00:00Z", ""},
		"no such bank":             {bank.Visit{Bank: "Other Bank", Country: "FI", Redirect: "https://localhost:1/x"}, "", "bank"},
		"no bank":                  {bank.Visit{Country: "FI", Redirect: "https://localhost:1/x"}, "", "bank"},
		"no country":               {bank.Visit{Bank: "Harbour Bank", Redirect: "https://localhost:1/x"}, "", "country"},
		"no redirect":              {bank.Visit{Bank: "Harbour Bank", Country: "FI"}, "", "redirect-address"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			counter := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
				if q.Method == "GET" {
					return 200, banks
				}
				return 200, `{"url":"https://harbour.example/approve?x=1","authorization_id":"auth-1"}`
			}})
			c.visit.State = secret.New("state-1")
			got, err := dialect.Visit(t.Context(), counter.Session(t), c.visit)
			if c.need != "" {
				reason := "answer.missing"
				if c.visit.Bank == "Other Bank" {
					reason = "answer.bank"
				}
				if f := fault.Of(err); f == nil || f.Kind != fault.BadAnswer || f.Reason != reason || f.Args["need"] != c.need {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil || got.Address != "https://harbour.example/approve?x=1" || got.Every != 0 || !got.Ticket.Equal(secret.New("auth-1")) {
				t.Fatalf("got %+v, %v", got, err)
			}
			q := counter.Asked()[1]
			var said struct {
				Access struct {
					ValidUntil string `json:"valid_until"`
				}
				ASPSP       struct{ Name, Country string }
				State       string
				RedirectURL string `json:"redirect_url"`
				PSUType     string `json:"psu_type"`
			}
			if err := json.Unmarshal([]byte(q.Body), &said); err != nil {
				t.Fatal(err)
			}
			if q.URL.Path != "/auth" || q.URL.RawQuery != "" || said.State != "state-1" || said.Access.ValidUntil != c.ends || said.RedirectURL != c.visit.Redirect ||
				!strings.EqualFold(said.ASPSP.Name, c.visit.Bank) || said.ASPSP.Country != "FI" || said.PSUType != "personal" {
				t.Errorf("asked %s %s", q.URL, q.Body)
			}
		})
	}
}

func TestACodeIsTradedForASession(t *testing.T) {
	c := banktest.Always(t, 200, `{"session_id":"sess-9","accounts":[{"uid":"u-1"}],"access":{"valid_until":"2027-05-20T12:00:00+02:00"}}`, open)
	if g, ok, err := dialect.Visited(t.Context(), c.Session(t), bank.Visited{}, secret.Text{}); ok || err != nil || g.Consent != "" || len(c.Asked()) != 0 {
		t.Errorf("without a code: %+v, %v, %v", g, ok, err)
	}
	g, ok, err := dialect.Visited(t.Context(), c.Session(t), bank.Visited{}, secret.New("code-1"))
	if err != nil || !ok || g.Consent != "sess-9" || !g.Ends.Equal(time.Date(2027, 5, 20, 10, 0, 0, 0, time.UTC)) || !g.Token.Empty() {
		t.Errorf("got %+v, %v, %v", g, ok, err)
	}
	if q := c.Asked()[0]; q.Method != "POST" || q.URL.String() != "/sessions" || q.Body != `{"code":"code-1"}` {
		t.Errorf("asked %s %s %s", q.Method, q.URL, q.Body)
	}
	for body, reason := range map[string]string{`{}`: "bank.account", `{"session_id":"x","access":{"valid_until":"soon"}}`: "bank.date"} {
		_, ok, err := dialect.Visited(t.Context(), banktest.Always(t, 200, body, open).Session(t), bank.Visited{}, secret.New("code-1"))
		if f := fault.Of(err); ok || f == nil || f.Reason != reason {
			t.Errorf("%s: %v, %v", body, ok, err)
		}
	}
}

func TestASessionIsEnded(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		kind   fault.Kind
	}{
		{200, `{"message":"OK"}`, fault.Unknown}, {204, ``, fault.Unknown}, {404, ``, fault.Unknown}, {401, `{"error":"CLOSED_SESSION"}`, fault.Unknown},
		{401, `{"error":"UNAUTHORIZED"}`, fault.LoginNeeded}, {503, ``, fault.BankDown}, {400, ``, fault.BankUnexpected},
	} {
		counter := banktest.Always(t, c.status, c.body, open)
		answer, err := dialect.EndConsent(t.Context(), counter.Session(t), "sess/1")
		if answer.Status != c.status || (err != nil) != (c.kind != fault.Unknown) || fault.KindOf(err) != c.kind {
			t.Errorf("%d %s: %+v, %v", c.status, c.body, answer, err)
		}
		if q := counter.Asked()[0]; q.Method != "DELETE" || q.URL.EscapedPath() != "/sessions/sess%2F1" {
			t.Errorf("asked %s %s", q.Method, q.URL)
		}
	}
	if _, err := dialect.EndConsent(t.Context(), banktest.Always(t, 200, ``, open).Session(t), ""); fault.KindOf(err) != fault.NotFound {
		t.Errorf("without an id: %v", err)
	}
}

func TestWhatASessionSaysOfItself(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		probe  bank.Answer
		kind   fault.Kind // of ConsentEnds
		gone   bool       // revoked, not run out
	}{
		{200, `{"status":"AUTHORIZED","accounts":[],"access":{"valid_until":"2027-05-20T10:00:00Z"}}`, bank.Answer{Status: 200}, fault.Unknown, false},
		{200, `{"status":"HOLOGRAM","accounts":[]}`, bank.Answer{Status: 200}, fault.Unknown, false},
		{200, `{"status":"CLOSED","accounts":[]}`, bank.Answer{Status: 401, Code: "CLOSED"}, fault.LoginNeeded, false},
		{200, `{"status":"EXPIRED","accounts":[]}`, bank.Answer{Status: 401, Code: "EXPIRED"}, fault.LoginNeeded, false},
		{200, `{"status":"REVOKED","accounts":[]}`, bank.Answer{Status: 401, Code: "REVOKED"}, fault.LoginNeeded, true},
		{404, `{"error":"SESSION_DOES_NOT_EXIST"}`, bank.Answer{Status: 401, Code: "SESSION_DOES_NOT_EXIST"}, fault.LoginNeeded, false},
		{401, `{"error":"REVOKED_SESSION"}`, bank.Answer{Status: 401, Code: "REVOKED_SESSION"}, fault.LoginNeeded, true},
	} {
		s := banktest.Always(t, c.status, c.body, open).Session(t)
		if answer, err := dialect.Probe(t.Context(), s); err != nil || answer != c.probe {
			t.Errorf("%d %s: probe %+v, %v", c.status, c.body, answer, err)
		}
		_, err := dialect.ConsentEnds(t.Context(), s, "sess-1")
		if fault.KindOf(err) != c.kind && (err != nil || c.kind != fault.Unknown) || errors.Is(err, bank.ErrRevoked) != c.gone {
			t.Errorf("%d %s: ends %v", c.status, c.body, err)
		}
	}
	s := banktest.Always(t, 503, ``, open).Session(t)
	if _, err := dialect.Probe(t.Context(), s); fault.KindOf(err) != fault.BankDown {
		t.Errorf("down: %v", err)
	}
	ends, err := dialect.ConsentEnds(t.Context(), files(t).Session(t), "sess-1")
	if err != nil || !ends.Equal(time.Date(2027, 5, 20, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("ends %v, %v", ends, err)
	}
	c := banktest.Always(t, 200, `{}`, open)
	s = c.Session(t)
	s.Consent = ""
	if answer, err := dialect.Probe(t.Context(), s); err != nil || answer.Status != 200 || c.Asked()[0].URL.Path != "/application" {
		t.Errorf("before there is a session: %+v, %v", answer, err)
	}
}

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	cases := banktest.Statuses()
	for name, c := range map[string]banktest.Refusal{
		"the session ran out":        {Status: 401, Body: `{"error":"EXPIRED_SESSION","message":"4111-2222"}`, Kind: fault.LoginNeeded},
		"the bank behind is down":    {Status: 400, Body: `{"error":"ASPSP_ERROR"}`, Kind: fault.BankDown},
		"the bank behind has enough": {Status: 422, Body: `{"error":"ASPSP_RATE_LIMIT_EXCEEDED"}`, Kind: fault.BankPaused},
		"days that lie too far back": {Status: 422, Body: `{"error":"WRONG_TRANSACTIONS_PERIOD"}`, Kind: fault.BankUnexpected, Is: nil},
		"no such account":            {Status: 422, Body: `{"error":"ACCOUNT_DOES_NOT_EXIST"}`, Kind: fault.NotFound, Is: bank.ErrAccountGone},
		"a word with a number":       {Status: 422, Body: `{"error":"4111-2222"}`, Kind: fault.BankUnexpected},
	} {
		cases[name] = c
	}
	banktest.Refusals(t, dialect, now, open, cases)
	_, err := banktest.Collect(t, dialect, banktest.Always(t, 422, `{"error":"WRONG_TRANSACTIONS_PERIOD"}`, open).Session(t), eur, november)
	if !errors.Is(err, bank.ErrTooFar) {
		t.Errorf("got %v", err)
	}
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(fields string) string {
		return `{"transactions":[{"entry_reference":"1","status":"BOOK","booking_date":"2026-01-02",` + fields + `}]}`
	}
	bodies := banktest.NotJSON()
	for name, b := range map[string]banktest.Bad{
		"an exponent":              {Body: row(`"credit_debit_indicator":"DBIT","transaction_amount":{"currency":"EUR","amount":"1e3"}`), Reason: "bank.amount"},
		"a comma":                  {Body: row(`"credit_debit_indicator":"DBIT","transaction_amount":{"currency":"EUR","amount":"4111,50"}`), Reason: "bank.amount"},
		"null for an amount":       {Body: row(`"credit_debit_indicator":"DBIT","transaction_amount":{"currency":"EUR","amount":null}`), Reason: "bank.amount"},
		"no amount":                {Body: row(`"credit_debit_indicator":"DBIT"`), Reason: "bank.currency"},
		"another currency":         {Body: row(`"credit_debit_indicator":"DBIT","transaction_amount":{"currency":"USD","amount":"1"}`), Reason: "bank.currency"},
		"no direction":             {Body: row(`"transaction_amount":{"currency":"EUR","amount":"4111"}`), Reason: "bank.amount"},
		"an amount beyond 64 bits": {Body: row(`"credit_debit_indicator":"DBIT","transaction_amount":{"currency":"EUR","amount":"99999999999999999999"}`), Reason: "bank.amount"},
		"no date":                  {Body: `{"transactions":[{"credit_debit_indicator":"DBIT","transaction_amount":{"currency":"EUR","amount":"1"}}]}`, Reason: "bank.date"},
		"a date out of range":      {Body: `{"transactions":[{"booking_date":"1666-01-01"}]}`, Reason: "bank.date"},
		"null for the list":        {Body: `{"transactions":null}`, Reason: "bank.json"},
	} {
		bodies[name] = b
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		rows, _, err := enablebanking.ReadRows(strings.NewReader(body), "EUR")
		return len(rows), err
	}, bodies)
}

func FuzzTransactions(f *testing.F) {
	f.Add(banktest.Read(f, "transactions.json"))
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		rows, _, err := enablebanking.ReadRows(strings.NewReader(body), "EUR")
		banktest.Sane(t, rows, err, "EUR")
	})
}

func FuzzAccounts(f *testing.F) {
	f.Add(banktest.Read(f, "session.json"), part(f, "details.json", "u-1").(string), part(f, "balances.json", "u-1").(string))
	f.Add(`{"session_id":"s"}`, part(f, "details.json", "u-3").(string), part(f, "balances.json", "u-3").(string))
	f.Fuzz(func(t *testing.T, session, details, balances string) {
		fuzzed.Limit(t)
		_, err := enablebanking.ReadSession(strings.NewReader(session))
		banktest.SaneAccounts(t, nil, err)
		_, err = enablebanking.ReadGrant(strings.NewReader(session))
		banktest.SaneAccounts(t, nil, err)
		_, _, err = enablebanking.ReadBanks(strings.NewReader(session), "a", "b")
		banktest.SaneAccounts(t, nil, err)
		a, err := enablebanking.ReadDetails(strings.NewReader(details), "u")
		if err == nil {
			err = enablebanking.ReadBalances(strings.NewReader(balances), &a)
		}
		a.BankID, a.Err = "u", err
		banktest.SaneAccounts(t, []bank.Account{a}, err)
	})
}
