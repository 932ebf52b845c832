package dispute

import (
	"context"
	"errors"

	"coffer/app"
	"coffer/app/dispute"
)

// act is something that the person did, and how it is taken back.
type act struct {
	said string
	do   func(ctx context.Context) (undo func(context.Context) error, err error)
	undo func(ctx context.Context) error // nil until it was done
}

// perform does what can be undone and says so.
func (s *Screen) perform(a *act) {
	if s.busy {
		return
	}
	s.undone = nil
	s.carryOut(a)
}

func (s *Screen) carryOut(a *act) {
	s.busy = true
	s.desk.Do(s.ctx, func(ctx context.Context) (err error) {
		a.undo, err = a.do(ctx)
		return err
	}, func(err error) {
		s.busy = false
		if err != nil {
			s.fail(err)
			return
		}
		s.acts = append(s.acts, a)
		s.offer(a.said)
		s.refresh()
	})
}

// Undo takes the last act back.
func (s *Screen) Undo() bool {
	n := len(s.acts) - 1
	if n < 0 || s.busy {
		return false
	}
	a := s.acts[n]
	s.busy = true
	s.desk.Do(s.ctx, a.undo, func(err error) {
		s.busy = false
		if err != nil {
			s.fail(err)
			return
		}
		s.acts, s.undone = s.acts[:n], append(s.undone, a)
		s.withdraw()
		s.refresh()
	})
	return true
}

// Redo does again what was undone last.
func (s *Screen) Redo() bool {
	n := len(s.undone) - 1
	if n < 0 || s.busy {
		return false
	}
	a := s.undone[n]
	s.undone = s.undone[:n]
	s.carryOut(a)
	return true
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

// noting is an act that notes an event, and takes it back.
func (s *Screen) noting(said string, note func(ctx context.Context, id dispute.ID) error) {
	id := s.id
	s.perform(&act{said: said, do: func(ctx context.Context) (func(context.Context) error, error) {
		return func(ctx context.Context) error {
			_, err := s.coffer.UndoDispute(ctx, id)
			return err
		}, note(ctx, id)
	}})
}

func (s *Screen) note(said string, e dispute.Event) {
	s.noting(said, func(ctx context.Context, id dispute.ID) error { return s.coffer.NoteDispute(ctx, id, e) })
}

func (s *Screen) stepDone(step dispute.Step) {
	v := s.voice
	s.note(v.T("dispute.step-done", "Done: {{.Step}}", "Step", v.Step(string(step), string(s.shown.Answers.Pack))), dispute.Event{What: dispute.StepDone, Step: step})
}

func (s *Screen) mine() {
	s.noting(s.voice.T("dispute.mine-done", "Closed: it was yours. Its alert is answered so."), s.coffer.MineAfterAll)
}

// answer sets an answer if it differs from was.
func (s *Screen) answer(key, text string) {
	id := s.id
	s.perform(&act{said: s.voice.T("dispute.answered", "Noted. The limits are counted anew."), do: func(ctx context.Context) (func(context.Context) error, error) {
		was, err := s.coffer.SetDisputeAnswer(ctx, id, key, text)
		return func(ctx context.Context) error { return s.coffer.PutDisputeAnswers(ctx, id, was) }, err
	}})
}

func (s *Screen) keepPhone(d app.DisputeView, number string) {
	account := d.Account.ID
	s.perform(&act{said: s.voice.T("dispute.phone-kept", "Kept for this account."), do: func(ctx context.Context) (func(context.Context) error, error) {
		was, err := s.coffer.SetBankPhone(ctx, account, number)
		return func(ctx context.Context) error {
			_, err := s.coffer.SetBankPhone(ctx, account, was)
			return err
		}, err
	}})
}

// remove deletes the dispute; undo brings it back, and the person to it.
func (s *Screen) remove() {
	id := s.id
	s.perform(&act{said: s.voice.T("dispute.removed", "Deleted."), do: func(ctx context.Context) (func(context.Context) error, error) {
		was, err := s.coffer.DeleteDispute(ctx, id)
		if err != nil {
			return nil, err
		}
		s.desk.OnUI(func() { s.id, s.shown = "", nil })
		return func(ctx context.Context) error {
			err := s.coffer.RestoreDispute(ctx, was)
			if err == nil {
				s.desk.OnUI(func() { s.id = id })
			}
			return err
		}, nil
	}})
}
