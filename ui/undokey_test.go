//go:build !nogui && !e2e

package ui_test

import (
	"testing"

	"fyne.io/fyne/v2"
)

// TestKeysAnswerAndUndoInTheWindow answers an alert by key and takes it back by key, in both places that show it.
func TestKeysAnswerAndUndoInTheWindow(t *testing.T) {
	for name, place := range map[string]fyne.KeyName{"transactions": fyne.Key2, "alerts": fyne.Key3} {
		t.Run(name, func(t *testing.T) {
			live(t, wide, true, func(h *house) {
				shortcut := func(s fyne.Shortcut) {
					h.window.Canvas().(fyne.Shortcutable).TypedShortcut(s)
					h.settle()
				}
				h.control(place)
				h.says("A fee that you had not paid before", "Later")
				h.write("M")
				h.silent("Later")
				shortcut(&fyne.ShortcutUndo{})
				h.says("Later")
				shortcut(&fyne.ShortcutRedo{})
				h.silent("Later")
			})
		})
	}
}
