//go:build e2e

package ui_test

import (
	"os"
	"strconv"
	"testing"
)

// TestEveryPlace draws every place in light and dark, wide and narrow, and leaves the pictures.
func TestEveryPlace(t *testing.T) {
	r := newRig(t)
	w := r.open([]string{"--demo"})
	makeVault(t, w)
	w.click("Look around first")
	w.see("Nothing here yet")
	w.shot("empty")
	w.key("ctrl+4")
	w.see("Banks")
	w.shot("banks-empty")
	w.key("ctrl+1")
	w.see("Nothing here yet")
	linkDemo(t, w)
	w.close()
	for _, mode := range []string{"light", "dark"} {
		for _, size := range [][2]int{{screenWide, screenHigh}, {800, 560}} {
			w := r.open([]string{"--demo"}, "COFFER_APPEARANCE="+mode)
			w.resize(size[0], size[1])
			tourPlaces(w, mode+"-"+strconv.Itoa(size[0]))
			w.close()
		}
	}
}

// tourPlaces visits every place of an open vault and takes its picture.
func tourPlaces(w *window, name string) {
	w.see("Coffer is locked")
	w.shot("lock-" + name)
	w.write(passphrase)
	w.key("Return")
	w.see("Net worth")
	w.shot("overview-" + name)
	w.key("ctrl+2")
	w.see("Harbour Bakery")
	w.key("Down", "Return")
	w.see("How it got here")
	w.shot("transactions-" + name)
	w.key("Escape")
	w.key("ctrl+3")
	w.see("Same amount twice")
	w.shot("alerts-" + name)
	w.key("ctrl+4")
	w.see("Add a bank")
	w.shot("banks-" + name)
	w.click("Add a bank")
	w.see("Straight from your bank")
	w.shot("add-a-bank-" + name)
	w.key("Escape")
	w.key("ctrl+5")
	w.see("Nothing else has left")
	w.shot("privacy-" + name)
	w.key("ctrl+6")
	w.see("Lock when you are away")
	w.shot("settings-" + name)
	w.click("Make a new one")
	w.see("Passphrase of now")
	w.shot("settings-recovery-" + name)
	w.key("Escape")
	w.key("ctrl+i")
	w.see("Which file?")
	w.write(w.path("statement.ofx"))
	w.key("Return")
	w.see("Import 6")
	w.shot("import-" + name)
	w.key("Escape")
	w.key("question")
	w.see("Keys")
	w.shot("keys-" + name)
	w.key("Escape")
	w.key("ctrl+h")
	w.key("ctrl+1")
	w.see("•••")
	w.shot("hidden-" + name)
	w.key("ctrl+l")
	w.see("Coffer is locked")
}

func (w *window) resize(wide, high int) {
	w.t.Helper()
	sample, err := os.ReadFile("../assets/samples/harbour-statement.ofx")
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(w.path("statement.ofx"), sample, 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.xdotool("windowsize", w.id, strconv.Itoa(wide), strconv.Itoa(high))
}
