package up_test

import (
	"flag"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/up"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t *testing.T, c *banktest.Counter) bank.Session {
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL + "/api/v1", Token: secret.New("up:yeah:token")}
}

var aud = ledger.Account{BankID: "a/1", Currency: "AUD"}

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		if q.URL.Path == "/api/v1/accounts" {
			return 200, banktest.Read(t, "accounts.json")
		}
		if q.URL.Query().Get("filter[status]") == "HELD" && strings.Contains(q.URL.Path, "0f0e-spend") {
			return 200, banktest.Read(t, "transactions.json")
		}
		return 200, `{"data":[],"links":{"next":null}}`
	}})
	accounts, err := up.Bank{}.Accounts(t.Context(), c.Session(t))
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "accounts", banktest.TellAccounts(accounts))
	if booked := accounts[0].Balance.Booked; booked != money.New(1043_20+12_50+1_00, "AUD") {
		t.Errorf("booked %v: what can be spent and what is held", booked)
	}
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	s := banktest.Always(t, 200, banktest.Read(t, "transactions.json"), open).Session(t)
	rows, err := banktest.Collect(t, up.Bank{}, s, ledger.Account{BankID: "0f0e-spend", Currency: "AUD"}, bank.Window{})
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "transactions", banktest.TellRows(rows))
}

func TestWhatARequestSaysOfUs(t *testing.T) {
	c := banktest.Always(t, 200, `{"data":[],"links":{"next":null}}`, open)
	w := bank.Window{From: ledger.Day(2026, 1, 2), To: ledger.Day(2026, 2, 3)}
	if _, err := banktest.Collect(t, up.Bank{}, c.Session(t), aud, w); err != nil {
		t.Fatal(err)
	}
	q := c.Asked()[0]
	if q.Header.Get("Authorization") != "Bearer up:yeah:token" || q.URL.EscapedPath() != "/api/v1/accounts/a%2F1/transactions" ||
		q.URL.Query().Get("filter[since]") != "2026-01-02T00:00:00+11:00" || q.URL.Query().Get("filter[until]") != "2026-02-03T23:59:59+08:00" {
		t.Errorf("asked %s %v", q.URL, q.Header)
	}
	if e := c.Book.Entries()[0]; e.Path != "/accounts/{id}/transactions" || e.Purpose.ID != "transactions" {
		t.Errorf("the ledger says %+v", e)
	}
}

