package banks

import (
	"fyne.io/fyne/v2"

	"coffer/ui/part"
)

// canvas is where the place is drawn; nil before it is in a window.
func (s *Screen) canvas() fyne.Canvas { return part.CanvasOf(s.content) }

// focus gives a part the keyboard.
func (s *Screen) focus(o fyne.Focusable) {
	if c := s.canvas(); c != nil && s.shownNow() {
		c.Focus(o)
	}
}

// shownNow reports whether the person is at this place.
func (s *Screen) shownNow() bool { return s.ctx != nil && s.ctx.Err() == nil }

// release takes the keyboard from what stands in o, which is about to be drawn anew: a button
// that is gone must not hear Enter. It reports whether it did.
func (s *Screen) release(o fyne.CanvasObject) bool {
	c := s.canvas()
	if c == nil || !s.shownNow() {
		return false
	}
	focused, ok := c.Focused().(fyne.CanvasObject)
	if !ok {
		return false
	}
	driver := fyne.CurrentApp().Driver()
	at, from := driver.AbsolutePositionForObject(focused), driver.AbsolutePositionForObject(o)
	size := o.Size()
	if at.X < from.X || at.Y < from.Y || at.X >= from.X+size.Width || at.Y >= from.Y+size.Height {
		return false
	}
	c.Unfocus()
	return true
}
