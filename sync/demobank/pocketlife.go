package demobank

import (
	"strings"
	"time"
)

// pocketRow is one movement at Pocketwell through its life. Amounts are signed US cents; its id stays.
type pocketRow struct {
	id       string
	made     time.Time
	settled  time.Time // zero: never
	held     int64
	amount   int64
	payee    string
	category string
	mcc      string
	local    int64 // in the currency of the purchase, where that is another
	currency string
	declined string
	in       bool // from somebody, not at a shop
	pot      bool // into the pot
}

// pocketLife writes what Nora does with her pocket money, day by day, as life does at Northlight.
type pocketLife struct {
	of   *life
	next time.Time
	rows []*pocketRow
}

func newPocketLife(of *life) *pocketLife {
	return &pocketLife{of: of, next: of.born.AddDate(-2, 0, 0)}
}

// until returns the rows that were made by now, oldest first.
func (l *pocketLife) until(now time.Time) []*pocketRow {
	for ; !l.next.After(now); l.next = l.next.AddDate(0, 0, 1) {
		l.day(l.next)
	}
	var all []*pocketRow
	for _, r := range l.rows {
		if !r.made.After(now) {
			all = append(all, r)
		}
	}
	return all
}

// pocketHabit has chances per cent of days.
type pocketHabit struct {
	payee, category, mcc string
	weekday, weekend     int64
	low, high            int64 // cents
	hour                 int
}

func pocketHabits() []pocketHabit {
	return []pocketHabit{
		{"Lark Coffee", "eating_out", "5814", 45, 20, 3_20, 5_80, 8},
		{"Tram and Ferry", "transport", "4111", 30, 25, 2_40, 2_40, 9},
		{"Corner Noodles", "eating_out", "5812", 35, 10, 9_00, 15_00, 12},
		{"Market Hall", "groceries", "5411", 8, 45, 9_00, 38_00, 15},
		{"Paper Boat Books", "shopping", "5942", 3, 6, 8_00, 32_00, 16},
		{"Moonrise Cinema", "entertainment", "7832", 2, 8, 11_00, 24_00, 19},
	}
}

func (l *pocketLife) day(day time.Time) {
	switch day.Day() {
	case 12:
		l.add(day, pocketRow{payee: "Wavelet Radio", category: "entertainment", mcc: "4899", amount: -5_99}, 6)
	case 25:
		l.add(day, pocketRow{payee: "Vale Tutoring", category: "income", amount: 640_00, in: true}, 7)
	case 26:
		l.add(day, pocketRow{payee: "Rainy day", category: "savings", amount: -50_00, pot: true}, 7)
	}
	if day.Equal(l.of.born.AddDate(-2, 0, 0)) {
		l.add(day, pocketRow{payee: "Nora Vale, Northlight Bank", category: "transfers", amount: 800_00, in: true}, 5)
	}
	l.story(day)
	for _, h := range pocketHabits() {
		d := l.of.dice(day, "pocket "+h.payee)
		odds := h.weekday
		if weekend(day) {
			odds = h.weekend
		}
		if d.chance(odds) {
			l.add(day, pocketRow{payee: h.payee, category: h.category, mcc: h.mcc, amount: -d.between(h.low, h.high)}, h.hour)
		}
	}
}

// story is a trip, a card that was declined, and what is open on the first day.
func (l *pocketLife) story(day time.Time) {
	switch int(l.of.born.Sub(day).Hours() / 24) {
	case 61, 62, 63:
		l.add(day, pocketRow{payee: "Café do Porto", category: "eating_out", mcc: "5814", amount: -13_48, local: -12_40, currency: "EUR"}, 10)
	case 9:
		l.add(day, pocketRow{payee: "Voltbay Electronics", category: "shopping", mcc: "5732", amount: -1_299_00, declined: "INSUFFICIENT_FUNDS"}, 13)
	case 1:
		l.add(day, pocketRow{payee: "Hill Street Garage", category: "transport", mcc: "5541", held: -1_00, amount: -41_70}, 18)
	case 0:
		l.add(day, pocketRow{payee: "Lark Coffee", category: "eating_out", mcc: "5814", amount: -4_40}, 8)
	}
}

func (l *pocketLife) add(day time.Time, r pocketRow, hour int) {
	r.id = "tx_" + l.of.tag("pocket", len(l.rows))
	r.made = clock(day, hour, int(l.of.dice(day, r.payee+" minute").between(0, 59)))
	switch {
	case r.declined != "":
	case r.in || r.pot:
		r.settled = r.made
	default:
		r.settled = clock(day.AddDate(0, 0, 2), 3, 30)
	}
	if r.held == 0 {
		r.held = r.amount
	}
	for i := len(l.rows); ; i-- { // by the instant it was made: a page goes on after an id
		if i == 0 || !l.rows[i-1].made.After(r.made) {
			l.rows = append(l.rows[:i], append([]*pocketRow{&r}, l.rows[i:]...)...)
			return
		}
	}
}

func (r *pocketRow) cents(now time.Time) int64 {
	switch {
	case r.declined != "":
		return 0
	case !r.settled.IsZero() && !now.Before(r.settled):
		return r.amount
	}
	return r.held
}

// sums are the balances of the account and of its pot.
func (l *pocketLife) sums(now time.Time) (account, pot int64) {
	for _, r := range l.until(now) {
		account += r.cents(now)
		if r.pot {
			pot -= r.cents(now)
		}
	}
	return account, pot
}

// tell is r as Monzo's API writes it.
func (r *pocketRow) tell(now time.Time, account, pot string) map[string]any {
	t := map[string]any{
		"id": r.id, "account_id": account, "created": stamp(r.made), "settled": "", "amount": r.cents(now), "currency": "USD",
		"local_amount": r.cents(now), "local_currency": "USD", "description": strings.ToUpper(r.payee), "notes": "", "category": r.category,
		"merchant": nil, "counterparty": map[string]any{}, "metadata": map[string]any{}, "scheme": "mastercard", "is_load": false, "amount_is_pending": false,
		"include_in_spending": !r.in && !r.pot,
	}
	if !r.settled.IsZero() && !now.Before(r.settled) {
		t["settled"] = stamp(r.settled)
	}
	switch {
	case r.pot:
		t["scheme"], t["description"], t["metadata"] = "uk_retail_pot", pot, map[string]any{"pot_id": pot}
	case r.in:
		t["scheme"], t["counterparty"] = "payport_faster_payments", map[string]any{"name": r.payee}
	default:
		t["merchant"], t["metadata"] = map[string]any{"id": "merch_" + r.mcc, "name": r.payee, "category": r.category}, map[string]any{"mcc": r.mcc}
	}
	if r.currency != "" {
		t["local_amount"], t["local_currency"] = r.local, r.currency
	}
	if r.declined != "" {
		t["decline_reason"], t["amount"] = r.declined, r.amount
	}
	return t
}
