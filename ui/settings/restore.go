package settings

import (
	"context"
	"slices"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// openRestore asks for a secret of the backup's time under its row. A file that is in no list has
// only its path.
func (s *Screen) openRestore(r row, b app.Backup, recovery bool) {
	v := s.voice
	field := v.T("restore.passphrase", "Passphrase of that time")
	if recovery {
		field = v.T("restore.recovery", "Recovery key of that time")
	}
	chips := part.Row(8,
		part.NewChip(part.ChipSpec{Text: v.T("settings.passphrase", "Passphrase"), On: !recovery, OnTap: func() { s.openRestore(r, b, false) }}),
		part.NewChip(part.ChipSpec{Text: v.T("settings.recovery", "Recovery key"), On: recovery, OnTap: func() { s.openRestore(r, b, true) }}),
		part.Space())
	lines := []string{
		v.T("restore.line", "The backup is opened and checked first. Then it takes the place of the vault of now, which is kept aside under a name of its own, and Coffer locks."),
		v.T("restore.links", "No backup holds a token: each link must sign in again at its bank."),
	}
	if len(b.Opens) == 0 {
		lines = slices.Insert(lines, 0, homely(b.Path))
	}
	var p *panel
	p = s.open(ask{row: r, lines: lines, fields: []string{field}, middle: []fyne.CanvasObject{chips}, act: v.T("restore.do", "Restore this backup"),
		do: func() {
			s.restore(p, app.Restoring{Path: b.Path, Secret: p.secret(0), Recovery: recovery})
		}})
	for _, o := range chips.Objects {
		if chip, ok := o.(*part.Chip); ok {
			p.also = append(p.also, chip)
		}
	}
}

func (s *Screen) restore(p *panel, r app.Restoring) {
	v := s.voice
	s.run(chore{row: p.row, stoppable: true, word: v.T("restore.checking", "Opening the backup and checking it"), work: func(ctx context.Context, _ tell) error {
		done, err := s.coffer.Restore(ctx, r)
		if err == nil { // the lock ends this place: what follows is the frame's
			s.desk.OnUI(func() { s.do.Restored(done.Aside) })
		}
		return err
	}, done: func(err error) {
		if err == nil {
			s.dropPanel()
			s.words[p.row] = word{text: v.T("restore.done", "Restored."), tint: look.Good}
			s.draw()
			return
		}
		s.draw()
		if fault.KindOf(err) == fault.WrongPassphrase || fault.KindOf(err) == fault.Canceled {
			wrong := v.T("restore.wrong", "That doesn’t open this backup. Nothing was changed. It opens with the passphrase that was yours when it was made.")
			if r.Recovery {
				wrong = v.T("restore.wrong-recovery", "That doesn’t open this backup. Nothing was changed. It opens with the recovery key that was yours when it was made.")
			}
			s.refuse(p, err, wrong)
			return
		}
		s.tell(p, s.problem(err), look.AlertHigh)
		s.reveal(p.body)
	}})
}
