package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// AccountSpec says what an account's row shows.
type AccountSpec struct {
	Icon      string
	Name      string
	Line      string // as of when
	LineTint  fyne.ThemeColorName
	Pending   string // after Line, in the colour of pending
	Booked    string
	Flow      Flow
	Available string
	OnTap     func()
}

// AccountRow is an account in a list card: 44 high, 40 when narrow.
type AccountRow struct {
	lineItem
	spec   AccountSpec
	narrow bool
}

// NewAccountRow returns an account's row.
func NewAccountRow(spec AccountSpec) *AccountRow {
	a := &AccountRow{spec: spec}
	a.start(a, spec.OnTap)
	return a
}

// Set changes what the row shows.
func (a *AccountRow) Set(spec AccountSpec) {
	a.spec, a.act = spec, spec.OnTap
	a.Refresh()
}

// SetNarrow makes the row lower.
func (a *AccountRow) SetNarrow(narrow bool) {
	a.narrow = narrow
	a.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (a *AccountRow) CreateRenderer() fyne.WidgetRenderer {
	g, icon := newRowGround(look.RadiusControl), newGlyph("", look.Muted)
	name, line, pending := newRun(Style{}), newRun(Style{Role: look.Caption}), newRun(Style{Role: look.Caption})
	booked, available := newRun(Style{Bold: true, Align: fyne.TextAlignTrailing}), newRun(Style{Align: fyne.TextAlignTrailing})
	s := newSheet(a, g.fill, g.veil, icon, name, line, pending, booked, available, g.ring)
	s.state = func() {
		g.state(&a.lineItem)
		tint := a.spec.LineTint
		if tint == "" {
			tint = look.Muted
		}
		icon.set(a.spec.Icon, look.Muted)
		name.set(a.spec.Name, look.Text)
		line.set(a.spec.Line, tint)
		pending.set(a.spec.Pending, look.Pending)
		booked.set(a.spec.Booked, a.spec.Flow.Tint())
		available.set(a.spec.Available, look.Muted)
	}
	s.layout = func(size fyne.Size) {
		g.place(size)
		h := size.Height
		icon.place(23, h/2, 18)
		availableX := size.Width - 14 - grow(96)
		bookedX := availableX - 12 - grow(104)
		available.place(availableX, 0, grow(96), h)
		booked.place(bookedX, 0, grow(104), h)
		top := whole((h - grow(18) - grow(14)) / 2)
		textW := bookedX - 48 - 12
		name.place(48, top, textW, grow(18))
		line.place(48, top+grow(18), textW, grow(14))
		pending.place(48+line.width(), top+grow(18), textW-line.width(), grow(14))
	}
	s.min = func() fyne.Size {
		if a.narrow {
			return fyne.NewSize(340, grow(40))
		}
		return fyne.NewSize(340, grow(44))
	}
	return s.ready()
}

// NewGroupHead returns the label row over a group of accounts, with the column heads if given.
func NewGroupHead(label, booked, available string) *fyne.Container {
	head := func(text string, w float32) fyne.CanvasObject {
		return Sized(w, 0, NewText(text, Style{Role: look.Caption, Tint: look.Muted, Align: fyne.TextAlignTrailing}))
	}
	return Inset(Edges{12, 15, 6, 2}, Row(12, NewText(label, Style{Bold: true}), Space(), head(booked, 104), head(available, 96)))
}

// LineSpec says what a plain row shows: Latest, Next 14 days.
type LineSpec struct {
	Text    string
	Tint    fyne.ThemeColorName
	Caption string // small, after the text
	Amount  string
	Flow    Flow
	OnTap   func()
}

// LineRow is a 28 high row: words at the left, an amount at the right.
type LineRow struct {
	lineItem
	spec LineSpec
}

// NewLineRow returns a plain row.
func NewLineRow(spec LineSpec) *LineRow {
	l := &LineRow{spec: spec}
	l.start(l, spec.OnTap)
	return l
}

// CreateRenderer implements fyne.Widget.
func (l *LineRow) CreateRenderer() fyne.WidgetRenderer {
	g := newRowGround(look.RadiusControl)
	text, caption, amount := newRun(Style{}), newRun(Style{Role: look.Caption}), newRun(Style{Align: fyne.TextAlignTrailing})
	s := newSheet(l, g.fill, g.veil, text, caption, amount, g.ring)
	s.state = func() {
		g.state(&l.lineItem)
		tint := l.spec.Tint
		if tint == "" {
			tint = look.Text
		}
		text.set(l.spec.Text, tint)
		caption.set(l.spec.Caption, look.Muted)
		amount.set(l.spec.Amount, l.spec.Flow.Tint())
	}
	s.layout = func(size fyne.Size) {
		g.place(size)
		amountX := size.Width - 14 - amount.width()
		amount.place(amountX, 0, amount.width()+1, size.Height)
		room := amountX - 14 - 12
		text.place(14, 0, room, size.Height)
		used := min(text.width(), room)
		caption.place(14+used+4, 1, room-used-4, size.Height)
	}
	s.min = func() fyne.Size { return fyne.NewSize(amount.width()+120, grow(28)) }
	return s.ready()
}
