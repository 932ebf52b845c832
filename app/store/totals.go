package store

import (
	"context"
	"fmt"

	"coffer/app/ledger"
)

// The sums of rows t, for a query grouped by currency.
const rowSums = "SELECT t.currency, count(*), sum(max(t.minor, 0)), sum(min(t.minor, 0))"

// Totals counts and sums what f finds, per currency, dropped rows aside. Without a search or
// flag it reads roll-ups, never the booked rows, but for the days of a cut month where f has
// a category.
func (s *Store) Totals(ctx context.Context, f ledger.Filter) (ledger.Totals, error) {
	var t ledger.Totals
	err := s.read(ctx, "sum the register", func(ctx context.Context) error {
		sc, err := s.scope(ctx, f)
		if err != nil {
			return err
		}
		q, err := s.rows(ctx, sc)
		if err != nil {
			return err
		}
		pending, err := s.pending(ctx, q)
		if err != nil {
			return err
		}
		if t.Pending, err = s.sums(ctx, rowSums+pending.sql()+" GROUP BY t.currency", pending.args); err != nil || f.Pending {
			return err
		}
		t.Booked, err = s.bookedSums(ctx, sc, q.with("t.status = 0"))
		return err
	})
	if err != nil {
		return ledger.Totals{}, err
	}
	return t, nil
}

func (s *Store) bookedSums(ctx context.Context, sc scope, q *query) ([]ledger.Sum, error) {
	switch {
	case sc.byDay(q.typed):
		from, to := sc.days()
		text, args := "SELECT currency, sum(count), sum(money_in), sum(money_out) FROM days WHERE day BETWEEN ? AND ?", []any{int64(from), int64(to)}
		if sc.account != 0 {
			text, args = text+" AND account = ?", append(args, sc.account)
		}
		return s.sums(ctx, text+" GROUP BY currency", args)
	case q.typed.empty() && !q.typed.vain && !sc.Flagged && (sc.Category == "" || !sc.Uncat):
		return s.categorySums(ctx, sc, q)
	}
	return s.sums(ctx, rowSums+q.sql()+" GROUP BY t.currency", q.args)
}

// categorySums takes whole months from the roll-up and the days of cut months from the rows.
func (s *Store) categorySums(ctx context.Context, sc scope, q *query) ([]ledger.Sum, error) {
	from, to := sc.days()
	first, last := from.Month(), to.Month()
	if from != first.First() {
		first++
	}
	if to+1 != (last + 1).First() {
		last--
	}
	text := "SELECT currency, count, money_in, money_out FROM months WHERE month BETWEEN ? AND ? AND category = ?"
	args := []any{int64(first), int64(last), string(sc.Category)}
	if sc.account != 0 {
		text, args = text+" AND account = ?", append(args, sc.account)
	}
	edge := func(from, to ledger.Date) {
		part := q.with("t.key >= ? AND t.key < ?", keyOf(from), keyOf(to+1))
		text += " UNION ALL SELECT t.currency, 1, max(t.minor, 0), min(t.minor, 0)" + part.sql()
		args = append(args, part.args...)
	}
	switch {
	case first > last:
		edge(from, to)
	default:
		if from < first.First() {
			edge(from, first.First()-1)
		}
		if to >= (last + 1).First() {
			edge((last + 1).First(), to)
		}
	}
	return s.sums(ctx, "SELECT currency, sum(count), sum(money_in), sum(money_out) FROM ("+text+") GROUP BY currency", args)
}

// sums reads rows of currency, count, in, out.
func (s *Store) sums(ctx context.Context, text string, args []any) ([]ledger.Sum, error) {
	var all []ledger.Sum
	err := s.each(ctx, text, args, func(scan func(...any) error) error {
		var sum ledger.Sum
		err := scan(&sum.In.Currency, &sum.Count, &sum.In.Minor, &sum.Out.Minor)
		sum.Out.Currency = sum.In.Currency
		all = append(all, sum)
		return err
	})
	return all, err
}

