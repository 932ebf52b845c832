package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"coffer/ui/look"
)

// Link is a short act in running text.
type Link struct {
	press
	text string
	role fyne.ThemeSizeName
	most float32 // width that it asks for at most; 0: what the words need
}

// NewLink returns a link in body size; role may be "" for that.
func NewLink(text string, role fyne.ThemeSizeName, onTap func()) *Link {
	if role == "" {
		role = look.Body
	}
	l := &Link{text: text, role: role}
	l.act = onTap
	l.is(l)
	return l
}

// Cut makes the words give way: it asks for this width at most and is cut where its place ends.
func (l *Link) Cut(width float32) *Link {
	l.most = width
	return l
}

// Set changes the words.
func (l *Link) Set(text string) {
	l.text = text
	l.Refresh()
}

// Cursor implements desktop.Cursorable.
func (l *Link) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer implements fyne.Widget.
func (l *Link) CreateRenderer() fyne.WidgetRenderer {
	text := newRun(Style{Role: l.role, Tint: look.Accent})
	under, ring := newBox(look.Clear, "", 0), newRing(3)
	s := newSheet(l, text, under, ring)
	s.state = func() {
		text.set(l.text, look.Accent)
		under.fill = look.Clear
		if l.hovered {
			under.fill = look.Accent
		}
		ring.show(l.ringed(), look.Accent)
	}
	s.layout = func(size fyne.Size) {
		text.place(0, 0, size.Width, size.Height)
		under.place(0, size.Height-2, min(size.Width, text.width()), 1)
		ring.place(-2, 0, size.Width+4, size.Height)
	}
	s.min = func() fyne.Size {
		width := text.width()
		if l.most > 0 {
			width = min(width, l.most)
		}
		return fyne.NewSize(width, grow(lineHeight(l.role)))
	}
	return s.ready()
}
