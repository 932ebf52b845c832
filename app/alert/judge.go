package alert

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"coffer/app/alert/model"
	"coffer/app/ledger"
	"coffer/app/money"
)

// mostNames is how many merchants are remembered by the text that they come with, while rows are judged.
const mostNames = 1 << 14

// judging is one call of Judge.
type judging struct {
	*State
	known     *Known
	heard     *hearing
	detectors []Detector
	tell      func(Verdict) Answer // nil: nobody asks
	fresh     ledger.Date
	scored    ledger.Date // rows of days before are learnt alone
	today     Sensitivity // of the day at hand
	watch     *Watchlist  // of the day at hand
	alerts    []Alert
	index     map[ID]int // into alerts
	names     map[string]string
}

func (s *State) judging(known Known, tell func(Verdict) Answer) *judging {
	day := s.next
	if !s.begun {
		day = firstDay
	}
	j := &judging{
		State: s, known: &known, heard: hear(known.Feedback, day), detectors: Detectors(), tell: tell, fresh: Fresh(known.Now),
		scored: firstDay, index: map[ID]int{}, names: map[string]string{},
	}
	if known.ScoredDays > 0 && tell == nil {
		j.scored = j.fresh.AddDays(-known.ScoredDays)
	}
	for i := range s.episodes { // they may go on, and are as they are until then
		j.add(s.episodes[i].Alert)
	}
	return j
}

const firstDay ledger.Date = -1 << 31

// days judges rows day by day.
func (j *judging) days(rows []ledger.Transaction) {
	order := inOrder(rows, j.next, j.begun)
	for _, t := range order {
		if !j.begun || t.Date >= j.next {
			j.begin(t.Date)
		}
		j.row(t)
	}
}

// begin turns to a day that rows were not seen of.
func (j *judging) begin(day ledger.Date) {
	if j.heard.reached(day) {
		j.budget.refund()
	}
	j.today, j.watch = j.known.on(day), j.known.Watch.before(day)
	j.budget.advance(day, j.today)
	j.settle(day)
	j.episodes = slices.DeleteFunc(j.episodes, func(e episode) bool { return e.over(day) })
	j.next, j.begun = day+1, true
}

// row judges one row, and lets it join the past.
func (j *judging) row(t *ledger.Transaction) {
	v := j.past.view(t, j.merchant(t), j.watch, j.known.Books)
	m, judged := j.rowOf(&v), statisticsJudge(t)
	if t.Date < j.scored {
		j.skim(v, m)
		return
	}
	score := Verdict{Row: t.ID, Account: t.Account, Day: t.Date, Judged: judged, Score: model.Nothing}
	var thought model.Judgement
	if judged {
		thought = v.bare(j.profile.Judge(m))
		j.rough(t, thought)
		listed, loud := j.heard.shift(t, thought.Open)
		score.Score, score.loud = thought.Score+listed, thought.Score+loud
	}
	if t.Category != ledger.Transfer && !t.Amount.IsZero() {
		if a, found := j.finding(&v, thought, &score); found {
			score.Flagged, score.Statistical, score.Level, score.Alert = true, a.Detector == Unusual, a.Level, a.ID
			score.Reasons = append([]ledger.Reason{a.Why}, a.More...)
		}
	}
	if j.tell != nil {
		if answer := j.tell(score); score.Flagged && answer != Unanswered {
			said := j.answer(&v, score, answer)
			if j.heard.hear(said); said.right() {
				j.budget.refund()
			}
		}
	}
	j.learn(v, m)
	if j.heard.passed(t.ID) {
		j.budget.refund()
	}
}