// Months returns what came and went in each month from from to to, per currency, transfers
// between own accounts aside: rows of that category, and both rows of a linked pair. Only booked rows count.
func (s *Store) Months(ctx context.Context, from, to ledger.Month) ([]ledger.MonthSum, error) {
	const (
		leg = ` UNION ALL SELECT %s, t.currency, -1, -max(t.minor, 0), -min(t.minor, 0) FROM transfers x JOIN transactions t ON t.id = x.%s
			WHERE x.state = 1 AND x.%s BETWEEN ?4 AND ?5 AND t.status = 0 AND t.category <> ?3`
		rollup = `SELECT month, currency, count, money_in, money_out FROM months WHERE month BETWEEN ?1 AND ?2 AND category <> ?3`
	)
	legs := fmt.Sprintf(leg, monthOf("x.out_day"), "out_row", "out_day") + fmt.Sprintf(leg, monthOf("x.in_day"), "in_row", "in_day")
	query := "SELECT month, currency, sum(count), sum(money_in), sum(money_out) FROM (" + rollup + legs +
		") GROUP BY month, currency HAVING sum(count) > 0 ORDER BY month, currency"
	var all []ledger.MonthSum
	err := s.read(ctx, "sum months", func(ctx context.Context) error {
		args := []any{int64(from), int64(to), string(ledger.Transfer), int64(from.First()), int64((to + 1).First() - 1)}
		return s.each(ctx, query, args, func(scan func(...any) error) error {
			var m ledger.MonthSum
			err := scan(&m.Month, &m.In.Currency, &m.Count, &m.In.Minor, &m.Out.Minor)
			m.Out.Currency = m.In.Currency
			all = append(all, m)
			return err
		})
	})
	return all, err
}

// monthOf is the month of a day, counted as ledger.Month is, in SQL.
func monthOf(day string) string {
	at := day + " * 86400, 'unixepoch')"
	return "strftime('%Y', " + at + " * 12 + strftime('%m', " + at + " - 1"
}

// MovementDays returns the days from from on that have booked rows, of each account, oldest first.
func (s *Store) MovementDays(ctx context.Context, from ledger.Date) (map[ledger.AccountID][]ledger.Date, error) {
	const query = `SELECT DISTINCT a.id, d.day FROM days d JOIN accounts a ON a.key = d.account WHERE d.day >= ? AND d.count > 0 ORDER BY a.key, d.day`
	all := map[ledger.AccountID][]ledger.Date{}
	err := s.read(ctx, "read the days with movements", func(ctx context.Context) error {
		return s.each(ctx, query, []any{int64(from)}, func(scan func(...any) error) error {
			var id ledger.AccountID
			var day ledger.Date
			err := scan(&id, &day)
			all[id] = append(all[id], day)
			return err
		})
	})
	return all, err
}

// Nets returns the change of booked balances on each day from from to to on which there was
// one, per currency. Closed accounts, those without a balance and those that the person leaves out are not in them.
func (s *Store) Nets(ctx context.Context, from, to ledger.Date) ([]ledger.DayNet, error) {
	const query = `SELECT d.day, d.currency, sum(d.money_in + d.money_out) FROM days d
		WHERE d.day BETWEEN ? AND ? AND d.account IN (
			SELECT a.key FROM accounts a JOIN balances b ON b.account = a.key WHERE a.closed = 0 AND a.left_out = 0 AND b.booked_currency <> '')
		GROUP BY d.day, d.currency ORDER BY d.day, d.currency`
	var all []ledger.DayNet
	err := s.read(ctx, "sum days", func(ctx context.Context) error {
		return s.each(ctx, query, []any{int64(from), int64(to)}, func(scan func(...any) error) error {
			var n ledger.DayNet
			err := scan(&n.Day, &n.Net.Currency, &n.Net.Minor)
			all = append(all, n)
			return err
		})
	})
	return all, err
}
