package alerts

import (
	"context"
	"time"

	"coffer/app/alert"
)

// answer records what the person says, selects the next alert, and offers to undo it.
func (s *Screen) answer(a alert.Answer) {
	i := s.index()
	if i < 0 || !s.data.alerts[i].Waits {
		return
	}
	id := s.selected
	next := alert.ID("")
	for _, other := range append(s.data.alerts[i+1:len(s.data.alerts):len(s.data.alerts)], s.data.alerts[:i]...) {
		if other.Waits {
			next = other.ID
			break
		}
	}
	s.redo = nil
	s.record(answered{id, a}, next)
}

// record answers one alert; next is selected then, if there is one.
func (s *Screen) record(what answered, next alert.ID) {
	var was alert.Alert
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		was, err = s.coffer.Answer(ctx, what.id, what.answer)
		return err
	}, func(err error) {
		if err != nil {
			s.fail(err)
			return
		}
		s.undone = append(s.undone, was)
		if next != "" {
			s.selected, s.shown = next, nil
		}
		s.offer(s.done(what.answer))
		s.list.Refresh(s.ctx)
	})
}

func (s *Screen) done(a alert.Answer) string {
	v := s.voice
	switch a {
	case alert.Mine:
		return v.T("answer.mine-done", "Answered: mine. This pattern stays quiet from now on.")
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
		if err == context.DeadlineExceeded {
			s.bar.Hide()
			s.content.Refresh()
		}
	})
}

// Undo takes the last answer back.
func (s *Screen) Undo() bool {
	if len(s.undone) == 0 {
		return false
	}
	was := s.undone[len(s.undone)-1]
	s.undone = s.undone[:len(s.undone)-1]
	given := answered{was.ID, alert.Mine}
	for _, a := range s.data.alerts {
		if a.ID == was.ID {
			given.answer = a.Answer
		}
	}
	s.desk.Do(s.ctx, func(ctx context.Context) error { return s.coffer.Unanswer(ctx, was) }, func(err error) {
		if err != nil {
			s.fail(err)
			return
		}
		s.redo = append(s.redo, given)
		s.bar.Hide()
		s.selected, s.shown = was.ID, nil
		s.list.Refresh(s.ctx)
	})
	return true
}

// Redo gives the last undone answer again.
func (s *Screen) Redo() bool {
	if len(s.redo) == 0 {
		return false
	}
	again := s.redo[len(s.redo)-1]
	s.redo = s.redo[:len(s.redo)-1]
	s.record(again, "")
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
		s.asTable = !s.asTable
		s.draw()
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
