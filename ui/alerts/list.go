package alerts

import (
	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/look"
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

// mostRows is how many rows of a group are drawn at first: a storm of alerts is no storm of widgets.
const mostRows = 60

// rows is the list under its headings; data.alerts is in their order.
func (s *Screen) rows() []fyne.CanvasObject {
	var objects []fyne.CanvasObject
	s.lines = make([]*part.AlertRow, len(s.data.alerts))
	counts := [3]int{}
	for i, a := range s.data.alerts {
		g := groupOf(a)
		if counts[g] == 0 {
			objects = append(objects, s.heading(g))
		}
		counts[g]++
		if counts[g] <= s.unfold[g] {
			s.lines[i] = s.line(i, a)
			objects = append(objects, s.lines[i])
		}
		if last := i+1 == len(s.data.alerts) || groupOf(s.data.alerts[i+1]) != g; last && counts[g] > s.unfold[g] {
			objects = append(objects, s.unfolding(g, counts[g]-s.unfold[g]))
		}
	}
	if s.data.older > 0 && s.ticked == nil {
		objects = append(objects, s.olderLink())
	}
	return objects
}

func (s *Screen) line(i int, a app.AlertView) *part.AlertRow {
	row := part.NewAlertRow(s.row(a), func() {
		if s.ticked != nil && a.Waits {
			s.tick(a.ID)
			return
		}
		s.choose(i)
	})
	row.SetSelected(a.ID == s.selected)
	row.SetOnStep(s.step)
	return row
}

// heading names a group; at the first that waits, several can be chosen.
func (s *Screen) heading(g group) fyne.CanvasObject {
	v := s.voice
	head := []fyne.CanvasObject{part.NewSection(s.name(g))}
	if g == answeredBefore && s.history == 0 {
		head = append(head, part.NewCaption(v.T("alerts.90-days", "last 90 days")))
	}
	head = append(head, part.Space())
	if first := s.data.alerts[0]; g != answeredBefore && g == groupOf(first) {
		head = append(head, s.severalLink())
	}
	return part.Inset(part.Edges{Top: 10, Left: 10, Right: 8, Bottom: 4}, part.Row(8, head...))
}

// unfolding draws more rows of a group.
func (s *Screen) unfolding(g group, rest int) fyne.CanvasObject {
	return part.Inset(part.Edges{Top: 4, Left: 34, Bottom: 4}, part.Row(0, part.NewLink(s.voice.N("alerts.unfold", "Show {{.N}} more", "Show {{.N}} more", rest), look.Small, func() {
		s.unfold[g] += max(mostRows, s.unfold[g])
		s.draw()
	}), part.Space()))
}

// olderLink reads answers that are older than the list.
func (s *Screen) olderLink() fyne.CanvasObject {
	v := s.voice
	return part.Inset(part.Edges{Top: 6, Left: 34, Bottom: 8}, part.Row(0, part.NewLink(v.N("alerts.older-answers", "{{.N}} older answer", "{{.N}} older answers", s.data.older), look.Small, func() {
		s.history += answeredShown(s.data.alerts) + mostRows
		s.unfold[answeredBefore] = max(s.unfold[answeredBefore], s.history)
		s.list.Refresh(s.ctx)
	}), part.Space()))
}

func answeredShown(all []app.AlertView) (n int) {
	for _, a := range all {
		if groupOf(a) == answeredBefore {
			n++
		}
	}
	return n
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
	if c == nil || i < 0 || i >= len(s.lines) || s.lines[i] == nil {
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
	spec := part.AlertSpec{Icon: icon(a), Tone: tone(a), Kind: v.Detector(a.Detector), When: s.when(a), Strong: a.Waits && a.Level == alert.Interrupt, Answered: !a.Waits}
	spec.Payee = accountName(a.Account)
	if len(a.Numbers) > 0 && a.Numbers[0].Amount != "" {
		spec.Amount = v.Decimal(a.Numbers[0].Amount, a.Numbers[0].Currency)
	}
	if row, ok := newest(a); ok {
		spec.Payee, spec.Amount = alert.ShownOf(row.Row), v.Change(row.Amount)
		spec.Flow = part.Out
		if row.Amount.Minor > 0 {
			spec.Flow = part.In
		}
	}
	if !a.Waits {
		spec.Kind = v.T("alerts.answer-kind", "{{.Answer}}. {{.Kind}}", "Answer", s.answerWord(a), "Kind", v.Detector(a.Detector))
	}
	if s.ticked != nil && a.Waits {
		spec.Icon, spec.Tone = "circle", part.Neutral
		if s.ticked[a.ID] {
			spec.Icon, spec.Tone = "check-circle", part.Calm
		}
	}
	return spec
}

// when says the day of an alert; of the last days with the hour, where it is known.
func (s *Screen) when(a app.AlertView) string {
	v, today := s.voice, s.coffer.Today()
	if row, ok := newest(a); ok && !row.At.IsZero() && a.Day > today.AddDays(-6) {
		return v.T("alerts.when", "{{.Weekday}} {{.Clock}}", "Weekday", v.ShortWeekday(row.At.Local()), "Clock", v.Clock(row.At))
	}
	return v.Day(a.Day.Time(), today.Time())
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
	return part.AlertIcon(a.Detector)
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

func (s *Screen) answerWord(a app.AlertView) string {
	if a.Withdrawn && a.Answer == alert.Later {
		return s.voice.T("answer.withdrawn", "No longer found")
	}
	switch a.Answer {
	case alert.Mine:
		if news(a) {
			return s.voice.T("answer.known-word", "Known")
		}
		return s.voice.T("answer.mine", "Mine")
	case alert.NotMine:
		return s.voice.T("answer.not-mine", "Not mine")
	case alert.Later:
		return s.voice.T("answer.later", "Later")
	}
	if a.Withdrawn {
		return s.voice.T("answer.withdrawn", "No longer found")
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
