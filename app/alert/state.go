package alert

import (
	"time"

	"coffer/app/alert/model"
	"coffer/app/ledger"
)

// State is what is kept of one person's rows so far, over all their accounts: by it the next row is judged. The same rows and
// answers make the same State, however they arrived. It is not for two goroutines at a time.
type State struct {
	past     *past
	profile  *model.Profile
	budget   budget
	episodes []episode // those that a row may still join, by account
	next     ledger.Date
	begun    bool // next is set
	skimming
}

// NewState returns the state of a person of whom nothing is known.
func NewState() *State { return &State{past: newPast(), profile: model.NewProfile()} }

// Next returns the first day whose rows it has not seen, and whether it has seen any.
func (s *State) Next() (day ledger.Date, begun bool) { return s.next, s.begun }

// Clone returns a copy that goes its own way.
func (s *State) Clone() *State {
	c := *s
	c.past, c.profile = s.past.clone(), s.profile.Clone()
	c.episodes = make([]episode, len(s.episodes))
	for i, e := range s.episodes {
		c.episodes[i] = e.clone()
	}
	return &c
}

// Judge judges the rows of whole days, each by what came before it, lets them join the past, and returns what is unusual, in
// the order of the rows. Later calls bring later days: rows of days that it has seen, and dropped ones, are passed over; within a call
// rows may stand in any order. Rows that are 120 days old or more are learnt from; no alert is told of them. What the person's words
// explain is told as Withdrawn: if it was an alert before, it is none now.
func (s *State) Judge(rows []ledger.Transaction, known Known) []Alert {
	j := s.judging(known, nil)
	j.days(rows)
	return j.found()
}

// Verdict is what was thought of one row.
type Verdict struct {
	Row         ledger.TransactionID
	Account     ledger.AccountID
	Day         ledger.Date
	Judged      bool    // by statistics: it is spending
	Score       float64 // log-odds that it is not as usual
	Level       Level
	Flagged     bool // it is in an alert of Level
	Statistical bool // that alert is by statistics
	Alert       ID
	Reasons     []ledger.Reason // why, the gravest first; none where it is not flagged

	Unusual bool // statistics alone would interrupt for it: what the budget has left does not count here
	loud    float64
	Parts   []Part // what makes the row so, the largest first; none where it is not Unusual
}

// Part is one contribution to a score.
type Part struct {
	Code   string // of the model
	Why    ledger.Reason
	Weight float64 // log-odds
}

// Verdicts is Judge that tells what was thought of each row, in the order in which they were judged, and of old ones too.
func (s *State) Verdicts(rows []ledger.Transaction, known Known) []Verdict {
	all := make([]Verdict, 0, len(rows))
	s.Replay(rows, known, func(v Verdict) Answer {
		all = append(all, v)
		return Unanswered
	})
	return all
}

// Replay is Judge that asks for an answer right after each row, as a person would give it who is told at once. An answer to a row that is in no
// alert counts for nothing.
func (s *State) Replay(rows []ledger.Transaction, known Known, ask func(Verdict) Answer) {
	s.judging(known, ask).days(rows)
}

// Live judges one person's rows as a file brings them, and hears the answers at once.
type Live struct{ *judging }

// Live begins with the state as it is; what it judges joins it.
func (s *State) Live(known Known, ask func(Verdict) Answer) *Live {
	return &Live{s.judging(known, ask)}
}

// Judge judges the next rows and asks about each, as Replay does: all of their days, in any order. Rows of days that it has seen are passed
// over.
func (l *Live) Judge(rows []ledger.Transaction) { l.days(rows) }

// Finish returns what is due, late or missing on the day of known.Now, with what began on the days before and may go on. Nothing joins the
// past by it.
func (s *State) Finish(known Known) []Alert {
	j := s.judging(known, nil)
	j.look()
	return j.found()
}

// Fresh returns the first day whose rows alerts are told of at a time.
func Fresh(now time.Time) ledger.Date { return ledger.DateOf(now.UTC()).AddDays(-freshDays) }

// freshDays is how old the rows are that alerts are still told of: an import of years is no storm.
const freshDays = 120
