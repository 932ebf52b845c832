package store

import (
	"context"
	"math"
	"strings"

	"coffer/app/ledger"
)

// query is the part of an SQL query behind SELECT: where rows come from and which.
type query struct {
	from  string
	where []string
	args  []any
	typed search
}

func (q *query) and(condition string, args ...any) {
	q.where = append(q.where, condition)
	q.args = append(q.args, args...)
}

func (q *query) sql() string { return " FROM " + q.from + " WHERE " + strings.Join(q.where, " AND ") }

// with returns q with one more condition.
func (q *query) with(condition string, args ...any) *query {
	more := *q
	more.where = append(q.where[:len(q.where):len(q.where)], condition)
	more.args = append(q.args[:len(q.args):len(q.args)], args...)
	return &more
}

// scope is a filter whose account is known. The zero account is every one.
type scope struct {
	ledger.Filter
	account int64
}

func (s *Store) scope(ctx context.Context, f ledger.Filter) (scope, error) {
	sc := scope{Filter: f}
	if f.Account == "" {
		return sc, nil
	}
	var err error
	sc.account, err = s.accountKey(ctx, f.Account)
	return sc, err
}

// byDay reports whether the roll-up by day knows what sc finds.
func (sc scope) byDay(typed search) bool {
	return typed.empty() && !typed.vain && sc.Category == "" && !sc.Uncat && !sc.Flagged
}

// days returns the first and last day of sc, both inside.
func (sc scope) days() (from, to ledger.Date) {
	from, to = -keyFirst, 1<<17
	if sc.From != 0 {
		from = clampDay(sc.From)
	}
	if sc.To != 0 {
		to = clampDay(sc.To)
	}
	return from, to
}

// rows makes the query of the rows that sc finds, their status aside. t is the row.
func (s *Store) rows(ctx context.Context, sc scope) (*query, error) {
	q := &query{from: "transactions t NOT INDEXED", typed: parseSearch(sc.Search)}
	if sc.account != 0 {
		q.from = "transactions t INDEXED BY transactions_account"
	}
	if len(q.typed.words) > 0 {
		q.from = "words w CROSS JOIN transactions t ON t.key = w.rowid"
		q.and("w.words MATCH ?", matchOf(q.typed.words))
	}
	if q.typed.vain {
		q.and("t.key < ?", int64(math.MinInt64)) // none; a constant would leave no index to walk
	}
	if sc.account != 0 {
		q.and("t.account = ?", sc.account)
	}
	if sc.From != 0 || sc.To != 0 {
		from, to := sc.days()
		q.and("t.key >= ? AND t.key < ?", keyOf(from), keyOf(to+1))
	}
	if sc.Category != "" {
		q.and("t.category = ?", string(sc.Category))
	}
	if sc.Uncat {
		q.and("t.category = ''")
	}
	if sc.Flagged {
		q.and("t.id IN (SELECT r.row FROM alert_rows r JOIN alerts a ON a.id = r.alert WHERE "+openAlert+")", s.from.now().UnixNano())
	}
	return q, s.addAmounts(ctx, q)
}

// addAmounts adds the numbers of a search. One without a sign may be a word as well.
func (s *Store) addAmounts(ctx context.Context, q *query) error {
	if len(q.typed.amounts) == 0 {
		return nil
	}
	currencies, err := s.currencies(ctx)
	if err != nil {
		return err
	}
	for _, term := range q.typed.amounts {
		var either []string
		var args []any
		for _, sp := range term.spans(currencies) {
			if sp.signed {
				either = append(either, "(t.currency = ? AND t.minor BETWEEN ? AND ?)")
				args = append(args, sp.currency, sp.low, sp.high)
				continue
			}
			either = append(either, "(t.currency = ? AND (t.minor BETWEEN ? AND ? OR t.minor BETWEEN ? AND ?))")
			args = append(args, sp.currency, sp.low, sp.high, -sp.high, -sp.low)
		}
		if len(term.words) > 0 {
			either = append(either, "t.key IN (SELECT rowid FROM words WHERE words MATCH ?)")
			args = append(args, matchOf(term.words))
		}
		if len(either) == 0 {
			either = []string{"t.rev < 0"} // nothing: a plain 0 would unsettle INDEXED BY
		}
		q.and("("+strings.Join(either, " OR ")+")", args...)
	}
	return nil
}

// currencies returns every currency that rows have.
func (s *Store) currencies(ctx context.Context) ([]string, error) {
	const query = `SELECT currency FROM months
		UNION SELECT currency FROM transactions INDEXED BY transactions_pending WHERE status = 1`
	var all []string
	err := s.each(ctx, query, nil, func(scan func(...any) error) error {
		var currency string
		err := scan(&currency)
		all = append(all, currency)
		return err
	})
	return all, err
}
