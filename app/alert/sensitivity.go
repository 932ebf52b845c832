package alert

import "coffer/app/ledger"

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
