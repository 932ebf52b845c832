package alert

import "coffer/app/ledger"

// The limits of a new recurring charge.
const (
	thirdCharge   = 3
	recurringVary = 2 // percent
)

// newRecurring finds the third charge of a new merchant at an even pace and price: a subscription has begun. It is none
// at a trusted merchant, at a counter, or where the merchant was there as the history began. It tells once: the fourth
// charge is no third; a trial before them is none of the three.
func newRecurring(v View) []Alert {
	here := v.here()
	if here == nil || !v.IsCharge() || !v.isBilled() {
		return nil
	}
	at, charges, visits := v.visited(), here.charges, int(here.visits)
	if len(charges) > 0 && charges[0].id == here.trial.id {
		charges, visits = charges[1:], visits-1
	}
	if visits != thirdCharge-1 || len(charges) != thirdCharge-1 {
		return nil
	}
	s := seriesTo(charges, at.day, at.size)
	if s.n != thirdCharge-1 || !even(append(s.of(charges), at), recurringVary) {
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
	a.Numbers = []Number{v.number(ThisCharge, at.size), counted(DaysBetween, at.day-charges[1].day), v.number(AYear, yearly)}
	a.Baseline = baseline(charges, a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalTrusted), v.says(NormalUneven)}
	return []Alert{a}
}
