package settings

import (
	"context"
	"slices"

	"coffer/app"
	"coffer/app/fault"
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
		switch { // the lock ends this place, so that no done is called: the frame says what came of it
		case err == nil:
			s.outlive(func() string { return s.restored(done) })
		case ctx.Err() != nil && fault.KindOf(err) != fault.Canceled:
			s.outlive(func() string { return s.voice.Fault(err) })
		}
		return err
	}, done: func(err error) {
		if err == nil {
			s.dropPanel()
			s.reload()
			return
		}
		s.draw()
		s.refuse(p, err, v.Fault(err))
	}})
}

// restored says what came back, and where the vault of before is.
func (s *Screen) restored(done app.Restored) string {
	text := s.voice.T("restore.done", "Restored. It opens with the secrets of its time, and each link must sign in again.")
	if done.Aside == "" {
		return text
	}
	return text + " " + s.voice.T("restore.aside", "The vault from before is kept as “{{.Name}}”.", "Name", done.Aside)
}

// outlive hands a sentence to the frame. It may be called from any goroutine.
func (s *Screen) outlive(text func() string) {
	s.desk.OnUI(func() { s.do.Told(text()) })
}
