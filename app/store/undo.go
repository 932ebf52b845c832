package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"coffer/app/ledger"
)

// UndoImport takes imports back, the last first, in one transaction: rows that they added go, rows
// that they changed are as before, and so are balance and reading; a row of theirs that was merged is
// its own before it goes, and one that was deleted stays so; an account that they made goes if
// nothing else is in it, no dispute either, and alerts about rows that go are gone with them. Where a bank or another
// file has written since, that newer word stays; so do the person's categories and notes. It returns
// how many rows went, and wraps ledger.ErrNotFound if an import is unknown or was undone.
func (s *Store) UndoImport(ctx context.Context, ids ...int64) (removed int, err error) {
	err = s.change(ctx, "undo an import", func(ctx context.Context) error {
		for _, id := range slices.Backward(ids) {
			n, err := s.undoImport(ctx, id)
			if err != nil {
				return err
			}
			removed += n
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return removed, nil
}

func (s *Store) undoImport(ctx context.Context, id int64) (int, error) {
	var account int64
	var made bool
	err := s.one(ctx, "SELECT account, made FROM imports WHERE id = ?", []any{id}, &account, &made)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("import %d: %w", id, ledger.ErrNotFound)
	}
	if err != nil {
		return 0, err
	}
	b := s.newBatch(account, s.from.now().UTC())
	held, err := b.hold(ctx, id)
	if err != nil {
		return 0, err
	}
	removed, err := b.undoRows(ctx, id)
	if err == nil {
		err = b.letGo(ctx, held)
	}
	if err != nil {
		return 0, err
	}
	if err := b.flush(ctx); err != nil {
		return 0, err
	}
	if err := s.undoStanding(ctx, account, id); err != nil {
		return 0, err
	}
	for _, del := range []string{"DELETE FROM replaced WHERE import = ?", "DELETE FROM imports WHERE id = ?"} {
		if err := s.exec(ctx, del, id); err != nil {
			return 0, err
		}
	}
	if err := b.mark(ctx); err != nil || !made {
		return removed, err
	}
	return removed, s.unmake(ctx, account)
}

func (b *batch) undoRows(ctx context.Context, id int64) (int, error) {
	removed, err := b.unadd(ctx, id)
	if err != nil {
		return 0, err
	}
	gone, err := b.restore(ctx, id)
	if err != nil {
		return 0, err
	}
	again, err := b.unadd(ctx, id) // rows that this import first added and then changed
	if err != nil {
		return 0, err
	}
	const (
		orphan = `UPDATE replaced SET gone = 1 WHERE rev = 1 AND import <> ?1
			AND id IN (SELECT id FROM transactions WHERE import = ?1)`
		stays = "UPDATE transactions SET import = NULL WHERE import = ?"
	)
	if err := b.s.exec(ctx, orphan, id); err != nil {
		return 0, err
	}
	return removed + gone + again, b.s.exec(ctx, stays, id)
}

// unadd removes the rows that the import added and nobody wrote since.
func (b *batch) unadd(ctx context.Context, id int64) (int, error) {
	const query = "SELECT " + rowColumns + " FROM transactions WHERE import = ? AND rev = 1 ORDER BY key"
	rows, err := b.s.records(ctx, query, id)
	if err != nil {
		return 0, err
	}
	for i := range rows {
		if err := b.remove(ctx, &rows[i]); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// records reads rows of rowColumns into memory, to be changed while no query is open.
func (s *Store) records(ctx context.Context, query string, args ...any) ([]record, error) {
	var rows []record
	err := s.each(ctx, query, args, func(scan func(...any) error) error {
		r, err := scanRow(scan)
		rows = append(rows, r)
		return err
	})
	return rows, err
}

// former is what a row was before an import.
type former struct {
	record
	revAfter int64
	gone     bool
	raw      sql.NullString
}

// restore writes back what the import changed, and returns how many rows went with it because
// the import that had added them was undone before.
func (b *batch) restore(ctx context.Context, id int64) (removed int, err error) {
	const query = "SELECT id, rev_after, gone, " + replacedColumns + ", raw FROM replaced WHERE import = ? ORDER BY key"
	var all []former
	err = b.s.each(ctx, query, []any{id}, func(scan func(...any) error) error {
		f, err := scanFormer(scan)
		all = append(all, f)
		return err
	})
	if err != nil {
		return 0, err
	}
	for i := range all {
		old, err := b.s.rowByID(ctx, ledger.TransactionID(all[i].id.String()))
		if errors.Is(err, ledger.ErrNotFound) || err == nil && old.rev != all[i].revAfter {
			continue
		}
		if err == nil && all[i].gone {
			removed++
			err = b.remove(ctx, &old)
		} else if err == nil {
			err = b.putBack(ctx, &old, all[i])
		}
		if err != nil {
			return 0, err
		}
	}
	return removed, nil
}

func scanFormer(scan func(...any) error) (former, error) {
	var f former
	var id []byte
	var source, names, currency, mcc, card, aliases, history, country sql.NullString
	var at, foreign, line, missed, channel sql.NullInt64
	err := scan(&id, &f.revAfter, &f.gone, &f.key, &f.Status, &f.Amount.Minor, &f.Amount.Currency, &f.Payee, &f.bank, &f.Text,
		&f.Memo, &source, &names, &at, &foreign, &currency, &mcc, &card, &line, &aliases, &history, &f.Missing, &missed, &f.rev, &country, &channel, &f.raw)
	if err != nil {
		return f, err
	}
	f.id = uuidOf(id)
	f.Pending, f.Date, f.At = f.Status == ledger.Pending, dayOf(f.key), instant(at)
	f.SourceID, f.Names, f.MCC, f.Card, f.Line = source.String, names.String, mcc.String, card.String, int(line.Int64)
	f.Country, f.Channel = country.String, ledger.Channel(channel.Int64)
	f.Foreign.Minor, f.Foreign.Currency, f.Missed = foreign.Int64, currency.String, ledger.Date(missed.Int64)
	if f.Aliases, err = aliasesFrom(aliases, f.SourceID); err != nil || !history.Valid {
		return f, err
	}
	f.History, err = historyFrom(history, f.Seen)
	return f, err
}

func (b *batch) putBack(ctx context.Context, old *record, f former) error {
	now := f.record
	now.ID, now.account, now.imported, now.Seen, now.Note = old.ID, old.account, old.imported, old.Seen, old.Note
	now.own, now.Category = old.own, f.bank
	if old.own {
		now.Category = old.Category
	}
	if now.History == nil {
		now.History, _ = historyFrom(sql.NullString{}, now.Seen)
	}
	if err := b.replace(ctx, old, &now); err != nil {
		return err
	}
	return b.putRaw(ctx, &now, f.raw)
}

// undoStanding brings balance and reading back if they are still what the import wrote.
func (s *Store) undoStanding(ctx context.Context, account, id int64) error {
	var before, after, readBefore, readAfter sql.NullString
	const query = "SELECT balance_before, balance_after, reading_before, reading_after FROM imports WHERE id = ?"
	if err := s.one(ctx, query, []any{id}, &before, &after, &readBefore, &readAfter); err != nil {
		return err
	}
	const (
		balance = `INSERT INTO balances SELECT j->>0, j->>1, j->>2, j->>3, j->>4, j->>5, j->>6, j->>7, j->>8 FROM (SELECT ? AS j)`
		reading = `INSERT INTO readings SELECT j->>0, j->>1, j->>2, j->>3, j->>4, j->>5 FROM (SELECT ? AS j)`
	)
	now, err := s.balanceDoc(ctx, account)
	if err == nil && after.Valid && now == after.String {
		err = s.swapBack(ctx, "DELETE FROM balances WHERE account = ?", balance, account, before.String)
	}
	if err != nil {
		return err
	}
	now, err = s.readingDoc(ctx, account)
	if err == nil && readAfter.Valid && now == readAfter.String {
		err = s.swapBack(ctx, "DELETE FROM readings WHERE account = ?", reading, account, readBefore.String)
	}
	if err != nil {
		return err
	}
	// A later import found what this one wrote; undone after it, it must not bring that back.
	const inherit = `UPDATE imports AS later SET balance_before = iif(later.balance_before = i.balance_after, i.balance_before, later.balance_before),
		reading_before = iif(later.reading_before = i.reading_after, i.reading_before, later.reading_before)
		FROM imports i WHERE i.id = ?1 AND later.account = i.account AND later.id > ?1`
	return s.exec(ctx, inherit, id)
}

func (s *Store) swapBack(ctx context.Context, drop, put string, account int64, doc string) error {
	if err := s.exec(ctx, drop, account); err != nil || doc == "" {
		return err
	}
	return s.exec(ctx, put, doc)
}
