package alert

import "coffer/app/ledger"

// The limits of a new recurring charge.
const (
	thirdCharge   = 3
	recurringVary = 2 // percent
)

// newRecurring finds the third charge of a new merchant at an even pace and price: a subscription has begun. It is none
// at a trusted merchant, at a counter, or where the merchant was there as the history began. It tells once: the fourth
// charge is no third.
func newRecurring(v View) []Alert {
	here := v.here()
	if here == nil || here.visits != thirdCharge-1 || len(here.charges) != thirdCharge-1 || !v.IsCharge() || !v.isBilled() {
		return nil
	}
	at := v.visited()
	s := seriesTo(here.charges, at.day, at.size)
	if s.n != thirdCharge-1 || !even(append(s.of(here.charges), at), recurringVary) {
		return nil
	}
	if int(here.first-v.past.first) < s.step+s.step/2 {
		return nil
	}
	a := v.finding(Quiet)
	yearly := at.size
	if at.size < 1<<50 {
		yearly = at.size * 365 / int64(s.step)
	}
	a.Why = v.says(WhyRecurring, "amount", v.text(at.size), "step", digits(s.step))
	a.Numbers = []Number{v.number(ThisCharge, at.size), counted(DaysBetween, at.day-here.charges[1].day), v.number(AYear, yearly)}
	a.Baseline = baseline(here.charges, a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalTrusted), v.says(NormalUneven)}
	return []Alert{a}
}
