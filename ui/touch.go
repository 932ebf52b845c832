//go:build !nogui && !ci

package ui

import (
	"fyne.io/fyne/v2"
	"github.com/go-gl/glfw/v3.3/glfw"
)

// touched calls heard for every key, letter, button, scroll and move of the pointer in the window.
// The toolkit tells only what has the keyboard or lies under the pointer, so this goes in before
// it, where the toolkit itself hears. The window must be shown; it is called on the UI goroutine.
func touched(w fyne.Window, heard func()) {
	drawn, ok := w.(interface{ RunWithContext(func()) })
	if !ok {
		return
	}
	var window *glfw.Window
	drawn.RunWithContext(func() { window = glfw.GetCurrentContext() })
	if window == nil {
		return
	}
	var key glfw.KeyCallback
	var letter glfw.CharCallback
	var button glfw.MouseButtonCallback
	var move glfw.CursorPosCallback
	var scroll glfw.ScrollCallback
	key = window.SetKeyCallback(func(w *glfw.Window, k glfw.Key, code int, a glfw.Action, m glfw.ModifierKey) {
		heard()
		if key != nil {
			key(w, k, code, a, m)
		}
	})
	letter = window.SetCharCallback(func(w *glfw.Window, r rune) {
		heard()
		if letter != nil {
			letter(w, r)
		}
	})
	button = window.SetMouseButtonCallback(func(w *glfw.Window, b glfw.MouseButton, a glfw.Action, m glfw.ModifierKey) {
		heard()
		if button != nil {
			button(w, b, a, m)
		}
	})
	move = window.SetCursorPosCallback(func(w *glfw.Window, x, y float64) {
		heard()
		if move != nil {
			move(w, x, y)
		}
	})
	scroll = window.SetScrollCallback(func(w *glfw.Window, x, y float64) {
		heard()
		if scroll != nil {
			scroll(w, x, y)
		}
	})
}
