package starling_test

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
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/starling"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t *testing.T, c *banktest.Counter) bank.Session {
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL + "/api/v2", Token: secret.New("starling-token")}
}

var gbp = ledger.Account{BankID: "aaaa-1/cccc-1", Currency: "GBP"}

// files answers with the files of testdata.
func files(t *testing.T, goals int) *banktest.Counter {
	return banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		switch path := strings.TrimPrefix(q.URL.Path, "/api/v2"); {
		case path == "/accounts":
			return 200, banktest.Read(t, "accounts.json")
		case path == "/accounts/aaaa-5/balance":
			return 404, ""
		case strings.HasSuffix(path, "/balance"):
			return 200, banktest.Read(t, "balance.json")
		case path == "/account/aaaa-1/savings-goals" && goals == 200:
			return 200, banktest.Read(t, "goals.json")
		case strings.HasSuffix(path, "/savings-goals"):
			return goals, `{"savingsGoalList":[]}`
		}
		return 200, banktest.Read(t, "feed.json")
	}})
}

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	accounts, err := starling.Bank{}.Accounts(t.Context(), files(t, 200).Session(t))
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "accounts", banktest.TellAccounts(accounts))
}

func TestATokenThatMayNotSeeGoalsShowsTheAccounts(t *testing.T) {
	for status, kind := range map[int]fault.Kind{403: fault.Unknown, 404: fault.Unknown, 401: fault.LoginNeeded, 503: fault.BankDown, 418: fault.Unknown} {
		accounts, err := starling.Bank{}.Accounts(t.Context(), files(t, status).Session(t))
		if (err != nil) != (kind != fault.Unknown) || fault.KindOf(err) != kind || err == nil && status != 418 && len(accounts) != 5 {
			t.Errorf("%d: %d accounts, %v", status, len(accounts), err)
		}
	}
}

// TestGoalsThatCantBeReadAreNamed, for each account that may have some, and are not missing without a word.
func TestGoalsThatCantBeReadAreNamed(t *testing.T) {
	accounts, err := starling.Bank{}.Accounts(t.Context(), files(t, 418).Session(t))
	if err != nil {
		t.Fatal(err)
	}
	read, unread := 0, 0
	for _, a := range accounts {
		switch {
		case !strings.HasSuffix(a.BankID, "/goals"):
			read++
		case fault.KindOf(a.Err) == fault.BankUnexpected && strings.HasSuffix(a.Name, ": savings goals"):
			unread++
		}
	}
	if read != 5 || unread != 3 || len(accounts) != 8 {
		t.Errorf("%d accounts, %d goals that are named: %s", read, unread, banktest.TellAccounts(accounts))
	}
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	c := files(t, 200)
	w := bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)}
	rows, err := banktest.Collect(t, starling.Bank{}, c.Session(t), gbp, w)
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "feed", banktest.TellRows(rows))
	q := c.Asked()[0]
	if q.Header.Get("Authorization") != "Bearer starling-token" || q.URL.Path != "/api/v2/feed/account/aaaa-1/category/cccc-1/transactions-between" ||
		q.URL.Query().Get("minTransactionTimestamp") != "2026-11-01T00:00:00.000Z" || q.URL.Query().Get("maxTransactionTimestamp") != "2026-11-22T23:59:59.999Z" {
		t.Errorf("asked %s %v", q.URL, q.Header)
	}
	if e := c.Book.Entries()[0]; e.Path != "/feed/account/{id}/category/{category}/transactions-between" || e.Purpose.ID != "transactions" {
		t.Errorf("the ledger says %+v", e)
	}
}

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	banktest.Refusals(t, starling.Bank{Now: func() time.Time { return now }}, now, open, banktest.Statuses())
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(fields string) string {
		return `{"feedItems":[{"feedItemUid":"1","status":"SETTLED","transactionTime":"2026-01-02T00:00:00Z",` + fields + `}]}`
	}
	bodies := banktest.NotJSON()
	for name, b := range map[string]banktest.Bad{
		"an exponent":              {Body: row(`"direction":"IN","amount":{"currency":"GBP","minorUnits":1e3}`), Reason: "bank.amount"},
		"a fraction":               {Body: row(`"direction":"IN","amount":{"currency":"GBP","minorUnits":4111.5}`), Reason: "bank.amount"},
		"null for an amount":       {Body: row(`"direction":"IN","amount":{"currency":"GBP","minorUnits":null}`), Reason: "bank.amount"},
		"an amount beyond 64 bits": {Body: row(`"direction":"IN","amount":{"currency":"GBP","minorUnits":9223372036854775808}`), Reason: "bank.amount"},
		"the one without opposite": {Body: row(`"direction":"IN","amount":{"currency":"GBP","minorUnits":-9223372036854775808}`), Reason: "bank.amount"},
		"no direction":             {Body: row(`"amount":{"currency":"GBP","minorUnits":4111}`), Reason: "bank.amount"},
		"another currency":         {Body: row(`"direction":"IN","amount":{"currency":"EUR","minorUnits":1}`), Reason: "bank.currency"},
		"no amount":                {Body: row(`"direction":"IN"`), Reason: "bank.currency"},
		"no id":                    {Body: `{"feedItems":[{"status":"SETTLED"}]}`, Reason: "bank.account"},
		"no date":                  {Body: `{"feedItems":[{"feedItemUid":"1","direction":"IN","amount":{"currency":"GBP","minorUnits":1}}]}`, Reason: "bank.date"},
		"a date out of range":      {Body: `{"feedItems":[{"feedItemUid":"1","transactionTime":"9999-01-01T00:00:00Z"}]}`, Reason: "bank.date"},
		"null for the list":        {Body: `{"feedItems":null}`, Reason: "bank.json"},
	} {
		bodies[name] = b
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		rows, err := starling.ReadFeed(strings.NewReader(body), "GBP")
		return len(rows), err
	}, bodies)
	banktest.Nonsense(t, func(body string) (int, error) {
		_, err := starling.ReadBalance(strings.NewReader(body), "GBP")
		return 0, err
	}, map[string]banktest.Bad{
		"no balance":                      {Body: `{}`, Reason: "bank.currency"},
		"a balance in another currency":   {Body: `{"clearedBalance":{"currency":"EUR","minorUnits":1}}`, Reason: "bank.currency"},
		"an available one that is a text": {Body: `{"clearedBalance":{"currency":"GBP","minorUnits":1},"effectiveBalance":{"currency":"GBP","minorUnits":"4111 or so"}}`, Reason: "bank.amount"},
	})
}

func FuzzFeed(f *testing.F) {
	f.Add(banktest.Read(f, "feed.json"))
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		rows, err := starling.ReadFeed(strings.NewReader(body), "GBP")
		banktest.Sane(t, rows, err, "GBP")
	})
}

func FuzzAccounts(f *testing.F) {
	f.Add(banktest.Read(f, "accounts.json"), banktest.Read(f, "goals.json"))
	f.Fuzz(func(t *testing.T, accounts, goals string) {
		fuzzed.Limit(t)
		all, err := starling.ReadAccounts(strings.NewReader(accounts))
		banktest.SaneAccounts(t, all, err)
		all, err = starling.ReadGoals(strings.NewReader(goals), gbp)
		banktest.SaneAccounts(t, all, err)
	})
}
