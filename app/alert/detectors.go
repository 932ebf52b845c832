package alert

// Detector finds one kind of oddity. Find is pure: it sees one row and the account's past before
// that row, and returns nothing for a row that is as usual.
type Detector struct {
	ID    string                // stored with alerts and feedback: never change it
	Find  func(View) []Alert    // one row and the person's past before it; may be nil
	Look  func(DayView) []Alert // once a look, of the day and the past; its alerts bring their own ID, Account and Day; may be nil
	Ruled bool                  // it follows a rule, not statistics: its interruptions are not rationed
	Deaf  bool                  // no answer of the person's silences it
}

// Detectors returns every detector, the one that speaks first at the top.
func Detectors() []Detector {
	return []Detector{
		{ID: "duplicate-charge", Find: duplicateCharge, Ruled: true},
	}
}
