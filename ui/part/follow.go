package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// Follow calls reached with each part in o that gets the keyboard by a key, so that a place that
// scrolls can bring it into sight. It looks into containers and panels.
func Follow(o fyne.CanvasObject, reached func(fyne.CanvasObject)) {
	switch t := o.(type) {
	case *fyne.Container:
		for _, inner := range t.Objects {
			Follow(inner, reached)
		}
	case *Panel:
		Follow(t.Content, reached)
	case interface{ follow(func(fyne.CanvasObject)) }:
		t.follow(reached)
	}
}

func (p *press) follow(reached func(fyne.CanvasObject)) { p.reached = reached }

func (e *Entry) follow(reached func(fyne.CanvasObject)) {
	e.input.onFocus = func() {
		e.Refresh()
		if e.input.focused {
			reached(e)
		}
	}
}

func (c *CodeGroup) follow(reached func(fyne.CanvasObject)) {
	c.input.onFocus = func() {
		c.Refresh()
		if c.input.focused {
			reached(c)
		}
	}
}

// Handle is a part that can get the keyboard, and the words on it.
type Handle struct {
	Part  fyne.Focusable
	Words string
}

// Handles are the parts in o that can get the keyboard, in the order in which they stand. It looks
// where Follow does.
func Handles(o fyne.CanvasObject) []Handle {
	if !o.Visible() {
		return nil
	}
	switch t := o.(type) {
	case *fyne.Container:
		var all []Handle
		for _, inner := range t.Objects {
			all = append(all, Handles(inner)...)
		}
		return all
	case *Panel:
		return Handles(t.Content)
	case *Entry:
		return []Handle{{t.input, t.spec.Placeholder}}
	case fyne.Focusable:
		words := ""
		if w, ok := t.(interface{ words() string }); ok {
			words = w.words()
		}
		return []Handle{{t, words}}
	}
	return nil
}

func (b *Button) words() string   { return b.spec.Text }
func (l *Link) words() string     { return l.text }
func (c *Check) words() string    { return c.text }
func (c *Chip) words() string     { return c.spec.Text }
func (a *AlertRow) words() string { return a.spec.Payee }

// around is what stays free over and under what is brought into sight, in px.
const around = 16

// ScrollTo scrolls so far that o, which stands in it, is in sight.
func ScrollTo(scroll *container.Scroll, o fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(o).Y - driver.AbsolutePositionForObject(scroll.Content).Y
	foot, view, at := top+o.Size().Height+around, scroll.Size().Height, scroll.Offset.Y
	if foot > at+view {
		at = foot - view
	}
	if top-around < at {
		at = max(0, top-around)
	}
	if at != scroll.Offset.Y {
		scroll.ScrollToOffset(fyne.NewPos(0, at))
	}
}
