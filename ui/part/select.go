package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Select is a choice of one among a few: a field that opens a menu.
type Select struct {
	press
	options []string
	chosen  int
	changed func(int)
}

// NewSelect returns a choice; chosen may be -1. changed gets the index.
func NewSelect(options []string, chosen int, changed func(int)) *Select {
	s := &Select{options: options, chosen: chosen, changed: changed}
	s.act = s.open
	s.keys = s.stepped
	s.is(s)
	return s
}

// Chosen returns the index of the choice, or -1.
func (s *Select) Chosen() int { return s.chosen }

// SetOptions changes what can be chosen without telling.
func (s *Select) SetOptions(options []string, chosen int) {
	s.options, s.chosen = options, chosen
	s.Refresh()
}

func (s *Select) stepped(e *fyne.KeyEvent) bool {
	by := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1}[e.Name]
	if to := s.chosen + by; by != 0 && to >= 0 && to < len(s.options) {
		s.choose(to)
	}
	return by != 0
}

func (s *Select) choose(i int) {
	if i == s.chosen {
		return
	}
	s.chosen = i
	s.Refresh()
	if s.changed != nil {
		s.changed(i)
	}
}

func (s *Select) open() {
	c := CanvasOf(s)
	if c == nil || len(s.options) == 0 {
		return
	}
	items := make([]*fyne.MenuItem, len(s.options))
	for i, o := range s.options {
		items[i] = fyne.NewMenuItem(o, func() { s.choose(i) })
		items[i].Checked = i == s.chosen
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(s)
	menu := widget.NewPopUpMenu(fyne.NewMenu("", items...), c)
	menu.ShowAtPosition(at.AddXY(0, s.Size().Height+2))
	menu.Resize(fyne.NewSize(max(s.Size().Width, menu.MinSize().Width), menu.MinSize().Height))
}

// CreateRenderer implements fyne.Widget.
func (s *Select) CreateRenderer() fyne.WidgetRenderer {
	frame, veil := newBox(look.InputFill, look.Edge, look.RadiusControl), newBox(look.Clear, "", look.RadiusControl)
	text, arrow := newRun(Style{}), newGlyph("chevron-down", look.Muted)
	sh := newSheet(s, frame, veil, text, arrow)
	sh.state = func() {
		edgeOf(frame, s.ringed(), false)
		veil.fill = s.veil()
		word, tint := "", look.Text
		if s.chosen >= 0 && s.chosen < len(s.options) {
			word = s.options[s.chosen]
		}
		if s.off {
			tint = look.Disabled
		}
		text.set(word, tint)
	}
	sh.layout = func(size fyne.Size) {
		frame.place(0, 0, size.Width, size.Height)
		veil.place(0, 0, size.Width, size.Height)
		text.place(10, 0, size.Width-10-28, size.Height)
		arrow.place(size.Width-17, size.Height/2, 14)
	}
	sh.min = func() fyne.Size {
		w := float32(0)
		for _, o := range s.options {
			r := newRun(Style{})
			r.set(o, look.Text)
			w = max(w, r.width())
		}
		return fyne.NewSize(min(w, 220)+42, grow(28))
	}
	return sh.ready()
}
