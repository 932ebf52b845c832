package alert

import (
	"time"

	"coffer/app/ledger"
)

// Known is what judges beside the rows: it is never learnt.
type Known struct {
	Feedback    []Feedback
	Watch       Watchlist
	Books       *Books                         // nil: nothing is known of the accounts beside their rows
	LastRead    map[ledger.AccountID]time.Time // UTC
	Sensitivity []Chosen                       // by rising day; before the first it is Usual
	Zone        *time.Location                 // of the person's clock; nil: UTC
	Now         time.Time                      // UTC
	ScoredDays  int                            // so many days before those that are told of are scored, older ones learnt alone: see State.Doubtful; 0: all are scored
}

// strictness is what a sensitivity means: so much is added to both thresholds, in log-odds, and so many days earn one
// interruption by statistics.
type strictness struct {
	shift float64
	days  int
}

func (s Sensitivity) strictness() strictness {
	switch s {
	case Calm:
		return strictness{shift: 1, days: 60}
	case Keen:
		return strictness{shift: -1, days: 15}
	}
	return strictness{days: creditDays}
}

// on returns the sensitivity that was chosen for the rows of day.
func (k *Known) on(day ledger.Date) Sensitivity {
	chosen := Usual
	for _, c := range k.Sensitivity {
		if c.From <= day {
			chosen = c.Sensitivity
		}
	}
	return chosen
}
