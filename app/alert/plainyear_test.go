package alert_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
)

// plainYear makes the year of somebody to whom nothing happens: a salary, a rent, groceries, bills, subscriptions whose price rises once,
// a trip that was told ahead, refunds, cash, transfers to friends and to their own savings, and a card whose bill is paid.
type plainYear struct {
	*rand.Rand
	rows diary
	seed uint64
}

func (o *plainYear) pay(day ledger.Date, account, payee string, minor int64, channel ledger.Channel, category ledger.Category, country string) {
	t := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprintf("%08x-0000-4000-8000-%012x", o.seed, len(o.rows))), Account: ledger.AccountID(account)}
	t.Date, t.Payee, t.Amount, t.Channel, t.Category, t.Country = day, payee, money.New(minor, "EUR"), channel, category, country
	if channel == ledger.CardPresent || channel == ledger.Online || channel == ledger.CashMachine {
		hour := min(22, max(7, int(14+3.5*o.NormFloat64())))
		t.At = day.Time().Add(time.Duration(hour)*time.Hour + time.Duration(o.IntN(3600))*time.Second)
	}
	o.rows = append(o.rows, t)
}

// about is an amount around one, as prices are.
func (o *plainYear) about(minor int64) int64 {
	f := 1 + 0.3*o.NormFloat64()
	return max(minor/5, int64(float64(minor)*max(0.2, f)))
}

func (o *plainYear) shop(day ledger.Date, country string) {
	kinds := []struct {
		name     string
		minor    int64
		shops    int
		category ledger.Category
		channel  ledger.Channel
		days     float64
	}{
		{"Market", 3200, 4, ledger.Groceries, ledger.CardPresent, 3}, {"Cafe", 1400, 9, ledger.EatingOut, ledger.CardPresent, 4},
		{"Tram", 280, 1, ledger.Transport, ledger.CardPresent, 4}, {"Fuel", 5500, 3, ledger.Car, ledger.CardPresent, 12},
		{"Pharmacy", 1800, 3, ledger.Health, ledger.CardPresent, 25}, {"Cinema", 2200, 3, ledger.Leisure, ledger.CardPresent, 20},
		{"Store", 4500, 15, ledger.Shopping, ledger.Online, 10}, {"Parking App", 250, 4, ledger.Transport, ledger.Online, 15},
	}
	for _, k := range kinds {
		if o.Float64()*k.days < 1 {
			o.pay(day, "card", fmt.Sprintf("%s %s %c", country, k.name, 'A'+o.IntN(k.shops)), -o.about(k.minor), k.channel, k.category, country)
		}
	}
	switch {
	case o.IntN(18) == 0:
		o.pay(day, "main", "Cash Point", -int64(2000*(1+o.IntN(5))), ledger.CashMachine, ledger.Cash, country)
	case o.IntN(90) == 0:
		o.pay(day, "card", fmt.Sprintf("Appliance World %c", 'A'+o.IntN(5)), -o.about(38000), ledger.Online, ledger.Shopping, "")
	case o.IntN(60) == 0 && len(o.rows) > 50:
		if t := o.rows[len(o.rows)-1-o.IntN(40)]; t.Category == ledger.Shopping && t.Amount.Minor < 0 {
			o.pay(day, "card", t.Payee, -t.Amount.Minor, ledger.OtherChannel, ledger.Shopping, "")
		}
	case o.IntN(20) == 0:
		o.pay(day, "main", fmt.Sprintf("Friend %c", 'A'+o.IntN(8)), -o.about(3500), ledger.PaymentOut, "", "")
	case o.IntN(45) == 0:
		o.pay(day, "card", fmt.Sprintf("Little App %c%c", 'A'+o.IntN(26), 'A'+o.IntN(26)), -int64(99+100*o.IntN(4)), ledger.Online, ledger.Leisure, "")
	case o.IntN(240) == 0:
		o.pay(day, "main", fmt.Sprintf("Craft %c%c", 'A'+o.IntN(26), 'A'+o.IntN(26)), -o.about(45000), ledger.PaymentOut, ledger.Household, "")
	case o.IntN(200) == 0:
		o.pay(day, "main", fmt.Sprintf("Relative %c", 'A'+o.IntN(4)), o.about(60000), ledger.UnknownChannel, "", "")
	case o.IntN(40) == 0:
		o.pay(day, "main", fmt.Sprintf("Friend %c", 'A'+o.IntN(8)), o.about(3000), ledger.UnknownChannel, "", "")
	}
}

