package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"coffer/app/ledger"
)

// taking is a row that the person took out: merged into another, or deleted.
type taking struct {
	id       uuid
	account  int64
	into     *uuid // nil: deleted
	stone    int64 // key of the tombstone
	revAfter int64 // of into
	at       time.Time
	why      string // JSON, of the review that was decided; empty where that hangs on a row that was taken
}

// The rows that hang on a row, as JSON. Ids are hex there.
const (
	alertsOf = `SELECT json_group_array(json_array(id, detector, level, account, day, doc, answer, answered, until, withdrawn, merchant, minor, currency))
		FROM alerts WHERE id IN (SELECT alert FROM alert_rows WHERE row = ?1)`
	alertRowsOf = `SELECT json_group_array(json_array(hex(row), alert)) FROM alert_rows WHERE alert IN (SELECT alert FROM alert_rows WHERE row = ?1)`
	reviewsOf   = `SELECT json_group_array(json_array(hex(row), hex(other), why, verdict, at)) FROM reviews WHERE row = ?1 OR other = ?1`
	transfersOf = `SELECT json_group_array(json_array(hex(out_row), hex(in_row), why, state, at, out_day, in_day)) FROM transfers WHERE out_row = ?1 OR in_row = ?1`
)

// take keeps r with all that hangs on it, and removes it.
func (b *batch) take(ctx context.Context, r *record, t taking) error {
	const query = `INSERT INTO taken (id, account, into_row, tombstone, rev_after, at, alerts, alert_rows, reviews, transfers, moved)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, (` + alertsOf + `), (` + alertRowsOf + `), (` + reviewsOf + `), (` + transfersOf + `), '{}')`
	var into any
	if t.into != nil {
		into = t.into[:]
	}
	if err := b.s.exec(ctx, query, r.id[:], r.account, into, t.stone, t.revAfter, nanos(t.at)); err != nil {
		return fmt.Errorf("keep what is taken: %w", err)
	}
	if err := b.keepAsIs(ctx, r.id, r.id); err != nil {
		return err
	}
	return b.remove(ctx, r)
}

// keepAsIs keeps the row id as it stands, for when taken comes back.
func (b *batch) keepAsIs(ctx context.Context, taken, id uuid) error {
	const query = `INSERT INTO taken_rows (taken, ` + rowColumns + `, raw)
		SELECT ?, ` + rowColumns + `, ` + rawOfRow + ` FROM transactions WHERE id = ?`
	if err := b.s.exec(ctx, query, taken[:], id[:]); err != nil {
		return fmt.Errorf("keep a row as it is: %w", err)
	}
	return nil
}

func (s *Store) takingOf(ctx context.Context, id uuid) (taking, error) {
	var into []byte
	var stone, at sql.NullInt64
	t := taking{id: id}
	const query = `SELECT account, into_row, tombstone, rev_after, at,
		coalesce((SELECT why FROM reviews WHERE row = taken.id AND other = into_row), '') FROM taken WHERE id = ?`
	err := s.one(ctx, query, []any{id[:]}, &t.account, &into, &stone, &t.revAfter, &at, &t.why)
	if errors.Is(err, sql.ErrNoRows) {
		return t, fmt.Errorf("transaction %q was not taken: %w", id, ledger.ErrNotFound)
	}
	if into != nil {
		u := uuidOf(into)
		t.into = &u
	}
	t.stone, t.at = stone.Int64, instant(at)
	return t, err
}

// asWas reads the row id as it was before taken went.
func (s *Store) asWas(ctx context.Context, taken, id uuid) (former, error) {
	var f former
	const query = "SELECT " + rowColumns + ", raw FROM taken_rows WHERE taken = ? AND id = ?"
	err := s.oneRow(ctx, query, []any{taken[:], id[:]}, func(scan func(...any) error) (err error) {
		f.record, err = scanRow(func(into ...any) error { return scan(append(into, &f.raw)...) })
		return err
	})
	if err != nil {
		return f, fmt.Errorf("read a row as it was: %w", err)
	}
	if f.raw.Valid {
		if f.Raw, err = rawFrom(f.raw.String); err != nil {
			return f, err
		}
	}
	f.Account, err = s.accountID(ctx, f.account)
	return f, err
}

