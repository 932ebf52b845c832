package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// Option is one of a few ways of which one is chosen: a disc and a line of words. Those around it
// are the caller's, who sets each.
type Option struct {
	press
	text string
	on   bool
}

// NewOption returns a way; chosen is called when the person takes it.
func NewOption(text string, on bool, chosen func()) *Option {
	o := &Option{text: text, on: on}
	o.act = func() {
		if !o.on {
			chosen()
		}
	}
	o.is(o)
	return o
}

// Set says whether it is the chosen one.
func (o *Option) Set(on bool) {
	if o.on != on {
		o.on = on
		o.Refresh()
	}
}

// On reports whether it is the chosen one.
func (o *Option) On() bool { return o.on }

// SetText changes the words.
func (o *Option) SetText(text string) {
	if o.text != text {
		o.text = text
		o.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (o *Option) CreateRenderer() fyne.WidgetRenderer {
	const disc, dot = 16, 6
	frame, mark, text, ring := newBox(look.InputFill, look.Edge, disc/2), newBox(look.Clear, "", dot/2), newRun(Style{}), newRing(look.RadiusControl)
	s := newSheet(o, frame, mark, text, ring)
	s.state = func() {
		ink := look.Text
		frame.fill, frame.stroke, frame.edge = look.InputFill, look.Edge, 1
		mark.fill = look.Clear
		if o.on {
			frame.fill, frame.stroke = look.Accent, look.Accent
			mark.fill = look.OnAccent
		}
		if o.off {
			ink = look.Disabled
		}
		text.set(o.text, ink)
		ring.show(o.ringed(), look.Accent)
	}
	s.layout = func(size fyne.Size) {
		middle := whole(size.Height / 2)
		frame.place(3, middle-disc/2, disc, disc)
		mark.place(3+disc/2-dot/2, middle-dot/2, dot, dot)
		text.place(3+disc+9, 0, size.Width-disc-12, size.Height)
		ring.place(0, 0, size.Width, size.Height)
	}
	s.min = func() fyne.Size { return fyne.NewSize(disc+12+min(text.width(), 300)+4, grow(26)) }
	return s.ready()
}
