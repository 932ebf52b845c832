package alert

import "coffer/app/ledger"

// The limits of a trial, in days and hundredths of a currency of two decimals.
const (
	freeTrial  = 100 // what a trial costs at most
	trialTimes = 3   // the paid price is so many times the trial's
	leastPaid  = 200
	loudTrial  = 3000
	trialFrom  = 3
	trialTo    = 35
)

// trialPaid finds the first real charge of a subscription 3 to 35 days after a trial of 1.00 at most, and three times
// it. It is none once there is a series. It tells once for each trial, for then the merchant was paid.
func trialPaid(v View) []Alert {
	here := v.here()
	if here == nil || here.trial.id == "" || !v.IsCharge() || !v.isLikeSubscription() {
		return nil
	}
	size, days := sizeOf(v.Row), int(v.Row.Date-here.trial.day)
	if days < trialFrom || days > trialTo || size < v.scaled(leastPaid) || size/trialTimes < here.trial.size {
		return nil
	}
	for _, c := range here.charges {
		if c.size > v.scaled(freeTrial) {
			return nil
		}
	}
	a := v.finding(Quiet)
	if size > v.scaled(loudTrial) {
		a.Level = Interrupt
	}
	a.Why = v.says(WhyTrial, "amount", v.text(size), "trial", v.text(here.trial.size), "days", digits(days))
	a.Numbers = []Number{v.number(ThisCharge, size), v.number(TrialCharge, here.trial.size), counted(DaysBetween, days)}
	a.Baseline = baseline([]visit{here.trial}, a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalTrusted), v.says(NormalUpTo, "amount", v.text(v.scaled(leastPaid)-1)), v.says(NormalNoTrial)}
	return []Alert{a}
}

// isLikeSubscription reports whether the row may be billed by itself: its channel or category says so, or where neither
// is told, its price ends as prices of subscriptions do.
func (v View) isLikeSubscription() bool {
	t := v.Row
	switch {
	case isPlain(t) || isPayment(t):
		return false
	case t.Category == ledger.Subscriptions || t.Channel == ledger.Online || t.Channel == ledger.DirectDebit:
		return true
	case t.Category == ledger.Groceries || t.Category == ledger.EatingOut || t.Category == ledger.Transport:
		return false
	}
	end := sizeOf(t) % 10
	return end == 9 || end == 0 || end == 5
}
