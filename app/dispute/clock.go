package dispute

import (
	"slices"

	"coffer/app/ledger"
)

// Side says whose time runs.
type Side int

// The sides.
const (
	Own      Side = iota // the person's: the earliest reading counts
	Bank                 // the bank's: the latest reading counts
	Networks             // between banks: the person holds no right by it
)

// Mark says how well a rule's clock is known.
type Mark string

// The marks. All but Read are shown with "check with your bank".
const (
	Read       Mark = "S"   // the rule was read, or a copy of it
	Partly     Mark = "S/M" // the rule was read, how its days are counted is from memory
	Remembered Mark = "M"   // from memory
)

// Start is what a clock is counted from; that day is day 0.
type Start int

// The starts.
const (
	Learned Start = iota // the person noticed
	Statement
	Debited  // of the oldest item
	LastPaid // of the newest item
	Told     // the bank was told
	Letter   // the letter was there
	Complained
	Final // the bank's final answer
)

// Unit is what a length is counted in.
type Unit int

// The units.
const (
	Days Unit = iota
	BusinessDays
	Months       // same day of the month, or its last
	BankingAfter // the first business day after so many days
	Cycles       // the rest of the billing cycle and so many whole ones, at most as many days as Rule.Most
)

// Clock is a rule at work on one dispute.
type Clock struct {
	Rule
	Start    ledger.Date // zero: not known, and no date follows
	By       ledger.Date // the earliest reading of the person's time, the latest of the bank's; zero: not known
	Readings []Reading   // of each calendar that a bank may keep, in the rule's order
}

// Reading is a date by one calendar.
type Reading struct {
	Calendar string // id of the calendar; empty where all days count
	By       ledger.Date
}

// Known reports whether there is a date.
func (c Clock) Known() bool { return c.By != 0 }

// Clocks returns every clock that f sets going, the person's own first, in the order of the rules. Without a
// country, an instrument or the first question's answer there is none: only "today" can be said then.
func Clocks(f Facts) []Clock {
	if f.Country == "" || f.Instrument == "" || f.Pack == "" {
		return nil
	}
	var all []Clock
	for _, r := range rules {
		if r.covers(f) {
			all = append(all, r.count(f))
		}
	}
	slices.SortStableFunc(all, func(a, b Clock) int { return int(a.Side - b.Side) })
	return all
}

// First returns the person's own clock that ends first. It is false where only "today" can be said.
func First(clocks []Clock) (Clock, bool) {
	var first Clock
	for _, c := range clocks {
		if c.Side == Own && !c.Later && c.Known() && (!first.Known() || c.By < first.By) {
			first = c
		}
	}
	return first, first.Known()
}

// start is the day that a clock of f is counted from; zero: not known.
func (f Facts) start(s Start) ledger.Date {
	return [...]ledger.Date{
		Learned: f.Learned, Statement: f.Answers.Statement, Debited: f.Debited, LastPaid: f.LastPaid, Told: f.Answers.Told,
		Letter: f.Answers.Letter, Complained: f.Answers.Complained, Final: f.Answers.Final,
	}[s]
}

// count sets r going.
func (r Rule) count(f Facts) Clock {
	c := Clock{Rule: r, Start: f.start(r.From)}
	if c.Start == 0 {
		return c
	}
	calendars := r.Calendars
	if len(calendars) == 0 {
		calendars = []Calendar{{}}
	}
	for _, k := range calendars {
		by := r.by(c.Start, k, f.CycleDay)
		c.Readings = append(c.Readings, Reading{k.ID, by})
		if !c.Known() || r.Side == Bank && by > c.By || r.Side != Bank && by < c.By {
			c.By = by
		}
	}
	return c
}

func (r Rule) by(from ledger.Date, k Calendar, cycleDay int) ledger.Date {
	switch r.Unit {
	case BusinessDays:
		return k.add(from, r.Length)
	case Months:
		return addMonths(from, r.Length)
	case BankingAfter:
		return k.add(from.AddDays(r.Length), 1)
	case Cycles:
		most := from.AddDays(r.Most)
		if cycleDay == 0 {
			return most
		}
		return min(most, closing(from, cycleDay, r.Length))
	}
	return from.AddDays(r.Length)
}

// addMonths returns the same day n months on, or the last of that month.
func addMonths(d ledger.Date, n int) ledger.Date {
	return onDay(d.Month()+ledger.Month(n), d.Time().Day())
}

// onDay returns a day of m, or its last.
func onDay(m ledger.Month, day int) ledger.Date {
	return min(m.First().AddDays(day-1), (m+1).First()-1)
}

// closing returns the end of the nth whole billing cycle after the one that from lies in, each closing on day.
func closing(from ledger.Date, day, n int) ledger.Date {
	m := from.Month()
	if onDay(m, day) <= from {
		m++
	}
	return onDay(m+ledger.Month(n), day)
}
