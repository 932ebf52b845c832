package dispute

import (
	"context"

	"coffer/app"
	"coffer/app/dispute"
	"coffer/ui/live"
)

// newActs is what can be undone here, with its bar.
func (s *Screen) newActs() live.Acts {
	return live.Acts{
		Desk: s.desk, Fail: s.fail, Changed: s.refresh,
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

// noting is an act that notes an event, and takes it back.
func (s *Screen) noting(said string, note func(ctx context.Context, id dispute.ID) error) {
	id := s.id
	s.acts.Perform(&live.Act{Said: said, Do: func(ctx context.Context) (func(context.Context) error, error) {
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
	s.acts.Perform(&live.Act{Said: s.voice.T("dispute.answered", "Noted. The limits are counted anew."), Do: func(ctx context.Context) (func(context.Context) error, error) {
		was, err := s.coffer.SetDisputeAnswer(ctx, id, key, text)
		return func(ctx context.Context) error { return s.coffer.PutDisputeAnswers(ctx, id, was) }, err
	}})
}

func (s *Screen) keepPhone(d app.DisputeView, number string) {
	account := d.Account.ID
	s.acts.Perform(&live.Act{Said: s.voice.T("dispute.phone-kept", "Kept for this account."), Do: func(ctx context.Context) (func(context.Context) error, error) {
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
	s.acts.Perform(&live.Act{Said: s.voice.T("dispute.removed", "Deleted."), Do: func(ctx context.Context) (func(context.Context) error, error) {
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
