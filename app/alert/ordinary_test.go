package alert_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
)

// ordinary makes the years of one person to whom nothing bad happens: salary, rent, bills, groceries, lunches, online
// orders, subscriptions that begin and grow dearer, cash, trips, refunds, transfers to friends and to craftsmen.
type ordinary struct {
	*rand.Rand
	rows  diary
	spend float64 // how much this person spends beside others
	lunch string
	shops []string
}

func (o *ordinary) add(day ledger.Date, hour int, minor float64, payee string, channel ledger.Channel, category ledger.Category) {
	t := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprintf("t%06d", len(o.rows))), Account: account}
	t.Date, t.Payee, t.Channel, t.Category = day, payee, channel, category
	t.Amount = money.New(int64(math.Round(minor)), "USD")
	if hour > 0 {
		t.At = day.Time().Add(time.Duration(hour)*time.Hour + time.Duration(o.IntN(3600))*time.Second)
	}
	if channel == ledger.CardPresent {
		t.Country = "GB"
	}
	o.rows = append(o.rows, t)
}

// around is a price of about so many cents.
func (o *ordinary) around(cents, spread float64) float64 {
	return -cents * o.spend * math.Exp(o.NormFloat64()*spread)
}

func (o *ordinary) chance(perDay float64) bool { return o.Float64() < perDay }

func (o *ordinary) day(day ledger.Date, n int) {
	weekend := n%7 >= 5
	if !weekend && o.chance(0.55) {
		o.add(day, 12, o.around(950, 0.25), o.lunch, ledger.CardPresent, ledger.EatingOut)
	}
	if n%7 == 5 && o.chance(0.9) {
		o.add(day, 10+o.IntN(6), o.around(7500, 0.3), "Green Grocer", ledger.CardPresent, ledger.Groceries)
	}
	if o.chance(0.3) {
		o.add(day, 17+o.IntN(3), o.around(1800, 0.5), o.shops[o.IntN(4)], ledger.CardPresent, ledger.Groceries)
	}
	if weekend && o.chance(0.5) {
		o.add(day, 19+o.IntN(3), o.around(4200, 0.4), o.shops[o.IntN(len(o.shops))], ledger.CardPresent, ledger.EatingOut)
	}
	if o.chance(0.12) {
		size, shop := o.around(3500, 0.8), fmt.Sprint("Shop ", letter(o.IntN(900)))
		o.add(day, 9+o.IntN(13), size, shop, ledger.Online, ledger.Shopping)
		if o.chance(0.08) {
			o.add(day+ledger.Date(5+o.IntN(9)), 0, -size, shop, ledger.OtherChannel, ledger.Shopping)
		}
	}
	if o.chance(0.06) {
		o.add(day, 8+o.IntN(12), o.around(250, 0.4), fmt.Sprint("Kiosk ", letter(o.IntN(300))), ledger.CardPresent, ledger.EatingOut)
	}
	if o.chance(0.1) {
		o.add(day, 8+o.IntN(2), o.around(4800, 0.15), "Pump Station", ledger.CardPresent, ledger.Car)
	}
	if o.chance(0.05) {
		o.add(day, 10+o.IntN(9), -float64(2000*(1+o.IntN(4))), "Cash Machine", ledger.CashMachine, ledger.Cash)
	}
	if o.chance(0.04) {
		o.add(day, 18, o.around(2500, 0.6), []string{"Ann", "Ben", "Cleo"}[o.IntN(3)], ledger.PaymentOut, ledger.OtherIncome)
	}
	if o.chance(0.006) {
		o.add(day, 18, o.around(12000, 0.7), fmt.Sprint("Craftsman ", letter(o.IntN(900))), ledger.PaymentOut, ledger.Household)
	}
	if o.chance(0.02) {
		o.add(day, 18, -o.around(2500, 0.5), []string{"Ann", "Ben", "Cleo"}[o.IntN(3)], ledger.OtherChannel, ledger.NoCategory)
	}
}

// bills are what comes each month, on its day or a little after.
func (o *ordinary) bills(day ledger.Date, n int) {
	date := day.Time().Day()
	switch date {
	case 1:
		o.add(day, 0, -90000*o.spend*math.Pow(1.04, float64(n/365)), "Rent Office", ledger.PaymentOut, ledger.Housing)
	case 3:
		o.add(day, 0, o.around(6500, 0.2), "Power And Light", ledger.DirectDebit, ledger.Utilities)
		o.add(day, 0, -2900, "Tele Net", ledger.DirectDebit, ledger.Utilities)
	case 9:
		o.add(day, 0, -999-200*float64(n/300), "Streamly", ledger.Online, ledger.Subscriptions)
		if n > 200 {
			o.add(day, 0, -1299, "Fitly", ledger.Online, ledger.Subscriptions)
		}
	case 25 + o.IntN(2):
		if len(o.rows) > 0 && !o.paidSince(day-10) {
			o.add(day, 0, 280000*o.spend*math.Pow(1.03, float64(n/365)), "Employer", ledger.OtherChannel, ledger.Salary)
		}
	}
	if n%91 == 40 {
		o.add(day, 0, -14500, "Insure All", ledger.DirectDebit, ledger.Household)
	}
}

