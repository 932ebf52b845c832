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
}

// Sensitivity says how much it takes to be told of something that statistics find. Append only: it is stored.
type Sensitivity int

// The sensitivities.
const (
	Usual Sensitivity = iota
	Calm              // less is said
	Keen              // more is said
)

// Sensitivities returns every sensitivity, the calmest first.
func Sensitivities() []Sensitivity { return []Sensitivity{Calm, Usual, Keen} }

// Chosen is a sensitivity and the first day whose rows it is for.
type Chosen struct {
	From        ledger.Date
	Sensitivity Sensitivity
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
