package dispute

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

// ErrNotNow reports an event that can't follow on those before it.
var ErrNotNow = errors.New("that can't follow now")

// What is the kind of an event. Append only: it is stored.
type What int

// The kinds of events.
const (
	StepDone    What = iota // a step was done
	Reported                // the bank was told
	Credited                // the bank gave the money for the time being
	Refunded                // a row of the ledger is money that came back
	Resolved                // the bank decided
	Closed                  // the person looks no further
	WasMine                 // it was the person's after all
	LetterSaved             // the letter was written to a file
)

// Outcome is what the bank decided.
type Outcome string

// The outcomes.
const (
	Paid    Outcome = "paid"
	InPart  Outcome = "in-part"
	Refused Outcome = "refused"
)

// Outcomes lists the outcomes.
func Outcomes() []Outcome { return []Outcome{Paid, InPart, Refused} }

// Event is something that happened to a dispute.
type Event struct {
	At      time.Time // UTC, when it was noted here
	What    What
	Step    Step                 `json:",omitempty"` // of StepDone
	Day     ledger.Date          `json:",omitempty"` // on which it happened
	Outcome Outcome              `json:",omitempty"` // of Resolved
	Row     ledger.TransactionID `json:",omitempty"` // of Refunded
	Amount  money.Amount         // of Refunded, above zero; of Credited, if known
}

// Stage is how far a dispute has come.
type Stage int

// The stages.
const (
	Open Stage = iota
	AtBank
	Provisional // the bank gave the money for the time being
	Decided
)

// Standing is what the events of a dispute come to.
type Standing struct {
	Stage    Stage
	Done     map[Step]Event
	Reported ledger.Date // zero: not yet
	Credited ledger.Date // zero: never
	Outcome  Outcome     // empty: not decided
	Decided  ledger.Date
	Refunds  []Event      // matched, oldest first
	Back     money.Amount // all of them
	Saved    bool         // the letter was written
	Closed   bool
	Mine     bool // closed, for it was the person's after all
}

// Standing adds up what happened.
func (d Dispute) Standing() Standing {
	s := Standing{Done: map[Step]Event{Said: {At: d.Opened, What: StepDone, Step: Said}}}
	for _, e := range d.Events {
		s.take(e)
	}
	return s
}

func (s *Standing) take(e Event) {
	switch e.What {
	case StepDone:
		s.Done[e.Step] = e
		if e.Step == Call && s.Reported == 0 {
			s.Reported, s.Stage = e.Day, max(s.Stage, AtBank)
		}
	case Reported:
		s.Reported, s.Stage = e.Day, max(s.Stage, AtBank)
	case Credited:
		s.Credited, s.Stage = e.Day, max(s.Stage, Provisional)
	case Refunded:
		s.Refunds = append(s.Refunds, e)
		if sum, err := s.Back.Add(e.Amount); err == nil {
			s.Back = sum
		}
	case Resolved:
		s.Outcome, s.Decided, s.Stage = e.Outcome, e.Day, Decided
	case LetterSaved:
		s.Saved = true
	case Closed:
		s.Closed = true
	case WasMine:
		s.Closed, s.Mine = true, true
	}
}

// With returns d after e. It wraps ErrNotNow.
func (d Dispute) With(e Event) (Dispute, error) {
	if why := d.hinders(e); why != "" {
		return d, fmt.Errorf("%s: %w", why, ErrNotNow)
	}
	d.Events = append(slices.Clip(slices.Clone(d.Events)), e)
	return d, nil
}

// hinders says what stands against e; empty: nothing.
func (d Dispute) hinders(e Event) string {
	s := d.Standing()
	switch {
	case s.Closed:
		return "the dispute is closed"
	case e.What == StepDone && !slices.Contains(Steps(d.Facts()), e.Step):
		return "it is no step of this dispute"
	case e.What == StepDone && s.Done[e.Step].Step == e.Step:
		return "the step is done"
	case e.What == Reported && s.Reported != 0:
		return "the bank was told before"
	case (e.What == Credited || e.What == Resolved) && s.Reported == 0:
		return "the bank was not told yet"
	case e.What == Credited && s.Stage > AtBank:
		return "the bank has paid or decided before"
	case e.What == Resolved && s.Stage == Decided:
		return "the bank has decided before"
	case e.What == Resolved && !slices.Contains(Outcomes(), e.Outcome):
		return "it is no outcome"
	case e.What == Refunded:
		return d.hindersRefund(e, s)
	}
	return ""
}

func (d Dispute) hindersRefund(e Event, s Standing) string {
	switch {
	case e.Amount.Minor <= 0:
		return "it is no money in"
	case d.Has(e.Row):
		return "it is a disputed row itself"
	case slices.ContainsFunc(s.Refunds, func(r Event) bool { return r.Row == e.Row }):
		return "the row is matched"
	case !d.paidIn(e.Amount.Currency):
		return "it is of another currency"
	}
	if _, err := s.Back.Add(e.Amount); err != nil {
		return "the sum can't be told"
	}
	return ""
}

func (d Dispute) paidIn(currency string) bool {
	return slices.ContainsFunc(d.Items, func(i Item) bool { return i.Amount.Currency == currency })
}

// Undone returns d without its newest event, and that event. It is false where there is none. That a letter was
// saved can't be undone: the file is there.
func (d Dispute) Undone() (Dispute, Event, bool) {
	for last, was := range slices.Backward(d.Events) {
		if was.What != LetterSaved {
			d.Events = slices.Delete(slices.Clone(d.Events), last, last+1)
			return d, was, true
		}
	}
	return d, Event{}, false
}

// Free reports whether the bank was not told yet: what was said so far can be unsaid here alone.
func (s Standing) Free() bool { return s.Reported == 0 && !s.Closed }

// Now returns the first step that is not done; empty: all are.
func (d Dispute) Now() Step {
	done := d.Standing().Done
	for _, step := range Steps(d.Facts()) {
		if _, yes := done[step]; !yes {
			return step
		}
	}
	return ""
}

// Known returns the facts with the day on which the bank was told, if that is only known from the steps.
func (d Dispute) Known() Facts {
	f := d.Facts()
	if f.Told == 0 {
		f.Answers.Told = d.Standing().Reported
	}
	return f
}

// chaseDays is when to ask again where no clock of the bank's is known.
const chaseDays = 30

// Chase returns the day on which to ask the bank again if it has not answered: the first end of a clock of the bank's
// after it was told, else 30 days after. It is zero before the bank was told and once it has decided.
func (d Dispute) Chase() ledger.Date {
	s := d.Standing()
	if s.Reported == 0 || s.Stage == Decided || s.Closed {
		return 0
	}
	var first ledger.Date
	for _, c := range Clocks(d.Known()) {
		if c.Side == Bank && c.Known() && c.By > s.Reported && (first == 0 || c.By < first) {
			first = c.By
		}
	}
	if first == 0 {
		return s.Reported.AddDays(chaseDays)
	}
	return first
}
