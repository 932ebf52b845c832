package alert

import (
	"maps"
	"slices"
	"time"

	"coffer/app/alert/model"
	"coffer/app/ledger"
	"coffer/app/money"
)

// Unusual is the detector by statistics. Its alert is an episode: one for each 24 hours and account, named by its first row;
// later rows join it.
const (
	Unusual       = "unusual-charge"
	formerUnusual = "unusual-amount" // its id before; alerts of then are still shown, and answers to them count
)

const (
	episodeTime = 24 * time.Hour
	episodeDays = 1
	mostJoined  = 50 // rows of one episode
)

// episode is an alert by statistics that later rows may join.
type episode struct {
	Alert Alert
	At    time.Time   // UTC, of the first row; zero if its hour is not known
	Day   ledger.Date // of the first row
}

func (e *episode) clone() episode {
	c := *e
	c.Alert = cloneAlert(e.Alert)
	return c
}

func cloneAlert(a Alert) Alert {
	a.Rows, a.Baseline, a.Numbers = slices.Clone(a.Rows), slices.Clone(a.Baseline), slices.Clone(a.Numbers)
	a.Why.Args = maps.Clone(a.Why.Args)
	a.More, a.Normal = cloneReasons(a.More), cloneReasons(a.Normal)
	return a
}

func cloneReasons(all []ledger.Reason) []ledger.Reason {
	all = slices.Clone(all)
	for i := range all {
		all[i].Args = maps.Clone(all[i].Args)
	}
	return all
}

// open reports whether a row comes within the episode's time.
func (e *episode) open(t *ledger.Transaction) bool {
	if !e.At.IsZero() && !t.At.IsZero() {
		return t.At.Sub(e.At).Abs() < episodeTime
	}
	return t.Date-e.Day < episodeDays
}

// over reports whether no row of day or later can join.
func (e *episode) over(day ledger.Date) bool { return day-e.Day > episodeDays }

// think is how grave statistics hold a row to be, before the budget; false if they have nothing to say.
func (j *judging) think(v *View, thought model.Judgement, score *Verdict) (level Level, speaks bool) {
	shift := j.today.strictness().shift
	if max(score.Score, score.loud) < model.Quiet+shift || v.recurs() || !v.explicable(thought) {
		return Quiet, false
	}
	j.stir(v.Row)
	if j.heard.spoken[v.Row.ID] || j.heard.silences(Unusual, v) || v.trusted() {
		j.explained(Alert{ID: idOf(Unusual, []ledger.TransactionID{v.Row.ID}), Detector: Unusual, Account: v.Row.Account, Day: v.Row.Date})
		return Quiet, false
	}
	if score.loud < model.Interrupt+shift {
		return Quiet, true
	}
	if score.Unusual = true; j.tell != nil {
		score.Parts = v.contributions(thought)
	}
	return Interrupt, true
}

// unusual tells what statistics find in a row, as a new episode or within one. What a rule tells quietly is told once more only if this
// interrupts. What the person has paid there several times is told beside an open case alone: the first times were told.
func (j *judging) unusual(v *View, thought model.Judgement, level Level, ruled bool) (Alert, bool) {
	e := j.episodeOf(v.Row)
	if e == nil && !thought.Open && !j.heard.heated(v.Row) && v.habitual() {
		return Alert{}, false
	}
	if level == Interrupt && (e == nil || e.Alert.Level < Interrupt) && !j.spend(v.Row.Date) {
		level = Quiet
	}
	if level == Quiet && ruled {
		return Alert{}, false
	}
	if e == nil {
		a := j.told(v, thought, level)
		j.episodes = append(j.episodes, episode{Alert: a, At: v.Row.At, Day: v.Row.Date})
		slices.SortStableFunc(j.episodes, func(a, b episode) int { return compareAccounts(a.Alert, b.Alert) })
		j.add(cloneAlert(a))
		return a, true
	}
	e.join(v.Row, func() Alert { return j.told(v, thought, level) }, level)
	j.add(cloneAlert(e.Alert))
	return e.Alert, true
}

// join adds a row to the episode. A graver row takes over what is said; among those as grave, the larger. Of a full one it takes the place
// of the newest row then, and others leave it as it is.
func (e *episode) join(t *ledger.Transaction, told func() Alert, level Level) {
	a, full := &e.Alert, len(e.Alert.Rows) >= mostJoined
	if level > a.Level || level == a.Level && e.tellsOfLess(t) {
		graver := told()
		graver.ID, graver.Rows = a.ID, a.Rows
		*a = graver
		if full {
			a.Rows, full = a.Rows[:mostJoined-1], false
		}
	}
	if full {
		return
	}
	a.Rows, a.Day = append(a.Rows, t.ID), max(a.Day, t.Date)
	a.Baseline = slices.DeleteFunc(a.Baseline, func(id ledger.TransactionID) bool { return slices.Contains(a.Rows, id) })
}

// tellsOfLess reports whether what is said is of a smaller charge than t, in its currency.
func (e *episode) tellsOfLess(t *ledger.Transaction) bool {
	if len(e.Alert.Numbers) == 0 || e.Alert.Numbers[0].Currency != t.Amount.Currency {
		return false
	}
	said, err := money.Parse(e.Alert.Numbers[0].Amount, t.Amount.Currency)
	return err == nil && said.Minor < sizeOf(t)
}

// episodeOf returns the episode that a row joins, nil if there is none. An answer ends an episode: only rows that it was of still join.
func (j *judging) episodeOf(t *ledger.Transaction) *episode {
	for i := range j.episodes {
		e := &j.episodes[i]
		if e.Alert.Account != t.Account || !e.open(t) {
			continue
		}
		if !j.heard.answered(e.Alert.ID) || j.heard.covered(e.Alert.ID, t.ID) {
			return e
		}
	}
	return nil
}

func compareAccounts(a, b Alert) int {
	switch {
	case a.Account < b.Account:
		return -1
	case a.Account > b.Account:
		return 1
	}
	return 0
}