// learn lets a row join the past. Of one that is not the person's only the statistics keep that it was: what comes soon after is looked at more
// closely. Bills teach them nothing: their size is no sign.
func (j *judging) learn(v View, m model.Row) {
	t := v.Row
	counts := t.Category != ledger.Transfer && !t.Amount.IsZero()
	switch {
	case j.heard.leaves[t.ID]:
		if counts && j.heard.others[t.ID] {
			j.profile.AddForeign(m)
		}
		j.past.accounts[j.past.enter(t)].move(t) // the money is gone, whoever took it
		return
	case counts && j.heard.owned[t.ID]:
		j.profile.AddOwn(m)
	case counts && !(t.Amount.Minor < 0 && v.bill()):
		j.profile.Add(m)
	}
	j.past.add(v)
}

// answer is what a person says at once of the alert that a row is in.
func (j *judging) answer(v *View, of Verdict, a Answer) Feedback {
	said := Feedback{
		Alert: of.Alert, Account: of.Account, Day: of.Day, Rows: []ledger.TransactionID{of.Row}, Detector: Unusual, Answer: a, At: v.Row.At,
		Merchant: v.Merchant, Minor: sizeOf(v.Row), Currency: v.Row.Amount.Currency,
	}
	if said.At.IsZero() {
		said.At = v.Row.Date.Time()
	}
	if i, known := j.index[of.Alert]; known {
		said.Rows, said.Detector = slices.Clone(j.alerts[i].Rows), j.alerts[i].Detector
	}
	return said
}

// statisticsJudge reports whether a row is spending that statistics can say something of.
func statisticsJudge(t *ledger.Transaction) bool {
	return t.Amount.Minor < 0 && t.Category != ledger.Transfer
}

// rowOf is a row as the model sees it.
func (j *judging) rowOf(v *View) model.Row {
	t := v.Row
	r := model.Row{
		At: t.Date.Time(), Account: string(t.Account), Size: sizeOf(t), Exponent: money.Exponent(t.Amount.Currency), Currency: t.Amount.Currency,
		Credit: t.Amount.Minor > 0, Merchant: v.Merchant, Category: string(t.Category), Country: t.Country, Channel: int(t.Channel),
	}
	if !t.At.IsZero() {
		r.At, r.Timed = onTheClock(t.At, j.known.Zone), true
	}
	return r
}

// onTheClock is an instant as the person's clock showed it, called UTC: hours of the day are the person's.
func onTheClock(at time.Time, zone *time.Location) time.Time {
	if zone == nil {
		return at.UTC()
	}
	_, offset := at.In(zone).Zone()
	return at.UTC().Add(time.Duration(offset) * time.Second)
}

// finding is what is told of a row: every rule that speaks, and of what statistics find the gravest, the detector first that stands first, where
// no rule says as much. It returns the gravest of all.
func (j *judging) finding(v *View, thought model.Judgement, score *Verdict) (gravest Alert, found bool) {
	var guess *Alert
	silenced := false
	for _, d := range j.detectors {
		if d.Find == nil {
			continue
		}
		for _, a := range d.Find(*v) {
			a.Detector, a.Account, a.Day = d.ID, v.Row.Account, v.Row.Date
			a.ID = idOf(d.ID, a.Rows)
			switch {
			case j.silent(d, v):
				silenced = true
				j.explained(a)
			case d.Ruled:
				j.add(a)
				if !found || a.Level > gravest.Level {
					gravest, found = a, true
				}
			case guess == nil || a.Level > guess.Level:
				guess = &a
			}
		}
	}
	if guess != nil && (!found || guess.Level > gravest.Level) {
		if j.ration(guess); !found || guess.Level > gravest.Level {
			j.add(*guess)
			gravest, found = *guess, true
		}
	}
	if !score.Judged || silenced {
		return gravest, found
	}
	if level, speaks := j.think(v, thought, score); speaks && (!found || level > gravest.Level) {
		if a, told := j.unusual(v, thought, level, found); told {
			return a, true
		}
	}
	return gravest, found
}

// silent reports whether the person's words keep a detector from speaking of a row.
func (j *judging) silent(d Detector, v *View) bool { return !d.Deaf && j.heard.silences(d.ID, v) }

