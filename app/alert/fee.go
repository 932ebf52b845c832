package alert

import "coffer/app/ledger"

// The limits of a fee.
const (
	feeDays     = 30 // in which fees after foreign charges are one episode
	afterAbroad = 3  // days between a foreign charge and its fee
	sameFee     = 10 // percent: so much above an earlier one it is the same fee
)

// fee finds a fee of the bank's that was not taken before, or is dearer than before; and a row of 1 to 3 percent of a
// foreign charge right after it. A fee that comes as it always did is silent; fees after foreign charges tell once in
// 30 days an account.
func fee(v View) []Alert {
	if v.Row.Amount.Minor >= 0 || v.Row.Category == ledger.Transfer {
		return nil
	}
	if v.isFeeAbroad() {
		return v.feeAbroad()
	}
	if !isFee(v.Row) || v.Merchant == "" {
		return nil
	}
	size, highest := sizeOf(v.Row), int64(0)
	for _, c := range v.charges() {
		highest = max(highest, c.size)
	}
	if size <= highest || near(size, highest, sameFee) {
		return nil
	}
	a := v.finding(Quiet)
	a.Why = v.says(WhyFee, "amount", v.text(size))
	a.Numbers = []Number{v.number(ThisFee, size)}
	if highest > 0 {
		a.Why = v.says(WhyFeeDearer, "amount", v.text(size), "highest", v.text(highest))
		a.Numbers = append(a.Numbers, v.number(HighestFee, highest))
	}
	a.Baseline = baseline(v.charges(), a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalFee)}
	return []Alert{a}
}

// isFeeAbroad reports whether the row is 1 to 3 percent of a foreign charge of the same account shortly before.
func (v View) isFeeAbroad() bool {
	t := v.Row
	b := v.past.bookOf(t.Account)
	if b == nil || b.abroad.id == "" || t.Date-b.abroad.day > afterAbroad || b.isAbroad(t) || isPlain(t) || isPayment(t) {
		return false
	}
	const least, most = 95, 305 // of 10,000: banks round
	if size, full := sizeOf(t), b.abroad.size; compareShare(size, full, least, 10000) < 0 || compareShare(size, full, most, 10000) > 0 {
		return false
	}
	return isFee(t) || v.Merchant != "" && (v.Merchant == b.abroad.merchant || v.here() == nil && t.Channel == ledger.OtherChannel)
}

func (v View) feeAbroad() []Alert {
	b := v.past.bookOf(v.Row.Account)
	if v.past.tells(feeMark, v.past.accountAt(v.Row.Account), v.Row.Date, feeDays) {
		return nil
	}
	a, size := v.finding(Quiet, b.abroad.visit), sizeOf(v.Row)
	percent := percentOf(plus(size, b.abroad.size/200), b.abroad.size)
	a.Why = v.says(WhyFeeAbroad, "amount", v.text(size), "of", v.text(b.abroad.size), "percent", digits(percent))
	a.Numbers = []Number{v.number(ThisFee, size), v.number(ForeignCharge, b.abroad.size), counted(PercentOfIt, percent)}
	a.Baseline = baseline(v.charges(), a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalNoFee)}
	return []Alert{a}
}
