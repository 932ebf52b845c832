package demobank

import "time"

// lumenRise is the day from which Lumen Video costs more: its last charge that is surely
// booked when the bank is first seen.
func (l *life) lumenRise() time.Time {
	const day, booked = 14, 3
	last := l.born.AddDate(0, 0, -booked)
	rise := time.Date(last.Year(), last.Month(), day, 0, 0, 0, 0, time.UTC)
	if rise.After(last) {
		rise = time.Date(last.Year(), last.Month()-1, day, 0, 0, 0, 0, time.UTC)
	}
	return rise
}

func (l *life) subscriptions(day time.Time) {
	lumen := int64(14_99)
	if !day.Before(l.lumenRise()) {
		lumen = 17_99
	}
	for _, s := range []struct {
		payee string
		day   int
		cents int64
		until time.Time
	}{
		{"Cloud Shelf, storage", 2, 9_99, time.Time{}},
		{"Peak Gym", 9, 39_00, l.born.AddDate(0, 0, -100)}, // cancelled then; the story charges it once more
		{"Lumen Video", 14, lumen, time.Time{}},
		{"Tonearm Music", 19, 10_99, time.Time{}},
		{"The Daily Ledger", 27, 12_00, time.Time{}},
	} {
		if day.Day() != s.day || (!s.until.IsZero() && day.After(s.until)) {
			continue
		}
		d := l.dice(day, s.payee)
		at := clock(day, 21, int(d.between(0, 59)))
		l.add(row{on: card, auth: at, post: clock(day.AddDate(0, 0, 2), 4, int(d.between(0, 59))), amount: -s.cents,
			payee: s.payee, text: printed(s.payee), category: "Subscriptions"})
	}
}

// scene is one thing that happens a fixed number of days before (or after) the first start.
type scene struct {
	ago             int // days before
	hour, minute    int
	on              holder
	payee, category string
	cents           int64
	booked          int    // nights until it is booked; 0 = the hold lapses after a week
	final           int64  // when the booked amount differs
	id              string // the bank's mistake: an id that it gives out twice
}

// theStory holds what the demo wants to be found, oldest first.
func theStory() []scene {
	const twice, again = "other-account", "later-month"
	return []scene{
		// The person stays there two or three times a year: the open hold below is as usual.
		{ago: 522, hour: 20, minute: 41, on: everyday, payee: "Hotel Aurora", category: "Travel", cents: 109_00, booked: 2},
		{ago: 410, hour: 19, minute: 52, on: everyday, payee: "Hotel Aurora", category: "Travel", cents: 118_00, booked: 2},
		{ago: 301, hour: 20, minute: 27, on: everyday, payee: "Hotel Aurora", category: "Travel", cents: 112_00, booked: 2},
		{ago: 204, hour: 20, minute: 3, on: everyday, payee: "Hotel Aurora", category: "Travel", cents: 114_00, booked: 2},
		{ago: 139, hour: 19, minute: 38, on: everyday, payee: "Hotel Aurora", category: "Travel", cents: 116_00, booked: 2},
		{ago: 95, hour: 11, minute: 20, on: everyday, payee: "Bellweather Pharmacy", category: "Health", cents: 18_75, booked: 1, id: again},
		{ago: 75, hour: 16, minute: 5, on: card, payee: "Paper & Ink", category: "Household", cents: 23_60, booked: 1, id: twice},
		{ago: 33, hour: 10, minute: 45, on: everyday, payee: "Bellweather Pharmacy", category: "Health", cents: 27_10, booked: 1, id: again},
		{ago: 20, hour: 13, minute: 10, on: everyday, payee: "Quay Post Office", category: "Household", cents: 12_35, booked: 1, id: twice},
		// The same fill-up charged twice.
		{ago: 10, hour: 18, minute: 22, on: everyday, payee: "Corner Fuel", category: "Car", cents: 49_10, booked: 1},
		{ago: 9, hour: 8, minute: 5, on: everyday, payee: "Corner Fuel", category: "Car", cents: 49_10, booked: 1},
		// Far above what this shop ever cost.
		{ago: 6, hour: 17, minute: 48, on: everyday, payee: "Green Leaf Grocer", category: "Groceries", cents: 412_86, booked: 1},
		// Cancelled three months ago, charged again.
		{ago: 5, hour: 21, minute: 12, on: card, payee: "Peak Gym", category: "Subscriptions", cents: 39_00, booked: 2},
		// Twins, both real.
		{ago: 4, hour: 8, minute: 11, on: everyday, payee: "Harbour Bakery", category: "Eating out", cents: 4_20, booked: 1},
		{ago: 4, hour: 15, minute: 37, on: everyday, payee: "Harbour Bakery", category: "Eating out", cents: 4_20, booked: 1},
		// A card is tried with a small sum, then used for a large one 41 minutes later.
		{ago: 3, hour: 19, minute: 2, on: card, payee: "QX Services", category: "", cents: 1_00, booked: 2},
		{ago: 3, hour: 19, minute: 43, on: card, payee: "Voltbay Electronics", category: "", cents: 612_40, booked: 2},
		// Open holds on the first day.
		{ago: 2, hour: 20, minute: 15, on: everyday, payee: "Hotel Aurora, hold", category: "Travel", cents: 114_00},
		{ago: 1, hour: 17, minute: 42, on: everyday, payee: "City Transit", category: "Transport", cents: 2_90, booked: 2},
		{ago: 1, hour: 18, minute: 10, on: everyday, payee: "Corner Fuel", category: "Car", cents: 58_90, booked: 2},
		{ago: 1, hour: 20, minute: 4, on: card, payee: "Olive & Thyme", category: "Eating out", cents: 46_00, booked: 2, final: 54_28},
		{ago: 0, hour: 8, minute: 12, on: everyday, payee: "Harbour Bakery", category: "Eating out", cents: 11_40, booked: 1},
	}
}

func (l *life) story(day time.Time) {
	for _, s := range l.script.scenes {
		if !day.Equal(l.born.AddDate(0, 0, -s.ago)) {
			continue
		}
		r := row{on: s.on, auth: clock(day, s.hour, s.minute), held: -s.cents, amount: -s.cents,
			payee: s.payee, text: printed(s.payee), category: s.category}
		if s.final != 0 {
			r.amount = -s.final
		}
		if s.booked > 0 {
			r.post = clock(day.AddDate(0, 0, s.booked), 4, s.minute)
		} else {
			r.lapse = r.auth.AddDate(0, 0, 7)
		}
		if s.id != "" {
			r.postID = "nl_" + l.tag(s.id, 0)
		}
		l.add(r)
	}
}

// scripted reports whether the story owns what happens at that payee on that day, so that
// chance doesn't blur it.
func (l *life) scripted(payee string, day time.Time) bool {
	const fuelQuiet = 5 * 24 * time.Hour // nobody fills up twice a week
	for _, s := range l.script.scenes {
		if s.payee != payee {
			continue
		}
		apart := l.born.AddDate(0, 0, -s.ago).Sub(day).Abs()
		if apart == 0 || (payee == "Corner Fuel" && apart < fuelQuiet) {
			return true
		}
	}
	return false
}
