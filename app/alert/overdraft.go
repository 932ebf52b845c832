package alert

import (
	"cmp"
	"slices"

	"coffer/app/ledger"
)

// The limits of an overdraft ahead.
const (
	aheadDays   = 7
	usualBelow  = 10 // percent of days below zero: then that is how the person lives
	belowWindow = dailyDays
	billVariety = 15 // percent
)

// overdraftAhead finds that the bills of the next seven days bring a current account below zero, the incomes that are
// due by then counted. It is none where the account is below zero already, or was on one day of ten. It tells once for
// the bill that does it.
func overdraftAhead(d DayView) []Alert {
	var found []Alert
	var bills, incomes []due
	asked := false
	d.holdings(func(id ledger.AccountID, h Holding, b *book, held int64) {
		if h.Kind != ledger.Checking && h.Kind != ledger.Other || held < 0 || b.oftenBelow(d.Today, h.Opening) {
			return
		}
		if !asked {
			bills, incomes, asked = d.upcoming(chargesOf, billVariety), d.upcoming(creditsOf, incomeVariety), true
		}
		if a := d.forecast(id, h, held, bills, incomes); a != nil {
			found = append(found, *a)
		}
	})
	return found
}

func (b *book) oftenBelow(today ledger.Date, opening int64) bool {
	days := min(belowWindow, int(today-b.first))
	if days < 1 {
		return false
	}
	below := 0
	for _, sum := range b.dailyCloses(today, days) {
		if opening+sum < 0 {
			below++
		}
	}
	return below*100 >= days*usualBelow
}

// forecast follows what is due, money in first on each day.
func (d DayView) forecast(id ledger.AccountID, h Holding, held int64, bills, incomes []due) *Alert {
	type step struct {
		due
		sign int64
	}
	var steps []step
	take := func(list []due, sign int64) {
		for _, x := range list {
			if x.account == id && x.place.currency == h.Currency && x.day.AddDays(x.slack) >= d.Today && x.day <= d.Today+aheadDays {
				x.day = max(x.day, d.Today)
				steps = append(steps, step{x, sign})
			}
		}
	}
	take(incomes, 1)
	take(bills, -1)
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(a.day, b.day) })
	left := held
	for _, s := range steps {
		if left += s.sign * s.size; left >= 0 {
			continue
		}
		last := s.series[len(s.series)-1]
		planned := last.day.AddDays(s.step)
		a := d.told("overdraft-ahead", string(id)+"|"+s.place.merchant, id, planned, Interrupt)
		a.Why = reason(WhyOverdraft, "account", h.Name, "merchant", s.place.merchant, "held", decimal(held, h.Currency),
			"amount", decimal(s.size, h.Currency), "after", decimal(left, h.Currency), "currency", h.Currency, "day", planned.String())
		a.Numbers = []Number{amountOf(HeldNow, held, h.Currency), amountOf(BillDue, s.size, h.Currency)}
		a.Baseline = baseline(s.series)
		a.Normal = []ledger.Reason{
			reason(NormalFunds, "amount", decimal(held-left, h.Currency), "currency", h.Currency, "day", planned.String()),
		}
		return &a
	}
	return nil
}
