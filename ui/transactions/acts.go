package transactions

import (
	"context"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/part"
)

const undoTime = 10 * time.Second

// act is something that the person did, and how it is taken back.
type act struct {
	said string
	do   func(ctx context.Context) (undo func(context.Context) error, err error)
	undo func(ctx context.Context) error // nil until it was done
}

// acts are what was done here, to undo and redo. They run one after the other in the order in
// which they were asked for, and to their end even if the person leaves.
type acts struct {
	done, undone []*act
	line         []job
	bar          *part.UndoBar
	life         newest // of the bar
}

type job struct {
	work func(context.Context) error
	then func(error)
}

func (s *Screen) inTurn(j job) {
	s.acts.line = append(s.acts.line, j)
	if len(s.acts.line) == 1 {
		s.nextJob()
	}
}

func (s *Screen) nextJob() {
	j := s.acts.line[0]
	s.desk.Do(context.WithoutCancel(s.ctx), j.work, func(err error) {
		s.acts.line = s.acts.line[1:]
		if len(s.acts.line) > 0 {
			s.nextJob()
		}
		j.then(err)
		if err != nil {
			s.writePane() // shows again what holds
		}
	})
}

// perform does what can be undone and says so. after may be nil.
func (s *Screen) perform(a *act, after func(error)) {
	s.acts.undone = nil
	s.carryOut(a, after)
}

func (s *Screen) carryOut(a *act, after func(error)) {
	s.inTurn(job{func(ctx context.Context) (err error) {
		a.undo, err = a.do(ctx)
		return err
	}, func(err error) {
		if err != nil {
			s.fail(err)
		} else {
			s.acts.done = append(s.acts.done, a)
			s.offer(a.said)
			s.writeActs()
		}
		if after != nil {
			after(err)
		}
	}})
}

// Undo takes the last act back.
func (s *Screen) Undo() bool {
	n := len(s.acts.done) - 1
	if n < 0 {
		return false
	}
	a := s.acts.done[n]
	s.acts.done = s.acts.done[:n]
	s.hideBar()
	s.writeActs()
	s.inTurn(job{a.undo, func(err error) {
		if err != nil {
			s.acts.done = append(s.acts.done, a)
			s.fail(err)
		} else {
			s.acts.undone = append(s.acts.undone, a)
		}
		s.writeActs()
	}})
	return true
}

// Redo does again what was undone last.
func (s *Screen) Redo() bool {
	n := len(s.acts.undone) - 1
	if n < 0 {
		return false
	}
	a := s.acts.undone[n]
	s.acts.undone = s.acts.undone[:n]
	s.carryOut(a, nil)
	return true
}

func (s *Screen) writeActs() {
	if len(s.acts.done) == 0 {
		s.undoing.Disable()
		return
	}
	s.undoing.Enable()
}

// offer shows the undo bar for a while.
func (s *Screen) offer(said string) {
	s.acts.bar.Offer(said, func() { s.Undo() })
	s.content.Refresh()
	ctx := s.acts.life.begin(s.ctx)
	s.desk.Do(ctx, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
		case <-time.After(undoTime):
		}
		return ctx.Err()
	}, func(error) { s.hideBar() })
}

func (s *Screen) hideBar() {
	s.acts.life.stop()
	s.acts.bar.Hide()
	s.content.Refresh()
}

func (s *Screen) setCategory(id ledger.TransactionID, c ledger.Category) {
	v := s.voice
	said := v.T("done.category", "Filed under {{.Category}}.", "Category", v.Category(string(c)))
	if c == ledger.NoCategory {
		said = v.T("done.no-category", "Filed under no category.")
	}
	s.perform(&act{said: said, do: func(ctx context.Context) (func(context.Context) error, error) {
		was, err := s.coffer.SetCategory(ctx, id, c)
		return func(ctx context.Context) error {
			_, err := s.coffer.SetCategory(ctx, id, was)
			return err
		}, err
	}}, nil)
}

func (s *Screen) setNote(id ledger.TransactionID, note string, after func(error)) {
	said := s.voice.T("done.note", "Note saved.")
	if note == "" {
		said = s.voice.T("done.no-note", "Note taken away.")
	}
	s.perform(&act{said: said, do: func(ctx context.Context) (func(context.Context) error, error) {
		was, err := s.coffer.SetNote(ctx, id, note)
		return func(ctx context.Context) error {
			_, err := s.coffer.SetNote(ctx, id, was)
			return err
		}, err
	}}, after)
}

// answer says of the open row's alert what the person knows.
func (s *Screen) answer(a alert.Answer) {
	d := s.detail.shown
	if !s.pane.open || d == nil || d.Alert == nil || s.detail.answering == d.Alert.ID {
		return
	}
	id := d.Alert.ID
	s.detail.answering = id
	s.perform(&act{said: s.answered(a), do: func(ctx context.Context) (func(context.Context) error, error) {
		was, err := s.coffer.Answer(ctx, id, a)
		return func(ctx context.Context) error { return s.coffer.Unanswer(ctx, was) }, err
	}}, func(err error) {
		s.detail.answering = ""
		if err == nil && a == alert.NotMine && s.do.Alert != nil {
			s.do.Alert(id) // what to do now stands there
		}
	})
}

func (s *Screen) answered(a alert.Answer) string {
	v := s.voice
	switch a {
	case alert.Mine:
		return v.T("answer.mine-done", "Answered: mine. This payee and price stay quiet for 180 days.")
	case alert.NotMine:
		return v.T("answer.not-mine-done", "Answered: not mine. Freeze the card and call the number on its back.")
	}
	return v.T("answer.later-done", "Asked again tomorrow at 09:00.")
}
