//go:build !nogui

package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// keys binds what works everywhere. Entries hand on the shortcuts that they don't know.
func (f *frame) keys() {
	c := f.window.Canvas()
	control := func(key fyne.KeyName, act func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) {
			if f.mode == atPlaces {
				act()
			}
		})
	}
	for i, key := range []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5, fyne.Key6, fyne.Key7, fyne.Key8} {
		control(key, func() { f.goTo(i) })
	}
	control(fyne.KeyF, func() {
		if s, ok := f.current.(searcher); ok {
			s.Search()
		}
	})
	control(fyne.KeyI, f.importFile)
	control(fyne.KeyL, f.lockNow)
	control(fyne.KeyH, f.toggleAmounts)
	c.AddShortcut(&fyne.ShortcutUndo{}, func(fyne.Shortcut) { f.undo(false) })
	c.AddShortcut(&fyne.ShortcutRedo{}, func(fyne.Shortcut) { f.undo(true) })
	c.SetOnTypedRune(f.typedRune)
	c.SetOnTypedKey(f.typedKey)
}

func (f *frame) undo(redo bool) {
	u, ok := f.current.(undoer)
	switch {
	case !ok:
	case redo:
		u.Redo()
	default:
		u.Undo()
	}
}

func (f *frame) typedRune(r rune) {
	if f.mode != atPlaces {
		return
	}
	if s, ok := f.current.(runer); ok {
		s.TypedRune(r)
	}
	switch r {
	case 'r', 'R':
		f.refresh()
	case '?':
		f.showKeys()
	}
}

func (f *frame) typedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		f.back()
		return
	}
	if s, ok := f.current.(keyer); ok {
		s.TypedKey(e)
	}
}

// back closes what is open on the screen; on a page within a place it goes to the place.
func (f *frame) back() {
	if f.popup != nil {
		f.hideKeys()
		return
	}
	if s, ok := f.current.(backer); ok && s.Back() {
		return
	}
	if f.mode == atPlaces && f.current != f.made[f.at] {
		f.goTo(f.at)
	}
}
