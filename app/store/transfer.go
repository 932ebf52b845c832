package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"coffer/app/ledger"
)

// endTransfers forgets the transfers that a row is a leg of.
const endTransfers = "DELETE FROM transfers WHERE out_row = ?1 OR in_row = ?1"

// Of the pairs x of a row: those that Coffer made, which the person never spoke of. And of two rows o and i: whether they are
// legs of one movement by their amounts, as ledger.Transfers has it.
const (
	madeTransfer = "(x.state = 0 OR x.state = 1 AND x.why->>'ID' IN ('" + ledger.ReasonTransfer + "', '" + ledger.ReasonTransferForeign + "'))"
	legsFit      = "o.minor < 0 AND i.minor > 0 AND (o.currency <> i.currency OR o.minor = -i.minor)"
	legsApart    = "abs(x.out_day - x.in_day) > 5"
)

// followLeg keeps the days of a row's transfers, and ends them once it counts nowhere. Those that Coffer made end with the
// amount or the nearness that they were made of: they are looked for anew.
func (s *Store) followLeg(ctx context.Context, old, now *record) error {
	const (
		move = `UPDATE transfers SET out_day = iif(out_row = ?1, ?2, out_day), in_day = iif(in_row = ?1, ?2, in_day)
			WHERE out_row = ?1 OR in_row = ?1`
		made = "DELETE FROM transfers AS x WHERE (x.out_row = ?1 OR x.in_row = ?1) AND " + madeTransfer
	)
	if now.Status != old.Status || now.Amount != old.Amount || now.Date != old.Date {
		if err := s.rejudgeLinked(ctx, now.id); err != nil {
			return err
		}
	}
	var err error
	switch {
	case now.Status == ledger.Dropped && old.Status != ledger.Dropped:
		err = s.exec(ctx, endTransfers, now.id[:])
	case now.Amount != old.Amount:
		err = s.exec(ctx, made, now.id[:])
	}
	if err == nil && now.Date != old.Date {
		if err = s.exec(ctx, move, now.id[:], int64(now.Date)); err == nil {
			err = s.exec(ctx, made+" AND "+legsApart, now.id[:])
		}
	}
	if err != nil {
		return fmt.Errorf("follow a leg of a transfer: %w", err)
	}
	return nil
}

// endMisfits ends the transfers of a row that Coffer made and that its amount or day no longer is one of.
func (s *Store) endMisfits(ctx context.Context, id uuid) error {
	const query = `DELETE FROM transfers AS x WHERE (x.out_row = ?1 OR x.in_row = ?1) AND ` + madeTransfer + ` AND (` + legsApart + ` OR
		NOT EXISTS (SELECT 1 FROM transactions o, transactions i WHERE o.id = x.out_row AND i.id = x.in_row AND ` + legsFit + `))`
	return s.exec(ctx, query, id[:])
}

// TransferMarks returns from which day on each account has rows among which transfers were not yet looked for.
func (s *Store) TransferMarks(ctx context.Context) ([]ledger.TransferMark, error) {
	const query = "SELECT a.id, m.pair_day, m.writes FROM marks m JOIN accounts a ON a.key = m.account WHERE m.pair_day IS NOT NULL ORDER BY a.key"
	var all []ledger.TransferMark
	err := s.read(ctx, "read where to look for transfers", func(ctx context.Context) error {
		return s.each(ctx, query, nil, func(scan func(...any) error) error {
			var m ledger.TransferMark
			err := scan(&m.Account, &m.From, &m.Writes)
			all = append(all, m)
			return err
		})
	})
	return all, err
}

// TransferRows returns the booked rows of the days from from to to, inclusive, of every account, by rising date, but
// those of a linked transfer; and the rejected pairs of these days. Of a row only what tells a transfer is read.
func (s *Store) TransferRows(ctx context.Context, from, to ledger.Date) (rows []ledger.Transaction, rejected []ledger.TransferPair, err error) {
	const query = `SELECT key, id, account, minor, currency, payee, category, text, memo, foreign_minor, foreign_currency, mcc
		FROM transactions t WHERE key >= ? AND key < ? AND status = 0
		AND NOT EXISTS (SELECT 1 FROM transfers WHERE out_row = t.id AND state = 1)
		AND NOT EXISTS (SELECT 1 FROM transfers WHERE in_row = t.id AND state = 1) ORDER BY key`
	from, to = clampDay(from), clampDay(to)
	err = s.read(ctx, "read rows that may be transfers", func(ctx context.Context) error {
		var owners []int64
		err := s.each(ctx, query, []any{keyOf(from), keyOf(to + 1)}, func(scan func(...any) error) error {
			t, owner, err := scanLeg(scan)
			rows, owners = append(rows, t), append(owners, owner)
			return err
		})
		if err != nil {
			return err
		}
		for i := range rows {
			if rows[i].Account, err = s.accountID(ctx, owners[i]); err != nil {
				return err
			}
		}
		rejected, err = s.transferRows(ctx, transferColumns+"WHERE state = 2 AND out_day BETWEEN ? AND ?", int64(from), int64(to))
		return err
	})
	return rows, rejected, err
}

