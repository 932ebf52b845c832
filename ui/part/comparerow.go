package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// CompareSpec says what a row shows that something is held against.
type CompareSpec struct {
	Day, Name string
	Note      string // muted, in a column of its own where there is room
	Amount    string
	OnTap     func()
}

// CompareRow is a 28 high row in columns: day, name, a note, an amount at the right.
type CompareRow struct {
	lineItem
	spec CompareSpec
}

// The columns of a CompareRow.
const (
	compareDay  float32 = 70
	compareName float32 = 200
	compareSide float32 = 6
	compareGap  float32 = 12
)

// NewCompareRow returns the row.
func NewCompareRow(spec CompareSpec) *CompareRow {
	c := &CompareRow{spec: spec}
	c.start(c, spec.OnTap)
	return c
}

// CreateRenderer implements fyne.Widget.
func (c *CompareRow) CreateRenderer() fyne.WidgetRenderer {
	g := newRowGround(look.RadiusControl)
	day, name, note, amount := newRun(Style{}), newRun(Style{}), newRun(Style{}), newRun(Style{Align: fyne.TextAlignTrailing})
	s := newSheet(c, g.fill, g.veil, day, name, note, amount, g.ring)
	s.state = func() {
		g.state(&c.lineItem)
		day.set(c.spec.Day, look.Muted)
		name.set(c.spec.Name, look.Text)
		note.set(c.spec.Note, look.Muted)
		amount.set(c.spec.Amount, look.Text)
	}
	s.layout = func(size fyne.Size) {
		g.place(size)
		amountX := size.Width - compareSide - amount.width()
		amount.place(amountX, 0, amount.width()+1, size.Height)
		left := compareSide + max(compareDay, day.width()+compareGap)
		day.place(compareSide, 0, left-compareSide, size.Height)
		room := amountX - compareGap - left
		wide := min(grow(compareName), room-compareGap-note.width())
		if c.spec.Note == "" || wide < grow(compareName)/2 { // none, or no room for it
			name.place(left, 0, room, size.Height)
			note.place(left+room, 0, 0, 0)
			return
		}
		name.place(left, 0, wide, size.Height)
		note.place(left+wide+compareGap, 0, note.width()+1, size.Height)
	}
	s.min = func() fyne.Size { return fyne.NewSize(amount.width()+120, grow(28)) }
	return s.ready()
}
