package part

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Scrolled implements fyne.Scrollable.
func (b *registerBody) Scrolled(e *fyne.ScrollEvent) {
	b.scrollTo(b.top - float64(e.Scrolled.DY))
	b.hoverAt(e.Position.Y)
}

// MouseDown implements desktop.Mouseable: it selects at once, with Shift from the row
// selected before, with Ctrl one more.
func (b *registerBody) MouseDown(e *desktop.MouseEvent) {
	b.takeFocus()
	id := b.idAt(e.Position.Y)
	if id < 0 || e.Button == desktop.MouseButtonSecondary {
		return
	}
	column := b.of.grid.column(e.Position.X)
	if column >= 0 && e.Modifier == 0 && b.of.spec.OnCell != nil && b.selectable(id) && b.of.spec.OnCell(id, column) {
		return
	}
	if e.Modifier&fyne.KeyModifierShortcutDefault != 0 && b.of.spec.Many {
		b.toggle(id)
		return
	}
	b.moveTo(id, e.Modifier&fyne.KeyModifierShift != 0)
}

// MouseUp implements desktop.Mouseable.
func (b *registerBody) MouseUp(*desktop.MouseEvent) {}

// DoubleTapped implements fyne.DoubleTappable.
func (b *registerBody) DoubleTapped(e *fyne.PointEvent) {
	if id := b.idAt(e.Position.Y); id >= 0 && id == b.current {
		b.open()
	}
}

func (b *registerBody) open() {
	if b.current >= 0 && b.current < b.of.spec.Len() && b.of.spec.OnOpen != nil {
		b.of.spec.OnOpen(b.current)
	}
}

func (b *registerBody) toggle(id int) {
	if !b.selectable(id) {
		return
	}
	b.picked.toggle(id)
	b.anchor = id
	moved := b.current != id
	b.current = id
	b.redraw()
	if moved && b.of.spec.OnMove != nil {
		b.of.spec.OnMove(id)
	}
	b.tellPicked()
}

func (b *registerBody) takeFocus() {
	if b.focused {
		return
	}
	if c := CanvasOf(b); c != nil {
		b.quietly = true
		c.Focus(b)
	}
}

// MouseIn implements desktop.Hoverable.
func (b *registerBody) MouseIn(e *desktop.MouseEvent) { b.hoverAt(e.Position.Y) }

// MouseMoved implements desktop.Hoverable.
func (b *registerBody) MouseMoved(e *desktop.MouseEvent) { b.hoverAt(e.Position.Y) }

// MouseOut implements desktop.Hoverable.
func (b *registerBody) MouseOut() { b.hoverAt(-1) }

func (b *registerBody) hoverAt(y float32) {
	id := b.idAt(y)
	if id == b.hover {
		return
	}
	old := b.hover
	b.hover = id
	b.touch(old, id)
}

// FocusGained implements fyne.Focusable.
func (b *registerBody) FocusGained() {
	b.focused = true
	b.touch(b.current)
}

// FocusLost implements fyne.Focusable.
func (b *registerBody) FocusLost() {
	b.focused, b.quietly, b.shift = false, false, false
	b.touch(b.current)
}

// KeyDown implements desktop.Keyable: a key event doesn't tell whether Shift is down.
func (b *registerBody) KeyDown(e *fyne.KeyEvent) { b.shiftIs(e, true) }

// KeyUp implements desktop.Keyable.
func (b *registerBody) KeyUp(e *fyne.KeyEvent) { b.shiftIs(e, false) }

func (b *registerBody) shiftIs(e *fyne.KeyEvent, down bool) {
	if e.Name == desktop.KeyShiftLeft || e.Name == desktop.KeyShiftRight {
		b.shift = down
	}
}

// TypedRune implements fyne.Focusable.
func (b *registerBody) TypedRune(r rune) {
	if b.of.spec.OnRune != nil && r != ' ' {
		b.of.spec.OnRune(r)
	}
}

// TypedShortcut implements fyne.Shortcutable: Ctrl+A picks all; others are the window's.
func (b *registerBody) TypedShortcut(s fyne.Shortcut) {
	if _, all := s.(*fyne.ShortcutSelectAll); !all {
		passShortcut(b, s)
		return
	}
	if b.of.spec.Many && b.of.spec.Len() > 0 {
		b.picked.only(0, b.of.spec.Len())
		b.redraw()
		b.tellPicked()
	}
}

// TypedKey implements fyne.Focusable.
func (b *registerBody) TypedKey(e *fyne.KeyEvent) {
	if b.quietly {
		b.quietly = false
		b.touch(b.current)
	}
	page := max(1, int(b.Size().Height/b.rowHeight())-1)
	switch e.Name {
	case fyne.KeyUp:
		b.step(-1, b.shift)
	case fyne.KeyDown:
		b.step(1, b.shift)
	case fyne.KeyPageUp:
		b.step(-page, b.shift)
	case fyne.KeyPageDown:
		b.step(page, b.shift)
	case fyne.KeyHome:
		b.seek(0, 1, b.shift)
	case fyne.KeyEnd:
		b.seek(b.of.spec.Len()-1, -1, b.shift)
	case fyne.KeyReturn, fyne.KeyEnter:
		b.open()
	case fyne.KeySpace:
		b.space()
	default:
		if b.of.spec.OnKey != nil {
			b.of.spec.OnKey(e)
		}
	}
}

func (b *registerBody) space() {
	switch {
	case b.current < 0:
		b.step(1, false)
	case b.of.spec.Many:
		b.toggle(b.current)
	default:
		b.open()
	}
}
