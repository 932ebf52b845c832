package alert

import "coffer/app/ledger"

// The limits of cash.
const (
	knownCash   = 5 // withdrawals that make a highest one
	advanceDays = 7 // in which cash advances are one episode
)

// cashOutlier finds cash above the person's highest withdrawal of thirteen months, or at an hour at which they hardly
// ever pay and above their middle one. Up to half above the highest it is quiet. It tells once for each new highest.
func cashOutlier(v View) []Alert {
	if !isCash(v.Row) {
		return nil
	}
	own, size := v.own().cash.on(v.Row.Date), sizeOf(v.Row)
	above, atNight := own.count >= knownCash && size > own.most, v.night() && size >= own.p50
	if !above && !atNight {
		return nil
	}
	a, why := v.finding(Interrupt), WhyCashAbove
	switch {
	case !above:
		why = WhyCashNight
	case !atNight && !overHalfMore(size, own.most):
		a.Level = Quiet
	}
	a.Why = v.says(why, "amount", v.text(size), "highest", v.text(own.most), "times", digits(own.count), "hour", digits(hourOf(v.visited())))
	a.Numbers = []Number{v.number(ThisCash, size)}
	if own.count > 0 {
		a.Numbers = append(a.Numbers, v.number(HighestCash, own.most), counted(CashBefore, own.count))
	}
	a.Baseline = v.lately(a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalHours)}
	if above {
		a.Normal = []ledger.Reason{v.says(NormalCashUpTo, "amount", v.text(own.most))}
	}
	return []Alert{a}
}

// cashAdvance finds cash from a credit card: it costs interest from the first day. It tells once in a week an account.
func cashAdvance(v View) []Alert {
	if !isCash(v.Row) || v.kind() != ledger.Card {
		return nil
	}
	at := v.visited()
	for _, b := range v.own().recent {
		if b.account == at.account && b.cash && at.day-b.day < advanceDays {
			return nil
		}
	}
	a := v.finding(Interrupt)
	a.Why = v.says(WhyCashAdvance, "amount", v.text(at.size))
	a.Numbers = []Number{v.number(ThisCash, at.size)}
	a.Baseline = v.lately(a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalDebit)}
	return []Alert{a}
}
