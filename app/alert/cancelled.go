package alert

import (
	"slices"

	"coffer/app/ledger"
)

// The limits of a subscription that comes back.
const (
	silentSteps  = 2  // paces of silence
	backPercent  = 20 // how far from the price before
	leastOfPlace = 3  // the series is at least two of three visits
)

// afterCancelling finds a charge of a subscription that the person cancelled, or of a series of monthly bills that was
// silent for more than two of its paces. Each charge tells: a bill that goes on is one each time.
func afterCancelling(v View) []Alert {
	if !v.IsCharge() {
		return nil
	}
	if since, cancelled := v.cancelled(); cancelled {
		days := int(v.Row.Date - since)
		a := v.finding(Interrupt)
		size := sizeOf(v.Row)
		a.Why = v.says(WhyCancelled, "amount", v.text(size), "days", digits(days))
		a.Numbers = []Number{v.number(ThisCharge, size), counted(DaysSinceCancelled, days)}
		a.Baseline = baseline(v.charges(), a.Rows...)
		a.Normal = []ledger.Reason{v.says(NormalNotCancelled)}
		return []Alert{a}
	}
	return v.backAgain()
}

// cancelled returns the day on which the person cancelled what the row is a charge of.
func (v View) cancelled() (ledger.Date, bool) {
	if v.Watch == nil {
		return 0, false
	}
	i := slices.IndexFunc(v.Watch.Cancelled, func(c CancelledSeries) bool { return c.Merchant == v.Merchant && v.Row.Date > c.Since })
	if i < 0 {
		return 0, false
	}
	return v.Watch.Cancelled[i].Since, true
}

func (v View) backAgain() []Alert {
	charges := v.charges()
	if len(charges) < leastSeries || !v.isBilled() {
		return nil
	}
	at, last := v.visited(), charges[len(charges)-1]
	days := int(at.day - last.day)
	if days <= silentSteps*monthlyStep || !near(at.size, last.size, backPercent) {
		return nil
	}
	s := seriesOf(charges)
	if s.n < leastSeries || s.step < monthlyStep || days <= silentSteps*s.step+s.slack || s.n*leastOfPlace < len(charges)*(leastOfPlace-1) {
		return nil
	}
	list := s.of(charges)
	if varied(list, ownVariety) {
		return nil
	}
	a := v.finding(Interrupt)
	a.Why = v.says(WhyBack, "amount", v.text(at.size), "days", digits(days), "times", digits(s.n), "step", digits(s.step))
	a.Numbers = []Number{v.number(ThisCharge, at.size), v.number(LatestPrice, last.size), counted(DaysBetween, days), counted(TimesInSeries, s.n)}
	a.Baseline = baseline(list, a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalWithin, "days", digits(silentSteps*s.step+s.slack)), v.says(NormalTrusted)}
	return []Alert{a}
}

// isBilled reports whether the row may be a bill that comes by itself: no card at a counter, no cash, no transfer that
// the person makes, no shopping.
func (v View) isBilled() bool { return !v.isBought() && !isPayment(v.Row) }

// isBought reports whether the person bought something there and then: at a counter, as cash, or of a kind that nobody
// subscribes to.
func (v View) isBought() bool {
	switch v.Row.Category {
	case ledger.Groceries, ledger.EatingOut, ledger.Transport, ledger.Car, ledger.Shopping, ledger.Travel, ledger.Cash:
		return true
	}
	return isPlain(v.Row)
}
