package app_test

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

// several is a rig with links to so many banks, each a server of its own. The first is slow once slow is called.
type several struct {
	*rig
	links []consent.LinkID
	banks []*demobank.Bank
}

func newSeveral(t *testing.T, n int) *several {
	t.Helper()
	r, err := build(t.TempDir(), new(clock))
	must(t, err)
	s := &several{rig: r}
	r.others = map[string]*demobank.Bank{}
	for i := range n {
		bank, err := demobank.Start(t.Context(), demobank.Config{State: fmt.Sprintf("%s/bank-%d.json", r.dir, i), Now: r.clock.now})
		must(t, err)
		t.Cleanup(func() { must(t, bank.Close()) })
		r.others[fmt.Sprint("bank-", i)], s.banks = bank, append(s.banks, bank)
	}
	must(t, r.reopen())
	must(t, r.makeVault())
	must(t, r.unlock())
	r.cleanUp(t)
	for i, bank := range s.banks {
		r.browse = func(ctx context.Context, address string) error {
			return walk.Approve(ctx, address, walk.Options{Username: bank.Username(), Password: bank.Password().Show()})
		}
		id := value(r.coffer.LinkBank(t.Context(), fmt.Sprint("bank-", i), app.Terms{HistoryDays: 5, ConsentDays: 90}, func(app.LinkingProgress) {}))(t)
		s.links = append(s.links, id)
	}
	return s
}

// slow makes the first bank hold every answer back until it is healed.
func (s *several) slow() { s.banks[0].Fail(demobank.Fault{Kind: demobank.Slow, Delay: time.Hour}) }

// ended returns a channel that gives each link as its refresh ends.
func (s *several) ended(ctx context.Context) <-chan consent.LinkID {
	over := make(chan consent.LinkID, 100)
	s.coffer.ListenJobs(ctx, func(p app.Progress) {
		if p.Ended {
			over <- p.Link
		}
	})
	return over
}

// wantOthers waits until each link but the first has been read.
func (s *several) wantOthers(t *testing.T, over <-chan consent.LinkID) {
	t.Helper()
	left := slices.Clone(s.links[1:])
	for len(left) > 0 {
		id := <-over
		at := slices.Index(left, id)
		if at < 0 {
			t.Fatalf("the refresh of %q ended, of all", id)
		}
		left = slices.Delete(left, at, at+1)
	}
	for _, id := range s.links[1:] {
		if l := value(s.coffer.Link(t.Context(), id))(t); !l.LastUsed.Equal(s.clock.now()) || l.State != consent.Active {
			t.Errorf("link %q: read %v, state %d", id, l.LastUsed, l.State)
		}
	}
	running := s.coffer.Running()
	if len(running) != 1 || running[0].Link != s.links[0] {
		t.Errorf("at work is %+v", running)
	}
}

func TestLinksAreReadSideBySide(t *testing.T) {
	s := newSeveral(t, 4)
	t.Run("a bank that hangs holds no other up", s.hangs)
	t.Run("all can be stopped at once", s.stopsAll)
	t.Run("a link that waits for its turn can be stopped", s.stopsOne)
	t.Run("what is due at an opening is spread over minutes", s.spreads)
	t.Run("rows are judged once their link is read", s.judgesWhole)
}

func (s *several) hangs(t *testing.T) {
	for name, all := range map[string]func(context.Context) error{
		"by the person":    s.coffer.RefreshAll,
		"by themselves":    func(ctx context.Context) error { return second(s.coffer.ReadDue(ctx)) },
		"without a person": func(ctx context.Context) error { return second(s.coffer.ReadAlone(ctx, app.Alone{All: true})) },
	} {
		t.Run(name, func(t *testing.T) {
			s.clock.move(24 * time.Hour)
			s.slow()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			over, done := s.ended(ctx), make(chan error, 1)
			go func() { done <- all(ctx) }()
			s.wantOthers(t, over)
			s.coffer.StopReading(s.links[0])
			if err := <-done; err != nil {
				t.Errorf("stopping one ended it with %v", err)
			}
			s.banks[0].Heal()
			must(t, s.coffer.RefreshAll(ctx))
			if l := value(s.coffer.Link(ctx, s.links[0]))(t); !l.LastUsed.Equal(s.clock.now()) {
				t.Errorf("the bank that hung was read %v", l.LastUsed)
			}
		})
	}
}

