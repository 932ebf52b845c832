package obie_test

import (
	"errors"
	"flag"
	"regexp"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/obie"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	now   = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	here  = obie.Bank{Now: func() time.Time { return now }}
	gbp   = ledger.Account{BankID: "a-1", Currency: "GBP"}
	month = bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)}
)

const base = "/open-banking/v3.1/aisp"

func open(t *testing.T, c *banktest.Counter) bank.Session {
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL + base, Token: secret.New("obie-token")}
}

// files answers with the files of testdata of one version.
func files(t *testing.T, version string) *banktest.Counter {
	return banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		switch path := strings.TrimPrefix(q.URL.Path, base); {
		case path == "/accounts":
			return 200, banktest.Read(t, "accounts-"+version+".json")
		case path == "/accounts/a-1/balances":
			return 200, banktest.Read(t, "balances-"+version+".json")
		case path == "/accounts/a-3/balances": // a card whose balance counts its limit in
			return 200, balance("Credit", `"InterimAvailable","CreditLine":[`+line("true", "Credit", "5000")+`,`+line("true", "Available", "3000")+`]`, "3000")
		case path == "/accounts/a-4/balances":
			return 200, balance("Debit", `"InterimBooked"`, "250.10")
		case path == "/accounts/a-5/balances":
			return 404, ""
		case path == "/accounts/a-2/balances" || path == "/accounts/a-7/balances":
			return 200, `{"Data":{}}`
		case strings.HasSuffix(path, "/balances"):
			return 403, `{"Code":"403 Forbidden","Message":"no","Errors":[{"ErrorCode":"UK.OBIE.Unheard.Of","Message":"4111-2222"}]}`
		}
		return 200, banktest.Read(t, "transactions-"+version+".json")
	}})
}

func balance(way, kind, amount string) string {
	return `{"Data":{"Balance":[{"CreditDebitIndicator":"` + way + `","Type":` + kind + `,"Amount":{"Amount":"` + amount + `","Currency":"GBP"}}]}}`
}

func line(included, kind, amount string) string {
	return `{"Included":` + included + `,"Type":"` + kind + `","Amount":{"Amount":"` + amount + `","Currency":"GBP"}}`
}

func TestAccountsOfBothVersionsReadAsInTheGoldenFiles(t *testing.T) {
	for _, version := range []string{"v3", "v4"} {
		accounts, err := here.Accounts(t.Context(), files(t, version).Session(t))
		if err != nil {
			t.Fatal(err)
		}
		banktest.Golden(t, *update, "accounts-"+version, banktest.TellAccounts(accounts))
	}
}

func TestTransactionsOfBothVersionsReadAsInTheGoldenFiles(t *testing.T) {
	for _, version := range []string{"v3", "v4"} {
		rows, err := banktest.Collect(t, here, files(t, version).Session(t), gbp, month)
		if err != nil {
			t.Fatal(err)
		}
		banktest.Golden(t, *update, "transactions-"+version, banktest.TellRows(rows))
	}
}

// TestEachCallSaysWhatTheStandardAsksFor: a new id each, times that are RFC 3339's, and no address of the person's, which
// this computer doesn't know.
func TestEachCallSaysWhatTheStandardAsksFor(t *testing.T) {
	c := files(t, "v3")
	s := c.Session(t)
	s.Present = true
	for range 2 {
		if _, err := banktest.Collect(t, here, s, gbp, month); err != nil {
			t.Fatal(err)
		}
	}
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for _, q := range c.Asked() {
		id := q.Header.Get("x-fapi-interaction-id")
		if !uuid.MatchString(id) || seen[id] || q.Header.Get("Authorization") != "Bearer obie-token" || q.Header.Get("x-fapi-customer-ip-address") != "" {
			t.Errorf("asked with %v", q.Header)
		}
		seen[id] = true
		ask := q.URL.Query()
		if q.URL.Path != base+"/accounts/a-1/transactions" || ask.Get("fromBookingDateTime") != "2026-11-01T00:00:00Z" || ask.Get("toBookingDateTime") != "2026-11-22T23:59:59Z" {
			t.Errorf("asked %s", q.URL)
		}
	}
	if e := c.Book.Entries()[0]; e.Path != "/accounts/{id}/transactions" || e.Purpose.ID != "transactions" || len(seen) != 2 {
		t.Errorf("the ledger says %+v", e)
	}
}

