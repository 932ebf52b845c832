package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"coffer/app/ledger"
	"coffer/app/money"
)

// tally sums what the rows of one transaction change, to be added to the roll-ups at its end.
type tally struct {
	days   map[dayKey]*delta
	months map[monthKey]*delta
	over   error
}

type dayKey struct {
	day      ledger.Date
	account  int64
	currency string
}

type monthKey struct {
	month    ledger.Month
	account  int64
	category ledger.Category
	currency string
}

// delta is what is added to one row of a roll-up. Taking a row away has a negative count.
type delta struct {
	in, out int64
	count   int
}

func newTally() *tally {
	return &tally{days: map[dayKey]*delta{}, months: map[monthKey]*delta{}}
}

func (t *tally) add(r *record)  { t.put(r, 1) }
func (t *tally) take(r *record) { t.put(r, -1) }

// put counts a booked row; others are in no roll-up.
func (t *tally) put(r *record, sign int64) {
	if r.Status != ledger.Booked {
		return
	}
	day := dayKey{r.Date, r.account, r.Amount.Currency}
	month := monthKey{r.Date.Month(), r.account, r.Category, r.Amount.Currency}
	if t.days[day] == nil {
		t.days[day] = &delta{}
	}
	if t.months[month] == nil {
		t.months[month] = &delta{}
	}
	for _, c := range []*delta{t.days[day], t.months[month]} {
		into := &c.in
		if r.Amount.Minor < 0 {
			into = &c.out
		}
		sum, err := money.New(*into, r.Amount.Currency).Add(money.New(sign*r.Amount.Minor, r.Amount.Currency))
		if err != nil && t.over == nil {
			t.over = fmt.Errorf("sum of %s: %w", r.Date, err)
		}
		*into = sum.Minor
		c.count += int(sign)
	}
}

// save adds the sums to the roll-ups. A sum that leaves 64 bits is refused by the tables.
func (t *tally) save(ctx context.Context, s *Store) error {
	if t.over != nil {
		return t.over
	}
	days := rolling{s: s, table: "days", key: "day = ? AND account = ? AND currency = ?"}
	for _, k := range slices.SortedFunc(maps.Keys(t.days), dayKey.compare) {
		days.add(*t.days[k], int64(k.day), k.account, k.currency)
	}
	if err := days.save(ctx); err != nil {
		return err
	}
	months := rolling{s: s, table: "months", key: "month = ? AND account = ? AND category = ? AND currency = ?"}
	for _, k := range slices.SortedFunc(maps.Keys(t.months), monthKey.compare) {
		months.add(*t.months[k], int64(k.month), k.account, string(k.category), k.currency)
	}
	return months.save(ctx)
}

// Keys go in the order of their table.
func (k dayKey) compare(o dayKey) int {
	return cmp.Or(cmp.Compare(k.day, o.day), cmp.Compare(k.account, o.account), cmp.Compare(k.currency, o.currency))
}

func (k monthKey) compare(o monthKey) int {
	return cmp.Or(cmp.Compare(k.month, o.month), cmp.Compare(k.account, o.account), cmp.Compare(k.category, o.category),
		cmp.Compare(k.currency, o.currency))
}

// rolling is what is added to one roll-up.
type rolling struct {
	s          *Store
	table, key string
	rows       [][]any
	fewer      [][]any // keys of which something was taken away
}

func (r *rolling) add(c delta, key ...any) {
	if c == (delta{}) {
		return
	}
	r.rows = append(r.rows, append(key[:len(key):len(key)], c.in, c.out, c.count))
	if c.count < 0 {
		r.fewer = append(r.fewer, key)
	}
}

// save adds, and removes the rows in which nothing is counted any more.
func (r *rolling) save(ctx context.Context) error {
	if len(r.rows) == 0 {
		return nil
	}
	into := many{s: r.s, head: "INSERT OR ROLLBACK INTO " + r.table + " VALUES ", width: len(r.rows[0]),
		tail: ` ON CONFLICT DO UPDATE SET
			money_in = money_in + excluded.money_in, money_out = money_out + excluded.money_out, count = count + excluded.count`}
	for _, row := range r.rows {
		if err := into.add(ctx, row...); err != nil {
			return fmt.Errorf("add to a roll-up: %w", err)
		}
	}
	if err := into.end(ctx); err != nil {
		return fmt.Errorf("add to a roll-up: %w", err)
	}
	for _, key := range r.fewer {
		if err := r.s.exec(ctx, "DELETE FROM "+r.table+" WHERE "+r.key+" AND count = 0", key...); err != nil {
			return err
		}
	}
	return nil
}
