package privacy

import "fyne.io/fyne/v2"

// TypedRune verifies the ledger with V.
func (s *Screen) TypedRune(r rune) {
	if r == 'v' || r == 'V' {
		s.check()
	}
}

// TypedKey gives the list's own keys to the list, wherever the keyboard was.
func (s *Screen) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyReturn, fyne.KeyEnter:
		if s.pages.count == 0 {
			return
		}
		s.rows.Focus()
		if c := canvasOf(s.content); c != nil && c.Focused() != nil {
			c.Focused().TypedKey(e)
		}
	}
}

// Back closes the export, ends a verification, or closes the row's detail.
func (s *Screen) Back() bool {
	switch {
	case s.export.open:
		s.closeExport()
	case s.verify.running():
		s.stopVerify()
	case s.detail.open:
		s.closeDetail()
	default:
		return false
	}
	return true
}

// passKey hands a key that the list has no use for to the window.
func (s *Screen) passKey(e *fyne.KeyEvent) bool {
	if c := canvasOf(s.content); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
	return true
}

// passRune hands letters to the window, which knows its own and gives the rest back.
func (s *Screen) passRune(r rune) {
	if c := canvasOf(s.content); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
		return
	}
	s.TypedRune(r)
}
