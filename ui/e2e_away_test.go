//go:build e2e

package ui_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// TestAWindowLeftAloneLocks waits a minute, the shortest time that can be chosen, twice: with the
// pointer moving, or keys, the window stays open; left alone it locks, and says why.
func TestAWindowLeftAloneLocks(t *testing.T) {
	r := newRig(t)
	w := r.open([]string{"--demo", "--without-bank"}, "COFFER_LOCK_SOON=1")
	makeVault(t, w)
	w.click("Look around first")
	w.see("Nothing here yet")
	start := time.Now()
	tick := time.NewTicker(4 * time.Second)
	defer tick.Stop()
	for i := 0; time.Since(start) < 80*time.Second; i++ {
		if i%2 == 0 {
			w.xdotool("mousemove", strconv.Itoa(600+i%40), "700")
		} else {
			w.key("Shift_L")
		}
		w.see("Nothing here yet")
		<-tick.C
	}
	alone := time.Now()
	w.see("1 minute without you. The keys are out of memory.")
	if took := time.Since(alone); took < 50*time.Second || took > 75*time.Second {
		t.Errorf("it locked after %v", took)
	}
	w.gone("Nothing here yet")
	w.shot("locked-by-idling")
	w.write(passphrase)
	w.key("Return")
	w.see("Nothing here yet")
	w.close()
}

// TestTheWindowLocksWithTheScreen says on a real bus that the screen has locked, as a desktop does.
func TestTheWindowLocksWithTheScreen(t *testing.T) {
	r := newRig(t)
	address := r.startBus()
	w := r.open([]string{"--demo", "--without-bank"}, "DBUS_SESSION_BUS_ADDRESS="+address)
	makeVault(t, w)
	w.click("Look around first")
	w.see("Nothing here yet")
	bus, err := dbus.Connect(address)
	if err == nil {
		err = bus.Emit("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", true)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.see("Locked with the screen.")
	w.shot("locked-with-the-screen")
	w.close()
}
