package banks_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/provider"
	"coffer/app/secret"
)

// now is the clock of every test here.
var now = time.Date(2026, 11, 22, 10, 14, 0, 0, time.UTC)

// fake is a Coffer by hand. What blocks waits for its ctx or its channel.
type fake struct {
	mu        sync.Mutex
	calls     []string
	links     []app.LinkView
	accounts  []ledger.AccountView
	receipts  []consent.Receipt
	records   []consent.Record
	meddled   error // what is wrong with those
	providers []app.Provider
	broken    error // of Links
	unchanged error // of SetBookedOnly

	own         []app.Provider    // of the person's folder, there once it is read
	unusable    []provider.Broken // its files that can't be used
	unconfirmed error             // of ConfirmProvider
	deaf        bool              // Links never answers

	link       func(ctx context.Context, provider string, t app.Terms, told func(app.LinkingProgress)) (consent.LinkID, error)
	refresh    func(ctx context.Context, id consent.LinkID) (app.Refreshed, error)
	refreshAll func(ctx context.Context) error
	running    []app.Progress
	stops      map[consent.LinkID]context.CancelFunc // of what is read; "" of all
	revoke     func(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error)
	opens      map[string]string // what opens a former backup; opensFormer for others
	erasures   []app.ErasureReport
	keys       func(told func(done, total int64)) // gives the vault its new key; nil: there is none
	erase      func(id consent.LinkID) (consent.Receipt, error)
	terms      app.Terms
	silent     []ledger.Silence
	health     []app.AccountHealth
	erased     consent.Erasure                                    // of ChooseAccounts
	ask        func(context.Context, []consent.Ask) (bool, error) // of the last terms
	answer     func(consent.LinkID, consent.Ask, bool) error
	job        func(app.Progress)
	changed    func()
	clock      func() time.Time
	prepare    func() // runs first in the bubble: its channels are made there
}

func (f *fake) note(call string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls = append(f.calls, call)
}

func (f *fake) called(call string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.calls {
		if c == call {
			n++
		}
	}
	return n
}

func (f *fake) Links(ctx context.Context) ([]app.LinkView, error) {
	if f.deaf {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]app.LinkView(nil), f.links...), f.broken
}

func (f *fake) Link(_ context.Context, id consent.LinkID) (app.LinkView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.links {
		if l.ID == id {
			return l, nil
		}
	}
	return app.LinkView{}, ledger.ErrNotFound
}

func (f *fake) setState(id consent.LinkID, state consent.State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.links {
		if f.links[i].ID == id {
			f.links[i].State = state
		}
	}
}

func (f *fake) setReceipt(id consent.LinkID, r *consent.Receipt) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.links {
		if f.links[i].ID == id {
			f.links[i].Receipt = r
		}
	}
}

func (f *fake) Accounts(context.Context) ([]ledger.AccountView, error) { return f.accounts, nil }
func (f *fake) Records(context.Context) ([]consent.Record, error, error) {
	return f.records, f.meddled, nil
}
func (f *fake) Receipts(context.Context) ([]consent.Receipt, error) { return f.receipts, nil }
func (f *fake) Shelf() app.Shelf                                    { return app.Shelf{Providers: f.providers} }
func (f *fake) ReadProviders() app.Shelf {
	return app.Shelf{Providers: append(f.providers[:len(f.providers):len(f.providers)], f.own...), Broken: f.unusable, Folder: "/home/nora/coffer/providers"}
}
func (f *fake) ConfirmProvider(_ context.Context, id consent.LinkID, hash string) error {
	f.note("confirm " + string(id) + " " + hash)
	return f.unconfirmed
}
func (f *fake) Listen(_ context.Context, changed func())                { f.changed = changed }
func (f *fake) ListenJobs(_ context.Context, told func(p app.Progress)) { f.job = told }
func (f *fake) Running() []app.Progress                                 { return f.running }

func (f *fake) RefreshAll(ctx context.Context) error {
	f.note("refresh all")
	return f.refreshAll(f.stoppable(ctx, ""))
}

func (f *fake) stoppable(ctx context.Context, id consent.LinkID) context.Context {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stops == nil {
		f.stops = map[consent.LinkID]context.CancelFunc{}
	}
	ctx, f.stops[id] = context.WithCancel(ctx)
	return ctx
}

func (f *fake) StopReading(id consent.LinkID) {
	f.note("stop " + string(id))
	f.mu.Lock()
	defer f.mu.Unlock()
	for of, stop := range f.stops {
		if id == "" || of == id {
			stop()
		}
	}
}

func (f *fake) EraseSoon(_ context.Context, id consent.LinkID) error {
	f.note("soon " + string(id))
	return nil
}

func (f *fake) KeepAfterAll(_ context.Context, id consent.LinkID) error {
	f.note("kept " + string(id))
	return nil
}

