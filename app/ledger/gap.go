package ledger

import "time"

// Gap is a stretch of days of which the bank told nothing, or not all: it is shown as a gap, never as days without
// movements.
type Gap struct {
	From, To Date // inclusive
	Why      GapWhy
	At       time.Time // UTC, when it was found
}

// GapWhy says why there is a gap. Append only: it is stored.
type GapWhy int

// The kinds of gap.
const (
	GapRefused GapWhy = iota // the bank's history ends there: it refused the days
	GapPartial               // the bank said that rows of those days are missing (HTTP 206)
)
