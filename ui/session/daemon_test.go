//go:build linux && e2e

package session_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"coffer/ui/session"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// desktop is a real bus with a login1 and a screen saver of ours on it.
type desktop struct {
	t       *testing.T
	address string
	daemon  *exec.Cmd
	conn    *dbus.Conn
	told    chan string

	mu    sync.Mutex
	taken []*os.File // the ends of the descriptors that were given out to delay sleep
	takes chan struct{}
	ours  chan struct{} // our own end of a descriptor is closed
}

const (
	login   = "org.freedesktop.login1"
	mine    = dbus.ObjectPath("/org/freedesktop/login1/session/_31")
	another = dbus.ObjectPath("/org/freedesktop/login1/session/_32")
)

// GetSession implements a method of login1's Manager.
func (d *desktop) GetSession(string) (dbus.ObjectPath, *dbus.Error) { return mine, nil }

// GetSessionByPID implements a method of login1's Manager.
func (d *desktop) GetSessionByPID(uint32) (dbus.ObjectPath, *dbus.Error) { return mine, nil }

// Inhibit implements a method of login1's Manager: it gives out one end of a pipe and keeps the other.
func (d *desktop) Inhibit(what, _, _, mode string) (dbus.UnixFD, *dbus.Error) {
	read, write, err := os.Pipe()
	if err != nil || what != "sleep" || mode != "delay" {
		return 0, dbus.MakeFailedError(os.ErrInvalid)
	}
	d.mu.Lock()
	d.taken = append(d.taken, read)
	d.mu.Unlock()
	time.AfterFunc(time.Second, func() { write.Close(); d.ours <- struct{}{} }) // sent by then
	d.takes <- struct{}{}
	return dbus.UnixFD(write.Fd()), nil
}

func open(t *testing.T) *desktop {
	t.Helper()
	d := &desktop{t: t, address: "unix:path=" + filepath.Join(t.TempDir(), "bus"), told: make(chan string, 16), takes: make(chan struct{}, 4), ours: make(chan struct{}, 4)}
	d.daemon = exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", "--address="+d.address)
	out, err := d.daemon.StdoutPipe()
	if err == nil {
		err = d.daemon.Start()
	}
	if err != nil {
		t.Fatalf("dbus-daemon is needed: %v", err)
	}
	t.Cleanup(func() { _ = d.daemon.Process.Kill(); _ = d.daemon.Wait() })
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the bus did not start: %v", err)
	}
	if d.conn, err = dbus.Connect(d.address); err != nil {
		t.Fatal(err)
	}
	if err := d.conn.Export(d, "/org/freedesktop/login1", login+".Manager"); err != nil {
		t.Fatal(err)
	}
	d.own(login)
	return d
}

func (d *desktop) own(name string) {
	d.t.Helper()
	if _, err := d.conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desktop) buses() session.Buses { return session.Buses{System: d.address, Session: d.address} }

// watch watches until stop, which waits for the end.
func (d *desktop) watch(sleeps func()) (stop func()) {
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		session.Watch(ctx, d.buses(), session.Told{
			Screen: func() { d.told <- "screen" },
			Sleep:  func() { sleeps(); d.told <- "sleep" },
			Wake:   func() { d.told <- "wake" },
			Online: func() { d.told <- "online" },
		})
	}()
	<-d.takes // the last thing before it listens to the desktop is delaying sleep
	return func() {
		cancel()
		ends(d.t, "watching", func() { <-done })
	}
}

func (d *desktop) emit(path dbus.ObjectPath, name string, body ...any) {
	d.t.Helper()
	if err := d.conn.Emit(path, name, body...); err != nil {
		d.t.Fatal(err)
	}
}

// hears fails unless exactly these are told. A signal that is known to be told ends the listening.
func (d *desktop) hears(want ...string) {
	d.t.Helper()
	for i, w := range want {
		select {
		case got := <-d.told:
			if got != w {
				d.t.Fatalf("number %d told is %s, not %s", i+1, got, w)
			}
		case <-time.After(patience):
			d.t.Fatalf("%s was not told", w)
		}
	}
}

// heldBriefly reports whether the newest delay of sleep is still there: its pipe has not ended.
func (d *desktop) heldBriefly() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	read := d.taken[len(d.taken)-1]
	_ = read.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
	_, err := read.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded)
}

func TestTheScreenAndSleepAreToldByARealBus(t *testing.T) {
	d := open(t)
	stop := d.watch(func() {})
	defer stop()
	d.until("listening", func() bool { // the rules for the desktop come after the delay
		d.emit("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver.ActiveChanged", true)
		select {
		case <-d.told:
			return true
		case <-time.After(50 * time.Millisecond):
			return false
		}
	})
	d.drain()
	d.emit("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", false)
	d.emit("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged", true)
	d.hears("screen")
	d.emit(another, login+".Session.Lock") // somebody else's
	d.emit(mine, login+".Session.Lock")
	d.hears("screen")
	d.emit(mine, "org.freedesktop.DBus.Properties.PropertiesChanged", login+".Session", map[string]dbus.Variant{"Active": dbus.MakeVariant(true)}, []string{})
	d.emit(mine, "org.freedesktop.DBus.Properties.PropertiesChanged", login+".Session", map[string]dbus.Variant{"LockedHint": dbus.MakeVariant(true)}, []string{})
	d.hears("screen")
	d.emit("/org/freedesktop/login1", login+".Manager.PrepareForSleep", true)
	d.hears("sleep")
	if len(d.told) != 0 {
		t.Errorf("%d more were told", len(d.told))
	}
}

