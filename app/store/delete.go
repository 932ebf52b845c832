package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"strings"

	"coffer/app/ledger"
)

// Delete takes a transaction out and leaves a tombstone, so that no read brings it back. Undelete does.
// A transfer that it is a leg of ends.
func (s *Store) Delete(ctx context.Context, id ledger.TransactionID) error {
	return s.change(ctx, "delete a transaction", func(ctx context.Context) error {
		r, err := s.rowByID(ctx, id)
		if err != nil {
			return err
		}
		b := s.newBatch(r.account, s.from.now().UTC())
		if err := b.delete(ctx, &r, taking{at: b.at}); err != nil {
			return err
		}
		return b.finish(ctx)
	})
}

// delete takes r out, under the tombstone of t if that has one.
func (b *batch) delete(ctx context.Context, r *record, t taking) (err error) {
	stone := r.Transaction
	stone.Category = r.bank
	if t.stone, err = b.bury(ctx, stone.Tombstone(), t.stone); err != nil {
		return err
	}
	return b.take(ctx, r, t)
}

// bury stores a tombstone under key, or under a new one where key is 0, and returns its key.
func (b *batch) bury(ctx context.Context, stone ledger.Tombstone, key int64) (int64, error) {
	doc, err := encode(stone)
	if err != nil {
		return 0, err
	}
	if err := b.s.exec(ctx, "INSERT INTO tombstones (key, account, doc) VALUES (?, ?, ?)", orNull(key), b.account, doc); err != nil {
		return 0, err
	}
	if key == 0 {
		err = b.s.one(ctx, "SELECT last_insert_rowid()", nil, &key)
	}
	return key, err
}

// Undelete brings a deleted transaction back as it was, its tombstone gone. It wraps ledger.ErrNotFound.
func (s *Store) Undelete(ctx context.Context, id ledger.TransactionID) error {
	return s.change(ctx, "bring a deleted transaction back", func(ctx context.Context) error {
		u, err := parseUUID(string(id))
		if err != nil {
			return err
		}
		t, err := s.takingOf(ctx, u)
		if err != nil {
			return err
		}
		b := s.newBatch(t.account, s.from.now().UTC())
		if err := b.untake(ctx, t); err != nil {
			return err
		}
		return b.finish(ctx)
	})
}

// Deleted returns up to limit transactions that were deleted and can be brought back, the last first.
func (s *Store) Deleted(ctx context.Context, limit int) ([]ledger.DeletedRow, error) {
	const query = "SELECT id, at FROM taken WHERE into_row IS NULL ORDER BY at DESC, id LIMIT ?"
	var all []ledger.DeletedRow
	err := s.read(ctx, "read what was deleted", func(ctx context.Context) error {
		var ids []uuid
		err := s.each(ctx, query, []any{limit}, func(scan func(...any) error) error {
			var id []byte
			var at sql.NullInt64
			err := scan(&id, &at)
			ids, all = append(ids, uuidOf(id)), append(all, ledger.DeletedRow{At: instant(at)})
			return err
		})
		for i := 0; err == nil && i < len(ids); i++ {
			var f former
			f, err = s.asWas(ctx, ids[i], ids[i])
			all[i].Transaction = f.Transaction
		}
		return err
	})
	return all, err
}

// endingIn goes through the index of ids alone, by their last bytes, and makes hex of those that have them.
const endingIn = `SELECT hex(id) FROM transactions INDEXED BY transactions_id
	WHERE substr(id, -?1) = ?2 AND substr(hex(id), -?3) = ?4 LIMIT 2`

// EndingIn returns up to two transactions whose id ends in these letters. A whole id is looked up; else the ids of all rows are
// gone through, without the rows.
func (s *Store) EndingIn(ctx context.Context, end string) ([]ledger.TransactionID, error) {
	end = strings.ToUpper(strings.ReplaceAll(end, "-", ""))
	tail, err := hex.DecodeString(end[len(end)%2:])
	if err != nil || len(tail) == 0 {
		return nil, nil
	}
	query, args := endingIn, []any{len(tail), tail, len(end), end}
	if len(tail) == len(uuid{}) {
		query, args = "SELECT hex(id) FROM transactions WHERE id = ?", []any{tail}
	}
	var all []ledger.TransactionID
	err = s.read(ctx, "find a transaction", func(ctx context.Context) error {
		return s.each(ctx, query, args, func(scan func(...any) error) error {
			var id string
			err := scan(&id)
			all = append(all, idOfHex(id))
			return err
		})
	})
	return all, err
}

// finish ends a change that is the person's: what is kept beside the rows, and the mark.
func (b *batch) finish(ctx context.Context) error {
	if err := b.flush(ctx); err != nil {
		return err
	}
	return b.mark(ctx)
}

// untake undoes a taking of either kind.
func (b *batch) untake(ctx context.Context, t taking) error {
	if t.into != nil {
		return b.unmerge(ctx, t)
	}
	f, err := b.s.asWas(ctx, t.id, t.id)
	if err == nil {
		err = b.bringBack(ctx, t, f)
	}
	if err != nil {
		return err
	}
	return b.s.exec(ctx, "DELETE FROM tombstones WHERE key = ?", t.stone)
}
