package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

const (
	widestSlice = 731  // days
	aloneDays   = 7    // of older days where reads are counted
	fewRows     = 1500 // in a slice: the next may be twice as wide
	staleHours  = 36   // a balance of before is not held against the rows of now
)

// reading reads the transactions of one account. A window is read in slices of days, the newest
// first, each in full before it is saved: so a row is always judged beside all rows of its day
// (twins stay twins), memory is bounded by a slice, and what was saved is true as it stands. How
// far it came is saved with the rows, as the day to go on from: unlike a bank's page key it is
// good after any pause.
type reading struct {
	*refresh
	account account
	result  *AccountResult
	at      ledger.Reading
	days    int // width of the next slice
	total   int // days in all windows
	done    int
	rows    int
	balance bool // was saved with the newest slice

	been   map[string]bool // cursors that were gone on from
	whole  *retold         // what a bank told which tells all anew; nil while it tells changes
	newest ledger.Date     // last day of the refresh; the clock may move meanwhile
	before ledger.Date     // last day of the refresh before; zero: there was none
	far    bool            // the bank's history ends near: slices grow no more
	lacks  bool            // days of the window came in part
	lies   bool            // the bank's totals count something else
}

func (r *reading) run(ctx context.Context) error {
	var err error
	if r.at, err = r.config.Store.Reading(ctx, r.account.ID); err != nil {
		return fmt.Errorf("read how far the account was read: %w", err)
	}
	r.before = r.at.To
	if r.account.Closed && r.at.Done {
		r.progress(Finished)
		return nil
	}
	if teller, ok := r.dialect.(bank.Changer); ok {
		return r.changes(ctx, teller)
	}
	windows, err := r.plan(ctx)
	if err != nil {
		return err
	}
	for _, w := range windows {
		r.total += int(w.to-w.from) + 1
	}
	r.progress(Reading)
	for _, w := range windows {
		r.days, r.far, r.lacks = r.config.SliceDays, false, false
		if w.rest && !r.present && r.link.Limits.Alone > 0 {
			r.days = min(r.days, aloneDays) // else days that are refused, halved and halved again, take all reads of each day
		}
		if err := r.window(ctx, w); err != nil {
			return err
		}
	}
	r.progress(Finished)
	return nil
}

func (r *reading) progress(step Step) {
	r.tell(Progress{Step: step, Account: r.account.ID, Name: r.account.Name, Done: r.done, Total: max(r.total, r.done), Rows: r.rows})
}

// window reads w slice by slice. Neighbours share a day: some banks leave out the last one.
func (r *reading) window(ctx context.Context, w window) error {
	for to := w.to; ; {
		if err := r.stillLinked(ctx); err != nil {
			return err
		}
		s := bank.Window{From: max(w.from, to.AddDays(-r.days)), To: to}
		read, err := r.slice(ctx, s)
		switch {
		case errors.Is(err, errTooMany) && s.To-s.From > 1:
			r.days = max(1, int(s.To-s.From)/2)
			continue
		case errors.Is(err, bank.ErrTooFar) && s.To-s.From > 1: // newer days of it may be told
			r.days, r.far = max(1, int(s.To-s.From)/2), true
			continue
		case errors.Is(err, bank.ErrTooFar) && (to != w.to || w.rest):
			return r.giveUp(ctx, w, s.To) // the bank's history ends here
		case err != nil:
			return err
		}
		last := s.From == w.from
		if err := r.save(ctx, w, s, read, last); err != nil {
			return err
		}
		r.done += int(s.To-s.From) + 1
		r.progress(Saved)
		if last {
			return nil
		}
		if to = s.From; len(read.rows) < fewRows && !r.far {
			r.days = min(2*r.days, widestSlice)
		}
	}
}

