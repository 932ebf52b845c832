package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app/ledger"
)

// hold brings back what was taken of the rows that an import added or changed, so that its undo meets them as they
// were. Of these the deleted ones are returned, in the order to take them again; a merge is asked anew.
func (b *batch) hold(ctx context.Context, imported int64) ([]taking, error) {
	const query = `SELECT id FROM taken WHERE id IN (SELECT k.taken FROM taken_rows k WHERE k.account = ?2 AND k.import = ?1)
		OR into_row IN (SELECT id FROM transactions WHERE import = ?1)
		OR id IN (SELECT id FROM replaced WHERE import = ?1) OR into_row IN (SELECT id FROM replaced WHERE import = ?1)
		ORDER BY at DESC, id`
	var ids []uuid
	err := b.s.each(ctx, query, []any{imported, b.account}, func(scan func(...any) error) error {
		var id []byte
		err := scan(&id)
		ids = append(ids, uuidOf(id))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for what was taken: %w", err)
	}
	var deleted []taking
	for _, id := range ids {
		t, err := b.s.takingOf(ctx, id)
		if err == nil {
			err = b.untake(ctx, t)
		}
		if err != nil {
			return nil, err
		}
		if t.into == nil {
			deleted = append(deleted, t)
		}
	}
	slices.Reverse(deleted)
	return deleted, nil
}

// letGo deletes again what was held. A row that is gone leaves its tombstone: no later file brings it back.
func (b *batch) letGo(ctx context.Context, held []taking) error {
	for _, t := range held {
		row, err := b.mine(ctx, ledger.TransactionID(t.id.String()))
		if errors.Is(err, ledger.ErrNotFound) {
			continue
		}
		if err == nil {
			err = b.delete(ctx, &row, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