func (o *ordinary) paidSince(day ledger.Date) bool {
	return slices.ContainsFunc(o.rows, func(t ledger.Transaction) bool { return t.Payee == "Employer" && t.Date >= day })
}

// trip is two weeks abroad, once a year.
func (o *ordinary) trip(day ledger.Date, n int) {
	if n%365 == 200 {
		o.add(day-60, 20, o.around(45000, 0.3), "Sky Line", ledger.Online, ledger.Travel)
	}
	if at := n % 365; at < 201 || at >= 215 {
		return
	}
	for range 1 + o.IntN(3) {
		o.add(day, 9+o.IntN(12), o.around(2800, 0.6), fmt.Sprint("Taverna ", letter(o.IntN(200))), ledger.CardPresent, ledger.EatingOut)
		last := &o.rows[len(o.rows)-1]
		last.Country, last.Foreign = []string{"GR", "IT", "PT"}[n/365%3], money.New(last.Amount.Minor*9/10, "EUR")
	}
}

func letter(n int) string {
	return string(rune('A'+n%26)) + string(rune('a'+n/26%26)) + string(rune('a'+n/676))
}

func ordinaryYears(seed uint64, days int) diary {
	o := &ordinary{Rand: rand.New(rand.NewPCG(seed, 11))}
	o.spend, o.lunch = math.Exp(o.NormFloat64()*0.4), []string{"Bean", "Noodle Bar", "Canteen"}[o.IntN(3)]
	for i := range 14 {
		o.shops = append(o.shops, fmt.Sprint("Corner ", letter(i)))
	}
	for n := range days {
		day := today.AddDays(n - days)
		if at := n % 365; at < 200 || at >= 216 {
			o.day(day, n)
		}
		o.bills(day, n)
		o.trip(day, n)
	}
	slices.SortStableFunc(o.rows, func(a, b ledger.Transaction) int {
		if a.Date != b.Date {
			return int(a.Date - b.Date)
		}
		return a.At.Compare(b.At)
	})
	return o.rows
}

// TestRulesLeaveOrdinaryPeopleAlone: of people to whom nothing bad happens, all rules together interrupt at most once in
// ten months and put one row a month on the quiet list.
func TestRulesLeaveOrdinaryPeopleAlone(t *testing.T) {
	const people, days = 24, 730
	counts := map[string]int{}
	loud, quiet, rows := 0, 0, 0
	for seed := range uint64(people) {
		d := ordinaryYears(seed, days)
		rows += len(d)
		var sum int64
		for _, r := range d {
			sum += r.Amount.Minor
		}
		var watch alert.Watchlist
		if seed%2 == 0 { // half of them tell of their first journey ahead
			from := today.AddDays(200 - days)
			watch.Trips = []alert.Trip{{From: from, To: from.AddDays(16)}}
		}
		for _, a := range alert.Rules(d, &watch, holding(ledger.Checking, 400000-sum)) {
			explains(t, a)
			counts[kinds([]alert.Alert{a})[0]]++
			if a.Level == alert.Interrupt {
				loud++
			} else {
				quiet++
			}
		}
	}
	months := float64(people*days) / 30.44
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		t.Logf("%-28s %.3f a month", kind, float64(counts[kind])/months)
	}
	t.Logf("%d rows, %.0f person-months: %.3f interruptions and %.3f quiet rows a month", rows, months, float64(loud)/months, float64(quiet)/months)
	if float64(loud)/months > 0.1 || float64(quiet)/months > 1 {
		t.Errorf("%.3f interruptions and %.3f quiet rows a month", float64(loud)/months, float64(quiet)/months)
	}
}

// BenchmarkRulesMillion asks every detector about a million rows of one person, in order.
func BenchmarkRulesMillion(b *testing.B) {
	d := ordinaryYears(1, 730)
	million := make(diary, 0, 1000000)
	for len(million) < cap(million) {
		t := d[len(million)*len(d)/cap(million)]
		t.ID = ledger.TransactionID(fmt.Sprintf("01900000-0000-7000-8000-%012d", len(million)))
		t.Amount.Minor += int64(len(million) % 97)
		million = append(million, t)
	}
	for b.Loop() {
		alert.Rules(million, nil, nil)
	}
}
