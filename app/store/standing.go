package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"

	"coffer/app/ledger"
	"coffer/app/money"
)

func (s *Store) saveStanding(ctx context.Context, account int64, w ledger.Write, batch ledger.Batch) error {
	if w.Balance != nil {
		if err := s.saveBalance(ctx, account, *w.Balance); err != nil {
			return err
		}
	}
	if w.Reading != nil {
		if err := s.saveReading(ctx, account, *w.Reading); err != nil {
			return err
		}
	}
	gaps, err := s.saveGaps(ctx, account, batch, w.Gaps)
	if err != nil || w.Check == nil {
		return err
	}
	return s.check(ctx, account, *w.Check, gaps)
}

// Gaps returns the days of an account of which neither the bank nor a file told all, oldest first.
func (s *Store) Gaps(ctx context.Context, account ledger.AccountID) ([]ledger.Gap, error) {
	var all []ledger.Gap
	err := s.read(ctx, "read the gaps", func(ctx context.Context) error {
		key, err := s.accountKey(ctx, account)
		if err != nil {
			return err
		}
		if all, err = s.gaps(ctx, key); err != nil || len(all) == 0 {
			return err
		}
		files, err := s.filesOf(ctx, key)
		all = ledger.Filled(all, files)
		return err
	})
	return all, err
}

// filesOf are the days that imported files tell in full.
func (s *Store) filesOf(ctx context.Context, account int64) ([]ledger.Span, error) {
	var files []ledger.Span
	const query = "SELECT from_day, to_day, at FROM imports WHERE account = ? AND from_day IS NOT NULL"
	err := s.each(ctx, query, []any{account}, func(scan func(...any) error) error {
		var from, to ledger.Date
		var at sql.NullInt64
		err := scan(&from, &to, &at)
		files = append(files, ledger.SpanOf(from, to, instant(at)))
		return err
	})
	return files, err
}

func (s *Store) gaps(ctx context.Context, account int64) ([]ledger.Gap, error) {
	var all []ledger.Gap
	const query = "SELECT from_day, to_day, why, at FROM gaps WHERE account = ? ORDER BY from_day"
	err := s.each(ctx, query, []any{account}, func(scan func(...any) error) error {
		var g ledger.Gap
		var at sql.NullInt64
		err := scan(&g.From, &g.To, &g.Why, &at)
		g.At = instant(at)
		all = append(all, g)
		return err
	})
	return all, err
}

// saveGaps writes the gaps that are open after a read, and returns them.
func (s *Store) saveGaps(ctx context.Context, account int64, batch ledger.Batch, found []ledger.Gap) ([]ledger.Gap, error) {
	open, err := s.gaps(ctx, account)
	if err != nil {
		return nil, err
	}
	now := ledger.GapsAfter(open, batch, found)
	if slices.Equal(open, now) {
		return now, nil
	}
	if err := s.exec(ctx, "DELETE FROM gaps WHERE account = ?", account); err != nil {
		return nil, err
	}
	for _, g := range now {
		err := s.exec(ctx, "INSERT INTO gaps VALUES (?, ?, ?, ?, ?)", account, int64(g.From), int64(g.To), int(g.Why), nanos(g.At))
		if err != nil {
			return nil, err
		}
	}
	return now, nil
}

// Tally returns how the balance that an account's bank states stands to the rows, the zero Tally if nothing was judged.
func (s *Store) Tally(ctx context.Context, account ledger.AccountID) (ledger.Tally, error) {
	var t ledger.Tally
	err := s.read(ctx, "read the balance check", func(ctx context.Context) error {
		key, err := s.accountKey(ctx, account)
		if err != nil {
			return err
		}
		t, err = s.tally(ctx, key)
		return err
	})
	return t, err
}

func (s *Store) tally(ctx context.Context, account int64) (t ledger.Tally, err error) {
	doc, err := s.doc(ctx, "SELECT doc FROM tallies WHERE account = ?", account)
	if err != nil || doc == "" {
		return t, err
	}
	return t, decode(doc, &t)
}

// KnowDifference records that the person knows of a difference, or wants to be told of it again. It wraps
// ledger.ErrNotFound if the account's balance and rows are not stated and computed, and other.
func (s *Store) KnowDifference(ctx context.Context, account ledger.AccountID, stated, computed money.Amount, known bool) error {
	return s.change(ctx, "note a difference", func(ctx context.Context) error {
		key, err := s.accountKey(ctx, account)
		if err != nil {
			return err
		}
		t, err := s.tally(ctx, key)
		if err != nil {
			return err
		}
		if !t.Differs || t.Difference().Currency == "" || t.Stated != stated || t.Computed != computed {
			return fmt.Errorf("a difference of %q: %w", account, ledger.ErrNotFound)
		}
		if t.Known = (money.Amount{}); known {
			t.Known = t.Difference()
		}
		return s.saveTally(ctx, key, t)
	})
}

// check holds a stated balance against the rows. Where days that count are not read completely, nothing follows.
func (s *Store) check(ctx context.Context, account int64, c ledger.Check, gaps []ledger.Gap) error {
	was, err := s.tally(ctx, account)
	if err != nil {
		return err
	}
	first := c.From
	if was.Opens.Currency != "" {
		first = min(first, was.From)
	}
	for _, g := range gaps {
		if g.To >= first {
			return nil
		}
	}
	t, err := was.Next(c, func(from ledger.Date) (money.Amount, error) {
		return s.toldSince(ctx, account, from, c.Stated.Currency)
	})
	if err != nil {
		return err
	}
	return s.saveTally(ctx, account, t)
}

func (s *Store) saveTally(ctx context.Context, account int64, t ledger.Tally) error {
	doc, err := encode(t)
	if err != nil {
		return err
	}
	return s.exec(ctx, "INSERT OR REPLACE INTO tallies VALUES (?, ?)", account, doc)
}

// toldSince sums the booked rows of from and later that the bank told. Beyond an int64 it is the nearest.
func (s *Store) toldSince(ctx context.Context, account int64, from ledger.Date, currency string) (money.Amount, error) {
	const (
		part  = 1_000_000_000 // no sum of parts overflows
		query = `SELECT coalesce(sum(minor / 1000000000), 0), coalesce(sum(minor % 1000000000), 0)
			FROM transactions WHERE account = ? AND status = 0 AND key >= ? AND currency = ? AND line IS NULL`
	)
	var high, low int64
	if err := s.one(ctx, query, []any{account, keyOf(clampDay(from)), currency}, &high, &low); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return money.Amount{}, err
	}
	high, low = high+low/part, low%part
	switch {
	case high >= math.MaxInt64/part:
		return money.New(math.MaxInt64, currency), nil
	case high <= math.MinInt64/part:
		return money.New(math.MinInt64, currency), nil
	}
	return money.New(high*part+low, currency), nil
}
