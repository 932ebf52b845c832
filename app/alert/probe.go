package alert

import "coffer/app/ledger"

// The limits of a probe of cents.
const (
	mostProbe  = 100 // hundredths
	probeDays  = 7   // in which probes are one episode
	probeKnown = 14  // days of history
)

// probe finds a deposit of less than 1.00 from a sender never seen: somebody may be testing whether they can reach the
// account. It is none while the person links an account, nor of interest or a reward. It tells once in a week.
func probe(v View) []Alert {
	if !v.isProbe() || v.linking() || v.past.tells(probeMark, 0, v.Row.Date, probeDays) {
		return nil
	}
	a, size := v.finding(Interrupt), sizeOf(v.Row)
	a.Why = v.says(WhyProbe, "amount", v.text(size))
	a.Numbers = []Number{v.number(ThisDeposit, size), counted(DaysKnown, v.known())}
	a.Normal = []ledger.Reason{v.says(NormalLinking), v.says(NormalSender)}
	return []Alert{a}
}

func (v View) isProbe() bool {
	t := v.Row
	if !v.isCredit() || sizeOf(t) >= v.scaled(mostProbe) || v.here() != nil || v.known() < probeKnown {
		return false
	}
	return t.Category == ledger.NoCategory && !hasWord(t.Payee, interestWords) && !hasWord(t.Text, interestWords) ||
		t.Category == ledger.OtherIncome
}
