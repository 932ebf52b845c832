package akahu_test

import (
	"flag"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/akahu"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/reply"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t *testing.T, c *banktest.Counter) bank.Session {
	return bank.Session{
		Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL + "/v1", Token: secret.New("user_token_1"), App: secret.New("app_token_1"), Memo: &bank.Memo{},
	}
}

var (
	nzd      = ledger.Account{BankID: "acc_1", Currency: "NZD"}
	november = bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)}
)

func files(t *testing.T) *banktest.Counter {
	return banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		switch q.URL.Path {
		case "/v1/accounts":
			return 200, banktest.Read(t, "accounts.json")
		case "/v1/transactions/pending":
			return 200, banktest.Read(t, "pending.json")
		}
		of := strings.Split(q.URL.Path, "/")[3]
		return 200, strings.ReplaceAll(banktest.Read(t, "transactions.json"), `"acc_1"`, `"`+of+`"`)
	}})
}

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	accounts, err := akahu.Bank{}.Accounts(t.Context(), files(t).Session(t))
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "accounts", banktest.TellAccounts(accounts))
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	c := files(t)
	s := c.Session(t)
	rows, err := banktest.Collect(t, akahu.Bank{}, s, nzd, november)
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "transactions", banktest.TellRows(rows))
	q := c.Asked()[0]
	if q.Header.Get("Authorization") != "Bearer user_token_1" || q.Header.Get("X-Akahu-Id") != "app_token_1" || q.URL.Path != "/v1/accounts/acc_1/transactions" ||
		q.URL.Query().Get("start") != "2026-10-31T10:59:59.999Z" || q.URL.Query().Get("end") != "2026-11-22T10:59:59.999Z" {
		t.Errorf("asked %s %v", q.URL, q.Header)
	}
	if _, err := banktest.Collect(t, akahu.Bank{}, s, ledger.Account{BankID: "acc_2", Currency: "NZD"}, november); err != nil {
		t.Fatal(err)
	}
	if n := len(c.Asked()); n != 3 {
		t.Errorf("%d requests for two accounts, want one each and one for what is pending", n)
	}
}

func TestADayOfNewZealandIsThatOfItsCalendar(t *testing.T) {
	for text, hours := range map[string]int{ // the changes of 2026 and the instants around them
		"2026-04-04T13:59:59Z": 13, "2026-04-04T14:00:00Z": 12, "2026-09-26T13:59:59Z": 12, "2026-09-26T14:00:00Z": 13,
		"2026-01-01T00:00:00Z": 13, "2026-12-31T23:59:59Z": 13, "2026-07-01T00:00:00Z": 12, "2025-09-27T14:00:00Z": 13, "2027-04-03T14:00:00Z": 12,
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := akahu.Offset(at); got != time.Duration(hours)*time.Hour {
			t.Errorf("%s: %v, want %d h", text, got, hours)
		}
	}
	for day := ledger.Day(2024, 1, 1); day < ledger.Day(2028, 1, 1); day++ {
		begins := akahu.StartOf(day)
		if got := ledger.DateOf(begins.Add(akahu.Offset(begins)).UTC()); got != day || begins.Add(akahu.Offset(begins)).UTC() != day.Time() {
			t.Fatalf("%v begins at %v, which is %v", day, begins, got)
		}
	}
}

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	banktest.Refusals(t, akahu.Bank{Now: func() time.Time { return now }}, now, open, banktest.Statuses())
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(fields string) string {
		return `{"success":true,"items":[{"_id":"1","date":"2026-01-02T11:00:00Z",` + fields + `}]}`
	}
	bodies := banktest.NotJSON()
	for name, b := range map[string]banktest.Bad{
		"an exponent":               {Body: row(`"amount":1e3`), Reason: "bank.amount"},
		"a fraction of a cent":      {Body: row(`"amount":-4111.005`), Reason: "bank.amount"},
		"null for an amount":        {Body: row(`"amount":null`), Reason: "bank.amount"},
		"no amount":                 {Body: row(`"type":"EFTPOS"`), Reason: "bank.amount"},
		"an amount beyond 64 bits":  {Body: row(`"amount":99999999999999999999`), Reason: "bank.amount"},
		"no id":                     {Body: `{"items":[{"date":"2026-01-02","amount":1}]}`, Reason: "bank.account"},
		"no date":                   {Body: `{"items":[{"_id":"1","amount":1}]}`, Reason: "bank.date"},
		"a date out of range":       {Body: `{"items":[{"_id":"1","amount":1,"date":"1666-01-01T00:00:00Z"}]}`, Reason: "bank.date"},
		"null for the list":         {Body: `{"success":true,"items":null}`, Reason: "bank.json"},
		"a failure with status 200": {Body: `{"success":false,"message":"4111","items":[]}`, Reason: "bank.json"},
	} {
		bodies[name] = b
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		rows, _, err := akahu.ReadSettled(strings.NewReader(body), "NZD")
		return len(rows), err
	}, bodies)
}

func TestTheTokenIsTakenBack(t *testing.T) {
	for status, kind := range map[int]fault.Kind{200: fault.Unknown, 404: fault.Unknown, 401: fault.LoginNeeded, 500: fault.BankDown, 400: fault.BankUnexpected} {
		c := banktest.Always(t, status, `{"success":true}`, open)
		answer, err := akahu.Bank{}.EndConsent(t.Context(), c.Session(t), "")
		if answer.Status != status || (err != nil) != (kind != fault.Unknown) || fault.KindOf(err) != kind {
			t.Errorf("%d: %+v, %v", status, answer, err)
		}
		if q := c.Asked()[0]; q.Method != "DELETE" || q.URL.Path != "/v1/token" || q.Header.Get("X-Akahu-Id") == "" || q.Header.Get("Authorization") == "" {
			t.Errorf("asked %s %s %v", q.Method, q.URL, q.Header)
		}
	}
}

func FuzzTransactions(f *testing.F) {
	f.Add(banktest.Read(f, "transactions.json"))
	f.Add(banktest.Read(f, "pending.json"))
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		rows, _, err := akahu.ReadSettled(strings.NewReader(body), "NZD")
		banktest.Sane(t, rows, err, "NZD")
		var listed []reply.Fields
		if _, err := akahu.ReadItems(strings.NewReader(body), func(f reply.Fields) error { listed = append(listed, f); return nil }); err != nil {
			return
		}
		rows, err = akahu.PendingOf(listed, nzd, bank.Window{From: ledger.Day(1900, 1, 1), To: ledger.Day(2199, 12, 31)})
		banktest.Sane(t, rows, err, "NZD")
		for _, r := range rows {
			if r.SourceID != "" || !r.Pending {
				t.Fatalf("pending row %+v", r)
			}
		}
	})
}

func FuzzAccounts(f *testing.F) {
	f.Add(banktest.Read(f, "accounts.json"))
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		accounts, _, err := akahu.ReadAccounts(strings.NewReader(body))
		banktest.SaneAccounts(t, accounts, err)
	})
}