func TestCreditThatABalanceCountsInIsTakenOut(t *testing.T) {
	read := func(kind ledger.Kind, type_, indicator, amount string, lines ...string) ledger.Balance {
		a := bank.Account{Account: gbp}
		a.Kind = kind
		body := `{"Data":{"Balance":[{"CreditDebitIndicator":"` + indicator + `","Type":"` + type_ + `","Amount":{"Amount":"` + amount + `","Currency":"GBP"},"CreditLine":[` + strings.Join(lines, ",") + `]}]}}`
		if err := obie.ReadBalances(strings.NewReader(body), &a); err != nil {
			t.Fatal(err)
		}
		return a.Balance
	}
	for name, c := range map[string]struct {
		got                      ledger.Balance
		booked, available, limit string
	}{
		"counted in":           {read(ledger.Checking, "ITAV", "Credit", "1500.00", line("true", "Pre-Agreed", "1000.00")), " ", "500.00 GBP", "1000.00 GBP"},
		"not counted in":       {read(ledger.Checking, "ITBD", "Credit", "500.00", line("false", "Pre-Agreed", "1000.00")), "500.00 GBP", " ", "1000.00 GBP"},
		"two":                  {read(ledger.Checking, "ITBD", "Credit", "2000", line("true", "Pre-Agreed", "1000"), line("true", "Temporary", "500")), "500.00 GBP", " ", "1500.00 GBP"},
		"one of two":           {read(ledger.Checking, "ITBD", "Credit", "2000", line("true", "Pre-Agreed", "1000"), line("false", "Emergency", "500")), "1000.00 GBP", " ", "1500.00 GBP"},
		"what is left of it":   {read(ledger.Card, "ITBD", "Credit", "3000", line("true", "Credit", "5000"), line("true", "Available", "3000")), "-2000.00 GBP", " ", "5000.00 GBP"},
		"only what is left":    {read(ledger.Checking, "ITAV", "Credit", "3000", line("true", "Available", "3000")), " ", "0.00 GBP", " "},
		"overdrawn":            {read(ledger.Checking, "InterimBooked", "Debit", "57.36"), "-57.36 GBP", " ", " "},
		"of an untold amount":  {read(ledger.Checking, "ITBD", "Credit", "3000", `{"Included":true,"Type":"Credit"}`), " ", " ", " "},
		"a debt is no money":   {read(ledger.Card, "ITAV", "Credit", "3000", line("true", "Credit", "5000")), " ", " ", "5000.00 GBP"},
		"nor is a loan":        {read(ledger.Loan, "ITAV", "Credit", "3000"), " ", " ", " "},
		"of another currency":  {read(ledger.Checking, "ITBD", "Credit", "3000", `{"Included":false,"Type":"Credit","Amount":{"Amount":"9","Currency":"EUR"}}`), "3000.00 GBP", " ", " "},
		"what was at the open": {read(ledger.Checking, "OpeningBooked", "Credit", "3000"), " ", " ", " "},
	} {
		tell := func(want string) string { return strings.TrimSpace(want) }
		if b := c.got; known(b.Booked.String()) != tell(c.booked) || known(b.Available.String()) != tell(c.available) || known(b.Limit.String()) != tell(c.limit) {
			t.Errorf("%s: %+v", name, b)
		}
	}
}

// known is an amount as text; nothing for one without a currency.
func known(amount string) string {
	if !strings.Contains(amount, " ") {
		return ""
	}
	return amount
}

func TestALinkToElsewhereIsNotFollowed(t *testing.T) {
	for name, link := range map[string]string{
		"another host":     "https://elsewhere.example" + base + "/accounts/a-1/transactions?page=2",
		"another port":     "http://127.0.0.1:1" + base + "/accounts/a-1/transactions?page=2",
		"another scheme":   "https://HOST" + base + "/accounts/a-1/transactions?page=2",
		"a name inside":    "http://person@HOST" + base + "/accounts/a-1/transactions?page=2",
		"another account":  "http://HOST" + base + "/accounts/a-2/transactions?page=2",
		"no scheme":        "//elsewhere.example" + base + "/accounts/a-1/transactions?page=2",
		"another path":     "/accounts/a-1/transactions?page=2",
		"without a query":  "http://HOST" + base + "/accounts/a-1/transactions",
		"no address":       "http://%zz",
		"round in circles": "?page=1",
	} {
		c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			return 200, `{"Data":{"Transaction":[]},"Links":{"Next":"` + strings.ReplaceAll(link, "HOST", q.Host) + `"}}`
		}})
		_, err := banktest.Collect(t, here, c.Session(t), gbp, month)
		reason, calls := "bank.next", 1
		if name == "round in circles" {
			reason, calls = "bank.loop", 2
		}
		if f := fault.Of(err); f == nil || f.Reason != reason || len(c.Asked()) != calls {
			t.Errorf("%s: %d requests, %v", name, len(c.Asked()), err)
		}
	}
}

