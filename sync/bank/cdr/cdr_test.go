package cdr_test

import (
	"errors"
	"flag"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/cdr"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	now   = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	here  = cdr.Bank{Now: func() time.Time { return now }}
	aud   = ledger.Account{BankID: "a-1", Currency: "AUD"}
	month = bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)}
)

const (
	base     = "/cds-au/v1"
	accounts = base + "/banking/accounts"
)

func open(t *testing.T, c *banktest.Counter) bank.Session {
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL + base, Token: secret.New("cdr-token")}
}

// refused is a body that says code.
func refused(code string) string {
	return `{"errors":[{"code":"urn:au-cds:error:` + code + `","title":"4111-2222","detail":"4111-2222","meta":{}}]}`
}

// balances are what is told of the accounts of testdata.
var balances = map[string]string{
	"a-1": `{"data":{"accountId":"a-1","currentBalance":"-57.36","availableBalance":"942.64","creditLimit":"1000.00","currency":"AUD"},"links":{"self":"x"},"meta":{}}`,
	"a-2": `{"data":{"accountId":"a-2","currentBalance":"8000.00","availableBalance":"8000.00","creditLimit":"0.00","amortisedLimit":"0.00"}}`,
	"a-3": `{"data":{"accountId":"a-3","currentBalance":"-5120.00","availableBalance":"-120.00","creditLimit":"5000.00"}}`,
	"a-4": `{"data":{"accountId":"a-4","currentBalance":"-412000.51","availableBalance":"2500.00","amortisedLimit":"400000.00"}}`,
	"a-5": `{"data":{"accountId":"a-5","currentBalance":"12.00","availableBalance":"12.00","purses":[{"amount":"250.00","currency":"USD"},{"amount":"0","currency":"AUD"},{"amount":"30000","currency":"JPY"}]}}`,
	"a-8": `{"data":{"currentBalance":"-10.50","availableBalance":"489.50","creditLimit":"500.00","new":{"x":[null]}}}`,
}

// files answers with testdata.
func files(t *testing.T) *banktest.Counter {
	return banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		id, balance := strings.CutSuffix(strings.TrimPrefix(q.URL.Path, accounts+"/"), "/balance")
		switch told := balances[id]; {
		case q.URL.Path == accounts:
			return 200, banktest.Read(t, "accounts.json")
		case !balance:
			return 200, banktest.Read(t, "transactions.json")
		case told != "":
			return 200, told
		case id == "a-6":
			return 404, refused("cds-banking:Authorisation/InvalidBankingAccount")
		}
		return 404, refused("cds-banking:Authorisation/UnavailableBankingAccount")
	}})
}

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	all, err := here.Accounts(t.Context(), files(t).Session(t))
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "accounts", banktest.TellAccounts(all))
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	rows, err := banktest.Collect(t, here, files(t).Session(t), aud, month)
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "transactions", banktest.TellRows(rows))
}

