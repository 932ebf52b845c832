package part

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"coffer/ui/look"
)

// press is what everything pressable shares: mouse, keys, focus and being disabled. The
// part that embeds it draws by its fields.
type press struct {
	widget.BaseWidget

	me      fyne.Widget // the part that embeds this, set by is
	act     func()
	keys    func(*fyne.KeyEvent) bool // true when used up; may be nil
	hovered bool
	down    bool
	focused bool
	quietly bool // focused by a click: no ring until a key is used
	off     bool
	byClick bool                    // a click takes the focus, as in lists
	reached func(fyne.CanvasObject) // told when a key brought the keyboard here; may be nil
}

// Tapped implements fyne.Tappable.
func (p *press) Tapped(*fyne.PointEvent) { p.fire() }

func (p *press) fire() {
	if !p.off && p.act != nil {
		p.act()
	}
}

// MouseIn implements desktop.Hoverable.
func (p *press) MouseIn(*desktop.MouseEvent) {
	p.hovered = true
	p.Refresh()
}

// MouseMoved implements desktop.Hoverable.
func (p *press) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (p *press) MouseOut() {
	p.hovered, p.down = false, false
	p.Refresh()
}

// MouseDown implements desktop.Mouseable.
func (p *press) MouseDown(*desktop.MouseEvent) {
	if p.off {
		return
	}
	p.down = true
	if p.byClick {
		p.focusQuietly()
	}
	p.Refresh()
}

// MouseUp implements desktop.Mouseable.
func (p *press) MouseUp(*desktop.MouseEvent) {
	p.down = false
	p.Refresh()
}

func (p *press) focusQuietly() {
	me, ok := p.me.(fyne.Focusable)
	if !ok || p.focused {
		return
	}
	if c := CanvasOf(p.me); c != nil {
		p.quietly = true
		c.Focus(me)
	}
}

// FocusGained implements fyne.Focusable.
func (p *press) FocusGained() {
	p.focused = true
	p.Refresh()
	if p.reached != nil && !p.quietly {
		p.reached(p.me)
	}
}

// FocusLost implements fyne.Focusable.
func (p *press) FocusLost() {
	p.focused, p.quietly = false, false
	p.Refresh()
}

// TypedRune implements fyne.Focusable: letters are the place's, wherever the focus is.
func (p *press) TypedRune(r rune) {
	if c := CanvasOf(p.me); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

// TypedKey implements fyne.Focusable: Space and Enter press it.
func (p *press) TypedKey(e *fyne.KeyEvent) {
	if p.quietly {
		p.quietly = false
		p.Refresh()
	}
	if p.keys != nil && p.keys(e) {
		return
	}
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		p.fire()
	default:
		passKey(p.me, e)
	}
}

// passKey hands a key that a part doesn't use to the place, as Escape.
func passKey(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := CanvasOf(o); c != nil && c.OnTypedKey() != nil {
		c.OnTypedKey()(e)
	}
}

// Disable implements fyne.Disableable.
func (p *press) Disable() { p.turn(true) }

// Enable implements fyne.Disableable.
func (p *press) Enable() { p.turn(false) }

// Disabled implements fyne.Disableable.
func (p *press) Disabled() bool { return p.off }

func (p *press) turn(off bool) {
	if p.off != off {
		p.off = off
		p.Refresh()
	}
}

func (p *press) ringed() bool { return p.focused && !p.quietly }

// veil is the translucent colour that the mouse lays over the part.
func (p *press) veil() fyne.ThemeColorName {
	switch {
	case p.off:
		return look.Clear
	case p.down:
		return look.Pressed
	case p.hovered:
		return look.Hover
	default:
		return look.Clear
	}
}

// is makes me the widget that this press belongs to.
func (p *press) is(me fyne.Widget) {
	p.me = me
	p.ExtendBaseWidget(me)
}

// passShortcut hands a shortcut that a part doesn't use to the window.
func passShortcut(o fyne.CanvasObject, s fyne.Shortcut) {
	if c, ok := CanvasOf(o).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// CanvasOf is where o is drawn, or will be; nil before it is in a window.
func CanvasOf(o fyne.CanvasObject) fyne.Canvas {
	app := fyne.CurrentApp()
	if app == nil {
		return nil
	}
	if c := app.Driver().CanvasForObject(o); c != nil {
		return c
	}
	// An object that has not been drawn yet has no canvas on record. There is one window.
	all := slices.DeleteFunc(slices.Clone(app.Driver().AllWindows()), func(w fyne.Window) bool { return w.Title() == trayWindow })
	if len(all) == 1 {
		return all[0].Canvas()
	}
	return nil
}

// trayWindow is the title of a window that the toolkit makes where there is a tray, and never shows.
const trayWindow = "SystrayMonitor"
