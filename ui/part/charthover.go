package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// MouseIn implements desktop.Hoverable.
func (c *chart) MouseIn(e *desktop.MouseEvent) { c.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable: the point under the mouse is told and marked.
func (c *chart) MouseMoved(e *desktop.MouseEvent) {
	if c.at != nil {
		c.moveTo(c.at(e.Position.X))
	}
}

// MouseOut implements desktop.Hoverable.
func (c *chart) MouseOut() { c.moveTo(-1) }

// FocusGained implements fyne.Focusable.
func (c *chart) FocusGained() {
	c.focused = true
	c.Refresh()
}

// FocusLost implements fyne.Focusable.
func (c *chart) FocusLost() {
	c.focused = false
	c.moveTo(-1)
	c.Refresh()
}

// TypedRune implements fyne.Focusable.
func (c *chart) TypedRune(rune) {}

// TypedKey implements fyne.Focusable: left and right move the point.
func (c *chart) TypedKey(e *fyne.KeyEvent) {
	n := c.count()
	if n == 0 {
		return
	}
	switch e.Name {
	case fyne.KeyLeft:
		if c.point < 0 {
			c.point = n
		}
		c.moveTo(max(0, c.point-1))
	case fyne.KeyRight:
		c.moveTo(min(n-1, c.point+1))
	case fyne.KeyHome:
		c.moveTo(0)
	case fyne.KeyEnd:
		c.moveTo(n - 1)
	case fyne.KeyEscape:
		c.moveTo(-1)
	}
}

func (c *chart) moveTo(point int) {
	if point >= c.count() {
		point = -1
	}
	if c.point == point {
		return
	}
	c.point = point
	if c.onPoint != nil {
		c.onPoint(point)
	}
	c.Refresh()
}
