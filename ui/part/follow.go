package part

import "fyne.io/fyne/v2"

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
