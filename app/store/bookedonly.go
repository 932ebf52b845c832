package store

import (
	"context"
	"time"

	"coffer/app/ledger"
)

// SetBookedOnly has an account keep booked rows alone, from now on: what is pending ends at once, with its reason, and comes
// back as what it was with the next read once only is false again. It wraps ledger.ErrNotFound.
func (s *Store) SetBookedOnly(ctx context.Context, id ledger.AccountID, only bool, at time.Time) error {
	return s.change(ctx, "keep booked rows alone", func(ctx context.Context) error {
		key, err := s.accountKey(ctx, id)
		if err != nil {
			return err
		}
		if err := s.exec(ctx, "UPDATE accounts SET booked_only = ? WHERE key = ?", only, key); err != nil || !only {
			return err
		}
		rows, _, err := s.stored(ctx, id, reach{from: 1, to: 0, aliases: func(bool) []string { return nil }}) // of no day: what is pending comes all the same
		if err != nil {
			return err
		}
		w := ledger.Write{Account: id, At: at}
		for _, t := range rows {
			if t.Status == ledger.Pending {
				w.Plan.Drop = append(w.Plan.Drop, ledger.Change{ID: t.ID, On: ledger.DateOf(at), Reason: ledger.Reason{ID: ledger.ReasonBookedOnly}})
			}
		}
		_, err = s.apply(ctx, w, ledger.Batch{})
		return err
	})
}

// wanted is batch without what the person does not want of the account.
func (s *Store) wanted(ctx context.Context, batch ledger.Batch, id ledger.AccountID) (ledger.Batch, error) {
	var only bool
	key, err := s.accountKey(ctx, id)
	if err == nil {
		err = s.one(ctx, "SELECT booked_only FROM accounts WHERE key = ?", []any{key}, &only)
	}
	if err != nil || !only {
		return batch, err
	}
	return batch.WithoutPending(), nil
}
