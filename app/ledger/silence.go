package ledger

import "slices"

// Silence is that an account which used to have movements has none any more: its bank may have stopped
// sending them.
type Silence struct {
	Account AccountID
	Last    Date // of the newest movement
	Days    int  // without any, up to the last read
	Usual   int  // days from one movement to the next, as a rule: the median
}

const (
	timesUsual  = 3  // longer than the usual gap
	leastSilent = 10 // days: nobody is told of a long weekend
	leastGaps   = 8  // fewer show no rhythm: an account with a movement a year has none here
	leastKnown  = 90 // days from the first movement to the last
)

// SilenceOf judges an account that was read on read by the days on which it had movements, in any order. It is
// silent where the days since the last come to three times its usual gap, and are more than any gap that it
// has had: one that rests each summer, or all year but for December, rests.
func SilenceOf(days []Date, read Date) (Silence, bool) {
	days = slices.Clone(days)
	slices.Sort(days)
	days = slices.Compact(days)
	if end, _ := slices.BinarySearch(days, read+1); end < len(days) {
		days = days[:end] // what is booked ahead is no movement yet
	}
	if len(days) <= leastGaps {
		return Silence{}, false
	}
	gaps := make([]int, len(days)-1)
	for i := range gaps {
		gaps[i] = int(days[i+1] - days[i])
	}
	slices.Sort(gaps)
	last := days[len(days)-1]
	s := Silence{Last: last, Days: int(read - last), Usual: gaps[len(gaps)/2]}
	known := int(last-days[0]) >= leastKnown
	return s, known && s.Days >= max(leastSilent, timesUsual*s.Usual) && s.Days > gaps[len(gaps)-1]
}
