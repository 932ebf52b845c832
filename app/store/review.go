package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"coffer/app/ledger"
)

// A review is asked while both rows count: a dropped one is no movement.
const (
	openReview = "v.verdict = 0 AND a.status <> 2 AND b.status <> 2"
	bothRows   = " FROM reviews v JOIN transactions a ON a.id = v.row JOIN transactions b ON b.id = v.other"
)

// Reviews returns up to limit pairs of rows that wait for the person, the newest first.
func (s *Store) Reviews(ctx context.Context, limit int) ([]ledger.Review, error) {
	return s.reviews(ctx, "SELECT v.why, v.verdict, v.at, "+columnsAs("a")+", "+columnsAs("b")+bothRows+
		" WHERE "+openReview+" ORDER BY a.key DESC, v.other LIMIT ?", limit)
}

// CountReviews counts what Reviews lists without a limit.
func (s *Store) CountReviews(ctx context.Context) (n int, err error) {
	err = s.read(ctx, "count reviews", func(ctx context.Context) error {
		return s.one(ctx, "SELECT count(*)"+bothRows+" WHERE "+openReview, nil, &n)
	})
	return n, err
}

// ReviewsOf counts the reviews that wait and that a transaction is in.
func (s *Store) ReviewsOf(ctx context.Context, id ledger.TransactionID) (n int, err error) {
	u, err := parseUUID(string(id))
	if err != nil {
		return 0, nil
	}
	err = s.read(ctx, "count the reviews of a row", func(ctx context.Context) error {
		return s.one(ctx, "SELECT count(*)"+bothRows+" WHERE "+openReview+" AND (v.row = ?1 OR v.other = ?1)", []any{u[:]}, &n)
	})
	return n, err
}

// Decided returns up to limit reviews with the person's verdict, the last first. The Row of a merge is as it was.
func (s *Store) Decided(ctx context.Context, limit int) ([]ledger.Review, error) {
	const merged = ` FROM reviews v JOIN taken_rows a ON a.taken = v.row AND a.id = v.row JOIN transactions b ON b.id = v.other WHERE v.verdict = 1`
	columns := "SELECT v.why, v.verdict, v.at AS decided, " + columnsAs("a") + ", " + columnsAs("b")
	return s.reviews(ctx, columns+bothRows+" WHERE v.verdict = 2 UNION ALL "+columns+merged+" ORDER BY decided DESC LIMIT ?", limit)
}

// columnsAs are rowColumns of the table that query calls name.
func columnsAs(name string) string {
	var all []byte
	for _, c := range rowColumns {
		switch {
		case c == '\n' || c == '\t' || c == ' ':
		case c == ',':
			all = append(all, ", "+name+"."...)
		default:
			all = append(all, byte(c))
		}
	}
	return name + "." + string(all)
}

