package alert

import "coffer/app/ledger"

// The limits of a card test. Amounts are hundredths of a currency of two decimals.
const (
	leastTest  = 300   // what a tester charges at most
	leastLarge = 50000 // in the first month, in which all merchants are new
	newWeeks   = 30
	testHours  = 72 // between the test and the large charge
	testDays   = 24 // hours in which three tests come
	testsAlone = 3
	lowCount   = 100 // own charges that make a lowest percentile
	triedDays  = 180 // in which so many tiny charges at new merchants or more
	usualTries = 3   // are how the person buys
)

// cardTest finds a charge of next to nothing at a merchant never seen, then within 72 hours one above nine of ten own
// charges at a new or the same merchant; or three such small ones at two new merchants within a day. A chip that was
// read is no test of a number, and a test that was given back within a day and not followed by anything is none. Who
// often pays next to nothing at new merchants is told of what is above all own charges alone.
// It tells once in 72 hours an account.
func cardTest(v View) []Alert {
	tests, why := v.tested()
	if len(tests) == 0 || v.past.tells(cardTestMark, v.past.accountAt(v.Row.Account), v.Row.Date, testHours/24+1) {
		return nil
	}
	a, size := v.finding(Interrupt, tests...), sizeOf(v.Row)
	last := tests[len(tests)-1]
	a.Why = v.says(why, "amount", v.text(size), "test", v.text(last.size), "times", digits(len(tests)+1))
	a.Numbers = []Number{v.number(ThisCharge, size), v.number(TestCharge, last.size)}
	own := v.own().charges.on(v.Row.Date)
	if own.count > 0 {
		a.Numbers = append(a.Numbers, v.number(NineOfTen, own.p90))
	}
	a.Baseline = v.lately(a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalSeen), v.says(NormalUpToAnywhere, "amount", v.text(v.largeSize()-1)), v.says(NormalChip)}
	if why == WhyCardTests {
		a.Normal = []ledger.Reason{v.says(NormalSeen), v.says(NormalFewer, "times", digits(testsAlone)), v.says(NormalChip)}
	}
	return []Alert{a}
}

// tested returns the open tests that the row follows, oldest first, and what is to be said of them; none if it does not.
func (v View) tested() ([]visit, string) {
	open := v.own().tests
	if len(open) == 0 || !v.IsCharge() || isPlain(v.Row) {
		return nil, ""
	}
	at, isNew := v.visited(), v.here() == nil
	if at.size >= v.largeSize() {
		for i := len(open) - 1; i >= 0; i-- {
			t := open[i]
			if t.account == at.account && within(t.visit, at, testHours) && (isNew || t.merchant == v.Merchant) {
				return []visit{t.visit}, WhyCardTest
			}
		}
	}
	if v.tries() >= usualTries || !v.isTest() || !isNew && !v.testedHere() {
		return nil, ""
	}
	merchants, small := []string{v.Merchant}, []visit(nil)
	for _, t := range open {
		if t.account != at.account || !within(t.visit, at, testDays) || v.past.gaveBack(t, v.Row.Amount.Currency) {
			continue
		}
		small = append(small, t.visit)
		if t.merchant != merchants[0] {
			merchants = append(merchants[:1], t.merchant)
		}
	}
	if len(small)+1 < testsAlone || len(merchants) < 2 {
		return nil, ""
	}
	return small, WhyCardTests
}

// isTest reports whether the row charges next to nothing, without a card that was there.
func (v View) isTest() bool {
	t := v.Row
	size := sizeOf(t)
	if !v.IsCharge() || size == 0 || isPlain(t) || isPayment(t) || t.Channel == ledger.DirectDebit || isFee(t) {
		return false
	}
	if size <= v.scaled(leastTest) {
		return true
	}
	own := v.own().charges.on(t.Date)
	return own.count >= lowCount && size < own.p1
}

// testedHere reports whether a test of the last day was at the row's merchant.
func (v View) testedHere() bool {
	at := v.visited()
	for _, t := range v.own().tests {
		if t.merchant == v.Merchant && t.account == at.account && within(t.visit, at, testDays) {
			return true
		}
	}
	return false
}

// largeSize is above nine of ten own charges.
func (v View) largeSize() int64 {
	own := v.own().charges.on(v.Row.Date)
	if own.count < knownCharges || v.known() < newWeeks {
		return max(plus(own.most, 1), v.scaled(leastLarge))
	}
	if v.tries() >= usualTries {
		return plus(own.most, 1)
	}
	return max(own.p90+1, v.scaled(leastTest)*2)
}

// gaveBack reports whether a test was given back within a day.
func (p *past) gaveBack(t brief, currency string) bool {
	spot := p.places[placeKey{t.merchant, currency}]
	if spot == nil {
		return false
	}
	for _, c := range spot.credits {
		if c.size == t.size && c.account == t.account && c.day >= t.day && within(t.visit, c, 24) {
			return true
		}
	}
	return false
}

// tries counts the tiny charges at new merchants of half a year, but those of the last few days.
func (v View) tries() (n int) {
	for _, day := range v.own().tried {
		if day >= v.Row.Date-triedDays && day < v.Row.Date-testHours/24 {
			n++
		}
	}
	return n
}
