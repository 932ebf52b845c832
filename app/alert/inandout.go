package alert

import (
	"slices"

	"coffer/app/ledger"
)

// The limits of money that only passes through.
const (
	passHours     = 72
	passPercent   = 80
	knownIncomes  = 20    // own incomes that make a scale
	leastWindfall = 50000 // hundredths: below it nobody is made to pass money on
	windfallKnown = 30    // days of history
	mostDeposits  = 8
	mostPassed    = 8
)

// inAndOut finds a deposit from a sender never seen, above 99 of 100 own incomes, of which four fifths went on within 72
// hours to payees never paid, or were taken as cash. It is none of a salary or a refund that is expected. It tells as
// the four fifths are passed, once for each deposit.
func inAndOut(v View) []Alert {
	if len(v.own().deposits) == 0 || !v.goesOn() {
		return nil
	}
	at := v.visited()
	for _, d := range v.own().deposits {
		out := plus(d.out, at.size)
		if !within(d.visit, at, passHours) || v.paidBefore(d.visit) || reaches(d.out, d.size) || !reaches(out, d.size) {
			continue
		}
		a := Alert{Level: Interrupt, Rows: append([]ledger.TransactionID{d.id}, d.rows...)}
		a.Rows = append(a.Rows, v.Row.ID)
		percent := percentOf(out, d.size)
		a.Why = v.says(WhyInAndOut, "amount", v.text(d.size), "out", v.text(out), "percent", digits(percent), "hours", digits(passHours))
		a.Numbers = []Number{v.number(ThisDeposit, d.size), v.number(WentOn, out), counted(PercentWentOn, percent)}
		a.Baseline = v.lately(a.Rows...)
		a.Normal = []ledger.Reason{v.says(NormalSender), v.says(NormalPayee), v.says(NormalStays, "percent", digits(100-passPercent), "hours", digits(passHours))}
		return []Alert{a}
	}
	return nil
}

func reaches(out, in int64) bool { return compareShare(out, in, passPercent, 100) >= 0 }

// goesOn reports whether the row takes cash or pays somebody who was never paid before the last few days.
func (v View) goesOn() bool {
	if isCash(v.Row) {
		return true
	}
	here := v.here()
	isNew := here == nil || here.visits == 0 || here.visits == here.payments && v.Row.Date-here.paid <= passHours/24
	return isPayment(v.Row) && isNew && !v.confirmedPayee()
}

// paidBefore reports whether the row's payee was paid before the money came.
func (v View) paidBefore(d visit) bool {
	here := v.here()
	return !isCash(v.Row) && here != nil && here.payments > 0 && here.paid < d.day
}

// isWindfall reports whether the row is a deposit whose way is to be watched.
func (v View) isWindfall() bool {
	if !v.isCredit() || v.known() < windfallKnown || v.Row.Category == ledger.Salary || v.Row.Category == ledger.Interest {
		return false
	}
	if here := v.here(); here != nil && (len(here.credits) > 0 || here.visits > 0) {
		return false
	}
	own, size := v.own().incomes.on(v.Row.Date), sizeOf(v.Row)
	if size < v.scaled(leastWindfall) || v.expected() {
		return false
	}
	return own.count < knownIncomes && size > own.p50 || size > own.p99
}

// expected reports whether the person said that the merchant owes them so much.
func (v View) expected() bool {
	return v.Watch != nil && slices.ContainsFunc(v.Watch.Refunds, func(r ExpectedRefund) bool {
		return r.Merchant == v.Merchant && r.Currency == v.Row.Amount.Currency && near(r.Minor, sizeOf(v.Row), refundPercent)
	})
}

// passOn counts a row that takes cash or pays somebody new against the deposits of the last hours.
func (s *scale) passOn(v View, at visit) {
	if len(s.deposits) == 0 || !v.goesOn() {
		return
	}
	for i := range s.deposits {
		d := &s.deposits[i]
		if !within(d.visit, at, passHours) || v.paidBefore(d.visit) {
			continue
		}
		d.out = plus(d.out, at.size)
		if len(d.rows) < mostPassed {
			d.rows = append(d.rows, at.id)
		}
	}
}