func (f *fake) Erase(_ context.Context, id consent.LinkID, told func(done, total int64)) (consent.Receipt, error) {
	f.note("erase " + string(id))
	if f.keys != nil {
		f.keys(told)
	}
	return f.erase(id)
}

func (f *fake) Totals(context.Context, ledger.Filter) (ledger.Totals, error) {
	return ledger.Totals{Booked: []ledger.Sum{{Count: 42}}}, nil
}

func (f *fake) Now() time.Time {
	if f.clock != nil {
		return f.clock()
	}
	return now
}

func (f *fake) LinkBank(ctx context.Context, provider string, t app.Terms, told func(app.LinkingProgress)) (consent.LinkID, error) {
	f.note("link " + provider)
	f.terms, f.ask = t, t.Ask
	return f.link(ctx, provider, t, told)
}

func (f *fake) Refresh(ctx context.Context, id consent.LinkID) (app.Refreshed, error) {
	f.note("refresh " + string(id))
	return f.refresh(f.stoppable(ctx, id), id)
}

func (f *fake) Revoke(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
	f.note("revoke " + string(id))
	return f.revoke(ctx, id, told)
}

func account(id, link, name, masked string) ledger.AccountView {
	a := ledger.AccountView{Account: ledger.Account{ID: ledger.AccountID(id), Link: link, Name: name, Masked: masked, Currency: "USD"}}
	a.Balance.ReadAt, a.Balance.AsOf = now.Add(-2*time.Minute), now.Add(-50*24*time.Hour)
	return a
}

var northlight = app.Provider{
	ID: "demo-northlight", Name: "Northlight Bank", Demo: true, Hosts: []string{"127.0.0.1:4711"}, Reads: []string{"balances", "transactions"},
	Days: 365, History: 1098, SignIn: &app.SignIn{Name: "nora", Password: "harbour-lamp-42"},
}

func linkView(id, bank string, state consent.State, expires time.Time, accounts ...ledger.AccountView) app.LinkView {
	return app.LinkView{
		Link: consent.Link{ID: consent.LinkID(id), Provider: "demo-northlight", Bank: bank, State: state, Since: now.Add(-100 * 24 * time.Hour),
			Granted: time.Date(2026, 6, 4, 9, 0, 0, 0, time.UTC), Expires: expires, HistoryDays: 365, LastUsed: now.Add(-2 * time.Minute)},
		Accounts: accounts, Provider: northlight, Traffic: egress.Total{Sent: 4000, Received: 10000},
	}
}

func (f *fake) Health(context.Context) ([]app.AccountHealth, error) { return f.health, nil }

func (f *fake) Silent(context.Context) ([]ledger.Silence, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.silent, nil
}

func (f *fake) KnowDifference(_ context.Context, h app.AccountHealth, known bool) error {
	f.note(fmt.Sprintf("know %s %v", h.Account.ID, known))
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.health {
		if f.health[i].Account.ID == h.Account.ID {
			f.health[i].Known = known
		}
	}
	return nil
}

func (f *fake) PutSilenceAway(_ context.Context, id ledger.AccountID) error {
	f.note("heard " + string(id))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.silent = nil
	return nil
}

func (f *fake) PutEndingAway(_ context.Context, id consent.LinkID) error {
	f.note("away " + string(id))
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.links {
		f.links[i].PutAway = f.links[i].PutAway || f.links[i].ID == id
	}
	return nil
}

func (f *fake) ChooseAccounts(_ context.Context, id consent.LinkID, read []string, erase bool) (consent.Erasure, error) {
	f.note("choose " + string(id) + " " + strings.Join(read, " ") + " " + strconv.FormatBool(erase))
	return f.erased, nil
}

func (f *fake) SetBookedOnly(_ context.Context, id ledger.AccountID, only bool) error {
	f.note(fmt.Sprintf("booked only %s %v", id, only))
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.links {
		for i := range l.Accounts {
			if l.Accounts[i].ID == id {
				l.Accounts[i].BookedOnly = only
			}
		}
	}
	return f.unchanged
}

func (f *fake) SetLeftOut(_ context.Context, id ledger.AccountID, out bool) error {
	f.note(fmt.Sprintf("left out %s %v", id, out))
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.links {
		for i := range l.Accounts {
			if l.Accounts[i].ID == id {
				l.Accounts[i].LeftOut = out
			}
		}
	}
	return f.unchanged
}

func (f *fake) AnswerHost(_ context.Context, id consent.LinkID, a consent.Ask, allow bool) error {
	return f.answer(id, a, allow)
}

