package simplefin_test

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/simplefin"
)

// bridge answers as its test says and remembers what it was asked.
type bridge struct {
	url  string
	book banktest.Book

	mu    sync.Mutex
	asked []string
}

func newBridge(t testing.TB, answer http.HandlerFunc) *bridge {
	t.Helper()
	b := &bridge{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.mu.Lock()
		b.asked = append(b.asked, r.Method+" "+r.URL.RequestURI())
		b.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	b.url = server.URL
	return b
}

func (b *bridge) calls() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked
}

func (b *bridge) session(t testing.TB) bank.Session {
	return bank.Session{Line: banktest.Line(t, &b.book, b.url), Base: b.url + "/simplefin", Token: secret.New("user:pass:word")}
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func read(t testing.TB, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func collect(t *testing.T, b *bridge, account ledger.Account, w bank.Window) (all []bank.Page, err error) {
	t.Helper()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for page, err := range (simplefin.Bank{Now: func() time.Time { return now }}).Transactions(t.Context(), b.session(t), account, w) {
		if err != nil {
			return all, err
		}
		all = append(all, page)
	}
	return all, nil
}

func TestRowsOfVersion1(t *testing.T) {
	b := newBridge(t, says(200, read(t, "testdata/v1.json")))
	day := ledger.DateOf(time.Unix(1763900000, 0))
	account := ledger.Account{BankID: "harbour.example/2930002", Currency: "USD"}
	pages, err := collect(t, b, account, bank.Window{From: day.AddDays(-10), To: day.AddDays(10)})
	if err != nil || len(pages) != 1 || len(pages[0].Rows) != 3 || !pages[0].Partial {
		t.Fatalf("got %+v, %v", pages, err)
	}
	rows := pages[0].Rows
	if r := rows[0]; r.SourceID != "1" || r.Amount != money.New(-50, "USD") || r.Pending || r.Date != day || r.Payee != "Corner Shop" || r.Text != "CORNER SHOP 12" ||
		r.Memo != "Some memo" || !r.At.Equal(time.Unix(1763890001, 0)) || len(r.Raw) != 7 {
		t.Errorf("got %+v", r)
	}
	if r := rows[1]; r.Amount != money.New(1234_50, "USD") || !r.Pending || r.Date != ledger.DateOf(time.Unix(1763990000, 0)) || r.Payee != "PAY" {
		t.Errorf("got %+v", r)
	}
	if r := rows[2]; !r.Pending || r.Amount != money.New(-300, "USD") || r.Raw[len(r.Raw)-1] != (ledger.Field{Name: "extra", Value: `{"a": [1, 2]}`}) {
		t.Errorf("got %+v", r)
	}
	if asked := b.calls()[0]; !strings.Contains(asked, "version=2") || strings.Contains(asked, "pending=0") || strings.Contains(asked, "user") {
		t.Errorf("asked %q", asked)
	}
}

func TestAccountsOfVersion2(t *testing.T) {
	b := newBridge(t, func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "user" || password != "pass:word" {
			w.WriteHeader(403)
			return
		}
		fmt.Fprint(w, read(t, "testdata/v2.json"))
	})
	accounts, err := simplefin.Bank{}.Accounts(t.Context(), b.session(t))
	if err != nil || len(accounts) != 5 {
		t.Fatalf("got %+v, %v", accounts, err)
	}
	if a := accounts[0]; a.Err != nil || a.BankID != "CON-1/A1" || a.Name != "Everyday" || a.Masked != "4417" || a.Number != "ORG-9 4417" || a.Kind != ledger.Checking ||
		a.Balance.Booked != money.New(-50, "USD") || a.Balance.Available != money.New(1000, "USD") || a.Balance.AsOf.Unix() != 1764000000 {
		t.Errorf("got %+v", a)
	}
	if a := accounts[1]; fault.Of(a.Err) == nil || fault.Of(a.Err).Reason != "simplefin.reconnect" || !errors.Is(a.Err, bank.ErrAccountGone) || a.BankID != "CON-2/A1" || a.Kind != ledger.Card {
		t.Errorf("an account whose bank wants a sign-in: %+v", a)
	}
	if a := accounts[2]; a.Err != nil || a.Kind != ledger.Investment || a.Balance.Booked != money.New(500, "EUR") || !a.Balance.AsOf.IsZero() || a.Number != "ORG-9 id A3" {
		t.Errorf("got %+v", a)
	}
	for i, reason := range map[int]string{3: "simplefin.amount", 4: "simplefin.currency"} {
		if f := fault.Of(accounts[i].Err); f == nil || f.Reason != reason {
			t.Errorf("account %d: %v", i, accounts[i].Err)
		}
	}
}

func TestTheDigitsThatANameShows(t *testing.T) {
	for name, want := range map[string][2]string{
		"Everyday (4417)": {"Everyday", "4417"}, "Card ··4417": {"Card", "4417"}, "Savings xxxx8036": {"Savings", "8036"}, "Checking - 4321": {"Checking", "4321"}, "Box (1234)": {"Box", "1234"},
		"Amex ...x1001": {"Amex", "1001"}, "Visa *1234 ": {"Visa", "1234"}, "(4417)": {"(4417)", "4417"},
		"Holiday 2024": {"Holiday 2024", ""}, "Box1234": {"Box1234", ""}, "Loan (12)": {"Loan (12)", ""}, "Checking": {"Checking", ""}, "": {"", ""}, "4417": {"4417", ""}, "Card (123456)": {"Card (123456)", ""},
	} {
		if bare, last := simplefin.SplitName(name); bare != want[0] || last != want[1] {
			t.Errorf("%q is %q and %q, want %q", name, bare, last, want)
		}
	}
}

// The bridge gives at most 60 days a call; two calls without a row end the walk.
func TestTheWalkBackStops(t *testing.T) {
	for name, test := range map[string]struct {
		days, calls int
		rows        bool
	}{"at two empty calls": {365, 2, false}, "at the window's start": {150, 3, true}, "within one call": {60, 1, true}} {
		t.Run(name, func(t *testing.T) {
			b := newBridge(t, func(w http.ResponseWriter, r *http.Request) {
				rows := ""
				if test.rows {
					rows = fmt.Sprintf(`{"id":"x","posted":%s,"amount":"1","description":"A"}`, r.URL.Query().Get("start-date"))
				}
				fmt.Fprintf(w, `{"accounts":[{"org":{"domain":"d"},"id":"1","transactions":[%s]}]}`, rows)
			})
			pages, err := collect(t, b, ledger.Account{BankID: "d/1", Currency: "USD"}, bank.Window{From: 20_001 - ledger.Date(test.days), To: 20_000})
			if err != nil || len(pages) != test.calls || len(b.calls()) != test.calls || pages[len(pages)-1].Next != "" {
				t.Errorf("%d pages, %d calls, %v", len(pages), len(b.calls()), err)
			}
			total := 0
			for _, asked := range b.calls() {
				var from, to int64
				for _, part := range strings.FieldsFunc(asked, func(r rune) bool { return r == '?' || r == '&' }) {
					_, _ = fmt.Sscanf(part, "start-date=%d", &from) // other parts don't match
					_, _ = fmt.Sscanf(part, "end-date=%d", &to)
				}
				days := int((to - from) / 86400)
				if total += days; days < 1 || days > 60 || (to-from)%86400 != 0 {
					t.Errorf("one call for %d days: %q", days, asked)
				}
			}
			if test.rows && total < test.days {
				t.Errorf("asked for %d days of %d", total, test.days)
			}
		})
	}
}

// TestARowOfAnotherDayOfTheWindowIsNeverLeftOut: a bridge may choose its rows by another day than the one that they are booked
// on. Each is told once, wherever the bridge tells it, and how often.
func TestARowOfAnotherDayOfTheWindowIsNeverLeftOut(t *testing.T) {
	const to, from = ledger.Date(20_000), ledger.Date(19_821) // three calls: 59 days back, 119 and 179
	row := func(id string, day ledger.Date) string {
		return fmt.Sprintf(`{"id":%q,"posted":%d,"amount":"1","description":"A"}`, id, day.Time().Unix())
	}
	bare := func(text string, day ledger.Date) string {
		return fmt.Sprintf(`{"posted":%d,"amount":"1","description":%q}`, day.Time().Unix(), text)
	}
	for name, c := range map[string]struct {
		calls [3]string // what each tells
		want  string
	}{
		"of a day of the next call, told early alone": {[3]string{row("a", to-70)}, "a"},
		"of a day of the last call, after an empty":   {[3]string{row("a", to), "", row("c", to-150)}, "a c"},
		"told early, and once more":                   {[3]string{row("a", to-70), row("a", to-70)}, "a"},
		"of a day of the call before, told late":      {[3]string{"", row("b", to-3)}, "b"},
		"told in each call":                           {[3]string{row("a", to-3), row("a", to-3), row("a", to-3)}, "a"},
		"of days that nobody asked for":               {[3]string{row("a", to-3) + "," + row("x", from-1) + "," + row("y", to+1)}, "a"},
		"early, of the last call's days":              {[3]string{row("a", to-150), "", row("d", to-140)}, "a d"},
		"without an id, told late":                    {[3]string{bare("a", to-9), bare("b", to-3), ""}, "a b"},
		"without an id, told early alone":             {[3]string{bare("a", to-70), "", ""}, "a"},
		"without an id, told early, and once more":    {[3]string{bare("a", to-70), bare("a", to-70), ""}, "a"},
		"without an id, told in each call":            {[3]string{bare("a", to-3), bare("a", to-3), bare("a", to-3)}, "a"},
		"twins without an id, and one told late":      {[3]string{bare("a", to-3) + "," + bare("a", to-3), bare("a", to-3), ""}, "a a"},
		"one told early, its twin with it later":      {[3]string{bare("a", to-70), bare("a", to-70) + "," + bare("a", to-70), ""}, "a a"},
		"without an id, of days that nobody asked":    {[3]string{bare("a", to-3) + "," + bare("x", from-1) + "," + bare("y", to+1), "", ""}, "a"},
	} {
		n := 0
		b := newBridge(t, func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintf(w, `{"accounts":[{"org":{"domain":"d"},"id":"1","transactions":[%s]}]}`, c.calls[n])
			n++
		})
		pages, err := collect(t, b, ledger.Account{BankID: "d/1", Currency: "USD"}, bank.Window{From: from, To: to})
		var got []string
		for _, p := range pages {
			for _, r := range p.Rows {
				got = append(got, cmp.Or(r.SourceID, r.Text))
			}
		}
		if err != nil || strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v in %d pages, %v; want %s", name, got, len(pages), err, c.want)
		}
	}
}

