package app

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/alert"
	"coffer/app/dispute"
	"coffer/app/ledger"
)

// NoteDispute notes what happened to a dispute; a Day of zero is today. BadDispute: it can't follow now.
func (c *Coffer) NoteDispute(ctx context.Context, id dispute.ID, e dispute.Event) error {
	e.At = c.Now()
	if e.Day == 0 {
		e.Day = c.Today()
	}
	return c.changeDispute(ctx, "note what happened to a dispute", id, func(d dispute.Dispute) (dispute.Dispute, error) {
		if e.Day > c.latestDay() && e.What != dispute.Refunded { // a row's day is the bank's
			return d, fmt.Errorf("%s is still to come: %w", e.Day, dispute.ErrNotNow)
		}
		return d.With(e)
	})
}

// MatchRefund says that a row of the ledger is money of this dispute that came back.
func (c *Coffer) MatchRefund(ctx context.Context, id dispute.ID, row ledger.TransactionID) error {
	t, err := read(ctx, c, "match a refund", func(ctx context.Context, o *opened) (ledger.Transaction, error) {
		return o.store.Transaction(ctx, row)
	})
	if err != nil {
		return err
	}
	return c.NoteDispute(ctx, id, dispute.Event{What: dispute.Refunded, Row: t.ID, Amount: t.Amount, Day: t.Date})
}

// MineAfterAll closes a dispute whose rows were the person's, and answers its alert so.
func (c *Coffer) MineAfterAll(ctx context.Context, id dispute.ID) error {
	if err := c.NoteDispute(ctx, id, dispute.Event{What: dispute.WasMine}); err != nil {
		return err
	}
	return c.answerDisputed(ctx, id, alert.Mine)
}

// UndoDispute takes back what was noted last and returns it. BadDispute: nothing was noted.
func (c *Coffer) UndoDispute(ctx context.Context, id dispute.ID) (was dispute.Event, err error) {
	err = c.changeDispute(ctx, "undo a step of a dispute", id, func(d dispute.Dispute) (dispute.Dispute, error) {
		before, event, any := d.Undone()
		if !any {
			return d, dispute.ErrNotNow
		}
		was = event
		return before, nil
	})
	if err == nil && was.What == dispute.WasMine {
		err = c.answerDisputed(ctx, id, alert.NotMine)
	}
	return was, err
}

// answerDisputed answers the alert that a dispute came from, if it came from one that is there still.
func (c *Coffer) answerDisputed(ctx context.Context, id dispute.ID, a alert.Answer) error {
	from, err := read(ctx, c, "look for the alert of a dispute", func(ctx context.Context, o *opened) (alert.ID, error) {
		d, err := o.store.Dispute(ctx, id)
		if err != nil || d.Alert == "" {
			return "", err
		}
		found, err := o.store.Alert(ctx, alert.ID(d.Alert))
		if errors.Is(err, ledger.ErrNotFound) {
			return "", nil
		}
		return found.ID, err
	})
	if err != nil || from == "" {
		return err
	}
	_, err = c.Answer(ctx, from, a)
	return err
}
