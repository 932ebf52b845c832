package alert

import (
	"coffer/app/alert/model"
	"coffer/app/ledger"
)

// What is told of a row hangs on all rows before it by what was learnt of them, but by what was thought of them on few: the scores of the
// fortnight before, the episodes of the day before, and what the interruptions of the last months left of the budget. So rows that are far older
// than what is told need no score. Where that was not far enough, State.Doubtful says so, and all are to be scored.

const (
	// ScoredDays is a Known.ScoredDays after which as a rule the budget has filled up.
	ScoredDays = 240

	calm  = 2 // days: an episode is over
	ahead = 2 // days before what is told, on which an episode of it may have begun
)

// skimming is what a State knows of rows that were learnt alone.
type skimming struct {
	open     bool        // a row was, and what was thought of those after it is not certain yet
	stirred  ledger.Date // while open, the latest day of a row that was learnt alone, whose score may be another, or that may be in an episode
	doubtful bool
}

// Doubtful reports whether something that was told might be another if the rows that were learnt alone had been scored. It is for one who set
// Known.ScoredDays: then all is to be judged from the first row on without it.
func (s *State) Doubtful() bool { return s.doubtful }

// Certain reports whether the State is the one that it would be if no row had been learnt alone.
func (s *State) Certain() bool {
	return !s.doubtful && !s.open && !s.profile.Skimmed() && (!s.budget.begun || s.budget.sure())
}

// skim lets a row join the past that nothing is thought of.
func (j *judging) skim(v View, m model.Row) {
	if statisticsJudge(v.Row) {
		j.profile.Skim(m)
	}
	j.unsettle(v.Row)
	j.learn(v, m)
	j.heard.passed(v.Row.ID)
}

// unsettle notes a row of which it is not known what would be thought: it may be in an episode, and have cost an interruption.
func (j *judging) unsettle(t *ledger.Transaction) {
	j.open, j.stirred = true, t.Date
	j.budget.forget()
}

// settle begins a day: once some went by without a doubt, what is thought from here on is what it would be anyway. Until then it is not known
// what is left of the budget.
func (j *judging) settle(day ledger.Date) {
	if j.open = j.open && day-j.stirred <= calm; j.open {
		j.budget.forget()
		return
	}
	j.stirred = 0
}

// rough looks whether the score of a row may be another.
func (j *judging) rough(t *ledger.Transaction, thought model.Judgement) {
	if thought.Rough {
		j.unsettle(t)
		j.doubt(t.Date)
	}
}

// stir notes a row that may be in an episode which is not known, or in another than it seems.
func (j *judging) stir(t *ledger.Transaction) {
	if j.open {
		j.stirred = t.Date
		j.doubt(t.Date)
	}
}

// spend takes an interruption out of the budget for a row of day.
func (j *judging) spend(day ledger.Date) bool {
	spent, sure := j.budget.spend()
	if !sure {
		j.doubt(day)
	}
	return spent
}

// doubt keeps in mind that something on a day is not certain, if that day may be told of.
func (j *judging) doubt(day ledger.Date) {
	j.doubtful = j.doubtful || day >= j.fresh-ahead
}
