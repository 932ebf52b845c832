package berlingroup_test

import (
	"encoding/json"
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
	"coffer/sync/bank/berlingroup"
)

var update = flag.Bool("update", false, "write the golden files anew")

func open(t *testing.T, c *banktest.Counter) bank.Session {
	return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL + "/psd2", Consent: "consent/1"}
}

var (
	eur      = ledger.Account{BankID: "r/1", Currency: "EUR"}
	november = bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)}
	now      = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	dialect  = berlingroup.Bank{Now: func() time.Time { return now }}
)

// part is one member of a file in testdata.
func part(t testing.TB, file, name string) string {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(banktest.Read(t, file)), &all); err != nil {
		t.Fatal(err)
	}
	return string(all[name])
}

// said is a refusal in the Berlin Group's form.
func said(code string) string {
	return `{"tppMessages":[{"category":"ERROR","code":"` + code + `","text":"4111-2222"}]}`
}

// files answers with the files of testdata. r-6 lets no balance be read.
func files(t *testing.T) *banktest.Counter {
	return banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
		at := strings.Split(strings.TrimPrefix(q.URL.EscapedPath(), "/psd2/v1/"), "/")
		switch {
		case len(at) == 1 && at[0] == "accounts":
			return 200, banktest.Read(t, "accounts.json")
		case len(at) == 1:
			return 200, banktest.Read(t, "cards.json")
		case at[2] == "balances" && at[1] == "r-6":
			return 401, said("CONSENT_INVALID")
		case at[2] == "balances":
			return 200, part(t, "balances.json", strings.ReplaceAll(at[1], "%2F", "/"))
		case at[0] == "card-accounts":
			return 200, banktest.Read(t, "cardrows.json")
		}
		return 200, banktest.Read(t, "transactions.json")
	}})
}

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	c := files(t)
	accounts, err := dialect.Accounts(t.Context(), c.Session(t))
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "accounts", banktest.TellAccounts(accounts))
	if asked := len(c.Asked()); asked != 8 { // two lists, and balances of those whose balances they don't tell
		t.Errorf("%d requests", asked)
	}
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	c := files(t)
	rows, err := banktest.Collect(t, dialect, c.Session(t), eur, november)
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "transactions", banktest.TellRows(rows))
	q := c.Asked()[0]
	if q.URL.EscapedPath() != "/psd2/v1/accounts/r%2F1/transactions" || q.URL.RawQuery != "bookingStatus=both&dateFrom=2026-11-01&dateTo=2026-11-22" {
		t.Errorf("asked %s", q.URL)
	}
	if e := c.Book.Entries()[0]; e.Path != "/v1/accounts/{id}/transactions" || e.Purpose.ID != "transactions" {
		t.Errorf("the ledger says %+v", e)
	}
	rows, err = banktest.Collect(t, dialect, c.Session(t), ledger.Account{BankID: "card-accounts/c-1", Currency: "EUR"}, november)
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "cardrows", banktest.TellRows(rows))
	if q := c.Asked()[1]; q.URL.Path != "/psd2/v1/card-accounts/c-1/transactions" {
		t.Errorf("asked %s", q.URL)
	}
}

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// TestHeadersSayWhoAsksAndNoMore: the person's address goes along exactly while they are there, and a token
// exactly where there is one.
func TestHeadersSayWhoAsksAndNoMore(t *testing.T) {
	c := files(t)
	seen := map[string]bool{}
	for _, there := range []bool{true, false} {
		for _, token := range []string{"", "token-1"} {
			s := c.Session(t)
			s.Present, s.Token = there, secret.New(token)
			before := len(c.Asked())
			if _, err := dialect.Accounts(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if _, err := banktest.Collect(t, dialect, s, eur, november); err != nil {
				t.Fatal(err)
			}
			for _, q := range c.Asked()[before:] {
				h := q.Header
				if _, has := h["Psu-Ip-Address"]; has != there || there && h.Get("PSU-IP-Address") != "127.0.0.1" {
					t.Errorf("%s, the person there %v: %v", q.URL, there, h)
				}
				if _, has := h["Authorization"]; has != (token != "") || has && h.Get("Authorization") != "Bearer token-1" {
					t.Errorf("%s, token %q: %v", q.URL, token, h)
				}
				id := h.Get("X-Request-ID")
				if !uuid.MatchString(id) || seen[id] || h.Get("Consent-ID") != "consent/1" || h.Get("Accept") != "application/json" {
					t.Errorf("%s: %v", q.URL, h)
				}
				seen[id] = true
			}
		}
	}
}

func TestABankWithoutCardAccountsIsNoTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   fault.Kind
	}{
		"no such address": {404, ``, fault.Unknown}, "no such service": {400, said("SERVICE_INVALID"), fault.Unknown}, "not for this licence": {403, ``, fault.Unknown},
		"no such method": {405, ``, fault.Unknown}, "not made": {501, ``, fault.Unknown}, "none in the consent": {401, said("CONSENT_INVALID"), fault.Unknown},
		"the token ended": {401, said("TOKEN_EXPIRED"), fault.LoginNeeded}, "down": {503, ``, fault.BankDown}, "too often": {429, ``, fault.BankPaused}, "odd": {418, ``, fault.BankUnexpected},
	} {
		counter := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			if strings.HasSuffix(q.URL.Path, "/card-accounts") {
				return c.status, c.body
			}
			return 200, `{"accounts":[{"resourceId":"1","iban":"X","currency":"EUR","balances":[{"balanceType":"expected","balanceAmount":{"currency":"EUR","amount":"1"}}]}]}`
		}})
		accounts, err := dialect.Accounts(t.Context(), counter.Session(t))
		if fault.KindOf(err) != c.kind || (err == nil) != (c.kind == fault.Unknown) || err == nil && len(accounts) != 1 {
			t.Errorf("%s: %d accounts, %v", name, len(accounts), err)
		}
	}
}

