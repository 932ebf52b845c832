package engine

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
)

var errStands = errors.New("the cursor of the changes stands still")

// changes reads an account whose bank tells what changed since a cursor. Each answer is saved as it comes, and the cursor
// only with one that has no more behind it: what was told in between is told again after a crash, and is known then. Days
// that were read before, by another dialect, are told again from the beginning, and known too.
func (r *reading) changes(ctx context.Context, teller bank.Changer) error {
	r.newest, r.total = r.today(), 1
	start := ""
	if r.at.ByChanges() {
		start = r.at.Cursor
	}
	r.progress(Reading)
	tries := r.tries()
	for at, restarts := start, 0; ; {
		next, err := r.told(ctx, teller, at)
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
		case errors.Is(err, bank.ErrCursor) && restarts == 0:
			at, restarts = start, 1
		case errors.Is(err, bank.ErrCursor) && restarts == 1 && start != "":
			at, restarts = "", 2
		case tries.more(ctx, next, err):
			at = next
		default:
			return tries.cause(err)
		}
	}
}

// told saves what the bank tells from cursor on, and returns where to go on after an error.
func (r *reading) told(ctx context.Context, teller bank.Changer, cursor string) (next string, err error) {
	if err := r.spendAlone(ctx, r.counted()); err != nil {
		return cursor, err
	}
	if err := r.pass(); err != nil {
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
		if delta.More && delta.Next == cursor {
			return cursor, fault.Because(fault.BankUnexpected, "bank.loop", "read the changes", errStands)
		}
		if err := r.saveDelta(ctx, delta); err != nil {
			return cursor, err
		}
		cursor = delta.Next
		r.progress(Saved)
	}
	return cursor, nil
}

func (r *reading) saveDelta(ctx context.Context, delta bank.Delta) error {
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
	batch := ledger.Batch{Rows: delta.Rows, Removed: delta.Removed}
	written, err := r.config.Store.Reconcile(ctx, batch, write)
	if err := r.saved(write, written, err); err != nil {
		return err
	}
	r.balance = true
	return nil
}