func TestALinkToElsewhereIsNotFollowed(t *testing.T) {
	for name, link := range map[string]string{
		"another host alone": "http://elsewhere.example/api/v1/accounts/a%2F1/transactions?page=2", "another port alone": "http://127.0.0.1:1/api/v1/accounts/a%2F1/transactions?page=2",
		"another host": "https://elsewhere.example/api/v1/accounts/a%2F1/transactions?page=2", "another path": "PLACE/api/v1/transactions?page=2",
		"another scheme": "ftp:PLACE/api/v1/accounts/a%2F1/transactions?page=2", "a user": "http://me@HOST/api/v1/accounts/a%2F1/transactions?page=2",
		"the same page": "PLACE/api/v1/accounts/a%2F1/transactions", "no address": "://",
	} {
		var c *banktest.Counter
		c = banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(banktest.Question) (int, any) {
			link := strings.NewReplacer("PLACE", c.URL, "HOST", strings.TrimPrefix(c.URL, "http://")).Replace(link)
			return 200, map[string]any{"data": []any{}, "links": map[string]any{"next": link}}
		}})
		_, err := banktest.Collect(t, up.Bank{}, c.Session(t), aud, bank.Window{})
		if f := fault.Of(err); f == nil || f.Kind != fault.BankUnexpected || f.Reason != "bank.next" || len(c.Asked()) != 1 {
			t.Errorf("%s: %d requests, %v", name, len(c.Asked()), err)
		}
	}
}

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	banktest.Refusals(t, up.Bank{Now: func() time.Time { return now }}, now, open, banktest.Statuses())
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(attributes string) string {
		return `{"data":[{"id":"1","attributes":{"status":"SETTLED","settledAt":"2026-01-02T00:00:00+11:00",` + attributes + `}}],"links":{"next":null}}`
	}
	bodies := banktest.NotJSON()
	for name, b := range map[string]banktest.Bad{
		"an exponent":                 {Body: row(`"amount":{"currencyCode":"AUD","value":"1e3"}`), Reason: "bank.amount"},
		"a comma":                     {Body: row(`"amount":{"currencyCode":"AUD","value":"4111,50"}`), Reason: "bank.amount"},
		"null for an amount":          {Body: row(`"amount":{"currencyCode":"AUD","value":null}`), Reason: "bank.amount"},
		"no amount":                   {Body: row(`"amount":null`), Reason: "bank.currency"},
		"a fraction of a cent":        {Body: row(`"amount":{"currencyCode":"AUD","value":"0.001"}`), Reason: "bank.amount"},
		"an amount beyond 64 bits":    {Body: row(`"amount":{"currencyCode":"AUD","value":"99999999999999999999"}`), Reason: "bank.amount"},
		"two amounts":                 {Body: row(`"amount":{"currencyCode":"AUD","value":"1.00","valueInBaseUnits":1}`), Reason: "bank.amount"},
		"base units that are none":    {Body: row(`"amount":{"currencyCode":"AUD","value":"1.00","valueInBaseUnits":1e2}`), Reason: "bank.amount"},
		"another currency":            {Body: row(`"amount":{"currencyCode":"NZD","value":"1.00"}`), Reason: "bank.currency"},
		"a year that can't be":        {Body: `{"data":[{"id":"1","attributes":{"createdAt":"0001-01-01T00:00:00Z","amount":{"currencyCode":"AUD","value":"1"}}}],"links":{}}`, Reason: "bank.date"},
		"a date that no calendar has": {Body: `{"data":[{"id":"1","attributes":{"createdAt":"2026-02-30","amount":{"currencyCode":"AUD","value":"1"}}}],"links":{}}`, Reason: "bank.date"},
		"no date":                     {Body: `{"data":[{"id":"1","attributes":{"amount":{"currencyCode":"AUD","value":"1"}}}],"links":{}}`, Reason: "bank.date"},
		"no id":                       {Body: `{"data":[{"attributes":{}}],"links":{}}`, Reason: "bank.account"},
		"null for the list":           {Body: `{"data":null,"links":{}}`, Reason: "bank.json"},
		"something behind":            {Body: `{"data":[],"links":{}} {}`, Reason: "bank.json"},
		"too deep":                    {Body: `{"data":[],"x":` + strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 40) + `}`, Reason: "bank.json"},
		"too many fields":             {Body: `{"data":[],"x":[` + strings.Repeat("1,", 3000) + `1]}`, Reason: "bank.json"},
	} {
		bodies[name] = b
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		rows, _, err := up.ReadRows(strings.NewReader(body), "AUD")
		return len(rows), err
	}, bodies)
}

func TestAProbeTellsARefusedTokenFromABankThatIsDown(t *testing.T) {
	for status, kind := range map[int]fault.Kind{200: fault.Unknown, 401: fault.Unknown, 403: fault.Unknown, 503: fault.BankDown, 404: fault.BankUnexpected} {
		answer, err := up.Bank{}.Probe(t.Context(), banktest.Always(t, status, `{}`, open).Session(t))
		if answer.Status != status || (err != nil) != (kind != fault.Unknown) || fault.KindOf(err) != kind {
			t.Errorf("%d: %+v, %v", status, answer, err)
		}
	}
}

func FuzzTransactions(f *testing.F) {
	f.Add(banktest.Read(f, "transactions.json"))
	f.Add(`{"data":[{"id":"1","attributes":{"createdAt":"2026-01-01","amount":{"currencyCode":"AUD","value":"+.5","valueInBaseUnits":50}}}],"links":{"next":"x"}}`)
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		rows, _, err := up.ReadRows(strings.NewReader(body), "AUD")
		banktest.Sane(t, rows, err, "AUD")
	})
}

func FuzzAccounts(f *testing.F) {
	f.Add(banktest.Read(f, "accounts.json"))
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		accounts, _, err := up.ReadAccounts(strings.NewReader(body))
		banktest.SaneAccounts(t, accounts, err)
	})
}
