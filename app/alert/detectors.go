package alert

import "slices"

// Detector finds one kind of oddity. Find and Look are pure: they see the past, and return nothing where all is as usual.
type Detector struct {
	ID    string                // stored with alerts and feedback: never change it
	Find  func(View) []Alert    // one row and the person's past before it; may be nil
	Look  func(DayView) []Alert // once a look, of the day and the past; its alerts bring their own ID, Account and Day; may be nil
	Ruled bool                  // it follows a rule, not statistics: its interruptions are not rationed
	Deaf  bool                  // no answer of the person's silences it
	Bills bool                  // it finds what a merchant or bank bills: "not mine" says nothing of who has the card
}

// Detectors returns every detector, the one that speaks first at the top.
func Detectors() []Detector {
	return []Detector{
		{ID: "card-test", Find: cardTest, Ruled: true, Deaf: true},
		{ID: "new-payee", Find: newPayee, Ruled: true, Deaf: true},
		{ID: "emptied", Find: emptied, Ruled: true, Deaf: true},
		{ID: "blocked-merchant", Find: blockedMerchant, Ruled: true},
		{ID: "in-and-out", Find: inAndOut, Ruled: true},
		{ID: "impossible-journey", Find: untrusted(impossibleJourney), Ruled: true},
		{ID: "new-country", Find: untrusted(newCountry), Ruled: true},
		{ID: "rush", Find: untrusted(rush)},
		{ID: "first-kinds", Find: untrusted(firstKinds)},
		{ID: "after-cancelling", Find: untrusted(afterCancelling), Ruled: true, Bills: true},
		{ID: "trial-paid", Find: untrusted(trialPaid), Ruled: true, Bills: true},
		{ID: duplicate, Find: untrusted(duplicateCharge), Ruled: true, Bills: true},
		{ID: "price-rise", Find: untrusted(priceRise), Ruled: true, Bills: true},
		{ID: "new-recurring", Find: untrusted(newRecurring), Ruled: true, Bills: true},
		{ID: "cash-advance", Find: cashAdvance, Ruled: true},
		{ID: "cash-outlier", Find: untrusted(cashOutlier)},
		{ID: "fee", Find: untrusted(fee), Ruled: true, Bills: true},
		{ID: "probe", Find: untrusted(probe), Ruled: true},
		{ID: "large-deposit", Find: untrusted(largeDeposit)},
		{ID: "overdraft-ahead", Look: overdraftAhead, Ruled: true},
		{ID: "low-balance", Look: lowBalance, Ruled: true},
		{ID: "income-late", Look: incomeLate},
		{ID: "refund-missing", Look: refundMissing, Ruled: true},
		{ID: "link-lost", Look: linkLost, Ruled: true},
	}
}

// bills reports whether a detector finds what is billed.
func bills(id string) bool {
	return slices.ContainsFunc(Detectors(), func(d Detector) bool { return d.ID == id && d.Bills })
}

// Looks returns the ids of the detectors that look at the end of a day.
func Looks() (ids []string) {
	for _, d := range Detectors() {
		if d.Look != nil {
			ids = append(ids, d.ID)
		}
	}
	return ids
}

// untrusted keeps a detector silent at the merchants that the person trusts.
func untrusted(find func(View) []Alert) func(View) []Alert {
	return func(v View) []Alert {
		found := find(v)
		if found != nil && v.trusted() {
			return nil
		}
		return found
	}
}