// TestEachCallSaysWhatTheStandardAsksFor: the version of its own endpoint, a new id, the time, and no address of the
// person's, which this computer doesn't know.
func TestEachCallSaysWhatTheStandardAsksFor(t *testing.T) {
	c := files(t)
	s := c.Session(t)
	for _, s.Present = range []bool{true, false} {
		if _, err := here.Accounts(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if _, err := banktest.Collect(t, here, s, aud, month); err != nil {
			t.Fatal(err)
		}
	}
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for _, q := range c.Asked() {
		h, id := q.Header, q.Header.Get("x-fapi-interaction-id")
		if !uuid.MatchString(id) || seen[id] || h.Get("Authorization") != "Bearer cdr-token" || h.Get("x-fapi-auth-date") != "Sun, 22 Nov 2026 12:00:00 GMT" ||
			h.Get("x-fapi-customer-ip-address") != "" || h.Get("x-cds-client-headers") != "" {
			t.Errorf("asked with %v", h)
		}
		seen[id] = true
		versions := "3/1"
		switch ask := q.URL.Query(); {
		case strings.HasSuffix(q.URL.Path, "/balance"):
			versions = "1/"
		case strings.HasSuffix(q.URL.Path, "/transactions"):
			if versions = "2/1"; ask.Get("oldest-time") != "2026-10-31T13:00:00Z" || ask.Get("newest-time") != "2026-11-22T15:59:59Z" || ask.Get("page-size") != "500" {
				t.Errorf("asked %s", q.URL)
			}
		}
		if got := h.Get("x-v") + "/" + h.Get("x-min-v"); got != versions {
			t.Errorf("%s was asked in version %s", q.URL.Path, got)
		}
	}
	if e := c.Book.Entries()[9]; e.Path != "/banking/accounts/{id}/transactions" || e.Purpose.ID != "transactions" || len(seen) != 20 {
		t.Errorf("%d calls; the ledger says %+v", len(seen), e)
	}
}

// TestADayIsTheBanks: of what has an offset the day that is printed, of a day that was made an instant that day, of any
// other instant the day in the east.
func TestADayIsTheBanks(t *testing.T) {
	for text, want := range map[string]ledger.Date{
		"2026-07-14T23:30:00+10:00": ledger.Day(2026, 7, 14), "2026-07-14T00:00:00+08:00": ledger.Day(2026, 7, 14), "2026-07-14T00:00:00Z": ledger.Day(2026, 7, 14),
		"2026-12-14T23:30:00+08:00": ledger.Day(2026, 12, 14), "2026-07-14T14:00:00Z": ledger.Day(2026, 7, 15), "2026-12-14T13:00:00Z": ledger.Day(2026, 12, 15), "2026-07-14T13:00:00Z": ledger.Day(2026, 7, 14),
		"2026-07-14T13:59:59Z": ledger.Day(2026, 7, 14), "2026-12-14T12:59:59.999Z": ledger.Day(2026, 12, 14), "2026-12-14T22:15:00Z": ledger.Day(2026, 12, 15),
		"2026-10-03T13:30:00Z": ledger.Day(2026, 10, 3), "2026-10-04T13:30:00Z": ledger.Day(2026, 10, 5), // summer time began on the 4th
		"2026-04-04T13:30:00Z": ledger.Day(2026, 4, 5), "2026-04-05T13:30:00Z": ledger.Day(2026, 4, 5), // and ended on the 5th
		"2023-10-01T13:00:00Z": ledger.Day(2023, 10, 2), "2024-12-31T13:00:00Z": ledger.Day(2025, 1, 1),
	} {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := cdr.DayOf(at); got != want {
			t.Errorf("%s is of %v, not %v", text, got, want)
		}
	}
}

func TestPursesAreAccountsOfTheirOwn(t *testing.T) {
	c := files(t)
	s := c.Session(t)
	rows := `{"data":{"transactions":[` + pursed("1", "USD", "-5.00") + `,` + pursed("2", "JPY", "-500") + `,` + pursed("3", "", "-7.25") + `]},"links":{},"meta":{"totalRecords":3}}`
	read := func(id, currency string) ([]ledger.Row, error) {
		c.Instead(func(q banktest.Question) (int, any) {
			if q.URL.Path != accounts+"/a-5/transactions" {
				return 0, nil
			}
			return 200, rows
		})
		return banktest.Collect(t, here, s, ledger.Account{BankID: id, Currency: currency}, month)
	}
	for _, currency := range []string{"AUD", "USD", "JPY"} {
		id := "a-5?currency=" + currency
		if got, err := read(id, currency); err != nil || len(got) != 1 || got[0].Amount.Currency != currency || here.Whole(id) != "a-5" {
			t.Errorf("%s: %+v, %v", currency, got, err)
		}
	}
	if _, err := read("a-5", "AUD"); fault.Of(err) == nil || fault.Of(err).Reason != "bank.currency" {
		t.Errorf("of an account without purses: %v", err)
	}
	s.Skip = func(id string) bool { return strings.HasPrefix(id, "a-5?") }
	s.Left = func(prefix string) []string {
		if prefix != "a-5?currency=" {
			return nil
		}
		return []string{"a-5?currency=AUD", "a-5?currency=USD"}
	}
	before := len(c.Asked())
	all, err := here.Accounts(t.Context(), s)
	if err != nil || len(c.Asked())-before != 8 || !errors.Is(all[5].Err, bank.ErrSkipped) || all[5].BankID != "a-5?currency=USD" || all[5].Currency != "USD" {
		t.Errorf("all left out: %d calls, %+v, %v", len(c.Asked())-before, all, err)
	}
	s.Left = func(string) []string { return nil }
	s.Skip = func(id string) bool { return id == "a-5?currency=USD" }
	if all, err = here.Accounts(t.Context(), s); err != nil || all[4].Err != nil || !errors.Is(all[5].Err, bank.ErrSkipped) || all[5].Balance.Booked.Minor != 0 || all[6].Balance.Booked.Minor != 30000 {
		t.Errorf("one left out: %+v, %v", all, err)
	}
}

// TestTheCountOfAllPursesIsNotThatOfOne: engine would read each slice twice.
func TestTheCountOfAllPursesIsNotThatOfOne(t *testing.T) {
	c := files(t)
	rows := `{"data":{"transactions":[` + pursed("1", "USD", "-5.00") + `,` + pursed("2", "JPY", "-500") + `]},"links":{},"meta":{"totalRecords":2}}`
	c.Instead(func(q banktest.Question) (int, any) {
		if q.URL.Path == accounts+"/a-5/transactions" {
			return 200, rows
		}
		return 0, nil
	})
	for page, err := range here.Transactions(t.Context(), c.Session(t), ledger.Account{BankID: "a-5?currency=USD", Currency: "USD"}, month) {
		if err != nil || len(page.Rows) != 1 || page.Total > 1 || page.Partial {
			t.Errorf("%+v, %v", page, err)
		}
	}
}

// TestAPendingRowWithoutATimeIsToldOnce, with the days that end today, and not again as one of each window before.
func TestAPendingRowWithoutATimeIsToldOnce(t *testing.T) {
	c := files(t)
	c.Instead(func(q banktest.Question) (int, any) {
		if q.URL.Path == accounts+"/a-1/transactions" {
			return 200, `{"data":{"transactions":[{"accountId":"a-1","type":"PAYMENT","status":"PENDING","description":"X","amount":"-1.00","currency":"AUD"}]},"links":{},"meta":{"totalRecords":1}}`
		}
		return 0, nil
	})
	today, s := ledger.DateOf(now.UTC()), c.Session(t)
	for ago, want := range map[int]int{0: 1, 1: 0, 30: 0} {
		w := bank.Window{From: today.AddDays(-ago - 30), To: today.AddDays(-ago)}
		for page, err := range here.Transactions(t.Context(), s, ledger.Account{BankID: "a-1", Currency: "AUD"}, w) {
			if err != nil || len(page.Rows) != want || page.Total != want || page.Partial {
				t.Errorf("a window that ended %d days ago: %+v, %v", ago, page, err)
			}
		}
	}
}

func pursed(id, currency, amount string) string {
	return `{"accountId":"a-5","transactionId":"` + id + `","type":"PAYMENT","status":"POSTED","description":"X","postingDateTime":"2026-11-20T01:00:00Z","amount":"` + amount + `","currency":"` + currency + `"}`
}

func TestALinkToElsewhereIsNotFollowed(t *testing.T) {
	for name, link := range map[string]string{
		"another host":    "https://elsewhere.example" + accounts + "/a-1/transactions?page=2",
		"another port":    "http://127.0.0.1:1" + accounts + "/a-1/transactions?page=2",
		"a name inside":   "http://person@HOST" + accounts + "/a-1/transactions?page=2",
		"another account": "http://HOST" + accounts + "/a-2/transactions?page=2",
		"no scheme":       "//elsewhere.example" + accounts + "/a-1/transactions?page=2",
		"without a query": "http://HOST" + accounts + "/a-1/transactions",
		"no address":      "http://%zz",
	} {
		c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			return 200, `{"data":{"transactions":[]},"links":{"next":"` + strings.ReplaceAll(link, "HOST", q.Host) + `"},"meta":{}}`
		}})
		_, err := banktest.Collect(t, here, c.Session(t), aud, month)
		if f := fault.Of(err); f == nil || f.Reason != "bank.next" || len(c.Asked()) != 1 {
			t.Errorf("%s: %d requests, %v", name, len(c.Asked()), err)
		}
	}
}