// The bridge counts requests: all accounts of a session cost as many as one.
func TestAllAccountsCostOneCall(t *testing.T) {
	b := newBridge(t, func(w http.ResponseWriter, r *http.Request) {
		row := fmt.Sprintf(`{"id":"x","posted":%s,"amount":"1","description":"A"}`, r.URL.Query().Get("start-date"))
		fmt.Fprintf(w, `{"accounts":[{"org":{"domain":"d"},"id":"1","transactions":[%s]},{"org":{"domain":"d"},"id":"2","transactions":[%s,%s]}]}`, row, row, row)
	})
	s := b.session(t)
	s.Memo = &bank.Memo{}
	for id, want := range map[string]int{"d/1": 2, "d/2": 4} {
		rows := 0
		for page, err := range (simplefin.Bank{}).Transactions(t.Context(), s, ledger.Account{BankID: id, Currency: "USD"}, bank.Window{From: 19_881, To: 20_000}) {
			if err != nil {
				t.Fatal(err)
			}
			rows += len(page.Rows)
		}
		if rows != want {
			t.Errorf("%s has %d rows, want %d", id, rows, want)
		}
	}
	if n := len(b.calls()); n != 2 {
		t.Errorf("%d calls for two accounts of 120 days: %v", n, b.calls())
	}
}

