package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"coffer/app/ledger"
)

func (s *Store) merge(ctx context.Context, t taking, why string) error {
	row, err := s.rowByID(ctx, ledger.TransactionID(t.id.String()))
	if err != nil {
		return err
	}
	var reason ledger.Reason
	if err := decode(why, &reason); err != nil {
		return err
	}
	b := s.newBatch(row.account, t.at)
	if err := b.merge(ctx, t, row, reason); err != nil {
		return err
	}
	return b.finish(ctx)
}

// merge takes row out, and other becomes what both are. The review stays with its verdict.
func (b *batch) merge(ctx context.Context, t taking, row record, reason ledger.Reason) error {
	other, err := b.mine(ctx, ledger.TransactionID(t.into.String()))
	if err != nil {
		return err
	}
	for _, r := range []*record{&row, &other} {
		if r.Raw, err = b.s.rawOf(ctx, r.key); err != nil {
			return err
		}
	}
	now, m, err := joined(other, row, t.at)
	if err != nil {
		return err
	}
	t.revAfter = now.rev
	if t.stone, err = b.bury(ctx, m.Stone, t.stone); err != nil {
		return err
	}
	if err := b.keepAsIs(ctx, t.id, *t.into); err != nil {
		return err
	}
	if err := b.take(ctx, &row, t); err != nil {
		return err
	}
	if err := b.replace(ctx, &other, &now); err != nil {
		return err
	}
	return b.s.moveHanging(ctx, t, reason)
}

// joined is what other becomes when row is merged into it. The person's own word on either stays, other's first.
func joined(other, row record, at time.Time) (now record, m ledger.Merged, err error) {
	now = other
	was, came := other.Transaction, row.Transaction
	was.Category, came.Category = other.bank, row.bank
	if m, err = ledger.MergeReview(was, came, at); err != nil {
		return now, m, err
	}
	now.Transaction = m.Into
	now.bank = now.Category
	switch {
	case other.own:
		now.Category = other.Category
	case row.own:
		now.Category, now.own = row.Category, row.Category != now.bank
	}
	now.rev = other.rev + 1
	return now, m, nil
}

// moveHanging gives the row that stays what hung on the one that went: other reviews of it, and its transfers that are
// decided. Of two that are linked, its own stays.
func (s *Store) moveHanging(ctx context.Context, t taking, reason ledger.Reason) error {
	why, err := encode(reason)
	if err != nil {
		return err
	}
	const (
		toInto = "iif(value->>0 = hex(?1), hex(?2), value->>0), iif(value->>1 = hex(?1), hex(?2), value->>1)"
		took   = `SELECT json_object(
			'reviews', json((SELECT json_group_array(json_array(value->>0, hex(?2))) FROM json_each(k.reviews) WHERE value->>1 = hex(?1) AND value->>3 = 0
				AND value->>0 <> hex(?2) AND NOT EXISTS (SELECT 1 FROM reviews WHERE row = unhex(value->>0) AND other = ?2))),
			'transfers', json((SELECT json_group_array(json_array(` + toInto + `)) FROM json_each(k.transfers)
				WHERE value->>3 = 2 AND NOT EXISTS (SELECT 1 FROM transfers WHERE state > 0 AND (hex(out_row), hex(in_row)) = (` + toInto + `))
				OR value->>3 = 1 AND NOT EXISTS (SELECT 1 FROM transfers WHERE state = 1 AND (out_row = ?2 OR in_row = ?2))
				AND NOT EXISTS (SELECT 1 FROM transfers WHERE state = 2 AND (hex(out_row), hex(in_row)) = (` + toInto + `)))))
			FROM taken k WHERE k.id = ?1`
		reviews = `INSERT INTO reviews SELECT unhex(value->>0), ?2, value->>2, 0, NULL FROM taken k, json_each(k.reviews) WHERE k.id = ?1
			AND value->>0 IN (SELECT m.value->>0 FROM json_each(k.moved, '$.reviews') m) AND value->>1 = hex(?1)`
		transfers = `INSERT OR REPLACE INTO transfers SELECT iif(value->>0 = hex(?1), ?2, unhex(value->>0)), iif(value->>1 = hex(?1), ?2, unhex(value->>1)), value->>2, value->>3,
			value->>4, iif(value->>0 = hex(?1), ?3, value->>5), iif(value->>1 = hex(?1), ?3, value->>6)
			FROM taken k, json_each(k.transfers) WHERE k.id = ?1 AND value->>3 > 0
			AND (` + toInto + `) IN (SELECT m.value->>0, m.value->>1 FROM json_each(k.moved, '$.transfers') m)`
	)
	var moved string
	if err := s.one(ctx, took, []any{t.id[:], t.into[:]}, &moved); err != nil {
		return err
	}
	if err := s.exec(ctx, "UPDATE taken SET moved = ? WHERE id = ?", moved, t.id[:]); err != nil {
		return err
	}
	if err := s.exec(ctx, reviews, t.id[:], t.into[:]); err != nil {
		return fmt.Errorf("move reviews: %w", err)
	}
	var key int64
	if err := s.one(ctx, "SELECT key FROM transactions WHERE id = ?", []any{t.into[:]}, &key); err != nil {
		return err
	}
	if err := s.exec(ctx, transfers, t.id[:], t.into[:], int64(dayOf(key))); err != nil {
		return fmt.Errorf("move a transfer: %w", err)
	}
	if err := s.rejudgeAround(ctx, *t.into); err != nil {
		return err
	}
	if err := s.endMisfits(ctx, *t.into); err != nil {
		return err
	}
	return s.exec(ctx, "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?, ?)", t.id[:], t.into[:], why, int(ledger.Merge), nanos(t.at))
}