// bringBack puts a row that was taken, f, where it was, with what hung on it and is there still.
func (b *batch) bringBack(ctx context.Context, t taking, f former) error {
	if err := b.putIn(ctx, &f); err != nil {
		return err
	}
	return b.s.hangAgain(ctx, t.id)
}

// putIn stores f, where it was unless another row is there now.
func (b *batch) putIn(ctx context.Context, f *former) error {
	var busy bool
	if err := b.s.one(ctx, "SELECT EXISTS (SELECT 1 FROM transactions WHERE key = ?)", []any{f.key}, &busy); err != nil {
		return err
	}
	if next, known := b.next[f.Date]; busy {
		f.key = 0
	} else if known && next <= f.key {
		b.next[f.Date] = f.key + 1
	}
	if err := b.insert(ctx, &f.record); err != nil {
		return err
	}
	if f.raw.Valid {
		if err := b.putRaw(ctx, &f.record, f.raw); err != nil {
			return err
		}
	}
	return b.flushAliases(ctx) // the row may go again before the end
}

// hangAgain brings back what hung on a row, and forgets that it was taken.
func (s *Store) hangAgain(ctx context.Context, id uuid) error {
	const from = " FROM taken k, json_each(k."
	for _, query := range []string{
		`INSERT INTO alerts (id, detector, level, account, day, doc, answer, answered, until, withdrawn, merchant, minor, currency) SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9,
			value->>10, value->>11, value->>12` + from + `alerts) WHERE k.id = ?1
			ON CONFLICT DO UPDATE SET doc = excluded.doc, level = excluded.level, withdrawn = excluded.withdrawn WHERE alerts.withdrawn = 2`,
		`INSERT OR IGNORE INTO alert_rows SELECT unhex(value->>0), value->>1` + from + `alert_rows) WHERE k.id = ?1
			AND value->>1 IN (SELECT id FROM alerts)`,
		"DELETE FROM reviews WHERE row = ?1 AND verdict = 1",
		`DELETE FROM reviews WHERE verdict = 0 AND (hex(row), hex(other)) IN (SELECT value->>0, value->>1` + from + `moved, '$.reviews') WHERE k.id = ?1)`,
		`INSERT OR REPLACE INTO reviews SELECT unhex(value->>0), unhex(value->>1), value->>2, value->>3, value->>4` + from + `reviews) WHERE k.id = ?1
			AND unhex(value->>0) IN (SELECT id FROM transactions UNION ALL SELECT id FROM taken) AND unhex(value->>1) IN (SELECT id FROM transactions)`,
		`DELETE FROM transfers WHERE (hex(out_row), hex(in_row)) IN (SELECT value->>0, value->>1` + from + `moved, '$.transfers') WHERE k.id = ?1)`,
		`INSERT OR IGNORE INTO transfers SELECT o.id, i.id, value->>2, value->>3, value->>4, (o.key >> 20) - 25567, (i.key >> 20) - 25567` + from + `transfers)
			JOIN transactions o ON o.id = unhex(value->>0) JOIN transactions i ON i.id = unhex(value->>1) WHERE k.id = ?1 AND o.status <> 2 AND i.status <> 2`,
		"DELETE FROM taken_rows WHERE taken = ?1", "DELETE FROM taken WHERE id = ?1",
	} {
		if err := s.exec(ctx, query, id[:]); err != nil {
			return fmt.Errorf("hang on a row again: %w", err)
		}
	}
	if err := s.rejudgeAround(ctx, id); err != nil {
		return err
	}
	return s.endMisfits(ctx, id)
}
