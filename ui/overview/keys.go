package overview

import (
	"fyne.io/fyne/v2"
)

// stepping is a row that tells when an arrow key leaves it.
type stepping interface {
	fyne.CanvasObject
	fyne.Focusable
	SetOnStep(func(by int))
}

// walked makes the arrow keys reach a row, in the order in which rows are made.
func (s *Screen) walked(row stepping) fyne.CanvasObject {
	at := len(s.rows)
	s.rows = append(s.rows, row)
	row.SetOnStep(func(by int) { s.focus(at + by) })
	return row
}

// TypedKey takes the keyboard to the rows.
func (s *Screen) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyDown:
		s.focus(0)
	case fyne.KeyUp:
		s.focus(len(s.rows) - 1)
	}
}

func (s *Screen) focus(at int) {
	if at < 0 || at >= len(s.rows) {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(s.content); c != nil {
		c.Focus(s.rows[at])
	}
}

// focused returns the row with the keyboard, or -1.
func (s *Screen) focused() int {
	c := fyne.CurrentApp().Driver().CanvasForObject(s.content)
	if c == nil {
		return -1
	}
	for i, row := range s.rows {
		if c.Focused() == row {
			return i
		}
	}
	return -1
}
