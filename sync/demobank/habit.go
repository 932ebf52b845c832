package demobank

import (
	"strings"
	"time"
)

// habit is something the person does now and then. Chances are per cent of days.
type habit struct {
	payee, category string
	on              holder
	weekday         int64
	weekend         int64
	low, high       int64 // cents; equal for a fixed price
	from, to        int64 // hours of the day
	tip             bool
}

func theHabits() []habit {
	return []habit{
		{"Green Leaf Grocer", "Groceries", everyday, 24, 55, 18_00, 96_00, 9, 19, false},
		{"Millstone Market", "Groceries", everyday, 14, 16, 6_20, 28_00, 9, 20, false},
		{"Bellweather Pharmacy", "Health", everyday, 5, 4, 6_00, 34_00, 10, 18, false},
		{"Olive & Thyme", "Eating out", card, 8, 30, 24_00, 78_00, 18, 21, true},
		{"Noodle Lane", "Eating out", card, 13, 8, 13_00, 29_00, 12, 13, true},
		{"The Quiet Fox", "Eating out", card, 4, 12, 16_00, 44_00, 19, 22, true},
		{"Paper & Ink", "Household", card, 6, 9, 8_00, 46_00, 10, 18, false},
		{"Hearth and Home", "Household", card, 2, 5, 20_00, 160_00, 10, 18, false},
		{"Parcelwise", "Shopping", card, 10, 10, 9_00, 90_00, 8, 22, false},
		{"Thread & Loom", "Shopping", card, 2, 6, 25_00, 140_00, 11, 18, false},
		{"Riverside Cinema", "Leisure", card, 2, 10, 14_00, 32_00, 18, 20, false},
		{"RideHop", "Transport", card, 4, 10, 9_00, 28_00, 8, 22, false},
	}
}

func (l *life) habits(day time.Time) {
	for _, h := range l.script.habits {
		d := l.dice(day, h.payee)
		odds := h.weekday
		if weekend(day) {
			odds = h.weekend
		}
		if !d.chance(odds) || l.scripted(h.payee, day) {
			continue
		}
		l.purchase(purchase{on: h.on, payee: h.payee, category: h.category, tip: h.tip,
			cents: d.between(h.low, h.high), at: clock(day, int(d.between(h.from, h.to)), int(d.between(0, 59)))}, d)
	}
	l.commute(day)
	l.coffee(day)
	l.fuel(day)
	if day.Day() == 9 {
		d := l.dice(day, "cash")
		l.purchase(purchase{on: everyday, payee: "Northlight cash machine", category: "Cash",
			cents: 20_00 * d.between(2, 4), at: clock(day, 12, int(d.between(0, 59)))}, d)
	}
}

// commute makes twins on most working days: the same fare out and back, both real.
func (l *life) commute(day time.Time) {
	d := l.dice(day, "commute")
	fare := purchase{on: everyday, payee: "City Transit", category: "Transport", cents: 2_90}
	if weekend(day) {
		if d.chance(18) {
			fare.at = clock(day, int(d.between(10, 16)), int(d.between(0, 59)))
			l.purchase(fare, d)
		}
		return
	}
	if d.chance(62) {
		fare.at = clock(day, 8, int(d.between(0, 20)))
		l.purchase(fare, d)
		fare.at = clock(day, 17, int(d.between(30, 59)))
		l.purchase(fare, d)
	}
}

// coffee makes twins too: now and then a second one in the afternoon at the same price.
func (l *life) coffee(day time.Time) {
	d := l.dice(day, "coffee")
	cup := purchase{on: everyday, payee: "Harbour Bakery", category: "Eating out", cents: 4_20}
	if l.scripted(cup.payee, day) {
		return
	}
	if weekend(day) {
		if d.chance(38) {
			cup.cents = d.between(6_40, 13_80)
			cup.at = clock(day, int(d.between(9, 11)), int(d.between(0, 59)))
			l.purchase(cup, d)
		}
		return
	}
	if !d.chance(42) {
		return
	}
	cup.at = clock(day, 7, int(d.between(35, 59)))
	l.purchase(cup, d)
	if d.chance(14) {
		cup.at = clock(day, 15, int(d.between(0, 59)))
		l.purchase(cup, d)
	}
}

func (l *life) fuel(day time.Time) {
	const payee = "Corner Fuel"
	if (day.Unix()/86400)%9 != int64(l.seed%9) || l.scripted(payee, day) {
		return
	}
	d := l.dice(day, payee)
	l.purchase(purchase{on: everyday, payee: payee, category: "Car",
		cents: d.between(38_00, 62_00), at: clock(day, 18, int(d.between(0, 59)))}, d)
}

type purchase struct {
	on              holder
	payee, category string
	cents           int64 // positive
	at              time.Time
	tip             bool
}

// purchase adds a card payment: a hold first, booked one or two nights later, with the tip
// only then. On the first day shown to anyone only the story's own holds are open, so
// whatever would be pending on that day is not written.
func (l *life) purchase(p purchase, d *dice) {
	nights := 1
	if d.chance(25) {
		nights = 2
	}
	post := clock(dayOf(p.at).AddDate(0, 0, nights), 4, int(d.between(0, 119)))
	if p.at.Before(l.born.AddDate(0, 0, 1)) && !post.Before(l.born) {
		return
	}
	final := p.cents
	if p.tip {
		final += (p.cents*d.between(10, 25) + 50) / 100
	}
	for p.cents >= 5_00 && l.repeats(p, final) {
		p.cents, final = p.cents+1, final+1
	}
	l.add(row{on: p.on, auth: p.at, post: post, held: -p.cents, amount: -final,
		payee: p.payee, text: printed(p.payee), category: p.category})
}

// repeats reports whether chance made an exact duplicate, which only the story may.
func (l *life) repeats(p purchase, final int64) bool {
	const enough = 40 // rows: more than any three days hold
	rows := l.rows[p.on]
	for _, r := range rows[max(0, len(rows)-enough):] {
		if r.payee == p.payee && r.amount == -final && p.at.Sub(r.auth) < 72*time.Hour {
			return true
		}
	}
	return false
}

// printed is the payee as banks print it: capitals and a number that stays with the payee.
func printed(payee string) string {
	sum := uint32(2166136261)
	for _, c := range []byte(payee) {
		sum = (sum ^ uint32(c)) * 16777619
	}
	digits := []byte("8005550000")
	for i := 6; i < 10; i++ {
		digits[i] = '0' + byte(sum%10)
		sum /= 10
	}
	return strings.ToUpper(payee) + " " + string(digits)
}

func weekend(day time.Time) bool {
	return day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}
