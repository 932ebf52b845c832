package engine

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

const (
	overlapDays = 14  // read again before the last booked row: banks book late and change their mind
	backDays    = 45  // beyond, a pending row is no reason to read again
	usualYears  = 2   // of history where the link does not say
	widestSlice = 731 // days
	fewRows     = 500 // in a slice: the next may be twice as wide
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
}

// window is the days that are still to be read, and whether the place in it is saved.
type window struct {
	from, to ledger.Date
	saved    bool
	rest     bool // the older days of a window that was not finished
}

func (r *reading) run(ctx context.Context) error {
	var err error
	if r.at, err = r.config.Store.Reading(ctx, r.account.ID); err != nil {
		return fmt.Errorf("read how far the account was read: %w", err)
	}
	if r.account.Closed && r.at.Done {
		r.progress(Finished)
		return nil
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
		r.days = r.config.SliceDays
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

// plan says what to read: all of the history the first time, then the days since the last time
// and some before, and first of all the newest where an earlier window was not finished.
func (r *reading) plan(ctx context.Context) ([]window, error) {
	today, oldest := r.today(), r.oldest()
	if r.at.At.IsZero() {
		r.at = ledger.Reading{From: oldest, To: today}
		return []window{{from: oldest, to: today, saved: true}}, nil
	}
	from, err := r.since(ctx)
	if err != nil {
		return nil, err
	}
	recent := window{from: max(from, oldest), to: max(today, r.at.To)}
	if r.at.Done {
		r.at = ledger.Reading{From: recent.from, To: recent.to}
		recent.saved = true
		return []window{recent}, nil
	}
	next, err := ledger.ParseDate(r.at.Cursor)
	if err != nil || next < r.at.From || next > r.at.To {
		next = r.at.To // no place of ours: the window starts again
	}
	rest := window{from: max(r.at.From, oldest), to: min(next, recent.from), saved: true, rest: true}
	if rest.to < rest.from {
		rest.from = rest.to // nothing is left of it but its end to be saved
	}
	return []window{recent, rest}, nil
}

// today is the last day to read: the person's, or the one in UTC where that is ahead.
func (r *reading) today() ledger.Date {
	now := r.config.Now()
	return max(ledger.DateOf(now), ledger.DateOf(now.UTC()))
}

// oldest is the first day that the person let Coffer read.
func (r *reading) oldest() ledger.Date {
	days := r.link.HistoryDays
	if days <= 0 {
		days = usualYears * 365
	}
	return r.today().AddDays(-days)
}

// since is the first day to read again: two weeks before the last booked row, and back to the
// oldest pending one. It is never after the end of what was read, so that no day is left out.
func (r *reading) since(ctx context.Context) (ledger.Date, error) {
	back := r.at.To.AddDays(-backDays)
	stored, _, err := r.config.Store.Stored(ctx, r.account.ID, back, r.at.To, nil)
	if err != nil {
		return 0, fmt.Errorf("read the last rows: %w", err)
	}
	last, pending := back, r.at.To
	for _, t := range stored {
		switch t.Status {
		case ledger.Booked:
			last = max(last, t.Date)
		case ledger.Pending:
			pending = min(pending, t.Date)
		}
	}
	return max(back, min(last.AddDays(-overlapDays), r.at.To.AddDays(-overlapDays), pending)), nil
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
		if to = s.From; len(read.rows) < fewRows {
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
	batch := ledger.Batch{Rows: read.rows, From: s.From, To: s.To, Complete: !read.partial}
	write := ledger.Write{Account: r.account.ID, At: r.config.Now().UTC()}
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

// giveUp saves that the window is done although its oldest days were refused.
func (r *reading) giveUp(ctx context.Context, w window, reached ledger.Date) error {
	r.config.Log.Info("the bank's history ends", "account", r.account.ID, "day", reached.String())
	if !w.saved {
		return nil
	}
	write := ledger.Write{Account: r.account.ID, Reading: r.place(reached, true), At: r.config.Now().UTC()}
	written, err := r.config.Store.Apply(ctx, write)
	return r.saved(write, written, err)
}

// place is the reading once next and all days after it are saved.
func (r *reading) place(next ledger.Date, last bool) *ledger.Reading {
	r.at.At, r.at.Done, r.at.Cursor = r.config.Now().UTC(), last, ""
	if last {
		r.at.To = max(r.at.To, r.today()) // a window that was resumed came after the newest days
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
