package alert

import (
	"slices"
	"time"

	"coffer/app/ledger"
)

// JudgedFrom returns the first day whose alerts a score of a mark tells: that of the mark, but rows that are 120 days old or more
// are learnt from alone. What was found on earlier days stands.
func JudgedFrom(mark Mark, now time.Time) ledger.Date { return max(mark.From, Fresh(now)) }

// Score judges the rows of one account as State does, all at once, and returns what is unusual from JudgedFrom on, oldest first.
func Score(mark Mark, history []ledger.Transaction, feedback []Feedback, now time.Time) []Alert {
	rows := slices.DeleteFunc(slices.Clone(history), func(t ledger.Transaction) bool { return t.Account != mark.Account })
	from := JudgedFrom(mark, now)
	found := NewState().Judge(rows, Known{Feedback: feedback, Now: now})
	return slices.DeleteFunc(found, func(a Alert) bool { return a.Day < from || a.Withdrawn })
}