// unmerge brings the row back that was merged. If the row that it was merged into was taken since, that one
// comes back first and is taken again after.
func (b *batch) unmerge(ctx context.Context, t taking) error {
	later, err := b.s.takenAfter(ctx, t)
	if err != nil {
		return err
	}
	for _, l := range later {
		if err := b.untake(ctx, l); err != nil {
			return err
		}
	}
	if err := b.part(ctx, t); err != nil {
		return err
	}
	for _, l := range slices.Backward(later) {
		if err := b.takeAgain(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// takenAfter are what was done since to the row that t was merged into, the last first: that it was taken
// itself, and what was merged into it.
func (s *Store) takenAfter(ctx context.Context, t taking) ([]taking, error) {
	const query = "SELECT id FROM taken WHERE id = ?1 OR into_row = ?1 AND rev_after > ?2 AND id <> ?3 ORDER BY id = ?1 DESC, rev_after DESC"
	var ids []uuid
	err := s.each(ctx, query, []any{t.into[:], t.revAfter, t.id[:]}, func(scan func(...any) error) error {
		var id []byte
		err := scan(&id)
		ids = append(ids, uuidOf(id))
		return err
	})
	all := make([]taking, len(ids))
	for i, id := range ids {
		if err == nil {
			all[i], err = s.takingOf(ctx, id)
		}
	}
	return all, err
}

// takeAgain takes out a row that was brought back for a while.
func (b *batch) takeAgain(ctx context.Context, t taking) error {
	if t.into != nil {
		switch gone, err := b.s.takingOf(ctx, *t.into); {
		case err == nil: // it was taken again in between: it comes back for as long as this takes
			if err := b.untake(ctx, gone); err != nil {
				return err
			}
			if err := b.takeAgain(ctx, t); err != nil {
				return err
			}
			return b.takeAgain(ctx, gone)
		case !errors.Is(err, ledger.ErrNotFound):
			return err
		}
	}
	row, err := b.mine(ctx, ledger.TransactionID(t.id.String()))
	if err != nil {
		return err
	}
	if t.into == nil {
		return b.delete(ctx, &row, t)
	}
	why := t.why
	if why == "" {
		if err := b.s.one(ctx, "SELECT why FROM reviews WHERE row = ? AND other = ?", []any{t.id[:], t.into[:]}, &why); err != nil {
			return err
		}
	}
	var reason ledger.Reason
	if err := decode(why, &reason); err != nil {
		return err
	}
	return b.merge(ctx, t, row, reason)
}

// part makes two rows of one that were merged: each is as it was, but for what came since.
func (b *batch) part(ctx context.Context, t taking) error {
	now, err := b.mine(ctx, ledger.TransactionID(t.into.String()))
	if err != nil {
		return err
	}
	other, err := b.s.asWas(ctx, t.id, *t.into)
	if err != nil {
		return err
	}
	row, err := b.s.asWas(ctx, t.id, t.id)
	if err != nil {
		return err
	}
	after, m, err := joined(other.record, row.record, t.at)
	if err != nil {
		return err
	}
	if now.rev == t.revAfter {
		err = b.putApart(ctx, &now, other, after)
	} else {
		bearer, rev := &now, now.rev+1
		if err = b.wordsApart(ctx, &now, m, &other, &row); !m.BearerIsInto() {
			bearer, rev = &row.record, row.rev
		}
		if err == nil {
			err = b.followWord(ctx, t, now.rev, bearer.id, rev)
		}
	}
	if err == nil {
		err = b.bringBack(ctx, t, row)
	}
	if err != nil {
		return err
	}
	return b.s.exec(ctx, "DELETE FROM tombstones WHERE key = ?", t.stone)
}

// putApart writes back what a row was before it became after, but for what the person said since.
func (b *batch) putApart(ctx context.Context, now *record, f former, after record) error {
	if now.Note != after.Note {
		f.Note = now.Note
	}
	if now.Category != after.Category || now.own != after.own {
		f.Category, f.own = now.Category, now.own
	}
	f.imported = now.imported
	if err := b.replace(ctx, now, &f.record); err != nil {
		return err
	}
	if !f.raw.Valid {
		return b.s.exec(ctx, "DELETE FROM raw WHERE key = ?", f.key)
	}
	return b.s.exec(ctx, "INSERT OR REPLACE INTO raw VALUES (?, ?)", f.key, f.raw.String)
}

// wordsApart parts a row that a bank or a file wrote since: the newer word goes to the row that it is of.
func (b *batch) wordsApart(ctx context.Context, now *record, m ledger.Merged, other, row *former) error {
	since := now.Transaction
	since.Category = now.bank
	var err error
	if since.Raw, err = b.s.rawOf(ctx, now.key); err != nil {
		return err
	}
	one, two := m.Unmerge(since)
	apart := *now
	apart.Transaction, apart.bank, apart.rev = one, one.Category, now.rev+1
	if !m.BearerIsInto() { // the newer word is row's: this one is as it was
		apart.rev, row.rev = other.rev, row.rev+1
	}
	after, _, err := joined(other.record, row.record, b.at)
	if err != nil {
		return err
	}
	apart.own, apart.Category = other.own, one.Category
	if now.Category != after.Category || now.own != after.own {
		apart.own, apart.Category = now.own, now.Category
	} else if other.own {
		apart.Category = other.record.Category
	}
	if row.Row.Date != two.Date {
		row.key = 0
	}
	row.bank, row.Transaction = two.Category, two
	if row.own {
		row.Category = row.record.Category
	}
	row.raw.Valid = false
	if err := b.s.exec(ctx, "DELETE FROM raw WHERE key = ?", now.key); err != nil {
		return err
	}
	return b.replace(ctx, now, &apart)
}

// followWord lets the undo of an import find the row that has its word now, bearer of revision rev: it is as before the merge t
// then. Only an import that wrote all there is since the merge, up to revision last, is followed: other words stay.
func (b *batch) followWord(ctx context.Context, t taking, last int64, bearer uuid, rev int64) error {
	const (
		wrote  = "SELECT import FROM replaced WHERE id = ? AND rev = ? AND rev_after = ?"
		forget = "DELETE FROM replaced WHERE id = ? AND import = ?"
		keep   = `INSERT INTO replaced (import, id, rev_after, gone, ` + replacedColumns + `, raw) SELECT ?, id, ?, 0, ` + keptColumns + `, raw
			FROM taken_rows WHERE taken = ? AND id = ? ON CONFLICT DO UPDATE SET rev_after = excluded.rev_after`
	)
	var imported int64
	err := b.s.one(ctx, wrote, []any{t.into[:], t.revAfter, last}, &imported)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = b.s.exec(ctx, forget, t.into[:], imported)
	}
	if err == nil {
		err = b.s.exec(ctx, keep, imported, rev, t.id[:], bearer[:])
	}
	if err != nil {
		return fmt.Errorf("follow the word of an import: %w", err)
	}
	return nil
}
