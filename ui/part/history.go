package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// Happening is one thing in the life of a transaction and its because.
type Happening struct {
	What string
	When string
	Why  string
}

// History is how something got here, newest first: a line with dots and words beside it.
type History struct {
	widget.BaseWidget
	things []Happening
	wide   float32
}

// NewHistory returns the history; wide is the width it will probably get.
func NewHistory(wide float32, things ...Happening) *History {
	h := &History{things: things, wide: wide}
	h.ExtendBaseWidget(h)
	return h
}

type happeningInk struct {
	dot, wire  *box
	what, when *run
	why        *Para
}

// CreateRenderer implements fyne.Widget.
func (h *History) CreateRenderer() fyne.WidgetRenderer {
	s := newSheet(h)
	inks := make([]happeningInk, len(h.things))
	for i, t := range h.things {
		k := happeningInk{
			newBox(look.Surface, look.Edge, 4), newBox(look.Edge, "", 0),
			newRun(styleOf(look.Small, look.Text, true)), newRun(styleOf(look.Small, look.Muted, false)),
			NewPara(t.Why, styleOf(look.Small, look.Text, false), h.wide-18),
		}
		if i == 0 {
			k.dot.fill, k.dot.stroke = look.Accent, look.Accent
		}
		if i == len(h.things)-1 {
			k.wire.fill = look.Clear
		}
		k.what.set(t.What, look.Text)
		k.when.set(t.When, look.Muted)
		inks[i] = k
		for _, thing := range []any{k.wire, k.dot, k.what, k.when, k.why} {
			s.add(thing)
		}
	}
	s.layout = func(size fyne.Size) {
		y := float32(0)
		for i, k := range inks {
			k.what.place(18, y, size.Width-18, grow(17))
			used := min(k.what.width(), size.Width-18)
			k.when.place(18+used+4, y, size.Width-22-used, grow(17))
			k.why.Move(fyne.NewPos(18, y+grow(17)+1))
			k.why.Resize(fyne.NewSize(size.Width-18, k.why.Size().Height))
			height := k.why.MinSize().Height
			k.why.Resize(fyne.NewSize(size.Width-18, height))
			placeDisc(k.dot, 5, y+grow(17)/2, 8)
			next := y + grow(17) + 1 + height + 8
			if i < len(inks)-1 {
				k.wire.place(4.5, y+grow(17)/2+4, 1, next-y-8)
			}
			y = next
		}
	}
	s.min = func() fyne.Size {
		y := float32(-8)
		for _, k := range inks {
			y += grow(17) + 1 + k.why.MinSize().Height + 8
		}
		return fyne.NewSize(160, max(0, y))
	}
	return s.ready()
}

// NewRawFields returns names and values as the bank sent them, in mono 11.
func NewRawFields(wide float32, fields ...[2]string) *fyne.Container {
	rows := make([]fyne.CanvasObject, len(fields))
	for i, f := range fields {
		name := NewText(f[0], Style{Role: look.Code, Tint: look.Muted, Mono: true}).Cut(116)
		value := NewText(f[1], Style{Role: look.Code, Mono: true}).Cut(wide - 116)
		rows[i] = Row(0, Sized(116, 0, name), Rest(value))
	}
	return Stack(0, rows...)
}