// stillLinked stops a refresh whose link was ended meanwhile.
func (r *reading) stillLinked(ctx context.Context) error {
	link, err := r.config.Store.Link(ctx, r.link.ID)
	if err != nil {
		return fmt.Errorf("read the link: %w", err)
	}
	if !link.State.Reads() {
		r.refresh.result.State = link.State
		return fmt.Errorf("link in state %d: %w", link.State, context.Canceled)
	}
	return nil
}

// save reconciles one slice and applies it together with how far the reading came, in one step: a
// file may be imported into the account meanwhile.
func (r *reading) save(ctx context.Context, w window, s bank.Window, read slice, last bool) error {
	now := r.config.Now().UTC()
	batch := ledger.Batch{Rows: read.rows, From: s.From, To: s.To, Complete: !read.partial && !read.moved, Before: r.before}
	write := ledger.Write{Account: r.account.ID, At: now}
	r.lacks = r.lacks || !batch.Complete
	if g := r.lacking(w, s, read); g.From <= g.To {
		g.At = now
		write.Gaps = []ledger.Gap{g}
	}
	if last && !r.lacks && w.to == r.newest {
		write.Check = r.check(max(w.from, w.to-backDays))
	}
	if !r.balance && r.account.balance.Booked.Currency != "" {
		write.Balance = &r.account.balance
	}
	if w.saved {
		write.Reading = r.place(s.From, last)
	}
	written, err := r.config.Store.Reconcile(ctx, batch, write)
	if err := r.saved(write, written, err); err != nil {
		return err
	}
	r.balance = true
	r.result.Partial = r.result.Partial || read.partial
	return nil
}

// lacking are the days of s that are not told in full, were never told before, and that no later read comes by on its way.
func (r *reading) lacking(w window, s bank.Window, read slice) ledger.Gap {
	g := ledger.Gap{From: max(s.From, w.unread), To: s.To, Why: ledger.GapPartial}
	switch {
	case read.partial:
	case read.moved:
		g.Why = ledger.GapMoved
		g.To = min(s.To, r.newest-overlapDays-1)
	default:
		g.To = g.From - 1
	}
	return g
}

// check asks to hold the balance against the rows of from and later; nil where the bank told none, or an old one.
func (r *reading) check(from ledger.Date) *ledger.Check {
	b := r.account.balance
	now := r.config.Now().UTC()
	if b.Booked.Currency == "" || b.Booked.Currency != r.account.Currency || now.Sub(b.AsOf) > staleHours*time.Hour {
		return nil
	}
	return &ledger.Check{From: from, Stated: b.Booked, At: now}
}

// giveUp saves that the window is done although its oldest days were refused, which are a gap.
func (r *reading) giveUp(ctx context.Context, w window, reached ledger.Date) error {
	r.config.Log.Info("the bank's history ends", "account", r.account.ID, "day", reached.String())
	write := ledger.Write{Account: r.account.ID, At: r.config.Now().UTC()}
	if w.saved {
		write.Reading = r.place(reached, true)
	}
	if from := max(w.from, w.unread); from < reached {
		write.Gaps = []ledger.Gap{{From: from, To: reached - 1, Why: ledger.GapRefused, At: write.At}}
	}
	written, err := r.config.Store.Apply(ctx, write)
	return r.saved(write, written, err)
}

// place is the reading once next and all days after it are saved.
func (r *reading) place(next ledger.Date, last bool) *ledger.Reading {
	r.at.At, r.at.Done, r.at.Cursor = r.config.Now().UTC(), last, ""
	if last {
		r.at.To = max(r.at.To, r.newest) // a window that was resumed came after the newest days
	} else {
		r.at.Cursor = next.String()
	}
	at := r.at
	return &at
}

// saved counts and tells what a write did.
func (r *reading) saved(w ledger.Write, written ledger.Written, err error) error {
	if err != nil {
		return fmt.Errorf("save a slice: %w", err)
	}
	add(&r.result.Written, written)
	if w.Balance != nil || written.Added+written.Updated+written.Booked+written.Dropped > 0 {
		r.config.Changed.Tell(r.account.ID)
	}
	return nil
}