// TestAnAccountOfSeveralCurrenciesIsOneForEach: also its rows, of which each account has its own.
func TestAnAccountOfSeveralCurrenciesIsOneForEach(t *testing.T) {
	row := func(currency, amount string) string {
		return `{"bookingDate":"2026-11-20","transactionAmount":{"currency":"` + currency + `","amount":"` + amount + `"}}`
	}
	c := banktest.Always(t, 200, `{"transactions":{"booked":[`+row("EUR", "-1")+`,`+row("USD", "-2")+`,`+row("EUR", "-3")+`]}}`, open)
	for currency, want := range map[string]int{"EUR": 2, "USD": 1, "CHF": 0} {
		a := ledger.Account{BankID: "r-4?currency=" + currency, Currency: currency}
		rows, err := banktest.Collect(t, dialect, c.Session(t), a, november)
		if err != nil || len(rows) != want {
			t.Errorf("%s: %d rows, %v", currency, len(rows), err)
		}
	}
	if q := c.Asked()[0]; q.URL.Path != "/psd2/v1/accounts/r-4/transactions" {
		t.Errorf("asked %s", q.URL)
	}
	if _, err := banktest.Collect(t, dialect, c.Session(t), ledger.Account{BankID: "r-4", Currency: "EUR"}, november); fault.Of(err).Reason != "bank.currency" {
		t.Errorf("as an account of one currency: %v", err)
	}
}

