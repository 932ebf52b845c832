package store

import (
	"context"
	"errors"

	"coffer/app/ledger"
)

// Page returns limit rows of the register from offset on; dropped rows are never among them.
// By date, either way, pending rows come first. As many rows come as Totals counts.
func (s *Store) Page(ctx context.Context, f ledger.Filter, o ledger.Order, offset, limit int) ([]ledger.RegisterRow, error) {
	var rows []ledger.RegisterRow
	err := s.read(ctx, "read the register", func(ctx context.Context) error {
		sc, err := s.scope(ctx, f)
		if err != nil {
			return err
		}
		keys, err := s.keys(ctx, sc, o, max(offset, 0), limit)
		if err != nil {
			return err
		}
		rows, err = s.registerRows(ctx, keys)
		return err
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

// Latest returns the n newest rows of all accounts, pending ones first.
func (s *Store) Latest(ctx context.Context, n int) ([]ledger.RegisterRow, error) {
	return s.Page(ctx, ledger.Filter{}, ledger.NewestFirst, 0, n)
}

func (s *Store) registerRows(ctx context.Context, keys []int64) ([]ledger.RegisterRow, error) {
	const query = `SELECT id, account, status, minor, currency, payee, category, coalesce(
			(SELECT max(a.level) + 1 FROM alert_rows r JOIN alerts a ON a.id = r.alert WHERE r.row = t.id AND ` + openAlert + `), 0),
			EXISTS (SELECT 1 FROM transfers WHERE out_row = t.id AND state = 1) OR EXISTS (SELECT 1 FROM transfers WHERE in_row = t.id AND state = 1)
		FROM transactions t WHERE key = ?`
	now := s.from.now().UnixNano()
	rows := make([]ledger.RegisterRow, len(keys))
	for i, key := range keys {
		row := &rows[i]
		var id []byte
		var account int64
		err := s.one(ctx, query, []any{now, key}, &id, &account, &row.Status, &row.Amount.Minor, &row.Amount.Currency,
			&row.Payee, &row.Category, &row.Flag, &row.Leg)
		if err != nil {
			return nil, err
		}
		row.ID, row.Date = ledger.TransactionID(uuidOf(id).String()), dayOf(key)
		if row.Account, err = s.accountID(ctx, account); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (s *Store) keys(ctx context.Context, sc scope, o ledger.Order, offset, limit int) ([]int64, error) {
	q, err := s.rows(ctx, sc)
	if err != nil || limit <= 0 {
		return nil, err
	}
	order, byDate := orderOf(o)
	if len(q.typed.words) > 0 && byDate {
		order = "w.rowid" + order[len("t.key"):] // the index walks this way by itself
	}
	if !byDate {
		if sc.Pending {
			return s.keysOf(ctx, q.with("t.status = 1"), order, offset, limit)
		}
		return s.keysOf(ctx, q.with("t.status IN (0, 1)"), order, offset, limit)
	}
	pending, err := s.pending(ctx, q)
	if err != nil {
		return nil, err
	}
	keys, err := s.keysOf(ctx, pending, order, offset, limit)
	if err != nil || sc.Pending || len(keys) == limit {
		return keys, err
	}
	if offset > 0 && len(keys) == 0 {
		var before int
		if err := s.one(ctx, "SELECT count(*)"+pending.sql(), pending.args, &before); err != nil {
			return nil, err
		}
		offset -= before
	} else {
		offset = 0
	}
	booked, err := s.booked(ctx, sc, q.with("t.status = 0"), o, order, max(offset, 0), limit-len(keys))
	return append(keys, booked...), err
}

// pending narrows q to pending rows. They are few: they have their own index, and words are
// looked up only among the keys from the first of them to the last.
func (s *Store) pending(ctx context.Context, q *query) (*query, error) {
	p := q.with("t.status = 1")
	if len(q.typed.words) == 0 {
		p.from = "transactions t INDEXED BY transactions_pending"
		return p, nil
	}
	const ends = "SELECT coalesce(min(key), 1), coalesce(max(key), 0) FROM transactions INDEXED BY transactions_pending WHERE status = 1"
	var first, last int64
	if err := s.one(ctx, ends, nil, &first, &last); err != nil {
		return nil, err
	}
	return p.with("w.rowid >= ? AND w.rowid <= ?", first, last), nil
}

// orderOf is the ORDER BY of o; the key breaks ties, so that pages never overlap.
func orderOf(o ledger.Order) (order string, byDate bool) {
	switch o {
	case ledger.OldestFirst:
		return "t.key", true
	case ledger.PayeeUp:
		return "t.payee COLLATE NOCASE, t.key DESC", false
	case ledger.PayeeDown:
		return "t.payee COLLATE NOCASE DESC, t.key DESC", false
	case ledger.AmountUp:
		return "t.minor, t.key DESC", false
	case ledger.AmountDown:
		return "t.minor DESC, t.key DESC", false
	}
	return "t.key DESC", true
}

func (s *Store) keysOf(ctx context.Context, q *query, order string, offset, limit int) ([]int64, error) {
	var keys []int64
	text := "SELECT t.key" + q.sql() + " ORDER BY " + order + " LIMIT ? OFFSET ?"
	err := s.each(ctx, text, append(q.args[:len(q.args):len(q.args)], limit, offset), func(scan func(...any) error) error {
		var key int64
		err := scan(&key)
		keys = append(keys, key)
		return err
	})
	return keys, err
}

// booked reads booked rows by date. Where the roll-up by day knows how many there are, it
// leads straight to the day in which offset lies.
func (s *Store) booked(ctx context.Context, sc scope, q *query, o ledger.Order, order string, offset, limit int) ([]int64, error) {
	if offset > 0 && sc.byDay(q.typed) {
		day, skip, err := s.seek(ctx, sc, o, offset)
		if errors.Is(err, errPastEnd) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		offset = skip
		if o == ledger.OldestFirst {
			q.and("t.key >= ?", keyOf(day))
		} else {
			q.and("t.key < ?", keyOf(day+1))
		}
	}
	return s.keysOf(ctx, q, order, offset, limit)
}

var (
	errPastEnd = errors.New("offset past the last row")
	errFound   = errors.New("found")
)

// seek finds the day of the row at offset and how many rows of that day come before it.
func (s *Store) seek(ctx context.Context, sc scope, o ledger.Order, offset int) (day ledger.Date, skip int, err error) {
	text := "SELECT day, sum(count) FROM days WHERE day BETWEEN ? AND ?"
	from, to := sc.days()
	args := []any{int64(from), int64(to)}
	if sc.account != 0 {
		text = "SELECT day, sum(count) FROM days INDEXED BY days_account WHERE day BETWEEN ? AND ? AND account = ?"
		args = append(args, sc.account)
	}
	text += " GROUP BY day ORDER BY day"
	if o != ledger.OldestFirst {
		text += " DESC"
	}
	skip = offset
	err = s.each(ctx, text, args, func(scan func(...any) error) error {
		var rows int
		if err := scan(&day, &rows); err != nil {
			return err
		}
		if skip < rows {
			return errFound
		}
		skip -= rows
		return nil
	})
	if errors.Is(err, errFound) {
		return day, skip, nil
	}
	if err == nil {
		err = errPastEnd
	}
	return 0, 0, err
}
