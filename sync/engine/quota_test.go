package engine_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/engine"
	"coffer/sync/wire"
)

// limited sets what the bank of r lets Coffer ask.
func (r *rig) limited(l consent.Limits) {
	link := r.store.links[linkID]
	link.Limits = l
	r.store.links[linkID] = link
}

func (r *rig) refreshAlone() error {
	_, err := r.engine.Refresh(r.Context(), linkID, false, nil)
	return err
}

// spent wants a refresh that sent nothing, left the link as it was, and said until when.
func (r *rig) spent(err error, until time.Time) {
	r.Helper()
	if fault.KindOf(err) != fault.QuotaSpent {
		r.Fatalf("got %v", err)
	}
	if got := fault.Of(err).Args["until"]; got != until.Format(time.RFC3339) {
		r.Errorf("until %s, want %v", got, until)
	}
	if calls := r.bank.Calls(); len(calls) != 0 {
		r.Errorf("the bank was asked %+v", calls)
	}
}

func TestTheBanksRequestsADayAreKept(t *testing.T) {
	r := newRig(t)
	r.year("a")
	r.must()
	used := len(r.bank.Calls())
	perRead := func() int { r.must(); return len(r.bank.Calls()) }()
	if used < 5 || perRead < 2 {
		t.Fatalf("%d and %d requests", used, perRead)
	}
	r.limited(consent.Limits{Reads: 3*perRead - 1})
	before := r.store.links[linkID]
	for range 2 {
		r.must()
	}
	r.now = r.now.Add(30 * time.Minute)
	if _, err := r.refresh(); fault.KindOf(err) != fault.QuotaSpent {
		t.Fatalf("in the midst of a read: %v", err)
	}
	if asked := len(r.bank.Calls()); asked != 3*perRead-1 {
		t.Errorf("%d requests, %d are allowed", asked, 3*perRead-1)
	}
	opened := r.grants.opened
	r.rebuild(func(*engine.Config) {}) // a restart
	until := noon.Add(24*time.Hour + time.Minute)
	_, err := r.refresh()
	r.spent(err, until)
	r.spent(r.refreshAlone(), until)
	if r.grants.opened != opened {
		t.Error("a token was asked for although nothing is left")
	}
	after := r.store.links[linkID]
	if after.State != consent.Active || after.Problem != 0 || !after.PausedUntil.IsZero() || !after.Since.Equal(before.Since) {
		t.Errorf("the link is %+v", after)
	}
	r.now = noon.Add(-3 * time.Hour) // the clock goes back
	_, err = r.refresh()
	r.spent(err, until)
	r.now = until
	r.must()
}

func TestReadsAloneAreCountedByAccountAndApart(t *testing.T) {
	r := newRig(t)
	r.year("a")
	r.bank.Open("b", "DEPOSIT_ACCOUNT", "4417", 1_00)
	r.must()
	r.limited(consent.Limits{Alone: 2})
	for range 3 {
		r.must() // the person is there: that counts for nothing
	}
	if err := errors.Join(r.refreshAlone(), r.refreshAlone()); err != nil {
		t.Fatal(err)
	}
	r.bank.Calls()
	until := noon.Add(24*time.Hour + time.Minute)
	err := r.refreshAlone()
	r.spent(err, until)
	if fault.Of(err).Reason != consent.ReasonAlone {
		t.Errorf("its reason is %q", fault.Of(err).Reason)
	}
	r.must() // the person may
	r.now = until
	if err := r.refreshAlone(); err != nil {
		t.Error(err)
	}
}

// TestAnAccountWhoseReadsAreUsedUpLeavesTheOthers: the first one is read in two slices each time.
func TestAnAccountWhoseReadsAreUsedUpLeavesTheOthers(t *testing.T) {
	r := newRig(t)
	r.year("a")
	r.bank.Open("b", "DEPOSIT_ACCOUNT", "4417", 1_00)
	r.must()
	delete(r.store.readings, "account-1") // a window of 400 days
	r.limited(consent.Limits{Alone: 3})
	result, err := r.engine.Refresh(t.Context(), linkID, false, nil)
	if err != nil || len(result.Accounts) != 2 || fault.KindOf(result.Accounts[0].Err) != fault.QuotaSpent || result.Accounts[1].Err != nil {
		t.Fatalf("%+v, %v", result.Accounts, err)
	}
	if l := r.store.links[linkID]; l.State != consent.Active || l.Problem != 0 || len(l.Unread) != 0 {
		t.Errorf("the link is %+v", l)
	}
}