// paged is a list of one row a page, on pages that totals tell the length of.
func paged(t *testing.T, pages int, totals ...string) *banktest.Counter {
	return banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		at := max(1, len(q.URL.Query().Get("page"))) // page=1, page=11 …
		next := ""
		if at < pages {
			next = `"next":"http://` + q.Host + q.URL.Path + `?page=` + strings.Repeat("1", at+1) + `"`
		}
		return 200, `{"data":{"transactions":[{"accountId":"a-1","transactionId":"` + q.URL.Query().Get("page") + `","type":"FEE","status":"POSTED","description":"X","postingDateTime":"2026-11-20T01:00:00Z","amount":"-1.00"}]},` +
			`"links":{` + next + `},"meta":{` + totals[at-1] + `}}`
	}})
}

func TestAListThatChangesWhileItIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		totals  []string
		rows    int
		partial bool
		reason  string
	}{
		"as told":              {[]string{`"totalRecords":3`, `"totalRecords":3`, `"totalRecords":3`}, 3, false, ""},
		"untold":               {[]string{``, ``, ``}, 3, false, ""},
		"became longer":        {[]string{`"totalRecords":2`, `"totalRecords":2`, `"totalRecords":3`}, 3, false, ""},
		"became shorter":       {[]string{`"totalRecords":4`, `"totalRecords":3`, `"totalRecords":3`}, 1, false, "bank.cursor"},
		"ends before its end":  {[]string{`"totalRecords":9`, `"totalRecords":9`, `"totalRecords":9`}, 3, true, ""},
		"a count that is none": {[]string{`"totalRecords":"some"`, ``, ``}, 0, false, "bank.json"},
	} {
		s := paged(t, 3, c.totals...).Session(t)
		rows, partial, reason := 0, false, ""
		for page, err := range here.Transactions(t.Context(), s, aud, month) {
			if err != nil {
				reason = fault.Of(err).Reason
				if reason == "bank.cursor" && !errors.Is(err, bank.ErrCursor) {
					t.Errorf("%s: %v", name, err)
				}
			}
			rows, partial = rows+len(page.Rows), partial || page.Partial
		}
		if rows != c.rows || partial != c.partial || reason != c.reason {
			t.Errorf("%s: %d rows, partial %v, %q", name, rows, partial, reason)
		}
	}
}