func scanLeg(scan func(...any) error) (t ledger.Transaction, account int64, err error) {
	var key int64
	var id []byte
	var foreign sql.NullInt64
	var currency, mcc sql.NullString
	err = scan(&key, &id, &account, &t.Amount.Minor, &t.Amount.Currency, &t.Payee, &t.Category, &t.Text, &t.Memo, &foreign, &currency, &mcc)
	t.ID, t.Date = ledger.TransactionID(uuidOf(id).String()), dayOf(key)
	t.Foreign.Minor, t.Foreign.Currency, t.MCC = foreign.Int64, currency.String, mcc.String
	return t, account, err
}

// SaveTransfers keeps the pairs that were found among rows whose Out is of the days from from to to, in one
// transaction: they take the place of what was proposed there. A pair that the person decided stays, and no row is
// a leg of two linked pairs. Rows that are gone, or are no legs of one movement any more, are passed over. It reports whether anything is another now.
func (s *Store) SaveTransfers(ctx context.Context, from, to ledger.Date, found []ledger.TransferPair) (changed bool, err error) {
	const (
		save = `INSERT INTO transfers SELECT o.id, i.id, ?3, ?4, ?5, (o.key >> 20) - 25567, (i.key >> 20) - 25567
			FROM transactions o, transactions i WHERE o.id = ?1 AND i.id = ?2 AND o.status = 0 AND i.status = 0 AND o.account <> i.account AND ` + legsFit + `
			AND NOT EXISTS (SELECT 1 FROM transfers WHERE state = 1 AND out_row = ?1) AND NOT EXISTS (SELECT 1 FROM transfers WHERE state = 1 AND in_row = ?2)
			ON CONFLICT DO NOTHING`
		proposed = "SELECT group_concat(hex(out_row) || hex(in_row)) FROM transfers WHERE state = 0 AND out_day BETWEEN ? AND ?"
		clear    = "DELETE FROM transfers WHERE state = 0 AND out_day BETWEEN ? AND ?"
	)
	days := []any{int64(clampDay(from)), int64(clampDay(to))}
	var linked []ledger.TransferPair
	err = s.change(ctx, "save transfers", func(ctx context.Context) error {
		var before, after sql.NullString
		if err := s.one(ctx, proposed, days, &before); err != nil {
			return err
		}
		if err := s.exec(ctx, clear, days...); err != nil {
			return err
		}
		for _, p := range found {
			n, err := s.saveTransfer(ctx, save, p)
			if err != nil {
				return err
			}
			if n > 0 && p.State == ledger.TransferLinked {
				changed, linked = true, append(linked, p)
			}
		}
		if err := s.rejudgeLegs(ctx, linked); err != nil {
			return err
		}
		err := s.one(ctx, proposed, days, &after)
		changed = changed || before != after
		return err
	})
	return changed && err == nil, err
}

func (s *Store) saveTransfer(ctx context.Context, query string, p ledger.TransferPair) (int64, error) {
	out, in, err := parsePair(p.Out, p.In)
	if err != nil {
		return 0, fmt.Errorf("a transfer of %q and %q: %w", p.Out, p.In, err)
	}
	why, err := encode(p.Reason)
	if err != nil {
		return 0, err
	}
	return s.execCount(ctx, query, out[:], in[:], why, int(p.State), nanos(p.At))
}