// TestAQuotaThatIsNotSavedSendsNothing: what the disk did not take would be forgotten by a restart.
func TestAQuotaThatIsNotSavedSendsNothing(t *testing.T) {
	r := newRig(t)
	r.year("a")
	r.limited(consent.Limits{Reads: 100, Alone: 100})
	full := fault.New(fault.DiskFull, "save", errors.New("full"))
	r.store.refuseSetting = full
	if _, err := r.refresh(); fault.KindOf(err) != fault.DiskFull {
		t.Errorf("got %v", err)
	}
	if err := r.refreshAlone(); fault.KindOf(err) != fault.DiskFull {
		t.Errorf("alone: %v", err)
	}
	if calls := r.bank.Calls(); len(calls) != 0 {
		t.Errorf("the bank was asked %+v", calls)
	}
}

var agedPurpose = egress.Purpose{ID: "accounts"}

// aged is a bank for a lifetime: no socket, and it keeps its own count by its own clock. It asks by a line whose door
// is shut: what comes as far as that door would have gone out.
type aged struct {
	accounts int
	trouble  func() error // of a request that went out; may be nil
	real     time.Time    // the bank's clock
	asked    []time.Time  // requests
	alone    map[string][]time.Time
	refused  int // that the quota refused
}

func (*aged) Name() string { return "fdx" }

func (b *aged) ask(ctx context.Context, s bank.Session, account string, first bool) error {
	answer, err := s.Line.Do(ctx, wire.Request{Purpose: agedPurpose, Method: "GET", URL: s.Base + "/x", Path: "/x", Bearer: s.Token})
	if err == nil {
		return errors.Join(errors.New("the door is open"), answer.Body.Close())
	}
	if fault.KindOf(err) != fault.Canceled {
		b.refused++
		return err
	}
	b.asked = append(b.asked, b.real)
	if !s.Present && first {
		b.alone[account] = append(b.alone[account], b.real)
	}
	if b.trouble != nil {
		return b.trouble()
	}
	return nil
}

func (b *aged) Accounts(ctx context.Context, s bank.Session) (all []bank.Account, err error) {
	for i := range b.accounts {
		a := ledger.Account{BankID: fmt.Sprint("a", i), Name: "A", Masked: fmt.Sprint(1000 + i), Currency: "USD"}
		all = append(all, bank.Account{Account: a, Number: a.Masked})
	}
	return all, b.ask(ctx, s, "", true)
}

func (b *aged) Transactions(ctx context.Context, s bank.Session, a ledger.Account, _ bank.Window) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) {
		if err := b.ask(ctx, s, a.BankID, true); err != nil {
			yield(bank.Page{}, err)
			return
		}
		if yield(bank.Page{Next: "2"}, nil) {
			err := b.ask(ctx, s, a.BankID, false)
			yield(bank.Page{}, err)
		}
	}
}

func (*aged) Probe(context.Context, bank.Session) (bank.Answer, error) { return bank.Answer{}, nil }

// agedTokens opens links with the line of a shut door.
type agedTokens struct{ session bank.Session }

func (g agedTokens) Session(context.Context, consent.Link) (bank.Session, error) { return g.session, nil }
func (g agedTokens) Renewed(context.Context, consent.Link) (bank.Session, error) { return g.session, nil }

// most is the largest number of times within 24 hours, by the bank's clock.
func most(times []time.Time) (n int) {
	from := 0
	for i, at := range times {
		for at.Sub(times[from]) >= 24*time.Hour {
			from++
		}
		n = max(n, i-from+1)
	}
	return n
}

