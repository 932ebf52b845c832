package store

import (
	"context"
	"fmt"

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
	const (
		day = `INSERT INTO days VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
			money_in = money_in + excluded.money_in, money_out = money_out + excluded.money_out, count = count + excluded.count`
		noDay = "DELETE FROM days WHERE day = ? AND account = ? AND currency = ? AND count = 0"
		month = `INSERT INTO months VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
			money_in = money_in + excluded.money_in, money_out = money_out + excluded.money_out, count = count + excluded.count`
		noMonth = "DELETE FROM months WHERE month = ? AND account = ? AND category = ? AND currency = ? AND count = 0"
	)
	if t.over != nil {
		return t.over
	}
	for k, c := range t.days {
		if *c == (delta{}) {
			continue
		}
		key := []any{int64(k.day), k.account, k.currency}
		if err := s.addOrDrop(ctx, day, noDay, key, *c); err != nil {
			return err
		}
	}
	for k, c := range t.months {
		if *c == (delta{}) {
			continue
		}
		key := []any{int64(k.month), k.account, string(k.category), k.currency}
		if err := s.addOrDrop(ctx, month, noMonth, key, *c); err != nil {
			return err
		}
	}
	return nil
}

// addOrDrop adds c to a row and removes the row when nothing is counted in it any more.
func (s *Store) addOrDrop(ctx context.Context, add, drop string, key []any, c delta) error {
	if err := s.exec(ctx, add, append(key[:len(key):len(key)], c.in, c.out, c.count)...); err != nil {
		return fmt.Errorf("add to a roll-up: %w", err)
	}
	if c.count >= 0 {
		return nil
	}
	return s.exec(ctx, drop, key...)
}
