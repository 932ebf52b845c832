package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app/ledger"
)

// held is a deleted row that is back for a while, and its tombstone as JSON.
type held struct {
	taking
	doc string
	was former
}

// hold brings back what was taken of the rows that an import added or changed, so that its undo meets them as they
// were. Of these the deleted ones are returned, in the order to take them again; a merge is asked anew.
func (b *batch) hold(ctx context.Context, imported int64) ([]held, error) {
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
	var deleted []held
	for _, id := range ids {
		t, err := b.s.takingOf(ctx, id)
		if err != nil {
			return nil, err
		}
		if t.into == nil {
			h := held{taking: t}
			if err := b.s.one(ctx, "SELECT doc FROM tombstones WHERE key = ?", []any{t.stone}, &h.doc); err != nil {
				return nil, fmt.Errorf("read a tombstone: %w", err)
			}
			if h.was, err = b.s.asWas(ctx, id, id); err != nil {
				return nil, err
			}
			deleted = append(deleted, h)
		}
		if err := b.untake(ctx, t); err != nil {
			return nil, err
		}
	}
	slices.Reverse(deleted)
	return deleted, nil
}

// letGo deletes again what was held. A row that is gone with its import is deleted as it was, as one of no import: no later file
// brings it back, and the person can.
func (b *batch) letGo(ctx context.Context, all []held) error {
	for _, h := range all {
		row, err := b.mine(ctx, ledger.TransactionID(h.id.String()))
		switch {
		case errors.Is(err, ledger.ErrNotFound):
			h.was.imported = 0
			if err = b.putIn(ctx, &h.was); err == nil {
				err = b.delete(ctx, &h.was.record, h.taking)
			}
			if err == nil { // what the tombstone has learned since
				err = b.s.exec(ctx, "UPDATE tombstones SET doc = ? WHERE key = ?", h.doc, h.stone)
			}
		case err == nil:
			err = b.delete(ctx, &row, h.taking)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
