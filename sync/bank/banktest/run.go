package banktest

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
)

// Trouble is one way in which a Server misbehaves when told to.
type Trouble int

// The troubles. All are over after one call but Loop, which lasts.
const (
	Unauthorized Trouble = iota // 401 although the token is good
	TooMany                     // 429 with Retry-After of 30 seconds
	Unavailable                 // 503
	CutPage                     // the second page of transactions breaks off in the middle
	Loop                        // every page of transactions names the same next one
	troubles
)

// Troubles returns every Trouble.
func Troubles() []Trouble {
	all := make([]Trouble, troubles)
	for i := range all {
		all[i] = Trouble(i)
	}
	return all
}

func (t Trouble) String() string {
	return [...]string{"401", "429", "503", "a page is cut off", "the pages loop"}[t]
}

// Server is a bank on loopback that speaks the dialect.
type Server interface {
	// Session opens a link to the bank.
	Session(t *testing.T) bank.Session
	// Accounts is how many accounts the link shows.
	Accounts() int
	// Window is one that holds at least three pages of at least one account.
	Window() bank.Window
	// Rows is how many transactions of account lie in w.
	Rows(t *testing.T, account ledger.Account, w bank.Window) int
	// Troubles are those that Fail can make.
	Troubles() []Trouble
	// Fail makes the bank misbehave from the next call on.
	Fail(trouble Trouble)
}

// Run checks that dialect d does to server what bank.Dialect says. open starts a fresh bank
// for each part.
func Run(t *testing.T, d bank.Dialect, open func(t *testing.T) Server) {
	parts := map[string]func(*testing.T, bench){
		"accounts come with what engine needs":   accountsAreWhole,
		"all pages come, each row once":          pagesAreComplete,
		"a cursor goes on where its page ended":  cursorResumes,
		"a cursor of another bank is refused":    cursorRefused,
		"a caller that stops asks for no more":   stopEndsPaging,
		"a cancelled context ends in the middle": cancelEndsPaging,
		"a probe is an answer":                   probeAnswers,
	}
	for name, part := range parts {
		t.Run(name, func(t *testing.T) { part(t, newBench(t, d, open(t))) })
	}
	able := open(t).Troubles()
	for trouble, part := range map[Trouble]func(*testing.T, bench){
		Unauthorized: unauthorizedIsLoginNeeded, TooMany: tooManyIsPaused, Unavailable: unavailableIsDown,
		CutPage: cutPageIsNoEnd, Loop: loopIsAnError,
	} {
		if slices.Contains(able, trouble) {
			t.Run(trouble.String(), func(t *testing.T) { part(t, newBench(t, d, open(t))) })
		}
	}
}

// bench is a dialect with a session at a server.
type bench struct {
	bank.Dialect
	server  Server
	session bank.Session
}

func newBench(t *testing.T, d bank.Dialect, server Server) bench {
	return bench{d, server, server.Session(t)}
}

// busy returns the account with the most rows in the window.
func (b bench) busy(t *testing.T) ledger.Account {
	t.Helper()
	accounts, err := b.Accounts(t.Context(), b.session)
	if err != nil {
		t.Fatal(err)
	}
	rows := func(a bank.Account) int { return b.server.Rows(t, a.Account, b.server.Window()) }
	return slices.MaxFunc(accounts, func(x, y bank.Account) int { return rows(x) - rows(y) }).Account
}

// pages reads w to its end or the first error.
func (b bench) pages(ctx context.Context, account ledger.Account, w bank.Window) ([]bank.Page, error) {
	var all []bank.Page
	for page, err := range b.Transactions(ctx, b.session, account, w) {
		if err != nil {
			return all, err
		}
		all = append(all, page)
	}
	return all, nil
}

func rowsOf(pages []bank.Page) []ledger.Row {
	var all []ledger.Row
	for _, p := range pages {
		all = append(all, p.Rows...)
	}
	return all
}

func accountsAreWhole(t *testing.T, b bench) {
	accounts, err := b.Accounts(t.Context(), b.session)
	if err != nil || len(accounts) != b.server.Accounts() {
		t.Fatalf("got %d accounts, %v; want %d", len(accounts), err, b.server.Accounts())
	}
	seen := map[string]bool{}
	for _, a := range accounts {
		if a.Err != nil || a.BankID == "" || a.Number == "" || a.Name == "" || len(a.Currency) != 3 || seen[a.BankID] {
			t.Errorf("account is not whole or not new: %+v", a)
		}
		if a.ID != "" || a.Link != "" || a.Identity != "" {
			t.Errorf("account has what is engine's to give: %+v", a)
		}
		if a.Balance.Booked.Currency != a.Currency {
			t.Errorf("balance of %q is in %q, the account in %q", a.BankID, a.Balance.Booked.Currency, a.Currency)
		}
		seen[a.BankID] = true
	}
}

func pagesAreComplete(t *testing.T, b bench) {
	account, w := b.busy(t), b.server.Window()
	pages, err := b.pages(t.Context(), account, w)
	if err != nil || len(pages) < 3 {
		t.Fatalf("got %d pages, %v; want at least 3", len(pages), err)
	}
	rows := rowsOf(pages)
	if want := b.server.Rows(t, account, w); len(rows) != want {
		t.Errorf("got %d rows, want %d", len(rows), want)
	}
	for i, p := range pages {
		if last := i == len(pages)-1; (p.Next == "") != last {
			t.Errorf("page %d of %d has next %q", i+1, len(pages), p.Next)
		}
	}
	for _, r := range rows {
		if r.Date < w.From-1 || r.Date > w.To+1 || r.Amount.Currency != account.Currency || r.Payee == "" {
			t.Errorf("row is not whole or outside of %v to %v: %+v", w.From, w.To, r)
		}
	}
}

