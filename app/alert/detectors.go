package alert

// Detector finds one kind of oddity. Find is pure: it sees one row and the account's past before
// that row, and returns nothing for a row that is as usual.
type Detector struct {
	ID    string // stored with alerts and feedback: never change it
	Find  func(View) []Alert
	Ruled bool // it follows a rule, not statistics: its interruptions are not rationed
}

// Detectors returns every detector, the one that speaks first at the top.
func Detectors() []Detector {
	return []Detector{
		{ID: "duplicate-charge", Find: duplicateCharge, Ruled: true},
		{ID: "unusual-amount", Find: unusualAmount},
	}
}
