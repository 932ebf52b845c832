package part

import (
	"fyne.io/fyne/v2"

	"coffer/ui/look"
)

// lineItem is what rows in lists and cards share: hover, selection and a ring inside.
type lineItem struct {
	press
	selected bool
	onStep   func(by int)
	onRune   func(r rune)
}

// SetSelected marks the row.
func (l *lineItem) SetSelected(on bool) {
	if l.selected != on {
		l.selected = on
		l.Refresh()
	}
}

// SetOnStep says what the arrow keys do: -1 is up, 1 is down.
func (l *lineItem) SetOnStep(f func(by int)) { l.onStep = f }

// SetOnRune says what a letter does while the row has the keyboard.
func (l *lineItem) SetOnRune(f func(r rune)) { l.onRune = f }

// TypedRune implements fyne.Focusable.
func (l *lineItem) TypedRune(r rune) {
	if l.onRune != nil {
		l.onRune(r)
		return
	}
	l.press.TypedRune(r)
}

func (l *lineItem) start(me fyne.Widget, act func()) {
	l.byClick = true
	l.act = act
	l.keys = func(e *fyne.KeyEvent) bool {
		by := map[fyne.KeyName]int{fyne.KeyUp: -1, fyne.KeyDown: 1}[e.Name]
		if by == 0 || l.onStep == nil {
			return false
		}
		l.onStep(by)
		return true
	}
	l.is(me)
}

// rowGround is fill, hover veil and ring of a row.
type rowGround struct{ fill, veil, ring *box }

func newRowGround(radius float32) rowGround {
	return rowGround{newBox(look.Clear, "", radius), newBox(look.Clear, "", radius), newRing(radius)}
}

func (g rowGround) state(l *lineItem) {
	g.fill.fill, g.veil.fill = look.Clear, look.Clear
	if l.selected {
		g.fill.fill = look.Selection
	}
	if l.act != nil {
		g.veil.fill = l.veil()
	}
	g.ring.show(l.ringed(), look.Accent)
}

func (g rowGround) place(size fyne.Size) {
	for _, b := range []*box{g.fill, g.veil, g.ring} {
		b.place(0, 0, size.Width, size.Height)
	}
}

// disc is a filled circle.
func newDisc(fill fyne.ThemeColorName) *box { return newBox(fill, "", 0) }

func placeDisc(b *box, cx, cy, size float32) {
	b.rect.CornerRadius = size / 2
	b.place(whole(cx-size/2), whole(cy-size/2), size, size)
}
