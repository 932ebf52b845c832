//go:build e2e

package ui_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestConsentDenied: the person says no at the bank; nothing is linked, and it can be tried again.
func TestConsentDenied(t *testing.T) {
	r := newRig(t)
	w := r.open([]string{"--demo"})
	makeVault(t, w)
	w.click("Choose")
	w.see("Who sees your data on the way")
	w.click("Link")
	w.openBrowser().deny(w.address())
	w.see("You said no at the bank")
	w.shot("denied")
	w.close()
	out, code := r.run(passphrase, "--demo", "--without-bank", "--json", "banks")
	if code != 0 || strings.TrimSpace(out) != "[]" {
		t.Errorf("after a no there is a link: %d %s", code, out)
	}
}

// TestLinkCancelled: the browser is closed and the person cancels; nothing is linked.
func TestLinkCancelled(t *testing.T) {
	r := newRig(t)
	w := r.open([]string{"--demo"})
	makeVault(t, w)
	w.click("Choose")
	w.see("Who sees your data on the way")
	w.click("Link")
	_ = w.address()
	w.see("Waiting for " + provider)
	w.click("Cancel")
	w.gone("Waiting for")
	w.close()
	if out, code := r.run(passphrase, "--demo", "--without-bank", "--json", "banks"); code != 0 || strings.TrimSpace(out) != "[]" {
		t.Errorf("after a cancel there is a link: %d %s", code, out)
	}
}

// TestNoBrowser: where no browser can be opened the address can be copied, and works.
func TestNoBrowser(t *testing.T) {
	r := newRig(t)
	if err := os.Remove(r.path("bin", "xdg-open")); err != nil {
		t.Fatal(err)
	}
	w := r.open([]string{"--demo"}, "PATH="+r.path("bin"))
	makeVault(t, w)
	w.click("Choose")
	w.see("Who sees your data on the way")
	w.click("Link")
	w.see("http://127.0.0.1:")
	w.shot("no-browser")
	w.click("Copy address")
	w.openBrowser().approve(w.clipboard(), false)
	w.click("Read these accounts")
	w.see("Northlight Bank is linked")
	w.close()
}

// clipboard returns what was copied, once there is something.
func (w *window) clipboard() string {
	w.t.Helper()
	var copied []byte
	w.until("something copied", func([]seen) bool {
		cmd := exec.Command("xclip", "-selection", "clipboard", "-o")
		cmd.Env = append(os.Environ(), "DISPLAY="+w.display)
		out, err := cmd.Output()
		copied = out
		return err == nil && len(out) > 0
	})
	return string(copied)
}

// TestNoDisplay: one sentence, no panic.
func TestNoDisplay(t *testing.T) {
	r := newRig(t)
	for name, environment := range map[string][]string{
		"none":                     {"DISPLAY=", "WAYLAND_DISPLAY="},
		"one that nobody serves":   {"DISPLAY=:9977", "WAYLAND_DISPLAY="},
		"another computer's, gone": {"DISPLAY=127.0.0.1:9977", "WAYLAND_DISPLAY="},
		"Wayland alone":            {"DISPLAY=", "WAYLAND_DISPLAY=wayland-0"},
	} {
		cmd := exec.Command(r.program)
		cmd.Env = append(r.environment(), environment...)
		out, err := cmd.CombinedOutput()
		if err == nil {
			t.Fatalf("%s: a window opened without a display", name)
		}
		text := strings.TrimSpace(string(out))
		last := text[strings.LastIndex(text, "\n")+1:]
		if !strings.HasPrefix(last, "There is no display") || strings.Contains(text, "panic") || strings.Contains(text, "goroutine") {
			t.Errorf("%s: it said %q", name, text)
		}
	}
}
