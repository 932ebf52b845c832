package alert

import "coffer/app/ledger"

// The limits of a duplicate charge, in hundredths of a currency of two decimals.
const (
	leastDuplicate = 500   // a smaller one is not worth a word
	loudDuplicate  = 10000 // a larger one interrupts
	repeatPercent  = 10    // of the visits: then it is how this merchant charges
	knownCharges   = 20    // so many own charges make a scale of their own
	twinHours      = 48
	twinDays       = 2
)

// duplicateCharge finds the same amount charged twice on one account by the same merchant within 48 hours, both
// booked. It is no duplicate where the merchant often charges so, where a refund lies between, or below a tenth of the
// person's own charges. It tells once for each pair, of as many as come one after the other of the first two alone.
func duplicateCharge(v View) []Alert {
	size := sizeOf(v.Row)
	if !v.IsCharge() || v.Row.Status != ledger.Booked || size < v.scaled(leastDuplicate) {
		return nil
	}
	first, found := v.twin()
	if !found || first.pending || v.chained() {
		return nil
	}
	before, repeats := v.habit(first)
	if repeats > 0 && repeats*100 >= before*repeatPercent || v.refunded(size, first) || size < v.smallest() {
		return nil
	}
	a := v.finding(Quiet, first)
	if size > v.loud() {
		a.Level = Interrupt
	}
	days := v.Row.Date - first.day
	a.Why = v.says(WhyDuplicate, "amount", v.text(size), "days", digits(days))
	a.Numbers = []Number{
		v.number(ThisCharge, size), v.number(EarlierCharge, first.size), counted(DaysBetween, days),
		counted(TimesHere, before), counted(RepeatsHere, repeats),
	}
	a.Baseline = baseline(v.charges(), a.Rows...)
	a.Normal = []ledger.Reason{
		v.says(NormalRepeats, "percent", digits(repeatPercent)),
		v.says(NormalRefund, "amount", v.text(size)),
		v.says(NormalApart, "days", digits(twinDays)),
	}
	return []Alert{a}
}

// twin returns the latest earlier charge of the same amount here on the same account, at most 48 hours before; by days
// where an hour is not known.
func (v View) twin() (visit, bool) {
	charges := v.charges()
	if len(charges) == 0 {
		return visit{}, false
	}
	if i := twinAmong(charges, v.visited()); i >= 0 {
		return charges[i], true
	}
	return visit{}, false
}

// twinAmong returns which of charges before at is the latest that it repeats; -1 if none is.
func twinAmong(charges []visit, at visit) int {
	for i := len(charges) - 1; i >= 0 && charges[i].day >= at.day-twinDays-1; i-- {
		if c := charges[i]; c.size == at.size && c.account == at.account && within(c, at, twinHours) {
			return i
		}
	}
	return -1
}

// chained reports whether the row's twin repeats one that repeats another: it was told of both.
func (v View) chained() bool {
	charges, at, last := v.charges(), v.visited(), len(v.charges())
	for range 3 {
		if last = twinAmong(charges[:last], at); last < 0 {
			return false
		}
		at = charges[last]
	}
	return true
}

// habit counts the visits before the pair and its days, and how many of them repeated a charge.
func (v View) habit(first visit) (before, repeats int) {
	here := v.here()
	before, repeats = int(here.visits), int(here.repeats)
	for i := len(here.charges) - 1; i >= 0 && here.charges[i].day >= first.day-twinDays; i-- {
		before--
		if v.repeated(i) {
			repeats--
		}
	}
	return max(before, 0), max(repeats, 0)
}

// repeated reports whether charge i here repeated one before it.
func (v View) repeated(i int) bool {
	charges := v.here().charges
	return twinAmong(charges[:i], charges[i]) >= 0
}

// refunded reports whether the merchant gave the first charge back before the second.
func (v View) refunded(size int64, first visit) bool {
	for _, c := range v.credits() {
		if c.size == size && c.day >= first.day && c.day >= v.Row.Date-twinDays-1 {
			return true
		}
	}
	return false
}

// smallest is what is worth a word to this person: nine of ten own charges are larger.
func (v View) smallest() int64 {
	own := v.own().charges.on(v.Row.Date)
	if own.count < knownCharges {
		return 0
	}
	return own.p10
}

// loud is the size above which a duplicate interrupts: the fixed one, or half of what this person
// usually pays where that is more.
func (v View) loud() int64 {
	fixed, own := v.scaled(loudDuplicate), v.own().charges.on(v.Row.Date)
	if own.count < knownCharges {
		return fixed
	}
	return max(fixed, own.p50/2)
}