// ClearTransferMarks says that transfers were looked for where marks say, unless rows were written since.
func (s *Store) ClearTransferMarks(ctx context.Context, marks []ledger.TransferMark) error {
	const clear = "UPDATE marks SET pair_day = NULL WHERE writes = ? AND account = (SELECT key FROM accounts WHERE id = ?)"
	return s.change(ctx, "note where transfers were looked for", func(ctx context.Context) error {
		for _, m := range marks {
			if err := s.exec(ctx, clear, m.Writes, string(m.Account)); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	transferColumns = "SELECT why, state, at, hex(out_row), hex(in_row) FROM transfers x "
	// A pair is proposed while neither row is a leg of a linked one.
	openTransfer = `state = 0 AND NOT EXISTS (SELECT 1 FROM transfers l WHERE l.state = 1 AND (l.out_row = x.out_row OR l.in_row = x.in_row))`
)

// Transfers returns up to limit pairs in a state, the newest first.
func (s *Store) Transfers(ctx context.Context, state ledger.TransferState, limit int) ([]ledger.TransferPair, error) {
	where, order := "state = ?", "ORDER BY out_day DESC, out_row, in_row LIMIT ?"
	if state == ledger.TransferProposed {
		where = openTransfer + " AND state = ?"
	}
	if state == ledger.TransferRejected {
		order = "ORDER BY at DESC, out_row, in_row LIMIT ?"
	}
	return s.transfers(ctx, "read transfers", transferColumns+"WHERE "+where+" "+order, int(state), limit)
}

// CountTransfers counts the pairs that are proposed.
func (s *Store) CountTransfers(ctx context.Context) (n int, err error) {
	err = s.read(ctx, "count transfers", func(ctx context.Context) error {
		return s.one(ctx, "SELECT count(*) FROM transfers x WHERE "+openTransfer, nil, &n)
	})
	return n, err
}

// TransfersOf returns the pairs that a transaction is a leg of, a linked one first.
func (s *Store) TransfersOf(ctx context.Context, id ledger.TransactionID) ([]ledger.TransferPair, error) {
	u, err := parseUUID(string(id))
	if err != nil {
		return nil, nil
	}
	return s.transfers(ctx, "read the transfers of a row", transferColumns+"WHERE out_row = ?1 OR in_row = ?1 ORDER BY state <> 1, state, out_row, in_row", u[:])
}

func (s *Store) transfers(ctx context.Context, op, query string, args ...any) (all []ledger.TransferPair, err error) {
	err = s.read(ctx, op, func(ctx context.Context) error {
		all, err = s.transferRows(ctx, query, args...)
		return err
	})
	return all, err
}

func (s *Store) transferRows(ctx context.Context, query string, args ...any) ([]ledger.TransferPair, error) {
	var all []ledger.TransferPair
	err := s.each(ctx, query, args, func(scan func(...any) error) error {
		p, err := scanTransfer(scan)
		all = append(all, p)
		return err
	})
	return all, err
}

func scanTransfer(scan func(...any) error) (ledger.TransferPair, error) {
	var p ledger.TransferPair
	var why, out, in string
	var at sql.NullInt64
	if err := scan(&why, &p.State, &at, &out, &in); err != nil {
		return p, err
	}
	p.Out, p.In, p.At = idOfHex(out), idOfHex(in), instant(at)
	return p, decode(why, &p.Reason)
}

// MarkTransfer links two rows that the person says are one transfer, and returns what the pair was, for
// DecideTransfer to take back. It wraps ledger.ErrNotFound unless both are booked, one went out of and the other came
// into another account, and neither is a leg of a linked pair.
func (s *Store) MarkTransfer(ctx context.Context, p ledger.TransferPair) (was ledger.TransferState, err error) {
	const (
		find = "SELECT state FROM transfers WHERE out_row = ? AND in_row = ?"
		save = `INSERT INTO transfers SELECT o.id, i.id, ?3, ?4, ?5, (o.key >> 20) - 25567, (i.key >> 20) - 25567
			FROM transactions o, transactions i WHERE o.id = ?1 AND i.id = ?2 AND o.status = 0 AND i.status = 0 AND o.account <> i.account
			AND o.minor < 0 AND i.minor > 0
			AND NOT EXISTS (SELECT 1 FROM transfers WHERE state = 1 AND (out_row IN (?1, ?2) OR in_row IN (?1, ?2)))
			ON CONFLICT DO UPDATE SET why = excluded.why, state = excluded.state, at = excluded.at`
	)
	err = s.change(ctx, "mark a transfer", func(ctx context.Context) error {
		out, in, err := parsePair(p.Out, p.In)
		if err != nil {
			return err
		}
		was = ledger.NoTransfer
		if err := s.one(ctx, find, []any{out[:], in[:]}, &was); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		p.State, p.At = ledger.TransferLinked, s.from.now().UTC()
		n, err := s.saveTransfer(ctx, save, p)
		if err == nil && n == 0 {
			err = fmt.Errorf("a transfer of %q and %q: %w", p.Out, p.In, ledger.ErrNotFound)
		}
		if err != nil {
			return err
		}
		return s.rejudgeLegs(ctx, []ledger.TransferPair{p})
	})
	return was, err
}

// rejudgeLinked asks for a new judgement of the transfers that a row is a leg of and may soon be no more: the other leg may be of an earlier day.
func (s *Store) rejudgeLinked(ctx context.Context, id uuid) error {
	const query = `SELECT min(day) FROM (SELECT min(out_day, in_day) AS day FROM transfers WHERE out_row = ?1 AND state = 1
		UNION ALL SELECT min(out_day, in_day) FROM transfers WHERE in_row = ?1 AND state = 1)`
	var day sql.NullInt64
	if err := s.one(ctx, query, []any{id[:]}, &day); err != nil || !day.Valid {
		return err
	}
	return s.rejudge(ctx, ledger.Date(day.Int64))
}

// rejudgeAround asks for a new judgement of all that may be a leg of one transfer with a row.
func (s *Store) rejudgeAround(ctx context.Context, id uuid) error {
	var key sql.NullInt64
	if err := s.one(ctx, "SELECT min(key) FROM transactions WHERE id = ?", []any{id[:]}, &key); err != nil || !key.Valid {
		return err
	}
	return s.rejudge(ctx, dayOf(key.Int64).AddDays(-settleDays))
}

// settleDays is how far apart the legs of a transfer are booked at most.
const settleDays = 5

// rejudgeLegs asks for a new judgement from the first of the rows of pairs on: own transfers are never judged.
func (s *Store) rejudgeLegs(ctx context.Context, pairs []ledger.TransferPair) error {
	first, any := ledger.Date(0), false
	for _, p := range pairs {
		for _, id := range []ledger.TransactionID{p.Out, p.In} {
			r, err := s.rowByID(ctx, id)
			if err != nil && !errors.Is(err, ledger.ErrNotFound) {
				return err
			}
			if err == nil && (!any || r.Date < first) {
				first, any = r.Date, true
			}
		}
	}
	if !any {
		return nil
	}
	return s.rejudge(ctx, first)
}

// DecideTransfer sets what the person says of a pair, and returns what it was; with NoTransfer it forgets the pair. Linking one ends no other: a row that
// is a leg of another linked pair wraps ledger.ErrNotFound, as a pair that is not known does.
func (s *Store) DecideTransfer(ctx context.Context, out, in ledger.TransactionID, state ledger.TransferState) (was ledger.TransferState, err error) {
	err = s.change(ctx, "decide a transfer", func(ctx context.Context) error {
		from, to, err := parsePair(out, in)
		if err != nil {
			return err
		}
		var legs bool
		const find = `SELECT state, EXISTS (SELECT 1 FROM transfers l WHERE l.state = 1 AND (l.out_row = ?1 OR l.in_row = ?2)
			AND (l.out_row <> ?1 OR l.in_row <> ?2)) FROM transfers WHERE out_row = ?1 AND in_row = ?2`
		err = s.one(ctx, find, []any{from[:], to[:]}, &was, &legs)
		if errors.Is(err, sql.ErrNoRows) || err == nil && legs && state == ledger.TransferLinked {
			return fmt.Errorf("a transfer of %q and %q: %w", out, in, ledger.ErrNotFound)
		}
		if err != nil {
			return err
		}
		if (was == ledger.TransferLinked) != (state == ledger.TransferLinked) {
			if err := s.rejudgeLegs(ctx, []ledger.TransferPair{{Out: out, In: in}}); err != nil {
				return err
			}
		}
		if state == ledger.NoTransfer {
			return s.exec(ctx, "DELETE FROM transfers WHERE out_row = ? AND in_row = ?", from[:], to[:])
		}
		at := s.from.now().UTC()
		if state == ledger.TransferProposed {
			at = time.Time{}
		}
		return s.exec(ctx, "UPDATE transfers SET state = ?, at = ? WHERE out_row = ? AND in_row = ?", int(state), nanos(at), from[:], to[:])
	})
	return was, err
}

// Days returns the first and the last day that has a row; there is none where last is before first.
func (s *Store) Days(ctx context.Context) (first, last ledger.Date, err error) {
	err = s.read(ctx, "read the days that have rows", func(ctx context.Context) error {
		var low, high sql.NullInt64
		if err := s.one(ctx, "SELECT (SELECT min(key) FROM transactions), (SELECT max(key) FROM transactions)", nil, &low, &high); err != nil {
			return err
		}
		if first, last = 1, 0; low.Valid {
			first, last = dayOf(low.Int64), dayOf(high.Int64)
		}
		return nil
	})
	return first, last, err
}
