package alerts

import (
	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

// group is a heading of the list.
type group int

const (
	unusual group = iota
	worthALook
	answeredBefore
)

func groupOf(a app.AlertView) group {
	switch {
	case !a.Waits:
		return answeredBefore
	case a.Level == alert.Interrupt:
		return unusual
	}
	return worthALook
}

func (s *Screen) name(g group) string {
	switch g {
	case unusual:
		return s.voice.T("level.unusual", "Unusual for you")
	case worthALook:
		return s.voice.T("level.quiet", "Worth a look")
	}
	return s.voice.T("alerts.answered-title", "Answered")
}

// rows is the list under its headings; data.alerts is in their order.
func (s *Screen) rows() []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	s.lines = make([]*part.AlertRow, len(s.data.alerts))
	last := group(-1)
	for i, a := range s.data.alerts {
		if g := groupOf(a); g != last {
			objects = append(objects, part.Inset(part.Edges{Top: 10, Left: 10, Bottom: 4}, part.NewSection(s.name(g))))
			last = g
		}
		row := part.NewAlertRow(s.row(a), func() { s.choose(i) })
		row.SetSelected(a.ID == s.selected)
		row.SetOnStep(s.step)
		s.lines[i] = row
		objects = append(objects, row)
	}
	return objects
}

// step selects the row above or below.
func (s *Screen) step(by int) { s.choose(s.index() + by) }

// TypedKey walks the list while nothing has the keyboard.
func (s *Screen) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown:
		s.step(1)
		s.focus()
	case fyne.KeyUp:
		s.step(-1)
		s.focus()
	}
}

// walking reports whether a row of the list has the keyboard.
func (s *Screen) walking() bool {
	c := fyne.CurrentApp().Driver().CanvasForObject(s.content)
	if c == nil {
		return false
	}
	for _, row := range s.lines {
		if row != nil && c.Focused() == fyne.Focusable(row) {
			return true
		}
	}
	return false
}

// focus gives the selected row the keyboard and brings it into sight.
func (s *Screen) focus() {
	c, i := fyne.CurrentApp().Driver().CanvasForObject(s.content), s.index()
	if c == nil || i < 0 || i >= len(s.lines) {
		return
	}
	c.Focus(s.lines[i])
	top, high := s.lines[i].Position().Y, s.lines[i].Size().Height+16
	switch {
	case top < s.left.Offset.Y:
		s.left.Offset.Y = top
	case top+high > s.left.Offset.Y+s.left.Size().Height:
		s.left.Offset.Y = top + high - s.left.Size().Height
	default:
		return
	}
	s.left.Refresh()
}

func (s *Screen) row(a app.AlertView) part.AlertSpec {
	v := s.voice
	spec := part.AlertSpec{Icon: icon(a), Tone: tone(a), Kind: v.Detector(a.Detector), When: v.Day(a.Day.Time(), s.coffer.Today().Time()), Strong: a.Waits && a.Level == alert.Interrupt, Answered: !a.Waits}
	if row, ok := newest(a); ok {
		spec.Payee, spec.Amount = row.Payee, v.Change(row.Amount)
		spec.Flow = part.Out
		if row.Amount.Minor > 0 {
			spec.Flow = part.In
		}
	}
	if !a.Waits {
		spec.Kind = v.T("alerts.answer-kind", "{{.Answer}}. {{.Kind}}", "Answer", s.answerWord(a.Answer), "Kind", v.Detector(a.Detector))
	}
	return spec
}

func newest(a app.AlertView) (ledger.Transaction, bool) {
	if len(a.About) == 0 {
		return ledger.Transaction{}, false
	}
	return a.About[len(a.About)-1], true
}

func icon(a app.AlertView) string {
	if !a.Waits {
		switch a.Answer {
		case alert.NotMine:
			return "close"
		case alert.Later:
			return "clock"
		}
		return "check"
	}
	if a.Detector == "duplicate-charge" {
		return "transactions"
	}
	return "alerts"
}

func tone(a app.AlertView) part.Tone {
	switch {
	case !a.Waits:
		return part.Neutral
	case a.Level == alert.Interrupt:
		return part.Grave
	}
	return part.Attention
}

func (s *Screen) answerWord(a alert.Answer) string {
	switch a {
	case alert.Mine:
		return s.voice.T("answer.mine", "Mine")
	case alert.NotMine:
		return s.voice.T("answer.not-mine", "Not mine")
	case alert.Later:
		return s.voice.T("answer.later", "Later")
	}
	return ""
}

// panes places the list, a line and the detail.
type panes struct{}

func (panes) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	list, line, detail := objects[0], objects[1], objects[2]
	list.Resize(fyne.NewSize(listWide-1, size.Height))
	line.Move(fyne.NewPos(listWide-1, 0))
	line.Resize(fyne.NewSize(1, size.Height))
	detail.Move(fyne.NewPos(listWide, 0))
	detail.Resize(fyne.NewSize(size.Width-listWide, size.Height))
}

func (panes) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(listWide+320, 200) }
