package engine

import (
	"context"
	"fmt"
	"time"

	"coffer/app/ledger"
)

const (
	overlapDays = 14 // read again before the last booked row: banks book late and change their mind
	backDays    = 45 // beyond, a pending row is no reason to read again
	usualYears  = 2  // of history where the link does not say
	mostAgain   = 2  // gaps that are asked about again in one refresh
	againAfter  = 20 * time.Hour
)

// window is the days that are still to be read, and whether the place in it is saved.
type window struct {
	from, to ledger.Date
	saved    bool
	rest     bool        // the older days of a window that was not finished, or of a gap
	unread   ledger.Date // first day that was never read in full: what is missing from here on is a gap
}

// plan says what to read: all of the history the first time, then the days since the last time
// and some before, and first of all the newest where an earlier window was not finished.
//
// A place that lies in the future was saved by a clock that was wrong, then or now. How far the bank had told is not
// known then, nor whether the oldest days were asked for, so that all is read again.
func (r *reading) plan(ctx context.Context) ([]window, error) {
	today, oldest := r.today(), r.oldest()
	r.newest = today
	wrong := r.at.To > today+1 // a day more is another zone of the person's
	if r.at.At.IsZero() || wrong || r.at.ByChanges() {
		unread := oldest
		if wrong {
			unread = today + 1 // who knows
		}
		r.at = ledger.Reading{From: oldest, To: today}
		return []window{{from: oldest, to: today, saved: true, unread: unread}}, nil
	}
	r.at.To = min(r.at.To, today)
	from, err := r.since(ctx)
	if err != nil {
		return nil, err
	}
	recent := window{from: max(from, oldest), to: today, unread: r.at.To}
	if r.at.Done {
		r.at = ledger.Reading{From: recent.from, To: recent.to}
		recent.saved = true
		again, err := r.again(ctx, recent)
		return append([]window{recent}, again...), err
	}
	next, err := ledger.ParseDate(r.at.Cursor)
	if err != nil || next < r.at.From || next > r.at.To {
		next = r.at.To // no place of ours: the window starts again
	}
	rest := window{from: max(r.at.From, oldest), to: min(next, recent.from), saved: true, rest: true}
	if rest.to < rest.from {
		rest.from = rest.to // nothing is left of it but its end to be saved
	}
	rest.unread = rest.from
	return []window{recent, rest}, nil
}

// again are the gaps that the bank may tell of now: it had rows missing a day ago, or the person has signed in anew since it
// refused the days, which lets some banks tell of older ones. Without the person reads are few, and none goes there.
func (r *reading) again(ctx context.Context, recent window) ([]window, error) {
	if !r.present {
		return nil, nil
	}
	gaps, err := r.config.Store.Gaps(ctx, r.account.ID)
	if err != nil {
		return nil, fmt.Errorf("read the gaps: %w", err)
	}
	var all []window
	now, oldest := r.config.Now(), r.oldest()
	for _, g := range gaps {
		from, to := max(g.From, oldest), min(g.To+1, recent.to) // one more: some banks leave out the last day
		waited := now.Sub(g.At)
		lacks := g.Why == ledger.GapPartial || g.Why == ledger.GapMoved
		due := lacks && (waited >= againAfter || waited < 0) || g.Why == ledger.GapRefused && r.link.Granted.After(g.At)
		if due && from <= to && from < recent.from && len(all) < mostAgain {
			all = append(all, window{from: from, to: to, rest: true, unread: from})
		}
	}
	return all, nil
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
	booked, pending, err := r.config.Store.Recent(ctx, r.account.ID, back, r.at.To)
	if err != nil {
		return 0, fmt.Errorf("read the last rows: %w", err)
	}
	last := max(back, booked)
	if pending == 0 {
		pending = r.at.To
	}
	return max(back, min(last.AddDays(-overlapDays), r.at.To.AddDays(-overlapDays), pending)), nil
}