// TestWhatWasLeftOutIsNotAskedFor: neither an account, nor one currency of it, tells a balance.
func TestWhatWasLeftOutIsNotAskedFor(t *testing.T) {
	c := files(t)
	s := c.Session(t)
	s.Skip = func(id string) bool { return id == "r/1" || id == "r-4?currency=JPY" || id == "r-5" }
	accounts, err := dialect.Accounts(t.Context(), s)
	if err != nil || len(accounts) != 10 {
		t.Fatalf("%d accounts, %v", len(accounts), err)
	}
	for _, a := range accounts {
		if left := s.Skip(a.BankID); left != errors.Is(a.Err, bank.ErrSkipped) || left && a.Balance != (ledger.Balance{}) {
			t.Errorf("%s: %+v", a.BankID, a)
		}
	}
	for _, q := range c.Asked() {
		if strings.Contains(q.URL.Path, "/r/1/") || strings.Contains(q.URL.Path, "/r-5/") {
			t.Errorf("asked %s", q.URL)
		}
	}
}

// TestABankThatTellsBookedRowsAloneIsAskedForThose, once in a session with two questions, then with one.
func TestABankThatTellsBookedRowsAloneIsAskedForThose(t *testing.T) {
	for _, body := range []string{said("PARAMETER_NOT_SUPPORTED"), said("FORMAT_ERROR"), `{"type":"x","code":"PARAMETER_NOT_CONSISTENT"}`, `bad`} {
		c := banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			if q.URL.Query().Get("bookingStatus") != "booked" {
				return 400, body
			}
			return 200, banktest.Read(t, "transactions.json")
		}})
		s := c.Session(t)
		s.Memo = &bank.Memo{}
		for want := 2; want < 4; want++ {
			rows, err := banktest.Collect(t, dialect, s, eur, november)
			if err != nil || len(rows) == 0 || len(c.Asked()) != want {
				t.Errorf("%s: %d rows after %d questions, %v", body, len(rows), len(c.Asked()), err)
			}
		}
		if a, b := c.Asked()[0], c.Asked()[1]; a.Header.Get("X-Request-ID") == b.Header.Get("X-Request-ID") {
			t.Error("two questions with one id")
		}
	}
	for _, body := range []string{said("FORMAT_ERROR"), said("PERIOD_INVALID")} { // whatever is asked
		c := banktest.Always(t, 400, body, open)
		if _, err := banktest.Collect(t, dialect, c.Session(t), eur, november); fault.KindOf(err) != fault.BankUnexpected || len(c.Asked()) > 2 {
			t.Errorf("%s: %v after %d questions", body, err, len(c.Asked()))
		}
	}
}

// TestALinkToElsewhereIsNotFollowed: the consent's id and the token go with it.
func TestALinkToElsewhereIsNotFollowed(t *testing.T) {
	for name, link := range map[string]string{
		"another host": "https://evil.example/psd2/v1/accounts/r%2F1/transactions?page=2", "another port": "http://127.0.0.1:1/psd2/v1/accounts/r%2F1/transactions?page=2",
		"another account": "/psd2/v1/accounts/r-2/transactions?page=2", "no query": "/psd2/v1/accounts/r%2F1/transactions", "a user": "http://x@HOST/psd2/v1/accounts/r%2F1/transactions?page=2",
		"another scheme": "https://HOST/psd2/v1/accounts/r%2F1/transactions?page=2", "without a scheme": "//evil.example/psd2/v1/accounts/r%2F1/transactions?page=2", "no address": "http://[::1?page=2",
		"another list": "/psd2/v1/card-accounts/r%2F1/transactions?page=2", "another call": "/psd2/v1/consents/1?page=2", "upwards": "../../../../elsewhere?page=2",
	} {
		var c *banktest.Counter
		c = banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(banktest.Question) (int, any) {
			next := strings.ReplaceAll(link, "HOST", strings.TrimPrefix(c.URL, "http://"))
			return 200, map[string]any{"transactions": map[string]any{"booked": []any{}, "_links": map[string]any{"next": map[string]string{"href": next}}}}
		}})
		_, err := banktest.Collect(t, dialect, c.Session(t), eur, november)
		if f := fault.Of(err); f == nil || f.Reason != "bank.next" || len(c.Asked()) != 1 {
			t.Errorf("%s: %v after %d requests", name, err, len(c.Asked()))
		}
	}
}