// full is a vault with every kind of link.
func full() *fake {
	day := 24 * time.Hour
	old := proved("old", "Old Harbour Credit Union")
	gone := linkView("old", "Old Harbour Credit Union", consent.Revoked, time.Time{}, account("a9", "old", "Savings", "5530"))
	gone.Receipt = &old
	f := &fake{
		links: []app.LinkView{
			linkView("azulejo", "Banco Azulejo", consent.Active, now.Add(9*day), account("a1", "azulejo", "Conta corrente", "8801"), account("a2", "azulejo", "Poupança", "8819")),
			linkView("north", "Northlight Bank", consent.Active, now.Add(110*day), account("a3", "north", "Everyday", "2290"), account("a4", "north", "Card", "4417")),
			linkView("tide", "Tidewater Savings", consent.Outage, time.Time{}, account("a5", "tide", "Reserve", "0071")),
			gone,
		},
		accounts:  []ledger.AccountView{account("f1", "", "Azulejo pension statement", "")},
		receipts:  []consent.Receipt{old},
		providers: []app.Provider{northlight},
	}
	f.links[2].Problem = 6
	f.links[0].Limits, f.links[0].Left = consent.Limits{Alone: 4}, consent.Left{Reads: -1, Alone: 3}
	f.links[1].Left = consent.Left{Reads: -1, Alone: -1}
	f.links[2].Limits, f.links[2].Left = consent.Limits{Reads: 24, Alone: 4}, consent.Left{Reads: 0, Alone: 2, Until: now.Add(9 * time.Hour)}
	return f
}

// proved is the receipt of a whole revocation.
func proved(link consent.LinkID, bank string) consent.Receipt {
	r := consent.Receipt{Link: link, Bank: bank, Accounts: []string{"Everyday ·· 2290", "Card ·· 4417"}, Granted: now.Add(-2000 * time.Hour),
		Started: now, Ended: now.Add(2400 * time.Millisecond), Proved: true, History: "kept", Steps: proofs()}
	r.Hash = consent.HashReceipt(r)
	return r
}

func proofs() []consent.Proof {
	at := func(s int) time.Time { return now.Add(time.Duration(s) * time.Second) }
	return []consent.Proof{
		{Kind: consent.ConsentEnded, OK: true, Answer: "204", At: at(0)}, {Kind: consent.TokensReturned, OK: true, Answer: "200, 200", At: at(1)},
		{Kind: consent.AccessRefused, OK: true, Answer: "401", At: at(1)}, {Kind: consent.RefreshRefused, OK: true, Answer: "invalid_grant", At: at(2)},
		{Kind: consent.TokensShredded, OK: true, At: at(2)},
	}
}

// shredded is the receipt of an erasure.
func shredded(accounts, rows int64) consent.Receipt {
	return consent.Receipt{History: "erased", Erasure: &consent.Erasure{Before: 9_000_000, After: 7_000_000, Gone: []consent.Gone{
		{What: consent.GoneTransactions, Count: rows, Bytes: rows * 90}, {What: consent.GoneWords, Count: rows, Bytes: rows * 50},
		{What: consent.GoneRollups, Count: 2 * rows}, {What: consent.GoneAlerts, Count: 1}, {What: consent.GoneAccounts, Count: accounts}}}}
}

func (f *fake) Erasures(context.Context) ([]app.ErasureReport, error) { return f.erasures, nil }

func (f *fake) FinishShredding(_ context.Context, told func(done, total int64)) error {
	f.note("finish shredding")
	if f.keys != nil {
		f.keys(told)
	}
	return nil
}

// opensFormer is what backups under the former key open with.
const opensFormer = "four quiet words together"

func (f *fake) CleanBackups(_ context.Context, paths []string, remove bool, typed secret.Text, _ func(done, total int)) error {
	var failed []error
	for _, path := range paths {
		opens := cmp.Or(f.opens[path], opensFormer)
		listed := slices.ContainsFunc(f.erasures, func(e app.ErasureReport) bool {
			return slices.ContainsFunc(e.Backups, func(b app.ErasedBackup) bool { return b.Path == path })
		})
		switch {
		case !listed:
			failed = append(failed, fault.New(fault.NotFound, "clean", errors.New("not listed")))
			continue
		case !typed.Empty() && !typed.Equal(secret.New(opens)):
			failed = append(failed, fault.New(fault.WrongPassphrase, "clean", errors.New("another passphrase")))
			continue
		}
		f.note(fmt.Sprintf("clean %s %v", path, remove))
		for i := range f.erasures {
			f.erasures[i].Backups = slices.DeleteFunc(slices.Clone(f.erasures[i].Backups), func(b app.ErasedBackup) bool { return b.Path == path })
		}
	}
	return errors.Join(failed...)
}

func (f *fake) CheckRevoked(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
	f.note("check " + string(id))
	return f.revoke(ctx, id, told)
}

func (f *fake) DropTokens(_ context.Context, id consent.LinkID) (consent.Receipt, error) {
	f.note("drop " + string(id))
	f.setState(id, consent.Dropped)
	return consent.Receipt{Link: id, Bank: "Northlight Bank", Accounts: []string{"Everyday ·· 2290", "Card ·· 4417"}, Granted: now, Started: now, History: "kept",
		How: consent.ByDrop, Hash: strings.Repeat("5f1e", 16), Ended: now, Steps: []consent.Proof{{Kind: consent.TokensShredded, OK: true, At: now}}}, nil
}
