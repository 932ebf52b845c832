package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"coffer/app/ledger"
)

// aliasChunk is how many aliases are looked up in one query.
const aliasChunk = 500

// Stored returns what ledger.Reconcile needs of an account: every row of the days from to to,
// inclusive, whatever its status; every other row that ever had one of the aliases; and every
// tombstone. Category is the bank's or file's own here, so that the person's changes no match.
// Rows come by rising date.
func (s *Store) Stored(ctx context.Context, account ledger.AccountID, from, to ledger.Date, aliases []string) ([]ledger.Transaction, []ledger.Tombstone, error) {
	var rows []ledger.Transaction
	var gone []ledger.Tombstone
	err := s.read(ctx, "read stored rows", func(ctx context.Context) error {
		key, err := s.accountKey(ctx, account)
		if err != nil {
			return err
		}
		if rows, err = s.window(ctx, key, from, to); err != nil {
			return err
		}
		if rows, err = s.addAliased(ctx, key, rows, aliases); err != nil {
			return err
		}
		for i := range rows {
			rows[i].Account = account
		}
		slices.SortStableFunc(rows, func(a, b ledger.Transaction) int { return int(a.Date) - int(b.Date) })
		gone, err = s.tombstones(ctx, key)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return rows, gone, nil
}

const withRaw = "SELECT " + rowColumns + ", (SELECT fields FROM raw WHERE raw.key = transactions.key) FROM transactions "

func (s *Store) window(ctx context.Context, account int64, from, to ledger.Date) ([]ledger.Transaction, error) {
	var rows []ledger.Transaction
	const query = withRaw + "WHERE account = ? AND status IN (0, 1, 2) AND key >= ? AND key < ?"
	args := []any{account, keyOf(clampDay(from)), keyOf(clampDay(to) + 1)}
	err := s.each(ctx, query, args, func(scan func(...any) error) error {
		r, err := scanWithRaw(scan)
		rows = append(rows, r.Transaction)
		return err
	})
	return rows, err
}

// clampDay keeps a day of a window within what a key can hold.
func clampDay(day ledger.Date) ledger.Date {
	return min(max(day, -keyFirst), 1<<17)
}

// scanWithRaw reads a row of withRaw with the bank's category.
func scanWithRaw(scan func(...any) error) (record, error) {
	var raw sql.NullString
	r, err := scanRow(func(into ...any) error { return scan(append(into, &raw)...) })
	if err != nil {
		return r, err
	}
	r.Category = r.bank
	if raw.Valid {
		r.Raw, err = rawFrom(raw.String)
	}
	return r, err
}

// addAliased adds the rows that have one of aliases and are not among rows.
func (s *Store) addAliased(ctx context.Context, account int64, rows []ledger.Transaction, aliases []string) ([]ledger.Transaction, error) {
	var filled bool
	err := s.one(ctx, "SELECT EXISTS (SELECT 1 FROM transactions WHERE account = ?)", []any{account}, &filled)
	if err != nil || !filled {
		return rows, err
	}
	known := make(map[ledger.TransactionID]bool, len(rows))
	for _, r := range rows {
		known[r.ID] = true
	}
	wanted := make(map[string]bool, len(aliases))
	for _, alias := range aliases {
		wanted[alias] = true
	}
	const query = withRaw + "WHERE key IN (SELECT row FROM aliases WHERE hash IN (SELECT value FROM json_each(?))) AND account = ?"
	for chunk := range slices.Chunk(aliases, aliasChunk) {
		hashes := make([]int64, len(chunk))
		for i, alias := range chunk {
			hashes[i] = aliasHash(account, alias)
		}
		list, err := encode(hashes)
		if err != nil {
			return nil, err
		}
		err = s.each(ctx, query, []any{list, account}, func(scan func(...any) error) error {
			r, err := scanWithRaw(scan)
			if err == nil && !known[r.ID] && slices.ContainsFunc(r.Aliases, func(a string) bool { return wanted[a] }) {
				known[r.ID] = true
				rows = append(rows, r.Transaction)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (s *Store) tombstones(ctx context.Context, account int64) ([]ledger.Tombstone, error) {
	var gone []ledger.Tombstone
	err := s.each(ctx, "SELECT doc FROM tombstones WHERE account = ? ORDER BY key", []any{account}, func(scan func(...any) error) error {
		var doc string
		if err := scan(&doc); err != nil {
			return err
		}
		var t ledger.Tombstone
		if err := decode(doc, &t); err != nil {
			return err
		}
		gone = append(gone, t)
		return nil
	})
	return gone, err
}

// Reading returns how far an account was read, the zero Reading if it never was.
func (s *Store) Reading(ctx context.Context, account ledger.AccountID) (ledger.Reading, error) {
	var r ledger.Reading
	err := s.read(ctx, "read how far an account was read", func(ctx context.Context) error {
		key, err := s.accountKey(ctx, account)
		if err != nil {
			return err
		}
		r, err = s.reading(ctx, key)
		return err
	})
	return r, err
}

func (s *Store) reading(ctx context.Context, account int64) (ledger.Reading, error) {
	const query = "SELECT from_day, to_day, cursor, done, at FROM readings WHERE account = ?"
	var r ledger.Reading
	var at sql.NullInt64
	err := s.one(ctx, query, []any{account}, &r.From, &r.To, &r.Cursor, &r.Done, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return ledger.Reading{}, nil
	}
	r.At = instant(at)
	return r, err
}

func (s *Store) saveReading(ctx context.Context, account int64, r ledger.Reading) error {
	return s.exec(ctx, "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?)",
		account, int64(r.From), int64(r.To), r.Cursor, r.Done, nanos(r.At))
}