// TestTheNextPageIsFoundHoweverItIsWritten: whole, from the host's root, without what the bank's gateway puts
// before, or as a query alone.
func TestTheNextPageIsFoundHoweverItIsWritten(t *testing.T) {
	for _, link := range []string{"URL/psd2/v1/accounts/r%2F1/transactions?page=2", "/psd2/v1/accounts/r%2F1/transactions?page=2", "/v1/accounts/r%2F1/transactions?page=2", "?page=2"} {
		var c *banktest.Counter
		c = banktest.NewCounter(t, &banktest.Counter{Open: open, Answer: func(q banktest.Question) (int, any) {
			list := map[string]any{"booked": []any{}}
			if q.URL.Query().Get("page") == "" {
				list["_links"] = map[string]any{"next": map[string]string{"href": strings.ReplaceAll(link, "URL", c.URL)}}
			}
			return 200, map[string]any{"transactions": list}
		}})
		if _, err := banktest.Collect(t, dialect, c.Session(t), eur, november); err != nil || len(c.Asked()) != 2 {
			t.Fatalf("%s: %v after %d requests", link, err, len(c.Asked()))
		}
		if q := c.Asked()[1]; q.URL.EscapedPath() != "/psd2/v1/accounts/r%2F1/transactions" || q.URL.RawQuery != "page=2" {
			t.Errorf("%s: asked %s", link, q.URL)
		}
	}
}

func TestAPageThatIsNoLongerKnownStartsTheWindowAgain(t *testing.T) {
	w := november
	w.Cursor = "key:page=2"
	_, err := banktest.Collect(t, dialect, banktest.Always(t, 400, said("FORMAT_ERROR"), open).Session(t), eur, w)
	if !errors.Is(err, bank.ErrCursor) {
		t.Errorf("got %v", err)
	}
	if _, err = banktest.Collect(t, dialect, banktest.Always(t, 400, said("PERIOD_INVALID"), open).Session(t), eur, w); !errors.Is(err, bank.ErrTooFar) {
		t.Errorf("got %v", err)
	}
}

func TestAProbeSaysWhetherTheConsentOpensAnything(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   bank.Answer
		kind   fault.Kind
	}{
		{200, `{"accounts":[]}`, bank.Answer{Status: 200}, fault.Unknown}, {401, said("CONSENT_INVALID"), bank.Answer{Status: 401, Code: "CONSENT_INVALID"}, fault.Unknown},
		{400, said("CONSENT_UNKNOWN"), bank.Answer{Status: 401, Code: "CONSENT_UNKNOWN"}, fault.Unknown}, {403, ``, bank.Answer{Status: 403}, fault.Unknown},
		{401, said("CERTIFICATE_EXPIRED"), bank.Answer{Status: 401, Code: "CERTIFICATE_EXPIRED"}, fault.BankUnexpected}, {401, said("TOKEN_EXPIRED"), bank.Answer{Status: 401, Code: "TOKEN_EXPIRED"}, fault.Unknown},
		{401, said("SIGNATURE_MISSING"), bank.Answer{Status: 401, Code: "SIGNATURE_MISSING"}, fault.BankUnexpected}, {403, said("ROLE_INVALID"), bank.Answer{Status: 403, Code: "ROLE_INVALID"}, fault.BankUnexpected},
		{503, ``, bank.Answer{Status: 503}, fault.BankDown}, {400, said("FORMAT_ERROR"), bank.Answer{Status: 400, Code: "FORMAT_ERROR"}, fault.BankUnexpected},
	} {
		answer, err := dialect.Probe(t.Context(), banktest.Always(t, c.status, c.body, open).Session(t))
		if answer != c.want || fault.KindOf(err) != c.kind || (err == nil) != (c.kind == fault.Unknown) {
			t.Errorf("%d %s: %+v, %v", c.status, c.body, answer, err)
		}
	}
}
