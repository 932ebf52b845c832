package alerts

import (
	"context"
	"errors"
	"time"

	"coffer/app/alert"
)

// answer records what the person says, selects the next alert, and offers to undo it. Only what
// is explained on the screen can be answered.
func (s *Screen) answer(a alert.Answer) {
	i := s.index()
	if s.busy || i < 0 || !s.data.alerts[i].Waits || s.shown == nil || s.shown.ID != s.selected {
		return
	}
	next := alert.ID("")
	for _, other := range append(s.data.alerts[i+1:len(s.data.alerts):len(s.data.alerts)], s.data.alerts[:i]...) {
		if other.Waits {
			next = other.ID
			break
		}
	}
	s.redo = nil
	s.record(s.data.alerts[i].ID, a, next)
}

// record answers one alert; next is selected then, unless the person went elsewhere.
func (s *Screen) record(id alert.ID, a alert.Answer, next alert.ID) {
	var was alert.Alert
	s.busy = true
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		was, err = s.coffer.Answer(ctx, id, a)
		return err
	}, func(err error) {
		s.busy = false
		if err != nil {
			s.fail(err)
			return
		}
		s.undone = append(s.undone, answered{was, a})
		if next != "" && s.selected == id {
			s.selected = next
		}
		s.offer(s.done(a))
		s.list.Refresh(s.ctx)
		s.dispute(id, a)
	})
}

// dispute opens the dispute pack once the answer is "not mine".
func (s *Screen) dispute(id alert.ID, a alert.Answer) {
	if a == alert.NotMine && s.do.Dispute != nil {
		s.do.Dispute(id)
	}
}

func (s *Screen) done(a alert.Answer) string {
	v := s.voice
	switch a {
	case alert.Mine:
		return v.T("answer.mine-done", "Answered: mine. This payee and price stay quiet for 180 days.")
	case alert.NotMine:
		return v.T("answer.not-mine-done", "Answered: not mine. Freeze the card and call the number on its back.")
	}
	return v.T("answer.later-done", "Asked again tomorrow at 09:00.")
}

// offer shows the undo bar for ten seconds.
func (s *Screen) offer(text string) {
	if s.barLife != nil {
		s.barLife()
	}
	ctx, end := context.WithTimeout(s.ctx, undoTime)
	s.barLife = end
	s.bar.Offer(text, func() { s.Undo() })
	s.content.Refresh()
	s.desk.Do(s.ctx, func(context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}, func(err error) {
		if errors.Is(err, context.DeadlineExceeded) {
			s.withdraw()
		}
	})
}

// withdraw takes the undo bar away.
func (s *Screen) withdraw() {
	s.bar.Hide()
	s.content.Refresh()
}

// Undo takes the last answer back.
func (s *Screen) Undo() bool {
	if len(s.undone) == 0 || s.busy {
		return false
	}
	last := s.undone[len(s.undone)-1]
	s.busy = true
	s.desk.Do(s.ctx, func(ctx context.Context) error { return s.coffer.Unanswer(ctx, last.Alert) }, func(err error) {
		s.busy = false
		if err != nil {
			s.fail(err)
			return
		}
		s.undone = s.undone[:len(s.undone)-1]
		s.redo = append(s.redo, last)
		s.withdraw()
		s.selected = last.ID
		s.list.Refresh(s.ctx)
	})
	return true
}

// Redo gives the last undone answer again.
func (s *Screen) Redo() bool {
	if len(s.redo) == 0 || s.busy {
		return false
	}
	again := s.redo[len(s.redo)-1]
	s.redo = s.redo[:len(s.redo)-1]
	s.record(again.ID, again.answer, "")
	return true
}

// TypedRune answers by key.
func (s *Screen) TypedRune(r rune) {
	switch r {
	case 'm', 'M':
		s.answer(alert.Mine)
	case 'n', 'N':
		s.answer(alert.NotMine)
	case 'l', 'L':
		s.answer(alert.Later)
	case 'T':
		s.swap()
	}
}

// Back closes the detail of a narrow window.
func (s *Screen) Back() bool {
	if !s.narrow || !s.reading {
		return false
	}
	s.reading = false
	s.draw()
	return true
}

// until says when an alert asks again.
func (s *Screen) until(at time.Time) string {
	return s.voice.T("alerts.until", "Asks again {{.Day}} {{.Clock}}", "Day", s.voice.Day(at.Local(), s.coffer.Today().Time()), "Clock", s.voice.Clock(at))
}
