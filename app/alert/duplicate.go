package alert

import "coffer/app/ledger"

// The limits of a duplicate charge, in hundredths of a currency of two decimals.
const (
	leastDuplicate = 500   // a smaller one is not worth a word
	loudDuplicate  = 10000 // a larger one interrupts
	repeatPercent  = 10    // of the visits: then it is how this merchant charges
	knownCharges   = 20    // so many own charges make a scale of their own
)

// duplicateCharge finds the same amount charged twice by the same merchant within 48 hours, both
// booked. It is no duplicate where the merchant often charges so, or where a refund lies between.
func duplicateCharge(v View) []Alert {
	if !v.IsCharge() || v.Row.Status != ledger.Booked {
		return nil
	}
	size := sizeOf(v.Row)
	if size < scaled(leastDuplicate, v.Row.Amount.Currency) {
		return nil
	}
	first, found := v.twin()
	if !found || first.row.Status != ledger.Booked {
		return nil
	}
	before, repeats := habit(v.here(), first)
	if repeats > 0 && repeats*100 >= before*repeatPercent || v.refunded(size, first) || size < v.smallest() {
		return nil
	}
	a := Alert{Level: Quiet, Rows: []ledger.TransactionID{first.row.ID, v.Row.ID}}
	if size > v.loud() {
		a.Level = Interrupt
	}
	days := v.Row.Date - first.row.Date
	sum, currency := v.amount(size).Decimal(), v.Row.Amount.Currency
	a.Why = v.says(WhyDuplicate, "amount", sum, "currency", currency, "days", digits(days))
	a.Numbers = []Number{
		v.number(ThisCharge, size), v.number(EarlierCharge, first.size), {Label: DaysBetween, Count: int(days)},
		{Label: TimesHere, Count: before}, {Label: RepeatsHere, Count: repeats},
	}
	a.Baseline = baseline(v.here(), a.Rows...)
	a.Normal = []ledger.Reason{
		v.says(NormalRepeats, "percent", digits(repeatPercent)),
		v.says(NormalRefund, "amount", sum, "currency", currency),
		v.says(NormalApart, "days", digits(twinDays)),
	}
	return []Alert{a}
}

// habit counts the visits before the pair, and how many of them repeated a charge.
func habit(here []visit, first visit) (before, repeats int) {
	for _, v := range here {
		if v.row.Date >= first.row.Date.AddDays(-twinDays) {
			break
		}
		before++
		if v.repeat {
			repeats++
		}
	}
	return before, repeats
}

// refunded reports whether the merchant gave the first charge back before the second.
func (v View) refunded(size int64, first visit) bool {
	for _, credit := range v.refunds(twinDays + 1) {
		if credit.size == size && credit.row.Date >= first.row.Date {
			return true
		}
	}
	return false
}

// smallest is what is worth a word to this person: nine of ten own charges are larger.
func (v View) smallest() int64 {
	own := v.own()
	if len(own) < knownCharges {
		return 0
	}
	return percentile(own, 10)
}

// loud is the size above which a duplicate interrupts: the fixed one, or half of what this person
// usually pays where that is more.
func (v View) loud() int64 {
	fixed, own := scaled(loudDuplicate, v.Row.Amount.Currency), v.own()
	if len(own) < knownCharges {
		return fixed
	}
	return max(fixed, percentile(own, 50)/2)
}
