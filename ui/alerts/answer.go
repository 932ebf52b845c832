package alerts

import (
	"context"
	"errors"
	"slices"
	"time"

	"coffer/app/alert"
	"coffer/ui/live"
)

// newActs is what can be undone here, with its bar.
func (s *Screen) newActs() live.Acts {
	return live.Acts{
		Desk: s.desk, Fail: s.failAct, Changed: s.reread,
		Offer: func(said string) {
			s.bar.Offer(said, func() { s.Undo() })
			s.content.Refresh()
		},
		Hide: func() {
			s.bar.Hide()
			s.content.Refresh()
		},
	}
}

// Undo takes the last act back.
func (s *Screen) Undo() bool { return s.acts.Undo() }

// Redo does again what was undone last.
func (s *Screen) Redo() bool { return s.acts.Redo() }

// shows goes back to an alert that was answered, once that is undone.
func (s *Screen) shows(id alert.ID) func() {
	return func() {
		if id != "" {
			s.selected = id
		}
	}
}

// answer records what the person says, selects the next alert, and offers to undo it. Only what
// is explained on the screen can be answered; where several are chosen, all of them are.
func (s *Screen) answer(a alert.Answer) {
	if s.ticked != nil {
		s.answerTicked(a)
		return
	}
	i := s.index()
	if s.acts.Busy() || i < 0 || !s.data.alerts[i].Waits || s.shown == nil || s.shown.ID != s.selected {
		return
	}
	if a == alert.NotMine && news(s.data.alerts[i]) {
		return
	}
	s.answerAll([]alert.ID{s.selected}, a)
}

// answerAll answers alerts in one step; the next that waits is selected then, unless the person went elsewhere.
func (s *Screen) answerAll(ids []alert.ID, a alert.Answer) {
	if s.acts.Busy() || len(ids) == 0 {
		return
	}
	before, next := s.selected, s.nextWaiting(ids)
	if a == alert.NotMine && len(ids) == 1 {
		next = before // what to do now stands with it
	}
	s.acts.Perform(&live.Act{Said: s.done(a, len(ids)), Back: s.shows(before), Do: func(ctx context.Context) (func(context.Context) error, error) {
		were, err := s.coffer.AnswerEach(ctx, ids, a)
		return func(ctx context.Context) error { return s.coffer.UnanswerEach(ctx, were) }, err
	}, Then: func() {
		if next != "" && s.selected == before {
			s.selected = next
		}
		s.ticked = nil
		if a == alert.NotMine && len(ids) == 1 && s.do.Dispute != nil {
			s.do.Dispute(ids[0])
		}
	}})
}

// nextWaiting is the alert to show once these are answered: the next below, or else from the top; empty if none waits.
func (s *Screen) nextWaiting(ids []alert.ID) alert.ID {
	i := max(0, s.index())
	for _, other := range slices.Concat(s.data.alerts[i:], s.data.alerts[:i]) {
		if other.Waits && !slices.Contains(ids, other.ID) {
			return other.ID
		}
	}
	return ""
}

// failAct tells what went wrong where the person is.
func (s *Screen) failAct(err error) {
	var form refusedForm
	var day refusedDay
	switch {
	case errors.As(err, &day) && s.later == day.of:
		s.refusePutOff(day.of, s.voice.Fault(err))
	case errors.As(err, &form) && s.watch != nil && s.watch.form == form.form:
		form.form.refuse(-1, s.voice.Fault(err))
	case s.watch != nil:
		s.watch.fail(err)
	default:
		s.fail(err)
	}
}

// reread reads what an act may have changed.
func (s *Screen) reread() {
	if s.watch != nil {
		s.watch.reload()
	}
	s.list.Refresh(s.ctx)
}

func (s *Screen) done(a alert.Answer, n int) string {
	v := s.voice
	switch {
	case a == alert.Mine && n > 1:
		return v.N("answer.all-mine-done", "{{.N}} answered: mine. Their payees and prices stay quiet for 180 days.", "{{.N}} answered: mine. Their payees and prices stay quiet for 180 days.", n)
	case a == alert.Mine && s.shown != nil && s.shown.ID == s.selected && news(*s.shown):
		return v.T("answer.known-done", "Kept: you know this.")
	case a == alert.Mine:
		return v.T("answer.mine-done", "Answered: mine. This payee and price stay quiet for 180 days.")
	case a == alert.NotMine && n > 1:
		return v.N("answer.all-not-mine-done", "{{.N}} answered: not mine. Their payees are blocked. Freeze the card and call the number on its back.", "{{.N}} answered: not mine. Their payees are blocked. Freeze the card and call the number on its back.", n)
	case a == alert.NotMine:
		return v.T("answer.not-mine-done", "Answered: not mine. Freeze the card and call the number on its back.")
	}
	return v.T("answer.later-done", "Asked again tomorrow at 09:00.")
}

// TypedRune answers by key.
func (s *Screen) TypedRune(r rune) {
	if s.watch != nil {
		return
	}
	switch r {
	case 'm', 'M':
		s.answer(alert.Mine)
	case 'n', 'N':
		s.answer(alert.NotMine)
	case 'l', 'L':
		s.answer(alert.Later)
	case 'T':
		s.swap()
	case 'x', 'X':
		s.tickSelected()
	}
}

// Back closes the page over the place, ends the choosing of several, or closes the detail of a narrow window.
func (s *Screen) Back() bool {
	switch {
	case s.watch != nil:
		s.closeWatch()
	case s.ticked != nil:
		s.several(false)
	case s.narrow && s.reading:
		s.reading = false
		s.draw()
	default:
		return false
	}
	return true
}

// until says when an alert asks again.
func (s *Screen) until(at time.Time) string {
	return s.voice.T("alerts.until", "Asks again {{.Day}} {{.Clock}}", "Day", s.voice.Day(at.Local(), s.coffer.Today().Time()), "Clock", s.voice.Clock(at))
}
