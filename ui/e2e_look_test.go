//go:build e2e

package ui_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestTheLookIsChosenAndKept chooses a look in the settings: the open window changes at once,
// and the next one starts with it.
func TestTheLookIsChosenAndKept(t *testing.T) {
	const light, dark = "#F", "#1" // how the grounds begin
	r := newRig(t)
	w := r.open([]string{"--demo", "--without-bank"})
	makeVault(t, w)
	w.click("Look around first")
	w.key("ctrl+6")
	w.see("Lock and keys")
	w.xdotool("mousemove", "700", "500", "click", "--repeat", "40", "5") // the wheel
	w.see("Theme")
	w.click("Light")
	w.ground(light)
	w.click("Dark")
	w.ground(dark)
	w.click("Light")
	w.ground(light)
	w.shot("look-light")
	w.close()
	w = r.open([]string{"--demo", "--without-bank"})
	w.see("Coffer is locked")
	w.ground(light)
	w.close()
}

// ground waits until the window's ground has a colour that begins so.
func (w *window) ground(colour string) {
	w.t.Helper()
	w.until("the ground "+colour, func([]seen) bool {
		cmd := exec.Command("import", "-display", w.display, "-window", "root", "-crop", "1x1+1200+120", "-depth", "8", "txt:-")
		out, err := cmd.Output()
		return err == nil && strings.Contains(string(out), colour)
	})
}
