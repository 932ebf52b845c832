package banks

import (
	"coffer/app/consent"
	"coffer/ui/part"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// canvas is where the place is drawn; nil before it is in a window.
func (s *Screen) canvas() fyne.Canvas { return part.CanvasOf(s.content) }

// focus gives a part the keyboard.
func (s *Screen) focus(o fyne.Focusable) {
	if c := s.canvas(); c != nil && s.shownNow() {
		c.Focus(o)
	}
}

// scrolled is content that scrolls, and follows the keyboard.
func scrolled(content fyne.CanvasObject) *container.Scroll {
	scroll := container.NewVScroll(content)
	follow(scroll)
	return scroll
}

// follow brings what gets the keyboard by a key in a scroll into sight. What is drawn into it later is followed anew.
func follow(scroll *container.Scroll) {
	part.Follow(scroll.Content, func(o fyne.CanvasObject) { part.ScrollTo(scroll, o) })
}

// scrollBy moves a page by a key of its own, and reports whether it is one.
func scrollBy(scroll *container.Scroll, key fyne.KeyName) bool {
	if scroll == nil {
		return false
	}
	page := scroll.Size().Height
	by := map[fyne.KeyName]float32{fyne.KeyUp: -60, fyne.KeyDown: 60, fyne.KeyPageUp: 60 - page, fyne.KeyPageDown: page - 60,
		fyne.KeyHome: -scroll.Content.Size().Height, fyne.KeyEnd: scroll.Content.Size().Height}[key]
	if by == 0 {
		return false
	}
	most := max(0, scroll.Content.MinSize().Height-page)
	scroll.ScrollToOffset(fyne.NewPos(0, min(most, max(0, scroll.Offset.Y+by))))
	return true
}

// held is where the keyboard stands among the cards: on which, and on what.
type held struct {
	link  consent.LinkID
	words string
	nth   int // of those with these words
}

// hold finds what has the keyboard among the cards.
func (s *Screen) hold() (h held, ok bool) {
	c := s.canvas()
	if c == nil || c.Focused() == nil || !s.shownNow() {
		return h, false
	}
	for id, card := range s.cards {
		seen := map[string]int{}
		for _, p := range part.Handles(card.panel) {
			if p.Part == c.Focused() {
				return held{id, p.Words, seen[p.Words]}, true
			}
			seen[p.Words]++
		}
	}
	return h, false
}

// retake gives the keyboard back to the same part of the same card, drawn anew. One that says something else now
// doesn't get it: Enter must do what it would have done. What only takes turns with another act gets it.
func (s *Screen) retake(h held) {
	card, v := s.cards[h.link], s.voice
	if card == nil {
		return
	}
	refresh, cancel := v.T("act.refresh", "Refresh"), v.T("cancel", "Cancel")
	turn := map[string]string{refresh: cancel, cancel: refresh, v.T("banks.keep", "Keep"): v.T("banks.revoke", "Revoke")}
	all := part.Handles(card.panel)
	for _, p := range all {
		if p.Words == h.words {
			if h.nth == 0 {
				s.focus(p.Part)
				return
			}
			h.nth--
		}
	}
	for _, p := range all {
		if words, is := turn[h.words]; is && p.Words == words {
			s.focus(p.Part)
			return
		}
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
