package alert

import "coffer/app/ledger"

// The limits of first-ever kinds in a burst.
const (
	burstHours  = 72
	burstDays   = 3
	kindsKnown  = 90  // days of history before a kind can be new
	burstFactor = 3   // times the middle of own days
	settledDays = 180 // in which two kinds or more that were new
	newAnyway   = 2   // say that new ones are usual
)

// firstKinds finds two charges or more within 72 hours in kinds of spending never used before, more than three usual
// days in sum. It is none on a trip that was told ahead, or while new kinds are usual: two or more in the half
// year before. It tells once in 72 hours.
func firstKinds(v View) []Alert {
	list := v.newKinds()
	if list == nil || v.onTrip() || v.past.tells(firstKindsMark, 0, v.Row.Date, burstDays+1) {
		return nil
	}
	sum, _ := v.burst(list)
	middle, _ := v.own().usualDay(v.Row.Date)
	a := v.finding(Interrupt, list...)
	a.Why = v.says(WhyFirstKinds, "times", digits(len(a.Rows)), "amount", v.text(sum), "usual", v.text(middle))
	a.Numbers = []Number{v.number(SumOfThese, sum), v.number(UsualDay, middle), counted(ChargesOfNewKinds, len(a.Rows)), counted(DaysKnown, v.known())}
	a.Baseline = v.lately(a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalKind), v.says(NormalUpToAnywhere, "amount", v.text(middle*burstFactor)), v.says(NormalTrip)}
	return []Alert{a}
}

// newKinds returns the earlier charges of a burst that the row belongs to, oldest first; nil if there is none.
func (v View) newKinds() []visit {
	firsts, kind := v.own().firsts, kindOf(v.Row)
	if len(firsts) == 0 || !v.IsCharge() || kind == "" || v.known() < kindsKnown {
		return nil
	}
	if use, used := v.past.kinds[kind]; used && v.Row.Date-use.first > burstDays {
		return nil
	}
	var list []visit
	sum, at := sizeOf(v.Row), v.visited()
	for _, b := range firsts {
		if within(b.visit, at, burstHours) && b.day-v.past.first >= kindsKnown {
			list, sum = append(list, b.visit), plus(sum, b.size)
		}
	}
	middle, _ := v.own().usualDay(v.Row.Date)
	if len(list) == 0 || middle == 0 || (sum-1)/burstFactor < middle || v.unsettled() {
		return nil
	}
	return list
}

// unsettled reports whether new kinds are usual for the person: those of the half year before the burst, but for the
// first weeks, in which all are new.
func (v View) unsettled() bool {
	n := 0
	for _, use := range v.past.kinds {
		if use.first < v.Row.Date-burstDays && use.first > max(v.Row.Date-settledDays, v.past.first+kindsKnown/2) {
			n++
		}
	}
	return n >= newAnyway
}