func (s *several) stopsAll(t *testing.T) {
	for name, stop := range map[string]func(cancel func()){
		"by its own context": func(cancel func()) { cancel() },
		"by one word":        func(func()) { s.coffer.StopReading("") },
		"by a lock": func(func()) {
			must(t, s.coffer.Lock())
		},
	} {
		t.Run(name, func(t *testing.T) {
			s.clock.move(24 * time.Hour)
			s.slow()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			over, done := s.ended(ctx), make(chan error, 1)
			go func() { done <- s.coffer.RefreshAll(ctx) }()
			s.wantOthers(t, over)
			stop(cancel)
			if err, want := <-done, name != "by one word"; (err != nil) != want || err != nil && fault.KindOf(err) != fault.Canceled && fault.KindOf(err) != fault.Locked {
				t.Errorf("it ended with %v", err)
			}
			if left := s.coffer.Running(); len(left) != 0 {
				t.Errorf("at work is still %+v", left)
			}
			s.banks[0].Heal()
			if state := value(s.coffer.State())(t); state == app.Locked {
				must(t, s.unlock())
			}
			must(t, s.coffer.RefreshAll(t.Context()))
		})
	}
}

func (s *several) stopsOne(t *testing.T) {
	for _, b := range s.banks {
		b.Fail(demobank.Fault{Kind: demobank.Slow, Delay: time.Hour})
	}
	ctx := t.Context()
	s.clock.move(time.Hour)
	began := make(chan struct{})
	var once sync.Once
	var reads sync.Map
	s.coffer.ListenJobs(ctx, func(p app.Progress) {
		if !p.Waits && !p.Ended {
			reads.Store(p.Link, true)
		}
		n := 0
		reads.Range(func(any, any) bool { n++; return true })
		if n == 3 {
			once.Do(func() { close(began) })
		}
	})
	type result struct {
		outcomes []app.Outcome
		err      error
	}
	done := make(chan result, 1)
	go func() {
		outcomes, err := s.coffer.RefreshEach(ctx, s.links)
		done <- result{outcomes, err}
	}()
	<-began
	var waits consent.LinkID
	for _, p := range s.coffer.Running() {
		if p.Waits {
			waits = p.Link
		}
	}
	s.coffer.StopReading(waits)
	for _, b := range s.banks {
		b.Heal()
	}
	got := <-done
	must(t, got.err)
	for i, o := range got.outcomes {
		if o.Link != s.links[i] || o.Stopped != (o.Link == waits) || (o.Err != nil) != o.Stopped {
			t.Errorf("outcome %d is %+v", i, o)
		}
	}
}

// pausing is doubling that waits before it reads the second account of a link.
type pausing struct {
	doubling
	link     string
	accounts atomic.Int32 // of the link, so far
	reached  chan struct{}
	goOn     chan struct{}
}

func (p *pausing) Transactions(ctx context.Context, s bank.Session, a ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	if a.Link == p.link && p.accounts.Add(1) == 2 {
		close(p.reached)
		<-p.goOn
	}
	return p.doubling.Transactions(ctx, s, a, w)
}

func (s *several) judgesWhole(t *testing.T) {
	var told atomic.Bool
	told.Store(true)
	p := &pausing{doubling: doubling{fdx.Bank{Now: s.clock.now}, &told}, link: string(s.links[0]), reached: make(chan struct{}), goOn: make(chan struct{})}
	s.speaks = p
	must(t, s.coffer.Lock())
	must(t, s.unlock())
	s.clock.move(24 * time.Hour)
	ctx := t.Context()
	of := func(id consent.LinkID) (n int) {
		for _, a := range value(s.coffer.Alerts(ctx))(t) {
			if a.Account.Link == string(id) && len(a.About) > 0 && a.About[0].Payee == "Otter Outfitters" {
				n++
			}
		}
		return n
	}
	done := make(chan error, 1)
	go func() { done <- second(s.coffer.Refresh(ctx, s.links[0])) }()
	<-p.reached
	must(t, second(s.coffer.Refresh(ctx, s.links[1])))
	if of(s.links[0]) != 0 || of(s.links[1]) == 0 {
		t.Errorf("%d alerts of a link that is half read, %d of one that is read", of(s.links[0]), of(s.links[1]))
	}
	close(p.goOn)
	must(t, <-done)
	if of(s.links[0]) == 0 {
		t.Error("what was half read was never judged")
	}
}
