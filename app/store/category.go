package store

import (
	"context"

	"coffer/app/ledger"
)

// Transaction returns one transaction with its raw fields, aliases and history; its Category is
// the person's if there is one. It wraps ledger.ErrNotFound.
func (s *Store) Transaction(ctx context.Context, id ledger.TransactionID) (ledger.Transaction, error) {
	var t ledger.Transaction
	err := s.read(ctx, "read a transaction", func(ctx context.Context) error {
		r, err := s.rowByID(ctx, id)
		if err != nil {
			return err
		}
		t = r.Transaction
		t.Raw, err = s.rawOf(ctx, &r)
		return err
	})
	if err != nil {
		return ledger.Transaction{}, err
	}
	return t, nil
}

// SetCategory gives a transaction the person's category, which no later read changes; the
// bank's own brings it back to the bank's word.
func (s *Store) SetCategory(ctx context.Context, id ledger.TransactionID, c ledger.Category) (was ledger.Category, err error) {
	err = s.edit(ctx, "set a category", id, func(r *record) {
		was = r.Category
		r.Category, r.own = c, c != r.bank
	})
	return was, err
}

// SetNote gives a transaction the person's note.
func (s *Store) SetNote(ctx context.Context, id ledger.TransactionID, note string) (was string, err error) {
	err = s.edit(ctx, "set a note", id, func(r *record) { was, r.Note = r.Note, note })
	return was, err
}

// edit changes what is the person's on a row; the bank's word and the marks stay.
func (s *Store) edit(ctx context.Context, op string, id ledger.TransactionID, by func(*record)) error {
	return s.change(ctx, op, func(ctx context.Context) error {
		old, err := s.rowByID(ctx, id)
		if err != nil {
			return err
		}
		now := old
		by(&now)
		b := s.newBatch(old.account, s.from.now().UTC())
		if err := b.replace(ctx, &old, &now); err != nil {
			return err
		}
		if (old.Category == ledger.Transfer) != (now.Category == ledger.Transfer) { // own transfers are never judged
			if err := s.rejudge(ctx, old.Date); err != nil {
				return err
			}
		}
		return b.flush(ctx)
	})
}
