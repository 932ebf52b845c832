package settings

import (
	"slices"

	"fyne.io/fyne/v2"
)

// TypedKey walks over the controls with the arrow keys.
func (s *Screen) TypedKey(e *fyne.KeyEvent) {
	by := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1}[e.Name]
	if by == 0 || len(s.order) == 0 {
		return
	}
	at := slices.Index(s.order, s.held())
	for range s.order {
		switch at += by; {
		case at < -1:
			at = len(s.order) - 1
		case at < 0 || at >= len(s.order):
			return
		}
		to := s.named[s.order[at]]
		if off, can := to.(fyne.Disableable); !can || !off.Disabled() {
			s.focus(to)
			return
		}
	}
}

// Back ends what can be cancelled, closes the open panel, or leaves a page of the place.
func (s *Screen) Back() bool {
	switch {
	case s.job != nil && s.job.stoppable:
		s.cancel()
	case s.job != nil:
	case s.panel != nil:
		s.closePanel()
	case s.face != atMain:
		s.leaveFace()
	case s.listed:
		s.listed = false
		s.draw()
	default:
		return false
	}
	return true
}

// leaveFace goes to the main page.
func (s *Screen) leaveFace() {
	if s.job != nil {
		return
	}
	s.dropKey()
	s.dropErasing()
	s.face = atMain
	s.scroll.Offset = fyne.Position{}
	s.draw()
	s.reload()
}
