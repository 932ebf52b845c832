package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// navItem is one line of the sidebar.
type navItem struct {
	press
	place  Place
	on     bool
	quiet  bool // an act at the foot
	narrow bool
	badge  string
	tone   Tone
}

func newNavItem(place Place, step func(int)) *navItem {
	n := &navItem{place: place}
	n.act = place.OnTap
	n.keys = func(e *fyne.KeyEvent) bool {
		if step == nil {
			return false
		}
		switch e.Name {
		case fyne.KeyDown:
			step(1)
		case fyne.KeyUp:
			step(-1)
		default:
			return false
		}
		return true
	}
	n.is(n)
	return n
}

func (n *navItem) mark(on bool) {
	if n.on != on {
		n.on = on
		n.Refresh()
	}
}

func (n *navItem) setBadge(count string, tone Tone) {
	if n.badge != count || n.tone != tone {
		n.badge, n.tone = count, tone
		n.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (n *navItem) CreateRenderer() fyne.WidgetRenderer {
	fill, veil, ring := newBox(look.Clear, "", look.RadiusControl), newBox(look.Clear, "", look.RadiusControl), newRing(look.RadiusControl)
	icon, label := newGlyph("", look.Muted), newRun(Style{})
	disc, count := newBox(look.Clear, "", 9), newRun(Style{Role: look.Caption, Bold: true, Align: fyne.TextAlignCenter})
	s := newSheet(n, fill, veil, icon, label, disc, count, ring)
	s.state = func() {
		fill.fill, veil.fill = look.Clear, n.veil()
		ink, sign := look.Text, look.Muted
		if n.quiet {
			ink = look.Muted
		}
		if n.on {
			fill.fill, sign = look.Selection, look.Accent
		}
		label.bold(n.on)
		label.set(n.place.Label, ink)
		label.text.Hidden = n.narrow
		icon.set(n.place.Icon, sign)
		tint, ground := n.tone.inks()
		count.set(n.badge, tint)
		disc.fill = look.Clear
		if n.badge != "" {
			disc.fill = ground
		}
		ring.show(n.ringed(), look.Accent)
	}
	s.layout = func(size fyne.Size) {
		for _, b := range []*box{fill, veil, ring} {
			b.place(0, 0, size.Width, size.Height)
		}
		h, x := grow(18), float32(0)
		w := max(h, whole(count.width()+10))
		if n.narrow {
			h, w = 15, max(15, whole(count.width()+6))
			icon.place(size.Width/2, size.Height/2, 18)
			x = size.Width - w - 1
			disc.place(x, 0, w, h)
			count.place(x, 0, w, h)
		} else {
			icon.place(19, size.Height/2, 18)
			x = size.Width - 10 - w
			disc.place(x, whole((size.Height-h)/2), w, h)
			count.place(x, whole((size.Height-h)/2), w, h)
			label.place(38, 0, x-38-4, size.Height)
			if n.badge == "" {
				label.place(38, 0, size.Width-38-8, size.Height)
			}
		}
		disc.rect.CornerRadius = h / 2
	}
	s.min = func() fyne.Size { return fyne.NewSize(39, grow(30)) }
	return s.ready()
}

// statusLine is the as-of line at the foot of the sidebar.
type statusLine struct {
	press
	status Status
}

func newStatusLine(status Status) *statusLine {
	l := &statusLine{status: status}
	l.act = func() {
		if l.status.OnTap != nil {
			l.status.OnTap()
		}
	}
	l.is(l)
	return l
}

func (l *statusLine) set(status Status) {
	same := l.status.Icon == status.Icon && l.status.Title == status.Title && l.status.Line == status.Line
	l.status = status
	if !same {
		l.Hidden = status.Title == ""
		l.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (l *statusLine) CreateRenderer() fyne.WidgetRenderer {
	veil, ring := newBox(look.Clear, "", look.RadiusControl), newRing(look.RadiusControl)
	icon := newGlyph("", look.Muted)
	title, line := newRun(styleOf(look.Caption, look.Text, true)), newRun(styleOf(look.Caption, look.Muted, false))
	s := newSheet(l, veil, icon, title, line, ring)
	s.state = func() {
		veil.fill = look.Clear
		if l.status.OnTap != nil {
			veil.fill = l.veil()
		}
		icon.set(l.status.Icon, look.Muted)
		title.set(l.status.Title, look.Text)
		line.set(l.status.Line, look.Muted)
		ring.show(l.ringed(), look.Accent)
	}
	s.layout = func(size fyne.Size) {
		veil.place(0, 0, size.Width, size.Height)
		ring.place(0, 0, size.Width, size.Height)
		icon.place(18, 6+grow(15)/2, 16)
		title.place(36, 6, size.Width-40, grow(15))
		line.place(36, 6+grow(15), size.Width-40, grow(15))
	}
	s.min = func() fyne.Size { return fyne.NewSize(60, 2*grow(15)+14) }
	return s.ready()
}
