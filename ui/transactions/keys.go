package transactions

import (
	"coffer/app/alert"

	"fyne.io/fyne/v2"
)

// TypedRune does what a letter stands for while no entry has the keyboard.
func (s *Screen) TypedRune(r rune) {
	if s.queue.open {
		s.queueRune(r)
		return
	}
	switch r {
	case 'v', 'V':
		if s.queue.waiting.Any() > 0 {
			s.Review()
		}
	case 'c', 'C':
		s.withDetail(s.chooseCategory)
	case 'e', 'E':
		s.withDetail(s.editNote)
	case 'm', 'M':
		s.answer(alert.Mine)
	case 'n', 'N':
		s.answer(alert.NotMine)
	case 'l', 'L':
		s.answer(alert.Later)
	}
}

// queueRune does what a letter stands for in the queue.
func (s *Screen) queueRune(r rune) {
	e := s.current()
	if r == 'u' || r == 'U' {
		s.undoVerdict()
		return
	}
	if e == nil {
		return
	}
	transfer := e.transfer != nil
	switch r {
	case 'm', 'M':
		if !transfer {
			s.judge(true)
		}
	case 'k', 'K':
		if !transfer {
			s.judge(false)
		}
	case 'l', 'L':
		if transfer {
			s.judge(true)
		}
	case 'n', 'N':
		if transfer {
			s.judge(false)
		}
	}
}

// TypedKey gives the list's own keys to the list, wherever the keyboard was.
func (s *Screen) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp, fyne.KeyDown, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyReturn, fyne.KeyEnter:
		if s.queue.open {
			if s.queue.side.Hidden { // the window is narrow: what is hidden takes no keyboard, and moves on all the same
				s.queue.list.Key(e)
				return
			}
			s.focusQueue()
		} else {
			s.rows.Focus()
		}
		if c := canvasOf(s.content); c != nil && c.Focused() != nil {
			c.Focused().TypedKey(e)
		}
	}
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

// searchKey leaves the search for the list.
func (s *Screen) searchKey(e *fyne.KeyEvent) bool {
	if e.Name == fyne.KeyDown || e.Name == fyne.KeyPageDown {
		s.TypedKey(e)
		return true
	}
	return false
}

// Back leaves the queue, empties and leaves the search, ends a note, or closes the detail.
func (s *Screen) Back() bool {
	switch {
	case s.queue.open && s.queue.listing:
		s.showList(false)
	case s.queue.open:
		s.closeQueue()
	case s.search.Focused() && s.search.Text() != "":
		s.search.SetText("")
	case s.search.Focused():
		s.rows.Focus()
	case s.detail.note != nil && s.detail.note.Focused():
		s.rows.Focus()
	case s.phone.entry != nil && s.phone.entry.Focused():
		s.openPhone("")
		s.rows.Focus()
	case s.pane.open:
		s.closePane()
	case s.phone.of != "":
		s.openPhone("")
	default:
		return false
	}
	return true
}
