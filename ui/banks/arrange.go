package banks

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"coffer/ui/part"

	"fyne.io/fyne/v2"
)

const (
	twoColumnsFrom float32 = 800  // of the place itself: a window of 1000
	mostWide       float32 = 1136 // cards stop growing there
	cardWide       float32 = 474  // inside a card, before the first layout
	factWide       float32 = 96
	accountWide    float32 = 260 // of an account's name on a card, at most
	statusWide     float32 = 230 // fixed, so that the bar beside it stays where it is
)

// wide gives all room to its one object and tells how much there is.
type wide struct{ told func(width float32) }

func (l *wide) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.told(size.Width)
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(size)
	}
}

func (l *wide) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := fyne.NewSize(0, 0)
	for _, o := range objects {
		least = least.Max(o.MinSize())
	}
	return least
}

// capped stops growing at most wide and stays left.
type capped struct{ most float32 }

func (l *capped) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Move(fyne.NewPos(0, 0))
		o.Resize(fyne.NewSize(min(size.Width, l.most), size.Height))
	}
}

func (l *capped) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// headed is a row whose first text takes what the others leave, and is cut there. The last one stands at the right.
type headed struct{ gap float32 }

func (h *headed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	room := size.Width
	for _, o := range objects[1:] {
		room -= o.MinSize().Width + h.gap
	}
	x := float32(0)
	for i, o := range objects {
		least := o.MinSize()
		if i == 0 {
			least.Width = max(0, min(least.Width, room))
		}
		if i == len(objects)-1 && i > 0 {
			x = size.Width - least.Width
		}
		o.Move(fyne.NewPos(x, float32(int(size.Height-least.Height)/2)))
		o.Resize(least)
		x += least.Width + h.gap
	}
}

func (h *headed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := fyne.NewSize(0, 0)
	for i, o := range objects {
		m := o.MinSize()
		if i == 0 {
			m.Width = min(m.Width, 120)
		}
		least = fyne.NewSize(least.Width+m.Width+h.gap, max(least.Height, m.Height))
	}
	return least.SubtractWidthHeight(h.gap, 0)
}

// sides is the space around a page.
func (s *Screen) sides() part.Edges {
	if s.narrow {
		return part.Edges{Left: 16, Right: 16, Bottom: 16}
	}
	return part.Edges{Left: 24, Right: 24, Bottom: 24}
}

// listed writes "balances, transactions and account details".
func (s *Screen) listed(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return s.voice.T("banks.and", "{{.Words}} and {{.Last}}", "Words", strings.Join(words[:last], ", "), "Last", words[last])
}

func capital(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(r)) + text[size:]
}

// days writes a length of time: "90 days", "1 year". Years may have a leap day each.
func (s *Screen) days(n int) string {
	if n >= 365 && n%365 <= n/365 {
		return s.voice.N("banks.years", "{{.N}} year", "{{.N}} years", n/365)
	}
	return s.voice.N("banks.days", "{{.N}} day", "{{.N}} days", n)
}
