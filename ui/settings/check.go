package settings

import (
	"context"
	"errors"

	"coffer/app"
	"coffer/app/fault"
	"coffer/ui/look"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// checkRows are the check of the whole vault and what it found.
func (s *Screen) checkRows() []fyne.CanvasObject {
	v := s.voice
	l := line{row: checkRow, title: v.T("verify.title", "Check every page"), sub: v.T("verify.sub", "keys, pages, database, rows, records, receipts, ledger")}
	if s.job != nil && s.job.row == checkRow {
		stop := part.NewButton(part.ButtonSpec{Text: v.T("cancel", "Cancel"), OnTap: s.cancel})
		s.name("check", stop)
		l.acts = append(l.acts, stop)
	} else {
		l.acts = append(l.acts, s.button("check", part.ButtonSpec{Text: v.T("verify.do", "Check"), OnTap: s.check}))
	}
	rows := []fyne.CanvasObject{s.line(l)}
	for _, c := range s.checks {
		rows = append(rows, s.found(c))
	}
	return rows
}

// check reads the whole vault.
func (s *Screen) check() {
	v := s.voice
	s.dropPanel()
	s.checks = nil
	var checks []app.Check
	s.run(chore{row: checkRow, stoppable: true, word: v.T("verify.running", "Checking"), work: func(ctx context.Context, far tell) (err error) {
		checks, err = s.coffer.Verify(ctx, func(id string, done, total int64) {
			far(func() string { return s.checking(id, done, total) }, done, total)
		})
		return err
	}, done: func(err error) {
		switch {
		case errors.Is(err, context.Canceled):
			s.checks = checks
			s.words[checkRow] = word{text: v.T("verify.cancelled", "Cancelled before the end. Nothing was changed."), tint: look.Muted}
		case err != nil:
			s.words[checkRow] = bad(v.Fault(err))
		default:
			s.checks = checks
			s.words[checkRow] = s.verdict(checks)
		}
		s.draw()
	}})
}

func (s *Screen) verdict(checks []app.Check) word {
	wrong := 0
	for _, c := range checks {
		if !c.OK {
			wrong++
		}
	}
	if wrong == 0 {
		return word{text: s.voice.T("verify.good", "Every byte is as it was written."), tint: look.Good}
	}
	return bad(s.voice.N("verify.bad", "{{.N}} check found something wrong. Nothing was changed.", "{{.N}} checks found something wrong. Nothing was changed.", wrong))
}

func (s *Screen) checking(id string, done, total int64) string {
	v := s.voice
	if total <= 0 {
		return s.checkName(id)
	}
	return v.T("verify.far", "{{.What}}: {{.Done}} of {{.Total}}", "What", s.checkName(id), "Done", v.Count(int(done)), "Total", v.Count(int(total)))
}

func (s *Screen) checkName(id string) string {
	v := s.voice
	switch id {
	case app.CheckKeys:
		return v.T("verify.keys", "Keys")
	case app.CheckPages:
		return v.T("verify.pages", "Pages")
	case app.CheckIntegrity:
		return v.T("verify.integrity", "Database")
	case app.CheckRows:
		return v.T("verify.rows", "Rows")
	case app.CheckRecords:
		return v.T("verify.records", "What you agreed to")
	case app.CheckReceipts:
		return v.T("verify.receipts", "Receipts")
	case app.CheckLedger:
		return v.T("verify.ledger", "Ledger of connections")
	}
	return id
}

// found is one line of the result.
func (s *Screen) found(c app.Check) fyne.CanvasObject {
	icon, tint, text := "check", look.Good, s.sound(c)
	if !c.OK {
		icon, tint, text = "warning", look.AlertHigh, s.unsound(c)
	}
	ink := look.Muted
	if !c.OK {
		ink = look.AlertHigh
	}
	return part.Inset(part.Pad(9, 16), part.RowTop(10, part.Inset(part.Edges{Top: 1}, part.NewPicture(icon, tint, 15)),
		part.Sized(170, 0, part.NewText(s.checkName(c.ID), part.Style{})), part.Rest(part.NewPara(text, small(ink), innerWide-195))))
}

func (s *Screen) sound(c app.Check) string {
	v, n := s.voice, int(c.Count)
	switch c.ID {
	case app.CheckKeys:
		return v.T("sound.keys", "both key files are whole and say the same")
	case app.CheckPages:
		return v.N("sound.pages", "{{.N}} page, as it was last written", "{{.N}} pages, each as it was last written", n)
	case app.CheckIntegrity:
		return v.T("sound.integrity", "tables and indices agree")
	case app.CheckRows:
		return v.N("sound.rows", "{{.N}} row, and the sums beside it agree", "{{.N}} rows, and the sums beside them agree", n)
	case app.CheckRecords:
		return v.N("sound.records", "{{.N}} record, in an unbroken chain", "{{.N}} records, in an unbroken chain", n)
	case app.CheckReceipts:
		return v.N("sound.receipts", "{{.N}} receipt, in an unbroken chain", "{{.N}} receipts, in an unbroken chain", n)
	case app.CheckLedger:
		return v.N("sound.ledger", "{{.N}} connection, in an unbroken chain", "{{.N}} connections, in an unbroken chain", n)
	}
	return v.T("sound.other", "in order")
}

// unsound says what is wrong and what to do.
func (s *Screen) unsound(c app.Check) string {
	v := s.voice
	switch {
	case c.ID == app.CheckKeys:
		return v.T("unsound.keys", "One of the two key files is damaged. The other one opens the vault. Back up now, then give the vault a new key: that writes both anew.")
	case c.ID == app.CheckRecords && fault.KindOf(c.Err) != fault.DiskFailed:
		return v.T("unsound.records", "A record of what you agreed to was changed outside Coffer. Your money’s rows are checked apart from it. The newest backup may hold it as it was.")
	case c.ID == app.CheckReceipts && fault.KindOf(c.Err) != fault.DiskFailed:
		return v.T("unsound.receipts", "A receipt was changed outside Coffer. Your money’s rows are checked apart from it. A receipt that you saved as PDF, or the newest backup, may hold it as it was.")
	case c.ID == app.CheckLedger:
		return v.T("unsound.ledger", "The ledger of connections was changed outside Coffer. Your money’s rows are checked apart from it. Privacy shows the row.")
	case fault.KindOf(c.Err) == fault.DiskFailed:
		return v.T("unsound.disk", "The disk refuses to read it. Copy the folder to another disk, then restore the newest backup.")
	}
	return v.T("unsound.data", "It was changed outside Coffer or is damaged. Keep the folder as it is, and restore the newest backup.")
}
