package alert

import (
	"slices"

	"coffer/app/ledger"
)

const usualDays = 30 // of which the middle balance is the usual one

// balanceBefore is what the row's account held before it; false where no balance is known.
func (v View) balanceBefore() (int64, bool) {
	b, h := v.past.bookOf(v.Row.Account), v.holding()
	if b == nil || !h.Stated || b.currency != v.Row.Amount.Currency {
		return 0, false
	}
	return h.Opening + b.sum, true
}

// usualBalance is the middle of what the row's account held at the end of each of the last 30 days; false where none is known.
func (v View) usualBalance() (int64, bool) {
	b, h := v.past.bookOf(v.Row.Account), v.holding()
	if b == nil || !h.Stated || b.currency != v.Row.Amount.Currency || int(v.Row.Date-b.first) < usualDays {
		return 0, false
	}
	closes := b.dailyCloses(v.Row.Date, usualDays)
	return h.Opening + closes[len(closes)/2], true
}

// dailyCloses are the sums at the end of each of so many days before day, rising. Days before the first row have 0.
func (b *book) dailyCloses(day ledger.Date, days int) []int64 {
	sums := make([]int64, 0, days)
	i := len(b.closes) - 1
	for d := day - 1; d >= day.AddDays(-days); d-- {
		for i >= 0 && b.closes[i].day > d {
			i--
		}
		sum := int64(0)
		if i >= 0 {
			sum = b.closes[i].sum
		}
		sums = append(sums, sum)
	}
	slices.Sort(sums)
	return sums
}

// closeBefore is what the account came to at the end of the days before day.
func (b *book) closeBefore(day ledger.Date) int64 {
	for i := len(b.closes) - 1; i >= 0; i-- {
		if b.closes[i].day < day {
			return b.closes[i].sum
		}
	}
	return 0
}
