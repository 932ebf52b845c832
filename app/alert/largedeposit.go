package alert

import "coffer/app/ledger"

// The limits of a large deposit. Amounts are hundredths of a currency of two decimals.
const (
	depositKnown   = 60 // days of history
	depositIncomes = 10 // own incomes
	leastDeposit   = 10000
	senderPercent  = 25 // above what the sender ever sent
)

// largeDeposit finds money in above 99 of 100 own incomes. It is none of a salary, of a sender who sent nearly as much
// before, or of a refund that is expected. It tells once: from then on so much is no longer above.
func largeDeposit(v View) []Alert {
	if !v.isCredit() || v.known() < depositKnown || v.Row.Category == ledger.Salary {
		return nil
	}
	own, size := v.own().incomes.on(v.Row.Date), sizeOf(v.Row)
	if own.count < depositIncomes || size <= own.p99 || size < v.scaled(leastDeposit) || v.expected() {
		return nil
	}
	for _, c := range v.credits() {
		if size <= c.size || near(size, c.size, senderPercent) {
			return nil
		}
	}
	for _, c := range v.charges() {
		if c.size >= size {
			return nil // a refund
		}
	}
	a := v.finding(Quiet)
	a.Why = v.says(WhyDeposit, "amount", v.text(size), "highest", v.text(own.most), "times", digits(own.count))
	a.Numbers = []Number{v.number(ThisDeposit, size), v.number(HighestDeposit, own.most), counted(DepositsBefore, own.count)}
	a.Baseline = baseline(v.credits(), a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalDepositUpTo, "amount", v.text(own.p99)), v.says(NormalSender)}
	return []Alert{a}
}