func (o *plainYear) bills(day ledger.Date, rise ledger.Date) {
	_, _, dom := day.Time().Date()
	late := ledger.Date(o.IntN(3))
	stream := int64(1299)
	if day >= rise {
		stream = 1499
	}
	switch dom {
	case 25:
		o.pay(day+late, "main", "Works Ltd", 280000+int64(o.IntN(9000)), ledger.UnknownChannel, ledger.Salary, "")
	case 1:
		o.pay(day+late, "main", "Rent Office", -95000, ledger.PaymentOut, ledger.Housing, "")
	case 3:
		o.pay(day, "main", "Card Bill", -90000, ledger.PaymentOut, ledger.Transfer, "")
		o.pay(day, "card", "Card Bill", 90000, ledger.UnknownChannel, ledger.Transfer, "")
	case 5:
		o.pay(day+late, "main", "City Power", -o.about(7500), ledger.DirectDebit, ledger.Utilities, "")
		o.pay(day, "main", "Fon Mobile", -1999, ledger.DirectDebit, ledger.Utilities, "")
	case 12:
		o.pay(day+late/2, "card", "Stream Box", -stream, ledger.Online, ledger.Subscriptions, "")
		o.pay(day, "card", "Music Box", -1099, ledger.Online, ledger.Subscriptions, "")
	case 26:
		o.pay(day+3, "main", "Own Savings", -30000, ledger.PaymentOut, ledger.Transfer, "")
	case 28:
		o.pay(day, "main", "Daily Bank account fee", -490, ledger.OtherChannel, ledger.Fees, "")
	}
}

// yearOf makes days up to today, with a trip of ten days told ahead.
func yearOf(seed uint64, days int) (diary, alert.Watchlist) {
	o := &plainYear{Rand: rand.New(rand.NewPCG(seed, 77)), seed: seed}
	leave, rise := today.AddDays(-60-o.IntN(60)), today.AddDays(-90-o.IntN(90))
	for back := days; back >= 0; back-- {
		day := today.AddDays(-back)
		country := "DE"
		if day >= leave && day < leave+10 {
			country = "IT"
		}
		o.bills(day, rise)
		o.shop(day, country)
	}
	return o.rows, alert.Watchlist{Trips: []alert.Trip{{ID: "t", From: leave - 1, To: leave + 11}}}
}

// plainBooks are the person's accounts; some have little to spare.
func plainBooks(seed uint64) *alert.Books {
	return &alert.Books{Accounts: map[ledger.AccountID]alert.Holding{
		"main": {Kind: ledger.Checking, Name: "Main", Link: "bank", Daily: true, Currency: "EUR", Stated: true, Opening: 150000 + 80000*int64(seed%6)},
		"card": {Kind: ledger.Card, Name: "Card", Link: "bank", Daily: true, Currency: "EUR", Stated: true},
	}}
}

// tally counts what rules told.
type tally struct {
	loud, quiet int
	byRule      map[string]int
}

// live has Coffer open each evening of a person's days, after the first ones that it only learns from.
func (c *tally) live(seed uint64, days, learnt int, bank func(*ledger.Transaction)) {
	rows, watch := yearOf(seed, days)
	for i := range rows {
		bank(&rows[i])
	}
	state, told := alert.NewState(), map[alert.ID]bool{}
	for back := days; back >= 0; back-- {
		day := today.AddDays(-back)
		read := day.Time().Add(8 * time.Hour)
		all := alert.Known{
			Watch: watch, Books: plainBooks(seed), Now: day.Time().Add(20 * time.Hour),
			LastRead: map[ledger.AccountID]time.Time{"main": read, "card": read},
		}
		for _, a := range append(state.Judge(rowsOn(rows, day), all), state.Finish(all)...) {
			if told[a.ID] || back > days-learnt || a.Detector == alert.Unusual || a.Withdrawn {
				continue
			}
			told[a.ID] = true
			c.byRule[kinds([]alert.Alert{a})[0]]++
			if a.Level == alert.Interrupt {
				c.loud++
			} else {
				c.quiet++
			}
		}
	}
}

// TestOrdinaryPeopleAreLeftAlone lives a year of 40 people, with what a bank tells of a row and with little of it. All rules together should
// interrupt 0.1 times in a month and list quietly once.
func TestOrdinaryPeopleAreLeftAlone(t *testing.T) {
	const people, learnt, lived = 40, 180, 365
	for name, bank := range map[string]func(*ledger.Transaction){
		"all is told": func(*ledger.Transaction) {},
		"no hour, country or channel is told": func(t *ledger.Transaction) {
			t.At, t.Country, t.Channel = time.Time{}, "", ledger.UnknownChannel
			if t.Category != ledger.Transfer {
				t.Category = ""
			}
		},
		"from the first day": nil,
	} {
		t.Run(name, func(t *testing.T) {
			c, before := tally{byRule: map[string]int{}}, learnt
			if bank == nil {
				bank, before = func(*ledger.Transaction) {}, 0
			}
			for seed := range uint64(people) {
				c.live(seed, before+lived, before, bank)
			}
			months := float64(people*lived) / 30
			t.Logf("interruptions %.3f, quiet %.3f a month: %v", float64(c.loud)/months, float64(c.quiet)/months, c.byRule)
			if float64(c.loud) > 0.1*months || float64(c.quiet) > months {
				t.Errorf("%d interruptions and %d quiet alerts in %.0f months", c.loud, c.quiet, months)
			}
			if c.byRule["quiet price-rise"] < people*3/4 {
				t.Error("the rise of a price was not told")
			}
		})
	}
}

func rowsOn(rows diary, day ledger.Date) (on []ledger.Transaction) {
	for _, t := range rows {
		if t.Date == day {
			on = append(on, t)
		}
	}
	return on
}