func TestAccountsComeOnSeveralPages(t *testing.T) {
	c := banktest.NewCounter(t, &banktest.Counter{Open: open})
	next := "?page=2"
	c.Answer = func(q banktest.Question) (int, any) {
		switch {
		case strings.HasSuffix(q.URL.Path, "/balances"):
			return 200, `{"Data":{"Balance":[]}}`
		case q.URL.Query().Get("page") == "2":
			return 200, `{"Data":{"Account":[{"AccountId":"2","Currency":"GBP"}]},"Links":{"Next":"` + strings.TrimPrefix(next, "?page=2") + `"}}`
		}
		return 200, `{"Data":{"Account":[{"AccountId":"1","Currency":"GBP"}]},"Links":{"Next":"` + next + `"}}`
	}
	if all, err := here.Accounts(t.Context(), c.Session(t)); err != nil || len(all) != 2 || all[1].BankID != "2" {
		t.Errorf("%+v, %v", all, err)
	}
	next = "?page=2?page=2"
	if _, err := here.Accounts(t.Context(), c.Session(t)); fault.Of(err) == nil || fault.Of(err).Reason != "bank.loop" {
		t.Errorf("a circle: %v", err)
	}
}

// TestHistoryEndsWhereTheBankWantsANewSignIn: of old days that refusal is no sign that the grant is over.
func TestHistoryEndsWhereTheBankWantsANewSignIn(t *testing.T) {
	for _, code := range []string{"UK.OBIE.Reauthenticate", "U028"} {
		c := banktest.Always(t, 403, `{"Errors":[{"ErrorCode":"`+code+`"}]}`, open)
		_, err := banktest.Collect(t, here, c.Session(t), gbp, bank.Window{From: month.From.AddDays(-100), To: month.To})
		if !errors.Is(err, bank.ErrTooFar) {
			t.Errorf("%s of old days: %v", code, err)
		}
		if _, err = banktest.Collect(t, here, c.Session(t), gbp, month); errors.Is(err, bank.ErrTooFar) || fault.KindOf(err) != fault.LoginNeeded {
			t.Errorf("%s of this month: %v", code, err)
		}
	}
}

func TestAProbeOfAConsentThatIsOverIsARefusal(t *testing.T) {
	over := `{"Errors":[{"ErrorCode":"U009"}]}`
	for name, c := range map[string]struct {
		status int
		body   string
		want   bank.Answer
		kind   fault.Kind
	}{
		"it opens":        {200, `{}`, bank.Answer{Status: 200}, fault.Unknown},
		"refused":         {401, ``, bank.Answer{Status: 401}, fault.Unknown},
		"over":            {403, over, bank.Answer{Status: 403, Code: "UK.OBIE.Resource.InvalidConsentStatus"}, fault.Unknown},
		"over, as bad":    {400, over, bank.Answer{Status: 401, Code: "UK.OBIE.Resource.InvalidConsentStatus"}, fault.Unknown},
		"not the consent": {403, `{"Errors":[{"ErrorCode":"U000"}]}`, bank.Answer{Status: 403, Code: "UK.OBIE.UnexpectedError"}, fault.BankDown},
		"a bad request":   {400, `{}`, bank.Answer{Status: 400}, fault.BankUnexpected},
		"down":            {503, over, bank.Answer{Status: 503, Code: "UK.OBIE.Resource.InvalidConsentStatus"}, fault.BankDown},
	} {
		got, err := here.Probe(t.Context(), banktest.Always(t, c.status, c.body, open).Session(t))
		if got != c.want || fault.KindOf(err) != c.kind {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
