package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"coffer/app/ledger"
)

// beginImport opens an import, or goes on with the one whose ID the Write has, and keeps what
// balance and reading were before it. It returns 0 for rows that come from a bank.
func (s *Store) beginImport(ctx context.Context, account int64, w ledger.Write) (int64, error) {
	if w.Import == nil {
		return 0, nil
	}
	if w.Import.ID != 0 {
		var id int64
		err := s.one(ctx, "SELECT id FROM imports WHERE id = ? AND account = ?", []any{w.Import.ID, account}, &id)
		if errors.Is(err, sql.ErrNoRows) {
			return 0, fmt.Errorf("import %d: %w", w.Import.ID, ledger.ErrNotFound)
		}
		return id, err
	}
	at := w.Import.At
	if at.IsZero() {
		at = w.At
	}
	const query = "INSERT INTO imports (account, name, format, at, added, same) VALUES (?, ?, ?, ?, 0, 0) RETURNING id"
	var id int64
	if err := s.one(ctx, query, []any{account, w.Import.Name, w.Import.Format, nanos(at)}, &id); err != nil {
		return 0, err
	}
	return id, s.keepStanding(ctx, account, id, w)
}

// keepStanding stores what an import overwrites of an account, and with what.
func (s *Store) keepStanding(ctx context.Context, account, id int64, w ledger.Write) error {
	if w.Balance != nil {
		before, err := s.balanceDoc(ctx, account)
		if err != nil {
			return err
		}
		if err := s.exec(ctx, "UPDATE imports SET balance_before = ? WHERE id = ?", before, id); err != nil {
			return err
		}
	}
	if w.Reading == nil {
		return nil
	}
	before, err := s.readingDoc(ctx, account)
	if err != nil {
		return err
	}
	return s.exec(ctx, "UPDATE imports SET reading_before = ? WHERE id = ?", before, id)
}

// endImport counts the rows and stores what the balance and reading are now.
func (s *Store) endImport(ctx context.Context, account int64, w ledger.Write, done ledger.Written) error {
	if done.Import == 0 {
		return nil
	}
	if err := s.exec(ctx, "UPDATE imports SET added = added + ?, same = same + ? WHERE id = ?", done.Added, done.Same, done.Import); err != nil {
		return err
	}
	if w.Balance != nil {
		after, err := s.balanceDoc(ctx, account)
		if err != nil {
			return err
		}
		if err := s.exec(ctx, "UPDATE imports SET balance_after = ? WHERE id = ?", after, done.Import); err != nil {
			return err
		}
	}
	if w.Reading == nil {
		return nil
	}
	after, err := s.readingDoc(ctx, account)
	if err != nil {
		return err
	}
	return s.exec(ctx, "UPDATE imports SET reading_after = ? WHERE id = ?", after, done.Import)
}

// balanceDoc is the balance row of an account as JSON, "" if there is none.
func (s *Store) balanceDoc(ctx context.Context, account int64) (string, error) {
	const query = `SELECT json_array(account, booked, booked_currency, available, available_currency, credit, credit_currency, as_of, read_at)
		FROM balances WHERE account = ?`
	return s.doc(ctx, query, account)
}

func (s *Store) readingDoc(ctx context.Context, account int64) (string, error) {
	return s.doc(ctx, "SELECT json_array(account, from_day, to_day, cursor, done, at) FROM readings WHERE account = ?", account)
}

func (s *Store) doc(ctx context.Context, query string, account int64) (string, error) {
	var doc string
	err := s.one(ctx, query, []any{account}, &doc)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return doc, err
}

// Imports returns the imports that were not undone, newest first.
func (s *Store) Imports(ctx context.Context) ([]ledger.Import, error) {
	const query = `SELECT i.id, a.id, i.name, i.format, i.at, i.added, i.same FROM imports i JOIN accounts a ON a.key = i.account
		ORDER BY i.id DESC`
	var all []ledger.Import
	err := s.read(ctx, "read imports", func(ctx context.Context) error {
		return s.each(ctx, query, nil, func(scan func(...any) error) error {
			var i ledger.Import
			var at sql.NullInt64
			err := scan(&i.ID, &i.Account, &i.Name, &i.Format, &at, &i.Added, &i.Same)
			i.At = instant(at)
			all = append(all, i)
			return err
		})
	})
	return all, err
}

const (
	replacedColumns = `key, status, minor, currency, payee, category, text, memo, source, names, at, foreign_minor,
		foreign_currency, mcc, card, line, aliases, history, missing, missed, rev, country, channel`
	keptColumns = `key, status, minor, currency, payee, coalesce(bank_category, category), text, memo, source, names, at,
		foreign_minor, foreign_currency, mcc, card, line, aliases, history, missing, missed, rev, country, channel`
)

// keep stores what a row was before an import changed it. A second change by the same import
// keeps the first word.
func (b *batch) keep(ctx context.Context, old *record, revAfter int64) error {
	if b.imports == 0 {
		return nil
	}
	const query = `INSERT INTO replaced (import, id, rev_after, gone, ` + replacedColumns + `, raw)
		SELECT ?, id, ?, 0, ` + keptColumns + `, ` + rawOfRow + `
		FROM transactions WHERE key = ?
		ON CONFLICT DO UPDATE SET rev_after = excluded.rev_after`
	if err := b.s.exec(ctx, query, b.imports, revAfter, old.key); err != nil {
		return fmt.Errorf("keep a row for undo: %w", err)
	}
	return nil
}
