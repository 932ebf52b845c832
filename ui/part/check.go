package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// Check is a box to tick with a line of words.
type Check struct {
	press
	text string
	on   bool
}

// NewCheck returns a box that is ticked if on; changed gets the new state and may be nil.
func NewCheck(text string, on bool, changed func(on bool)) *Check {
	c := &Check{text: text, on: on}
	c.act = func() {
		c.on = !c.on
		c.Refresh()
		if changed != nil {
			changed(c.on)
		}
	}
	c.is(c)
	return c
}

// On reports whether it is ticked.
func (c *Check) On() bool { return c.on }

// CreateRenderer implements fyne.Widget.
func (c *Check) CreateRenderer() fyne.WidgetRenderer {
	frame, tick, text, ring := newBox(look.InputFill, look.Edge, look.RadiusPaper), newGlyph("", look.OnAccent), newRun(Style{}), newRing(look.RadiusControl)
	s := newSheet(c, frame, tick, text, ring)
	s.state = func() {
		ink := look.Text
		frame.fill, frame.stroke, frame.edge = look.InputFill, look.Edge, 1
		tick.set("", look.OnAccent)
		if c.on {
			frame.fill, frame.stroke = look.Accent, look.Accent
			tick.set("check", look.OnAccent)
		}
		if c.off {
			ink = look.Disabled
		}
		text.set(c.text, ink)
		ring.show(c.ringed(), look.Accent)
	}
	const box = 16
	s.layout = func(size fyne.Size) {
		frame.place(3, whole((size.Height-box)/2), box, box)
		tick.place(3+box/2, whole((size.Height-box)/2)+box/2, 12)
		text.place(3+box+9, 0, size.Width-box-12, size.Height)
		ring.place(0, 0, size.Width, size.Height)
	}
	s.min = func() fyne.Size { return fyne.NewSize(box+12+text.width()+4, grow(24)) }
	return s.ready()
}
