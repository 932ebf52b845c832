package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
)

var errStands = errors.New("the cursor of the changes stands still, or goes round")

const (
	mostMoves   = 3 // tellings from the saved cursor that a bank may break off as its list moves
	leastRetold = 5 // booked rows that came for each that was left out
)

// changes reads an account whose bank tells what changed since a cursor. Each answer is saved as it comes, and the cursor
// only with one that has no more behind it: what was told in between is told again after a crash, and is known then. Days
// that were read before, by another dialect, are told again from the beginning, and known too. So is all where the bank
// refuses the saved cursor itself; it tells then what it has, and what it took back meanwhile is what it leaves out (goneBy).
func (r *reading) changes(ctx context.Context, teller bank.Changer) error {
	r.newest, r.total = r.today(), 1
	start := ""
	if r.at.ByChanges() {
		start = r.at.Cursor
	}
	r.progress(Reading)
	tries := r.tries()
	r.been = map[string]bool{}
	for at, moves := start, 0; ; {
		next, err := r.told(ctx, teller, at)
		stale := errors.Is(err, bank.ErrCursor)
		switch {
		case err == nil:
			r.done = r.total
			r.progress(Finished)
			return nil
		case tokenRefused(err):
			if err := r.renew(ctx, err); err != nil {
				return err
			}
			at = next
		case stale && next == start && start != "":
			at, start = "", ""
			r.been, r.whole = map[string]bool{}, &retold{ids: map[string]bool{}}
		case moves < mostMoves && (errors.Is(err, bank.ErrMoved) || stale && next != start):
			at, moves = start, moves+1
			r.been = map[string]bool{}
		case tries.more(ctx, next, err):
			at = next
		default:
			return tries.cause(err)
		}
	}
}

// told saves what the bank tells from cursor on, and returns where to go on after an error.
func (r *reading) told(ctx context.Context, teller bank.Changer, cursor string) (next string, err error) {
	if err := r.mayRead(ctx, r.counted()); err != nil {
		return cursor, err
	}
	for delta, err := range teller.Changes(ctx, r.session, r.account.Account, cursor) {
		if r.noted(err); err != nil {
			return cursor, fmt.Errorf("read the changes: %w", err)
		}
		r.renewed = false
		if err := r.stillLinked(ctx); err != nil {
			return cursor, err
		}
		if delta.More && (delta.Next == cursor || r.been[delta.Next]) {
			return cursor, fault.Because(fault.BankUnexpected, "bank.loop", "read the changes", errStands)
		}
		if err := r.saveDelta(ctx, delta); err != nil {
			return cursor, err
		}
		r.been[cursor] = true
		cursor = delta.Next
		r.progress(Saved)
	}
	return cursor, nil
}

// saveDelta saves an answer, without the rows that are older than the person let Coffer read.
func (r *reading) saveDelta(ctx context.Context, delta bank.Delta) error {
	oldest := r.oldest()
	delta.Rows = slices.DeleteFunc(delta.Rows, func(row ledger.Row) bool { return row.Date < oldest })
	gone, err := r.goneBy(ctx, delta)
	if err != nil {
		return err
	}
	r.rows += len(delta.Rows)
	write := ledger.Write{Account: r.account.ID, At: r.config.Now().UTC()}
	if !r.balance && r.account.balance.Booked.Currency != "" {
		write.Balance = &r.account.balance
	}
	if !delta.More {
		r.at = ledger.Reading{From: r.oldest(), To: r.newest, Cursor: delta.Next, Done: true, At: write.At}
		at := r.at
		write.Reading = &at
		if !delta.Partial {
			write.Check = r.check(max(r.oldest(), r.newest-backDays))
		}
	}
	r.result.Partial = r.result.Partial || delta.Partial
	batch := ledger.Batch{Rows: delta.Rows, Removed: append(gone, delta.Removed...), On: r.newest, Before: r.before}
	written, err := r.config.Store.Reconcile(ctx, batch, write)
	if err := r.saved(write, written, err); err != nil {
		return err
	}
	r.balance = true
	return nil
}

// retold is what a bank told that tells all anew.
type retold struct {
	ids      map[string]bool
	from, to ledger.Date // of its booked rows
	booked   int
}

func (a *retold) take(rows []ledger.Row) {
	for _, row := range rows {
		a.ids[row.SourceID] = true
		if row.Pending {
			continue
		}
		if a.booked++; a.booked == 1 {
			a.from, a.to = row.Date, row.Date
		}
		a.from, a.to = min(a.from, row.Date), max(a.to, row.Date)
	}
}

// lacks reports whether none of the ids that t ever had was told.
func (a *retold) lacks(t ledger.Transaction) bool {
	return t.SourceID != "" && t.Line == 0 && !a.ids[t.SourceID] && !slices.ContainsFunc(t.Aliases, func(id string) bool { return a.ids[id] })
}

// between reports whether day is between those of the booked rows: older ones the bank may tell no more, and newer ones not yet.
func (a *retold) between(day ledger.Date) bool { return a.from < day && day < a.to }

// goneBy are the ids of the rows that a bank that told all anew, up to delta, did not tell again: pending ones, and booked ones
// between those that it told. It may have other ids for its rows now: where it leaves out more than one of six, nothing follows
// of booked ones, and they stay. Those that it took back are marked as such, and stay, too.
func (r *reading) goneBy(ctx context.Context, delta bank.Delta) ([]string, error) {
	if r.whole == nil {
		return nil, nil
	}
	r.whole.take(delta.Rows)
	if delta.More || delta.Partial {
		return nil, nil
	}
	stored, _, err := r.config.Store.Stored(ctx, r.account.ID, r.oldest(), r.newest, nil)
	if err != nil {
		return nil, fmt.Errorf("read the rows that are known: %w", err)
	}
	var gone, booked []string
	for _, t := range stored {
		switch {
		case !r.whole.lacks(t):
		case t.Status == ledger.Pending:
			gone = append(gone, t.SourceID)
		case t.Status == ledger.Booked && r.whole.between(t.Date):
			booked = append(booked, t.SourceID)
		}
	}
	if len(booked)*leastRetold <= r.whole.booked {
		gone = append(gone, booked...)
	}
	return gone, nil
}