func TestWhatRefusalsMean(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		kind   fault.Kind
		reason string
		is     error
	}{
		"403 is access that was taken back": {403, "", fault.LoginNeeded, "simplefin.refused", bank.ErrRevoked},
		"401 is too":                        {401, "", fault.LoginNeeded, "simplefin.refused", bank.ErrRevoked},
		"402 is a subscription":             {402, `{"errors":["Payment required."],"accounts":[]}`, fault.SubscriptionLapsed, "", nil},
		"429 is a pause":                    {429, "", fault.BankPaused, "", nil},
		"503 is the bridge's trouble":       {503, "<html>", fault.BankDown, "", nil},
		"418 is not understood":             {418, "4111 1111", fault.BankUnexpected, "", nil},
		"gen.auth wants a new setup token":  {200, `{"errlist":[{"code":"gen.auth","msg":"x"}],"accounts":[]}`, fault.LoginNeeded, "simplefin.refused", nil},
		"no accounts at all is none":        {200, `{"errors":[]}`, fault.BankUnexpected, "simplefin.json", nil},
		"HTML is none":                      {200, `<html>4111</html>`, fault.BankUnexpected, "simplefin.json", nil},
		"an account without an id is none":  {200, `{"accounts":[{"name":"4111"}]}`, fault.BankUnexpected, "simplefin.json", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := simplefin.Bank{}.Accounts(t.Context(), newBridge(t, says(test.status, test.body)).session(t))
			f := fault.Of(err)
			if f == nil || f.Kind != test.kind || f.Reason != test.reason || test.is != nil && !errors.Is(err, test.is) || strings.Contains(err.Error(), "4111") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAnAccountThatIsGoneIsSaid(t *testing.T) {
	b := newBridge(t, says(200, `{"accounts":[{"org":{"domain":"other"},"id":"1"}]}`))
	for _, id := range []string{"d/1", "odd", "%zz/1"} {
		if _, err := collect(t, b, ledger.Account{BankID: id, Currency: "USD"}, bank.Window{From: 1, To: 2}); !errors.Is(err, bank.ErrAccountGone) || fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// A currency may be an address. It is read without a secret, and from another host only once that is allowed.
func TestACurrencyOfTheBridgesOwn(t *testing.T) {
	elsewhere := newBridge(t, says(200, `{"name":"Miles","abbr":"MLS"}`))
	var here *bridge
	address := ""
	here = newBridge(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/own" {
			if r.Header.Get("Authorization") != "" {
				w.WriteHeader(400)
				return
			}
			fmt.Fprint(w, `{"name":"Doge","abbr":"DGE"}`)
			return
		}
		fmt.Fprintf(w, `{"accounts":[{"org":{"domain":"d"},"id":"1","name":"A","currency":%q,"balance":"1.50"},{"org":{"domain":"d"},"id":"2","name":"B","currency":%q,"balance":"2"}]}`, address, address)
	})
	address = here.url + "/own"
	accounts, err := simplefin.Bank{}.Accounts(t.Context(), here.session(t))
	if err != nil || len(accounts) != 2 || accounts[0].Err != nil || accounts[1].Err != nil || accounts[0].Balance.Booked != money.New(150, "DGE") || accounts[1].Currency != "DGE" || len(here.calls()) != 2 {
		t.Errorf("got %+v, %v after %v", accounts, err, here.calls())
	}
	address = elsewhere.url + "/miles"
	accounts, err = simplefin.Bank{}.Accounts(t.Context(), here.session(t))
	if err != nil || len(accounts) != 2 || fault.KindOf(accounts[0].Err) != fault.HostRefused || fault.Of(accounts[0].Err).Args["token"] != "no" || len(elsewhere.calls()) != 0 {
		t.Errorf("got %+v, %v; elsewhere was asked %v", accounts, err, elsewhere.calls())
	}
}

func TestSetupTokensAreReadAsTheyAreCopied(t *testing.T) {
	const address = "https://bridge.example/simplefin/claim/AbC?>~~"
	plain := "https://bridge.example/simplefin/claim/AbC~~~\u007e"
	std := base64.StdEncoding.EncodeToString([]byte(plain))
	for name, setup := range map[string]string{
		"standard": std, "without padding": strings.TrimRight(std, "="), "for URLs": base64.URLEncoding.EncodeToString([]byte(plain)),
		"in lines": " " + std[:20] + "\r\n\t" + std[20:] + "\n",
	} {
		if got, ok := simplefin.ClaimAddress(setup); !ok || got != plain {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	encode := base64.StdEncoding.EncodeToString
	for name, setup := range map[string]string{
		"nothing": "", "no base64": "!!", "no address": encode([]byte("hello")), "http": encode([]byte("http://bridge.example/claim/x")),
		"a user": encode([]byte("https://a:b@bridge.example/claim/x")), "a query": encode([]byte(address)), "a private host": encode([]byte("https://10.0.0.1/claim/x")),
		"no path": encode([]byte("https://bridge.example")), "two lines": encode([]byte("https://bridge.example/a\nb")), "too long": strings.Repeat("A", 5000), "a file": encode([]byte("file:///etc/passwd")),
	} {
		if got, ok := simplefin.ClaimAddress(setup); ok {
			t.Errorf("%s is taken for %q", name, got)
		}
		if _, err := (simplefin.Bank{}).ClaimAddress(secret.New(setup)); fault.KindOf(err) != fault.BadAnswer || fault.Of(err).Args["need"] != "setup-token" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnAccessURLIsSplit(t *testing.T) {
	if base, token, ok := simplefin.Split(" https://u%2Fser:p%40ss:x@bridge.example/simplefin/ \n"); !ok || base != "https://bridge.example/simplefin" || token != "u/ser:p@ss:x" {
		t.Errorf("got %q, %q, %v", base, token, ok)
	}
	for _, access := range []string{
		"", "https://bridge.example/simplefin", "https://user@bridge.example/simplefin", "https://:p@bridge.example/", "http://u:p@bridge.example/simplefin",
		"https://u:p@bridge.example/simplefin?x=1", "https://u:p@10.0.0.1/simplefin", "https://u%3Ax:p@bridge.example/simplefin", "<html>",
	} {
		if base, _, ok := simplefin.Split(access); ok {
			t.Errorf("%q is taken for %q", access, base)
		}
	}
}

func TestAClaim(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		kind   fault.Kind
		reason string
	}{
		"gives access":          {200, "http://user:canary@127.0.0.1:1/simplefin", fault.Unknown, ""},
		"was used before":       {403, "", fault.KeyRefused, "setup.used"},
		"finds the bridge down": {502, "canary", fault.BankDown, ""},
		"gives something else":  {200, "canary", fault.BankUnexpected, "simplefin.access"},
	} {
		t.Run(name, func(t *testing.T) {
			var length int64 = -2
			b := newBridge(t, func(w http.ResponseWriter, r *http.Request) {
				length = r.ContentLength
				says(test.status, test.body)(w, r)
			})
			setup := base64.StdEncoding.EncodeToString([]byte(b.url + "/claim/canary"))
			g, err := simplefin.Bank{}.Claim(t.Context(), b.session(t).Line, secret.New(setup))
			if f := fault.Of(err); (err != nil) != (test.kind != fault.Unknown) || f != nil && (f.Kind != test.kind || f.Reason != test.reason || strings.Contains(err.Error(), "canary")) {
				t.Errorf("got %v", err)
			}
			if err == nil && (g.Base != "http://127.0.0.1:1/simplefin" || !g.Token.Equal(secret.New("user:canary"))) {
				t.Errorf("got %+v", g)
			}
			if calls := b.calls(); len(calls) != 1 || calls[0] != "POST /claim/canary" || length != 0 {
				t.Errorf("asked %v with %d bytes", calls, length)
			}
			for _, e := range b.book.Entries() {
				if strings.Contains(fmt.Sprint(e), "canary") {
					t.Errorf("the ledger has it: %+v", e)
				}
			}
		})
	}
}

// TestWhatWasLeftOutIsNotAskedFor: the call for several accounts names those that are read.
func TestWhatWasLeftOutIsNotAskedFor(t *testing.T) {
	b := newBridge(t, says(http.StatusOK, `{"accounts":[{"org":{"domain":"d"},"id":"1","transactions":[]},{"org":{"domain":"d"},"id":"3","transactions":[]}]}`))
	s := b.session(t)
	s.Memo, s.Only = &bank.Memo{}, []string{"d/1", "d/3"}
	for _, id := range s.Only {
		for _, err := range (simplefin.Bank{}).Transactions(t.Context(), s, ledger.Account{BankID: id, Currency: "USD"}, bank.Window{From: 19_990, To: 20_000}) {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if asked := b.calls(); len(asked) != 1 || !strings.Contains(asked[0], "?account=1&account=3&") {
		t.Errorf("asked %q", asked)
	}
}