// TestTenThousandDaysWithinTheQuota lives with banks of several limits: reads with and without the person, at
// drawn times, failures that are tried again, restarts, and a clock that goes back. The bank counts, too.
func TestTenThousandDaysWithinTheQuota(t *testing.T) {
	days, requests, alone, refused := 0, 0, 0, 0
	for i, limits := range []consent.Limits{{Reads: 24}, {Alone: 4}, {Reads: 5, Alone: 2}, {Reads: 12, Alone: 4}, {Reads: 1, Alone: 1}} {
		b := &aged{accounts: 1 + i, real: noon, alone: map[string][]time.Time{}}
		random := rand.New(rand.NewPCG(uint64(i), 7))
		life := newAgedLife(t, b, limits, random)
		for b.real.Before(noon.AddDate(0, 0, 2000)) {
			life.step()
		}
		days += 2000
		requests, refused = requests+len(b.asked), refused+b.refused+life.refused
		if n := most(b.asked); limits.Reads > 0 && n > limits.Reads || len(b.asked) < 500 {
			t.Errorf("%+v: %d requests within 24 hours, %d in all", limits, n, len(b.asked))
		}
		for _, account := range slices.Sorted(maps.Keys(b.alone)) {
			alone += len(b.alone[account])
			if n := most(b.alone[account]); limits.Alone > 0 && n > limits.Alone {
				t.Errorf("%+v: %d reads alone of %q within 24 hours", limits, n, account)
			}
		}
		if limits.Alone > 0 && len(b.alone[""]) < 500 {
			t.Errorf("%+v: only %d reads alone", limits, len(b.alone[""]))
		}
	}
	if refused < 5_000 {
		t.Errorf("the quota was reached %d times: the life is too quiet", refused)
	}
	t.Logf("%d days: %d requests, %d reads alone, %d times nothing was left", days, requests, alone, refused)
}

// agedLife is Coffer over the years.
type agedLife struct {
	t       *testing.T
	bank    *aged
	store   *memory
	tokens  agedTokens
	engine  *engine.Engine
	random  *rand.Rand
	behind  time.Duration // the clock
	refused int
}

func newAgedLife(t *testing.T, b *aged, limits consent.Limits, random *rand.Rand) *agedLife {
	link := aLink()
	link.Limits = limits
	door, err := wire.New(wire.Config{Ledger: new(banktest.Book), Now: func() time.Time { return noon }, UserAgent: "Coffer/test"})
	if err != nil {
		t.Fatal(err)
	}
	door.Close()
	line, err := door.Line("l", []string{"http://127.0.0.1:9"})
	if err != nil {
		t.Fatal(err)
	}
	l := &agedLife{t: t, bank: b, store: newMemory(link), random: random}
	l.tokens.session = bank.Session{Line: line, Base: "http://127.0.0.1:9", Token: secret.New("t")}
	l.restart()
	return l
}

func (l *agedLife) now() time.Time { return l.bank.real.Add(-l.behind) }

func (l *agedLife) restart() {
	var err error
	l.engine, err = engine.New(engine.Config{Store: l.store, Sessions: l.tokens, Dialects: []bank.Dialect{l.bank}, Now: l.now})
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *agedLife) step() {
	l.bank.trouble = nil
	switch n := l.random.IntN(100); {
	case n < 45: // the time goes on
		l.bank.real = l.bank.real.Add(time.Duration(l.random.IntN(14*3600)) * time.Second)
		return
	case n < 46:
		l.behind += time.Duration(l.random.IntN(100*3600)) * time.Second
		return
	case n < 50:
		l.restart()
		return
	case n < 60:
		kinds := []fault.Kind{fault.BankDown, fault.Offline, fault.LoginNeeded, fault.BankUnexpected}
		left := 1 + l.random.IntN(3)
		l.bank.trouble = func() error {
			if left--; left > 0 {
				return nil
			}
			return fault.New(kinds[l.random.IntN(len(kinds))], "ask", errors.New("made up"))
		}
	}
	for range 1 + l.random.IntN(3) {
		_, err := l.engine.Refresh(l.t.Context(), linkID, l.random.IntN(3) == 0, nil)
		link := l.store.links[linkID]
		if fault.KindOf(err) == fault.QuotaSpent {
			l.refused++
		} else if !link.State.Reads() { // the person signs in again
			link.State = consent.Active
			l.store.links[linkID] = link
		}
	}
}