// ration makes an interruption by statistics quiet that the budget has nothing left for.
func (j *judging) ration(a *Alert) {
	if a.Level == Interrupt && !j.spend(a.Day) {
		a.Level = Quiet
	}
}

// explained keeps that an alert is none, for the person's words explain it.
func (j *judging) explained(a Alert) {
	a.Withdrawn, a.Because = true, ledger.Reason{ID: WithdrawnAnswered}
	j.add(a)
}

// add keeps an alert, in the place of an earlier one with its ID.
func (j *judging) add(a Alert) {
	if i, known := j.index[a.ID]; known {
		j.alerts[i] = a
		return
	}
	j.index[a.ID] = len(j.alerts)
	j.alerts = append(j.alerts, a)
}

// found are the alerts that are told.
func (j *judging) found() []Alert {
	return slices.DeleteFunc(j.alerts, func(a Alert) bool { return a.Day < j.fresh })
}

// look asks what the end of the past says today.
func (j *judging) look() {
	today := ledger.DateOf(j.known.Now.UTC())
	v := DayView{Today: today, Watch: &j.known.Watch, Books: j.known.Books, LastRead: j.known.LastRead, past: j.past}
	for _, d := range j.detectors {
		if d.Look == nil {
			continue
		}
		for _, a := range d.Look(v) {
			a.Detector = d.ID
			j.add(a)
		}
	}
}

// merchant is ledger.MerchantOf, remembered.
func (j *judging) merchant(t *ledger.Transaction) string {
	key := t.Payee + "\x00" + t.Text + "\x00" + t.Memo
	name, known := j.names[key]
	if !known {
		if len(j.names) >= mostNames {
			clear(j.names)
		}
		name = ledger.MerchantOf(t.Row)
		j.names[key] = name
	}
	return name
}

// idOf names a finding by its detector and rows; rowsOf reads them back.
func idOf(detector string, rows []ledger.TransactionID) ID {
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = string(r)
	}
	return ID(detector + ":" + strings.Join(names, "+"))
}

func rowsOf(id ID) []ledger.TransactionID {
	_, names, _ := strings.Cut(string(id), ":")
	var rows []ledger.TransactionID
	for _, name := range strings.Split(names, "+") {
		rows = append(rows, ledger.TransactionID(name))
	}
	return rows
}

// inOrder returns the rows that count and are not of days before next, by day, hour where known, and then by what they say, never by
// when they arrived. Of one moment, money in comes first: a refund is seen before what it refunds again.
func inOrder(rows []ledger.Transaction, next ledger.Date, begun bool) []*ledger.Transaction {
	all := make([]*ledger.Transaction, 0, len(rows))
	for i := range rows {
		if t := &rows[i]; t.Status != ledger.Dropped && (!begun || t.Date >= next) {
			all = append(all, t)
		}
	}
	byDay := func(a, b *ledger.Transaction) int { return cmp.Compare(a.Date, b.Date) }
	if !slices.IsSortedFunc(all, byDay) { // the vault tells them by day
		slices.SortFunc(all, byDay)
	}
	for rest := all; len(rest) > 0; {
		n := 1
		for n < len(rest) && rest[n].Date == rest[0].Date {
			n++
		}
		slices.SortFunc(rest[:n], withinDay)
		rest = rest[n:]
	}
	return all
}

func withinDay(a, b *ledger.Transaction) int {
	if order := a.At.Compare(b.At); order != 0 {
		return order
	}
	if order := cmp.Compare(b.Amount.Minor, a.Amount.Minor); order != 0 {
		return order
	}
	return cmp.Or(
		strings.Compare(string(a.Account), string(b.Account)), strings.Compare(a.Payee, b.Payee), strings.Compare(a.Text, b.Text), strings.Compare(a.SourceID, b.SourceID),
		strings.Compare(string(a.ID), string(b.ID)))
}
