package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"coffer/app/ledger"
)

// A review is asked while it is not moot, as ledger.Review.Moot says.
const (
	openReview = `v.verdict = 0 AND a.status <> 2 AND CASE v.why->>'ID' WHEN '` + ledger.ReasonMaybeBooked + `'
		THEN b.status <> 0 AND NOT EXISTS (SELECT 1 FROM json_each(a.history) WHERE value->>'what' = 6)
			AND NOT (b.status = 2 AND coalesce(b.history->>'$[#-1].why', '') IN ('` + ledger.ReasonParts + `', '` + ledger.ReasonBeside + `'))
		ELSE b.status <> 2 END`
	bothRows = " FROM reviews v JOIN transactions a ON a.id = v.row JOIN transactions b ON b.id = v.other"
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