func (s *Store) reviews(ctx context.Context, query string, args ...any) ([]ledger.Review, error) {
	var all []ledger.Review
	err := s.read(ctx, "read reviews", func(ctx context.Context) error {
		var accounts []int64
		err := s.each(ctx, query, args, func(scan func(...any) error) error {
			v, account, err := scanReview(scan)
			all, accounts = append(all, v), append(accounts, account)
			return err
		})
		for i := range all {
			if err != nil {
				break
			}
			all[i].Row.Account, err = s.accountID(ctx, accounts[i])
			all[i].Other.Account = all[i].Row.Account
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// scanReview reads why, verdict, time and both rows. Both are of the account returned.
func scanReview(scan func(...any) error) (v ledger.Review, account int64, err error) {
	var why string
	var at sql.NullInt64
	var other record
	row, err := scanRow(func(first ...any) error {
		other, err = scanRow(func(second ...any) error {
			return scan(append(append([]any{&why, &v.Verdict, &at}, first...), second...)...)
		})
		return err
	})
	if err != nil {
		return v, 0, err
	}
	v.Row, v.Other, v.At = row.Transaction, other.Transaction, instant(at)
	return v, row.account, decode(why, &v.Reason)
}

// Decide records what the person says of a review, in one transaction: with ledger.Merge row is merged into
// other. Only a review that waits is decided: any other wraps ledger.ErrNotFound.
func (s *Store) Decide(ctx context.Context, row, other ledger.TransactionID, verdict ledger.Verdict) error {
	return s.change(ctx, "decide a review", func(ctx context.Context) error {
		of, with, err := parsePair(row, other)
		if err != nil {
			return err
		}
		var why string
		const find = "SELECT v.why" + bothRows + " WHERE " + openReview + " AND v.row = ? AND v.other = ?"
		if err := s.one(ctx, find, []any{of[:], with[:]}, &why); errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("a review of %q and %q: %w", row, other, ledger.ErrNotFound)
		} else if err != nil {
			return err
		}
		now := s.from.now().UTC()
		switch verdict {
		case ledger.KeepBoth:
			return s.exec(ctx, "UPDATE reviews SET verdict = ?, at = ? WHERE row = ? AND other = ?", int(verdict), nanos(now), of[:], with[:])
		case ledger.Merge:
			return s.merge(ctx, taking{id: of, into: &with, at: now}, why)
		}
		return fmt.Errorf("verdict %d is none", verdict)
	})
}

// Undecide takes a verdict back: of a merge, both rows are as they were, but for what a bank or a file has
// written since. It wraps ledger.ErrNotFound where there is none.
func (s *Store) Undecide(ctx context.Context, row, other ledger.TransactionID) error {
	return s.change(ctx, "take a verdict back", func(ctx context.Context) error {
		of, with, err := parsePair(row, other)
		if err != nil {
			return err
		}
		kept, err := s.execCount(ctx, "UPDATE reviews SET verdict = 0, at = NULL WHERE row = ? AND other = ? AND verdict = 2", of[:], with[:])
		if err != nil || kept > 0 {
			return err
		}
		t, err := s.takingOf(ctx, of)
		if err == nil && (t.into == nil || *t.into != with) {
			err = fmt.Errorf("a merge of %q and %q: %w", row, other, ledger.ErrNotFound)
		}
		if err != nil {
			return err
		}
		b := s.newBatch(t.account, s.from.now().UTC())
		if err := b.unmerge(ctx, t); err != nil {
			return err
		}
		return b.finish(ctx)
	})
}

func parsePair(a, b ledger.TransactionID) (first, second uuid, err error) {
	if first, err = parseUUID(string(a)); err == nil {
		second, err = parseUUID(string(b))
	}
	return first, second, err
}

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

// moveHanging gives the row that stays what hung on the one that went: other reviews of it, and its transfer.
func (s *Store) moveHanging(ctx context.Context, t taking, reason ledger.Reason) error {
	why, err := encode(reason)
	if err != nil {
		return err
	}
	const (
		took = `SELECT json_object(
			'reviews', json((SELECT json_group_array(json_array(value->>0, hex(?2))) FROM json_each(k.reviews) WHERE value->>1 = hex(?1) AND value->>3 = 0
				AND value->>0 <> hex(?2) AND NOT EXISTS (SELECT 1 FROM reviews WHERE row = unhex(value->>0) AND other = ?2))),
			'transfers', json((SELECT json_group_array(json_array(iif(value->>0 = hex(?1), hex(?2), value->>0), iif(value->>1 = hex(?1), hex(?2), value->>1)))
				FROM json_each(k.transfers) WHERE value->>3 = 1 AND NOT EXISTS (SELECT 1 FROM transfers WHERE out_row = ?2 OR in_row = ?2))))
			FROM taken k WHERE k.id = ?1`
		reviews = `INSERT INTO reviews SELECT unhex(value->>0), ?2, value->>2, 0, NULL FROM taken k, json_each(k.reviews) WHERE k.id = ?1
			AND value->>0 IN (SELECT m.value->>0 FROM json_each(k.moved, '$.reviews') m) AND value->>1 = hex(?1)`
		transfers = `INSERT INTO transfers SELECT iif(value->>0 = hex(?1), ?2, unhex(value->>0)), iif(value->>1 = hex(?1), ?2, unhex(value->>1)), value->>2, 1,
			value->>4, iif(value->>0 = hex(?1), ?3, value->>5), iif(value->>1 = hex(?1), ?3, value->>6)
			FROM taken k, json_each(k.transfers) WHERE k.id = ?1 AND value->>3 = 1 AND json_array_length(k.moved, '$.transfers') > 0`
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
	return s.exec(ctx, "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?, ?)", t.id[:], t.into[:], why, int(ledger.Merge), nanos(t.at))
}

// unmerge brings the row back that was merged. If the row that it was merged into was taken since, that one
// comes back first and is taken again after.
func (b *batch) unmerge(ctx context.Context, t taking) error {
	later, err := b.s.takingOf(ctx, *t.into)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		return b.part(ctx, t)
	case err != nil:
		return err
	}
	if err := b.untake(ctx, later); err != nil {
		return err
	}
	if err := b.part(ctx, t); err != nil {
		return err
	}
	return b.takeAgain(ctx, later)
}

// takeAgain takes out a row that was brought back for a while.
func (b *batch) takeAgain(ctx context.Context, t taking) error {
	row, err := b.mine(ctx, ledger.TransactionID(t.id.String()))
	if err != nil {
		return err
	}
	if t.into == nil {
		return b.delete(ctx, &row, t)
	}
	var why string
	if err := b.s.one(ctx, "SELECT why FROM reviews WHERE row = ? AND other = ?", []any{t.id[:], t.into[:]}, &why); err != nil {
		return err
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
		err = b.wordsApart(ctx, &now, m, &other, &row)
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
	if apart.Category = one.Category; now.own {
		apart.Category = now.Category
	}
	if row.Row.Date != two.Date {
		row.key = 0
	}
	row.bank, row.Transaction = two.Category, two
	if row.own {
		row.Category = row.record.Category
	}
	row.raw.Valid = false
	return b.replace(ctx, now, &apart)
}
