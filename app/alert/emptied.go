package alert

import "coffer/app/ledger"

// The limits of an account being emptied.
const (
	emptyPercent = 50  // of the usual balance, out in a day
	youngPayee   = 30  // days since it was first paid
	leastEmptied = 100 // hundredths, times 100: below it nothing is emptied
	lowDays      = 60  // of balances that make a lowest one
)

// emptied finds that within 24 hours more than half of the usual balance went to payees first paid less than 30 days
// ago; or that the balance fell within a day from its usual half to below 99 of 100 of its days. It is none on the day
// of a rent, a mortgage or a card bill. It tells as the half is passed, once.
func emptied(v View) []Alert {
	t := v.Row
	if t.Amount.Minor >= 0 || t.Category == ledger.Transfer || v.kind() == ledger.Card || v.kind() == ledger.Loan {
		return nil
	}
	if held, stated := v.balanceBefore(); !stated || held <= 0 || v.isHouseBill() {
		return nil
	}
	if a := v.sentAway(); a != nil {
		return a
	}
	return v.fellLow()
}

// isHouseBill reports whether the row is a rent, a mortgage, or a bill that comes by its pace.
func (v View) isHouseBill() bool {
	if v.Row.Category == ledger.Housing {
		return true
	}
	charges := v.charges()
	return len(charges) > 1 && seriesTo(charges, v.Row.Date, sizeOf(v.Row)).n > 1
}

func (v View) isYoung(merchant string) bool {
	spot := v.past.places[placeKey{merchant, v.Row.Amount.Currency}]
	return spot == nil || spot.payments == 0 && spot.visits == 0 || spot.payments > 0 && v.Row.Date-spot.paid < youngPayee
}

func (v View) sentAway() []Alert {
	if !isPayment(v.Row) || !v.isYoung(v.Merchant) || v.known() < youngPayee || v.confirmedPayee() {
		return nil
	}
	usual, known := v.usualBalance()
	at := v.visited()
	if !known || usual < v.scaled(leastEmptied*100) || plus(at.size, at.size)/4 > 1<<61 {
		return nil
	}
	var list []visit
	before := int64(0)
	for _, b := range v.own().recent {
		spot := v.past.places[placeKey{b.merchant, v.Row.Amount.Currency}]
		if b.account == at.account && within(b.visit, at, 24) && spot != nil && spot.payments > 0 && v.isYoung(b.merchant) {
			list, before = append(list, b.visit), plus(before, b.size)
		}
	}
	limit := usual / 100 * emptyPercent
	if sum := plus(before, at.size); before > limit || sum <= limit {
		return nil
	}
	sum := plus(before, at.size)
	a := v.finding(Interrupt, list...)
	a.Why = v.says(WhyEmptied, "amount", v.text(sum), "usual", v.text(usual), "times", digits(len(a.Rows)))
	a.Numbers = []Number{v.number(SentInADay, sum), v.number(UsualBalance, usual)}
	a.Baseline = v.lately(a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalPayee), v.says(NormalLess, "amount", v.text(limit)), v.says(NormalHouseBill)}
	return []Alert{a}
}

// fellLow looks at rows that are large for the account alone: its days are held against each other.
func (v View) fellLow() []Alert {
	b, t := v.past.bookOf(v.Row.Account), v.Row
	held, _ := v.balanceBefore()
	size := sizeOf(t)
	if t.Status != ledger.Booked || int(t.Date-b.first) < lowDays {
		return nil
	}
	opening := v.holding().Opening
	start := opening + b.closeBefore(t.Date)
	spent, onBills := v.spentHere()
	if start < v.scaled(leastEmptied*100) || onBills || atMost(spent, start, emptyPercent) {
		return nil
	}
	closes := b.dailyCloses(t.Date, min(dailyDays, int(t.Date-b.first)))
	lowest, middle := opening+percentile(closes, 1), opening+percentile(closes, 50)
	after := held - size
	if after >= lowest || held < lowest || start < middle/2 || atMost(spent, max(0, middle), emptyPercent) {
		return nil
	}
	a := v.finding(Interrupt)
	a.Why = v.says(WhyFellLow, "amount", v.text(size), "start", v.text(start), "after", v.signed(after), "days", digits(len(closes)))
	a.Numbers = []Number{v.number(ThisCharge, size), v.number(UsualBalance, max(0, middle)), v.number(LowestBalance, max(0, lowest))}
	a.Baseline = v.lately(a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalLess, "amount", v.text(max(0, start-lowest))), v.says(NormalHouseBill)}
	return []Alert{a}
}

// spentHere is what the account's charges of the day come to with the row, and whether one before it was for housing. Own
// transfers are none.
func (v View) spentHere() (sum int64, onBills bool) {
	at := v.visited()
	sum = at.size
	for _, b := range v.own().recent {
		if b.day == at.day && b.account == at.account {
			sum, onBills = plus(sum, b.size), onBills || b.kind == string(ledger.Housing)
		}
	}
	return sum, onBills
}

// signed is a balance as text: it may be below zero.
func (v View) signed(minor int64) string { return v.amount(minor).Decimal() }