func cursorResumes(t *testing.T, b bench) {
	account, w := b.busy(t), b.server.Window()
	pages, err := b.pages(t.Context(), account, w)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range pages[:len(pages)-1] {
		w.Cursor = p.Next
		rest, err := b.pages(t.Context(), account, w)
		if err != nil {
			t.Fatalf("resume after page %d: %v", i+1, err)
		}
		want, got := rowsOf(pages[i+1:]), rowsOf(rest)
		if !slices.EqualFunc(want, got, func(x, y ledger.Row) bool { return x.SourceID == y.SourceID && x.Amount == y.Amount }) {
			t.Errorf("resume after page %d gave %d rows, want the %d that followed", i+1, len(got), len(want))
		}
	}
}

func cursorRefused(t *testing.T, b bench) {
	account, w := b.busy(t), b.server.Window()
	w.Cursor = "no cursor of this bank"
	pages, err := b.pages(t.Context(), account, w)
	if !errors.Is(err, bank.ErrCursor) || len(pages) != 0 {
		t.Errorf("got %d pages, %v; want ErrCursor", len(pages), err)
	}
}

func stopEndsPaging(t *testing.T, b bench) {
	got := 0
	for _, err := range b.Transactions(t.Context(), b.session, b.busy(t), b.server.Window()) {
		if err != nil {
			t.Fatal(err)
		}
		got++
		break
	}
	if got != 1 {
		t.Errorf("got %d pages", got)
	}
}

func cancelEndsPaging(t *testing.T, b bench) {
	account := b.busy(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	got := 0
	var last error
	for _, err := range b.Transactions(ctx, b.session, account, b.server.Window()) {
		if last = err; err == nil {
			got++
			cancel()
		}
	}
	if got != 1 || fault.KindOf(last) != fault.Canceled {
		t.Errorf("got %d pages after the cancel, then %v; want 1, then Canceled", got, last)
	}
}

func probeAnswers(t *testing.T, b bench) {
	if answer, err := b.Probe(t.Context(), b.session); err != nil || answer.Status != 200 {
		t.Errorf("probe: %+v, %v", answer, err)
	}
	if slices.Contains(b.server.Troubles(), Unauthorized) {
		b.server.Fail(Unauthorized)
		if answer, err := b.Probe(t.Context(), b.session); err != nil || answer.Status != 401 {
			t.Errorf("probe with a refused token: %+v, %v; want status 401 and no error", answer, err)
		}
	}
}

// failing returns the errors of Accounts and of Transactions under trouble.
func (b bench) failing(t *testing.T, trouble Trouble) []error {
	t.Helper()
	account := b.busy(t)
	b.server.Fail(trouble)
	_, first := b.Accounts(t.Context(), b.session)
	b.server.Fail(trouble)
	_, second := b.pages(t.Context(), account, b.server.Window())
	return []error{first, second}
}

func unauthorizedIsLoginNeeded(t *testing.T, b bench) {
	for _, err := range b.failing(t, Unauthorized) {
		if fault.KindOf(err) != fault.LoginNeeded || errors.Is(err, bank.ErrAccountGone) {
			t.Errorf("got %v, want LoginNeeded of the whole link", err)
		}
	}
}

func tooManyIsPaused(t *testing.T, b bench) {
	for _, err := range b.failing(t, TooMany) {
		f := fault.Of(err)
		if f == nil || f.Kind != fault.BankPaused {
			t.Fatalf("got %v, want BankPaused", err)
		}
		until, err := time.Parse(time.RFC3339, f.Args["until"])
		if wait := time.Until(until); err != nil || wait < 20*time.Second || wait > 40*time.Second {
			t.Errorf("until %q, want 30 seconds from now", f.Args["until"])
		}
	}
}

func unavailableIsDown(t *testing.T, b bench) {
	for _, err := range b.failing(t, Unavailable) {
		if fault.KindOf(err) != fault.BankDown {
			t.Errorf("got %v, want BankDown", err)
		}
	}
}

func cutPageIsNoEnd(t *testing.T, b bench) {
	account, w := b.busy(t), b.server.Window()
	b.server.Fail(CutPage)
	pages, err := b.pages(t.Context(), account, w)
	if fault.KindOf(err) != fault.Offline || len(pages) != 1 {
		t.Fatalf("got %d pages, then %v; want 1, then Offline", len(pages), err)
	}
	w.Cursor = pages[0].Next
	rest, err := b.pages(t.Context(), account, w)
	w.Cursor = ""
	if got, want := len(rowsOf(append(pages, rest...))), b.server.Rows(t, account, w); err != nil || got != want {
		t.Errorf("after resuming: %d rows, %v; want %d", got, err, want)
	}
}

func loopIsAnError(t *testing.T, b bench) {
	account := b.busy(t)
	b.server.Fail(Loop)
	pages, err := b.pages(t.Context(), account, b.server.Window())
	if fault.KindOf(err) != fault.BankUnexpected || len(pages) > 10 {
		t.Errorf("got %d pages, then %v; want an error soon", len(pages), err)
	}
}