func TestAccountsComeOnSeveralPages(t *testing.T) {
	c := banktest.NewCounter(t, &banktest.Counter{Open: open})
	next := `"http://HOST` + accounts + `?page=2"`
	c.Answer = func(q banktest.Question) (int, any) {
		switch {
		case strings.HasSuffix(q.URL.Path, "/balance"):
			return 200, `{"data":{"currentBalance":"1.00","availableBalance":"1.00"}}`
		case q.URL.Query().Get("page") == "2":
			return 200, `{"data":{"accounts":[{"accountId":"2"}]},"links":{"next":` + strings.ReplaceAll(strings.TrimPrefix(next, "first "), "HOST", q.Host) + `},"meta":{}}`
		}
		return 200, `{"data":{"accounts":[{"accountId":"1"}]},"links":{"next":"http://` + q.Host + accounts + `?page=2"},"meta":{}}`
	}
	if _, err := here.Accounts(t.Context(), c.Session(t)); fault.Of(err) == nil || fault.Of(err).Reason != "bank.loop" {
		t.Errorf("a circle: %v", err)
	}
	next = "null"
	if all, err := here.Accounts(t.Context(), c.Session(t)); err != nil || len(all) != 2 || all[1].BankID != "2" || all[1].Currency != "AUD" {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestAProbeOfAConsentThatIsOverIsARefusal(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   bank.Answer
		kind   fault.Kind
	}{
		"it opens":        {200, `{}`, bank.Answer{Status: 200}, fault.Unknown},
		"refused":         {401, ``, bank.Answer{Status: 401}, fault.Unknown},
		"taken back":      {403, refused("cds-all:Authorisation/RevokedConsent"), bank.Answer{Status: 403, Code: "Authorisation/RevokedConsent"}, fault.Unknown},
		"not enough":      {403, refused("cds-all:Authorisation/InvalidConsent"), bank.Answer{Status: 403, Code: "Authorisation/InvalidConsent"}, fault.Unknown},
		"not the consent": {403, refused("cds-all:Authorisation/AdrStatusNotActive"), bank.Answer{Status: 403, Code: "Authorisation/AdrStatusNotActive"}, fault.BankUnexpected},
		"another version": {406, refused("cds-all:Header/UnsupportedVersion"), bank.Answer{Status: 406, Code: "Header/UnsupportedVersion"}, fault.BankUnexpected},
		"a bad request":   {400, `{}`, bank.Answer{Status: 400}, fault.BankUnexpected},
		"down":            {503, refused("cds-all:Service/Unavailable"), bank.Answer{Status: 503, Code: "Service/Unavailable"}, fault.BankDown},
	} {
		server := banktest.Always(t, c.status, c.body, open)
		got, err := here.Probe(t.Context(), server.Session(t))
		if got != c.want || fault.KindOf(err) != c.kind {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if q := server.Asked()[0]; q.Method != http.MethodGet || q.URL.RequestURI() != accounts+"?page-size=1" {
			t.Errorf("asked %s %s", q.Method, q.URL)
		}
	}
}
