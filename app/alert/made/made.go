// Package made invents histories of people and of what is done with their money by others, by a seed: with what files of
// simulated frauds lack, such as rent, trips abroad, cash, people who are paid, and how a thing was bought. Pure.
package made

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"coffer/app/alert/model"
	"coffer/app/ledger"
)

// Charge is one invented row.
type Charge struct {
	Row    model.Row
	Theirs string // the scenario, where somebody else did it; else empty
}

// Person is an invented person, with rows oldest first.
type Person struct {
	Name    string
	Charges []Charge
}

// stream is one habit of spending.
type stream struct {
	kind      ledger.Category
	channel   ledger.Channel
	month     float64 // charges a month
	middle    float64 // of an income of 1
	spread    float64
	shops     int     // that the person goes to again
	elsewhere float64 // share at a shop never seen
	from, to  float64 // hours
}

var streams = []stream{
	{ledger.Groceries, ledger.CardPresent, 9, 28, 0.7, 4, 0.03, 8, 21},
	{ledger.EatingOut, ledger.CardPresent, 6, 16, 0.6, 8, 0.25, 11, 23.5},
	{ledger.Transport, ledger.CardPresent, 5, 4, 0.4, 2, 0.05, 6, 23},
	{ledger.Car, ledger.CardPresent, 2.5, 48, 0.35, 3, 0.15, 6, 22},
	{ledger.Household, ledger.CardPresent, 1.5, 35, 0.8, 4, 0.3, 9, 20},
	{ledger.Health, ledger.CardPresent, 1, 22, 0.8, 3, 0.2, 9, 19},
	{ledger.Shopping, ledger.CardPresent, 2, 45, 0.9, 8, 0.4, 10, 20},
	{ledger.Shopping, ledger.Online, 2.5, 38, 1.0, 6, 0.35, 7, 25},
	{ledger.Leisure, ledger.CardPresent, 1.5, 20, 0.6, 5, 0.3, 14, 25.5},
	{ledger.Leisure, ledger.Online, 0.7, 15, 0.8, 3, 0.3, 9, 25},
	{ledger.Cash, ledger.CashMachine, 1.5, 60, 0.6, 2, 0.1, 8, 22},
	{ledger.Transfer, ledger.PaymentOut, 1.5, 60, 1.0, 4, 0.12, 7, 23},
	{"family", ledger.CardPresent, 1, 30, 0.8, 4, 0.2, 9, 19},
	{"personal-care", ledger.CardPresent, 0.8, 25, 0.5, 2, 0.1, 9, 19},
}

// life is one person while their rows are made.
type life struct {
	*Dice
	person   *Person
	income   float64
	currency string
	rate     float64 // of the currency to the streams' unit
	home     string
	start    time.Time
	days     int
	late     float64 // hours by which the person's day is shifted
	shops    int     // names that were given out
	tells    tells
}

// tells says what the bank tells of a row.
type tells struct{ hour, category, country, channel bool }

var homes = []struct {
	country, currency string
	rate              float64
}{{"DE", "EUR", 1}, {"GB", "GBP", 0.85}, {"US", "USD", 1.1}, {"SE", "SEK", 11}, {"JP", "JPY", 160}, {"NZ", "NZD", 1.8}, {"ES", "EUR", 1}}

var abroad = []string{"FR", "IT", "GR", "TH", "MX", "TR", "PT", "HR", "AE", "NG", "BR", "CN"}

// People invents so many, about two in three of whom have something done to them by others.
func People(seed uint64, n int) []Person {
	people := make([]Person, n)
	for i := range people {
		people[i] = one(Scramble(seed)+uint64(i)*0x632be59bd9b4e019, i)
	}
	return people
}

func one(seed uint64, no int) Person {
	d := NewDice(seed)
	home := homes[d.Below(len(homes))]
	p := Person{Name: fmt.Sprintf("M%05d", no)}
	l := life{
		Dice: d, person: &p, income: d.about(1, 0.45), currency: home.currency, rate: home.rate, home: home.country,
		start: time.Date(2023, time.Month(1+d.Below(12)), 1+d.Below(28), 0, 0, 0, 0, time.UTC), days: 150 + d.Below(500), late: d.normal() * 1.2,
		tells: tells{hour: d.chance(0.5), category: d.chance(0.7), country: d.chance(0.6), channel: d.chance(0.6)},
	}
	for _, s := range streams {
		if d.chance(0.85) {
			l.habit(s)
		}
	}
	l.fixed()
	l.large()
	l.trips()
	l.others()
	slices.SortStableFunc(p.Charges, func(a, b Charge) int {
		return cmp.Or(a.Row.At.Compare(b.Row.At), cmp.Compare(a.Row.Merchant, b.Row.Merchant), cmp.Compare(a.Row.Size, b.Row.Size))
	})
	return p
}

// spend makes a row at an hour of a day, in the streams' unit.
func (l *life) spend(day int, hour, amount float64, s stream, shop, country, theirs string) {
	at := l.start.AddDate(0, 0, day).Add(time.Duration(hour * float64(time.Hour))).Truncate(time.Second)
	if day < 0 || day >= l.days {
		return
	}
	exponent := 2
	if l.currency == "JPY" {
		exponent = 0
	}
	size := int64(math.Round(amount * l.rate * math.Pow10(exponent)))
	r := model.Row{
		At: at, Timed: true, Account: l.person.Name, Size: max(size, 1), Exponent: exponent, Currency: l.currency, Merchant: shop,
		Category: string(s.kind), Country: country, Channel: int(s.channel),
	}
	if !l.tells.hour {
		r.Timed, r.At = false, at.Truncate(24*time.Hour)
	}
	if !l.tells.category {
		r.Category = ""
	}
	if !l.tells.country {
		r.Country = ""
	}
	if !l.tells.channel {
		r.Channel = 0
	}
	l.person.Charges = append(l.person.Charges, Charge{r, theirs})
}

func (l *life) newShop() string {
	l.shops++
	return fmt.Sprintf("shop %s %d", l.person.Name, l.shops)
}

func (l *life) hourOf(s stream) float64 {
	middle, half := (s.from+s.to)/2, (s.to-s.from)/2
	return math.Mod(min(max(middle+half*0.5*l.normal()+l.late, s.from-1), s.to+1.5)+24, 24)
}

// habit is a stream over all days, at shops of the person's own.
func (l *life) habit(s stream) {
	pace := s.month * l.about(1, 0.4) / 30
	middle := s.middle * math.Sqrt(l.income) * l.about(1, 0.3)
	own := make([]string, max(s.shops+l.Below(3)-1, 1))
	level := make([]float64, len(own))
	for i := range own {
		own[i], level[i] = l.newShop(), l.about(1, 0.35)
	}
	for day := range l.days {
		busy := 1.0
		if l.start.AddDate(0, 0, day).Month() == time.December && (s.kind == ledger.Shopping || s.kind == "family") {
			busy = 2
		}
		for range l.count(pace * busy) {
			at := l.Below(len(own)) * l.Below(len(own)+1) / len(own) // the first ones more often
			shop, amount := own[at], l.about(middle*level[at], s.spread)
			if l.chance(s.elsewhere) {
				shop, amount = l.newShop(), l.about(middle, s.spread*1.1)
			}
			if s.kind == ledger.Cash || s.kind == ledger.Transfer && l.chance(0.6) {
				amount = max(math.Round(amount/10), 1) * 10
			}
			l.spend(day, l.hourOf(s), amount, s, shop, l.home, "")
		}
	}
}
