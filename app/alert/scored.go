package alert

import (
	"time"

	"coffer/app/ledger"
)

// Due is what waits to be judged.
type Due struct {
	Marks  []Mark
	Again  *ledger.Date  // the first day to be judged anew for what changed beside rows; nil: none
	Epoch  int64         // of what judgements hang on beside rows
	Looked ledger.Date   // the last day whose end was judged; zero: none
	States []ledger.Date // days at whose start the state of the judge is kept, rising
	First  ledger.Date   // of all rows that count
	Last   ledger.Date
	Rows   bool // there are some
}

// Scored is what one judgement of the days from From on found.
type Scored struct {
	Marks   []Mark             // as Due had them: they are cleared
	Epoch   int64              // as Due had it
	From    ledger.Date        // alerts of this day and later that are not in Found are withdrawn
	Fresh   ledger.Date        // and those of the end of a day from this day on: what was due, late or missing may be so no longer
	Waiting []ledger.AccountID // whose rows wait: nothing of theirs is withdrawn
	Found   []Alert
	Looked  ledger.Date

	Keep   []ledger.Date // days whose kept states stay
	Sealed []Sealed      // states to keep
}

// Sealed is the state of the judge at the start of a day, as bytes.
type Sealed struct {
	Day   ledger.Date
	Bytes []byte
}

// From returns the first day whose rows are to be judged anew, and false if nothing waits.
func (d Due) From() (day ledger.Date, waits bool) {
	for _, m := range d.Marks {
		if !waits || m.From < day {
			day, waits = m.From, true
		}
	}
	if d.Again != nil && (!waits || *d.Again < day) {
		day, waits = *d.Again, true
	}
	return day, waits
}

// Late reports whether the end of the day of now is still to be judged.
func (d Due) Late(now time.Time) bool { return d.Rows && d.Looked < ledger.DateOf(now.UTC()) }
