package alert

import (
	"slices"

	"coffer/app/ledger"
)

// rungSteps are how many days behind the newest row states are kept: a row that comes late is judged from the one before it.
var rungSteps = [...]int{1, 4, 12, 40, 120}

// Rung is the state at the start of a day.
type Rung struct {
	Day    ledger.Date
	State  *State // nil: it is only in the vault
	Sealed bool   // it is in the vault
}

// Ladder holds states of one person at the starts of days, rising. The zero Ladder is empty.
type Ladder struct{ rungs []Rung }

// Rungs returns all, by rising day.
func (l *Ladder) Rungs() []Rung { return slices.Clone(l.rungs) }

// Put adds a rung, or takes the place of the one of its day.
func (l *Ladder) Put(r Rung) {
	i, there := l.find(r.Day)
	if there {
		l.rungs[i] = r
		return
	}
	l.rungs = slices.Insert(l.rungs, i, r)
}

func (l *Ladder) find(day ledger.Date) (int, bool) {
	return slices.BinarySearchFunc(l.rungs, day, func(r Rung, day ledger.Date) int { return int(int64(r.Day) - int64(day)) })
}

// Drop forgets the states that know rows of day or later.
func (l *Ladder) Drop(day ledger.Date) {
	l.rungs = slices.DeleteFunc(l.rungs, func(r Rung) bool { return r.Day > day })
}

// Newest returns the newest rung; false if there is none.
func (l *Ladder) Newest() (Rung, bool) {
	if len(l.rungs) == 0 {
		return Rung{}, false
	}
	return l.rungs[len(l.rungs)-1], true
}

// Wanted returns the days, rising, of which a state is to be kept while rows up to last are judged.
func (l *Ladder) Wanted(last ledger.Date) []ledger.Date {
	var days []ledger.Date
	for band := len(rungSteps) - 1; band >= 0; band-- {
		taken := slices.ContainsFunc(l.rungs, func(r Rung) bool { return bandOf(last, r.Day) == band })
		if !taken {
			days = append(days, last.AddDays(-rungSteps[band]))
		}
	}
	return days
}

// Thin forgets what is more than one state for each distance from last: the oldest stays, for it is the next to grow into the farther
// one; of the farthest the newest.
func (l *Ladder) Thin(last ledger.Date) {
	kept := map[int]int{}
	for i, r := range l.rungs {
		band := bandOf(last, r.Day)
		if _, taken := kept[band]; !taken || band == len(rungSteps)-1 {
			kept[band] = i
		}
	}
	var rungs []Rung
	for i, r := range l.rungs {
		if band := bandOf(last, r.Day); band >= 0 && kept[band] == i {
			rungs = append(rungs, r)
		}
	}
	l.rungs = rungs
}

// bandOf returns which distance from last a day is at; -1 for none: it is too near.
func bandOf(last, day ledger.Date) int {
	band := -1
	for i, step := range rungSteps {
		if int64(last)-int64(day) >= int64(step) {
			band = i
		}
	}
	return band
}

// Copy returns a ladder that goes its own way; the states are the same.
func (l *Ladder) Copy() Ladder { return Ladder{slices.Clone(l.rungs)} }

// Remove forgets the state of a day.
func (l *Ladder) Remove(day ledger.Date) {
	if i, there := l.find(day); there {
		l.rungs = slices.Delete(l.rungs, i, i+1)
	}
}