func (d *desktop) drain() {
	for {
		select {
		case <-d.told:
		case <-time.After(300 * time.Millisecond):
			return
		}
	}
}

func (d *desktop) until(what string, yes func() bool) {
	d.t.Helper()
	for over := time.Now().Add(patience); !yes(); {
		if time.Now().After(over) {
			d.t.Fatalf("never %s", what)
		}
	}
}

func TestSleepWaitsUntilItIsLocked(t *testing.T) {
	d := open(t)
	locking, locked := make(chan struct{}), make(chan struct{})
	stop := d.watch(func() { close(locking); <-locked })
	defer stop()
	<-d.ours
	d.emit("/org/freedesktop/login1", login+".Manager.PrepareForSleep", true)
	<-locking
	if !d.heldBriefly() {
		t.Fatal("the computer may sleep before the vault is locked")
	}
	close(locked)
	d.hears("sleep")
	d.until("asleep", func() bool { return !d.heldBriefly() })
	d.emit("/org/freedesktop/login1", login+".Manager.PrepareForSleep", false)
	d.hears("wake")
	select {
	case <-d.takes: // for the next time
	case <-time.After(patience):
		t.Fatal("the next sleep is not delayed")
	}
}

func TestTheTrayIsAskedFor(t *testing.T) {
	d := open(t)
	if session.HasTray(t.Context(), d.buses()) {
		t.Error("there is none yet")
	}
	const watcher, path = "org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher"
	d.own(watcher)
	if !session.HasTray(t.Context(), d.buses()) {
		t.Error("there is one, with no word of who shows its icons")
	}
	said := &prop.Prop{Value: false}
	told, err := prop.Export(d.conn, path, prop.Map{watcher: {"IsStatusNotifierHostRegistered": said}})
	if err != nil {
		t.Fatal(err)
	}
	if session.HasTray(t.Context(), d.buses()) {
		t.Error("nobody shows its icons")
	}
	told.SetMust(watcher, "IsStatusNotifierHostRegistered", true)
	if !session.HasTray(t.Context(), d.buses()) {
		t.Error("somebody shows its icons")
	}
	hang := make(chan struct{})
	defer close(hang)
	if err := d.conn.ExportMethodTable(map[string]any{"Get": func(string, string) (dbus.Variant, *dbus.Error) {
		<-hang
		return dbus.MakeVariant(true), nil
	}}, path, "org.freedesktop.DBus.Properties"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if session.HasTray(ctx, d.buses()) {
		t.Error("a tray that never answers")
	}
}

func TestABusThatDiesEndsNothing(t *testing.T) {
	d := open(t)
	stop := d.watch(func() {})
	_ = d.daemon.Process.Kill()
	_ = d.daemon.Wait()
	stop()
	if len(d.told) != 0 {
		t.Error("something was told")
	}
}

const (
	nm     = "org.freedesktop.NetworkManager"
	nmPath = dbus.ObjectPath("/org/freedesktop/NetworkManager")
)

func TestTheNetworkIsAskedWhetherItCounts(t *testing.T) {
	d := open(t)
	if session.Metered(t.Context(), d.buses()) {
		t.Error("nothing tells, and it counts")
	}
	d.own(nm)
	if session.Metered(t.Context(), d.buses()) {
		t.Error("a NetworkManager without the property counts")
	}
	said := &prop.Prop{Value: uint32(0)}
	told, err := prop.Export(d.conn, nmPath, prop.Map{nm: {"Metered": said}})
	if err != nil {
		t.Fatal(err)
	}
	for value, want := range map[uint32]bool{0: false, 1: true, 2: false, 3: true, 4: false} {
		told.SetMust(nm, "Metered", value)
		if got := session.Metered(t.Context(), d.buses()); got != want {
			t.Errorf("NM_METERED %d counts: %v", value, got)
		}
	}
	if err := d.conn.ExportMethodTable(map[string]any{"Get": func(string, string) (dbus.Variant, *dbus.Error) {
		return dbus.MakeVariant("often"), nil
	}}, nmPath, "org.freedesktop.DBus.Properties"); err != nil {
		t.Fatal(err)
	}
	if session.Metered(t.Context(), d.buses()) {
		t.Error("a word of another type counts")
	}
}

func TestANetworkThatComesIsTold(t *testing.T) {
	d := open(t)
	d.own(nm)
	stop := d.watch(func() {})
	defer stop()
	for _, state := range []uint32{20, 40, 50, 70} { // disconnected, connecting, this computer alone, everywhere
		d.emit(nmPath, nm+".StateChanged", state)
	}
	d.emit("/elsewhere", nm+".StateChanged", uint32(70))
	d.emit("/org/freedesktop/login1", login+".Manager.PrepareForSleep", true)
	d.hears("online", "sleep")
}
