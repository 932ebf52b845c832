//go:build e2e

package ui_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"io"
	"net"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

// The names of the tray's protocol, and of the menu that an icon in it has.
const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = dbus.ObjectPath("/StatusNotifierWatcher")
	itemName    = "org.kde.StatusNotifierItem"
	menuName    = "com.canonical.dbusmenu"
)

// tray is what a desktop's panel is to a program: it is told of icons, and may look at them.
type tray struct {
	t     *testing.T
	bus   *dbus.Conn
	items chan trayItem
}

// trayItem is who registered, and where its icon is.
type trayItem struct {
	owner string
	path  dbus.ObjectPath
}

// RegisterStatusNotifierItem implements a method of the watcher. A program names its path, or a service.
func (y *tray) RegisterStatusNotifierItem(named string, sender dbus.Sender) *dbus.Error {
	i := trayItem{owner: string(sender), path: dbus.ObjectPath(named)}
	if !strings.HasPrefix(named, "/") {
		i = trayItem{owner: named, path: "/StatusNotifierItem"}
	}
	y.items <- i
	return nil
}

// RegisterStatusNotifierHost implements a method of the watcher.
func (y *tray) RegisterStatusNotifierHost(string) *dbus.Error { return nil }

// startBus starts a session bus of its own and returns its address.
func (r *rig) startBus() string {
	r.t.Helper()
	need(r.t, "dbus-daemon")
	address := "unix:path=" + r.path("run", "bus")
	daemon := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1", "--address="+address)
	out, err := daemon.StdoutPipe()
	if err == nil {
		err = daemon.Start()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = daemon.Process.Kill(); _ = daemon.Wait() })
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		r.t.Fatal(err)
	}
	return address
}

// newTray puts a watcher with a host on the bus at address.
func newTray(t *testing.T, address string) *tray {
	t.Helper()
	y := &tray{t: t, items: make(chan trayItem, 4)}
	var err error
	if y.bus, err = dbus.Connect(address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = y.bus.Close() })
	if err := y.bus.Export(y, watcherPath, watcherName); err != nil {
		t.Fatal(err)
	}
	if _, err := prop.Export(y.bus, watcherPath, prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: true}, "ProtocolVersion": {Value: int32(0)}, "RegisteredStatusNotifierItems": {Value: []string{}},
	}}); err != nil {
		t.Fatal(err)
	}
	if _, err := y.bus.RequestName(watcherName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	return y
}

func (y *tray) ask(i trayItem, path dbus.ObjectPath, method string, result any, args ...any) {
	y.t.Helper()
	ctx, cancel := context.WithTimeout(y.t.Context(), patience)
	defer cancel()
	call := y.bus.Object(i.owner, path).CallWithContext(ctx, method, 0, args...)
	if call.Err != nil {
		y.t.Fatalf("%s: %v", method, call.Err)
	}
	if result != nil {
		if err := call.Store(result); err != nil {
			y.t.Fatalf("%s: %v", method, err)
		}
	}
}

// pixmap is a picture of an icon: ARGB, 4 bytes a pixel.
type pixmap struct {
	Wide, High int32
	Pixels     []byte
}

// check reads an icon as a panel does, and returns where its menu is.
func (y *tray) check(i trayItem) (menu dbus.ObjectPath) {
	y.t.Helper()
	var all map[string]dbus.Variant
	y.ask(i, i.path, "org.freedesktop.DBus.Properties.GetAll", &all, itemName)
	for name, want := range map[string]string{"Title": "Coffer", "Id": "Coffer", "Status": "Active", "Category": "ApplicationStatus"} {
		if got, _ := all[name].Value().(string); got != want {
			y.t.Errorf("%s is %q, not %q", name, got, want)
		}
	}
	var icons []pixmap
	if err := dbus.Store([]any{all["IconPixmap"].Value()}, &icons); err != nil || len(icons) == 0 {
		y.t.Fatalf("no icon: %v, %v", all["IconPixmap"], err)
	}
	for _, icon := range icons {
		seen := 0
		for at := 0; at < len(icon.Pixels); at += 4 {
			if icon.Pixels[at] > 0 { // not transparent
				seen++
			}
		}
		if icon.Wide < 22 || icon.High < 22 || len(icon.Pixels) != int(4*icon.Wide*icon.High) || seen < len(icon.Pixels)/4/8 {
			y.t.Errorf("the icon is %d × %d, %d bytes, %d pixels to be seen", icon.Wide, icon.High, len(icon.Pixels), seen)
		}
	}
	menu, _ = all["Menu"].Value().(dbus.ObjectPath)
	if !menu.IsValid() || menu == "/" {
		y.t.Fatalf("the menu is at %q", menu)
	}
	return menu
}

// layout is one entry of a menu, with those below it.
type layout struct {
	ID    int32
	Props map[string]dbus.Variant
	Below []dbus.Variant
}

// entries reads a menu: what its entries say, and their ids.
func (y *tray) entries(i trayItem, menu dbus.ObjectPath) (labels []string, ids map[string]int32) {
	y.t.Helper()
	ctx, cancel := context.WithTimeout(y.t.Context(), patience)
	defer cancel()
	var revision uint32
	var root layout
	err := y.bus.Object(i.owner, menu).CallWithContext(ctx, menuName+".GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root)
	if err != nil {
		y.t.Fatalf("read the menu: %v", err)
	}
	ids = map[string]int32{}
	for _, below := range root.Below {
		var entry layout
		if err := dbus.Store([]any{below.Value()}, &entry); err != nil {
			y.t.Fatal(err)
		}
		label, _ := entry.Props["label"].Value().(string)
		if on, said := entry.Props["enabled"].Value().(bool); said && !on {
			y.t.Errorf("%q can't be pressed", label)
		}
		labels, ids[label] = append(labels, label), entry.ID
	}
	return labels, ids
}

// press does what a panel does when the person presses an entry.
func (y *tray) press(i trayItem, menu dbus.ObjectPath, label string) {
	y.t.Helper()
	_, ids := y.entries(i, menu)
	id, there := ids[label]
	if !there {
		y.t.Fatalf("the menu has no %q but %v", label, ids)
	}
	y.ask(i, menu, menuName+".Event", nil, id, "clicked", dbus.MakeVariant(""), uint32(0))
}

// awaitItem waits for the icon of w.
func (y *tray) awaitItem(w *window) trayItem {
	y.t.Helper()
	select {
	case i := <-y.items:
		var pid uint32
		err := y.bus.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, i.owner).Store(&pid)
		if err != nil || int(pid) != w.cmd.Process.Pid {
			y.t.Fatalf("process %d registered, not %d: %v", pid, w.cmd.Process.Pid, err)
		}
		return i
	case <-time.After(patience):
		y.t.Fatalf("no icon came into the tray\n%s", w.complaints())
		return trayItem{}
	}
}

// The kinds of request of X11 that are needed to close a window as a desktop does.
const (
	x11InternAtom = 16
	x11SendEvent  = 25
	x11Message    = 33 // a ClientMessage
)

// cross presses the window's cross: there is no window manager here to do it.
func (w *window) cross() {
	w.t.Helper()
	c, err := net.Dial("unix", "/tmp/.X11-unix/X"+strings.TrimPrefix(w.display, ":"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(patience))
	order := binary.LittleEndian
	ask := func(request []byte) []byte {
		if _, err := c.Write(request); err != nil {
			w.t.Fatal(err)
		}
		answer := make([]byte, 32)
		if _, err := io.ReadFull(c, answer); err != nil || answer[0] != 1 {
			w.t.Fatalf("the display answers %v, %v", answer[0], err)
		}
		return answer
	}
	if _, err := c.Write([]byte{'l', 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0}); err != nil {
		w.t.Fatal(err)
	}
	head := make([]byte, 8)
	if _, err := io.ReadFull(c, head); err != nil || head[0] != 1 {
		w.t.Fatalf("the display refuses: %v, %v", head, err)
	}
	if _, err := io.CopyN(io.Discard, c, 4*int64(order.Uint16(head[6:]))); err != nil {
		w.t.Fatal(err)
	}
	atom := func(name string) uint32 {
		padded := append([]byte(name), make([]byte, (4-len(name)%4)%4)...)
		b := order.AppendUint16([]byte{x11InternAtom, 0}, uint16(2+len(padded)/4))
		b = order.AppendUint16(order.AppendUint16(b, uint16(len(name))), 0)
		return order.Uint32(ask(append(b, padded...))[8:])
	}
	protocols, end := atom("WM_PROTOCOLS"), atom("WM_DELETE_WINDOW")
	id, err := strconv.ParseUint(w.id, 10, 32)
	if err != nil {
		w.t.Fatal(err)
	}
	b := order.AppendUint16([]byte{x11SendEvent, 0}, 11)
	b = order.AppendUint32(order.AppendUint32(b, uint32(id)), 0)
	b = order.AppendUint16(append(b, x11Message, 32), 0)
	for _, word := range []uint32{uint32(id), protocols, end, 0, 0, 0, 0} {
		b = order.AppendUint32(b, word)
	}
	if _, err := c.Write(b); err != nil {
		w.t.Fatal(err)
	}
	atom("WM_PROTOCOLS") // answered after the event was sent
}

// shown reports whether there is a window to see.
func (w *window) shown() bool {
	cmd := exec.Command("xdotool", "search", "--onlyvisible", "--name", "^Coffer$")
	cmd.Env = w.environment()
	out, _ := cmd.Output() // none found is a failure to xdotool
	return len(strings.Fields(string(out))) > 0
}

// end waits for the process to end by itself, without a complaint.
func (w *window) end() {
	w.t.Helper()
	select {
	case err := <-w.ended:
		if err != nil {
			w.t.Errorf("it ended with %v\n%s", err, w.complaints())
		}
	case <-time.After(patience):
		w.t.Fatal("it did not end")
	}
	if text := w.errors.String(); strings.Contains(text, "Error in Fyne call thread") || strings.Contains(text, "panic") || strings.Contains(text, "systray error") {
		w.t.Errorf("the window complained:\n%s", text)
	}
}

// unlockedAsked asks the window for balances without any secret: whether it answers.
func (r *rig) unlockedAsked() bool {
	r.t.Helper()
	_, trouble, code := r.plain("--demo", "--without-bank", "balances")
	if code != 0 && code != 3 {
		r.t.Fatalf("the terminal says %d %s", code, trouble)
	}
	return code == 0
}

// stayInTray makes a vault that stays open in the tray.
func stayInTray(t *testing.T, w *window) {
	t.Helper()
	w.see("Choose a passphrase")
	w.gone("Looking for this computer")
	w.click("Stay unlocked in the tray")
	w.see("Closing the window leaves Coffer in the tray.")
	w.click("Passphrase")
	makeVault(t, w)
	w.click("Look around first")
	w.see("Nothing here yet")
}

// TestTrayKeepsTheVault: with a real tray the window goes into it and the vault stays open, and each
// entry of the icon's menu does what it says.
func TestTrayKeepsTheVault(t *testing.T) {
	r := newRig(t)
	address := r.startBus()
	y := newTray(t, address)
	w := r.open([]string{"--demo", "--without-bank"}, "DBUS_SESSION_BUS_ADDRESS="+address)
	item := y.awaitItem(w)
	menu := y.check(item)
	if labels, _ := y.entries(item, menu); !slices.Equal(labels, []string{"Open", "Lock", "Quit"}) {
		t.Errorf("the menu says %q", labels)
	}
	stayInTray(t, w)

	t.Log("the cross: the window goes, the vault stays open")
	w.cross()
	w.until("no window", func([]seen) bool { return !w.shown() })
	if !r.unlockedAsked() {
		t.Error("in the tray the vault is locked")
	}
	y.press(item, menu, "Open")
	w.until("the window", func([]seen) bool { return w.shown() })
	w.see("Nothing here yet")

	t.Log("locked from the tray")
	w.cross()
	w.until("no window", func([]seen) bool { return !w.shown() })
	y.press(item, menu, "Lock")
	w.until("a locked vault", func([]seen) bool { return !r.unlockedAsked() })
	y.press(item, menu, "Open")
	w.until("the window", func([]seen) bool { return w.shown() })
	w.see("Coffer is locked")
	w.xdotool("windowfocus", "--sync", w.id)
	w.write(passphrase)
	w.key("Return")
	w.see("Nothing here yet")

	t.Log("a second start brings it out of the tray")
	w.cross()
	w.until("no window", func([]seen) bool { return !w.shown() })
	if out, trouble, code := r.plain("--demo"); code != 0 || !strings.Contains(out, "in front now") {
		t.Errorf("a second start: %d %q %q", code, out, trouble)
	}
	w.until("the window", func([]seen) bool { return w.shown() })

	t.Log("quit from the tray, with the window in it")
	w.cross()
	w.until("no window", func([]seen) bool { return !w.shown() })
	y.press(item, menu, "Quit")
	w.end()
	if r.unlockedAsked() {
		t.Error("after the end the vault opens by itself")
	}
}

// TestTrayThatGoesEndsNothingUnseen: once the tray is gone, or there never was one, the cross ends
// Coffer: it never lives on where nobody can find it.
func TestTrayThatGoesEndsNothingUnseen(t *testing.T) {
	r := newRig(t)
	address := r.startBus()
	y := newTray(t, address)
	w := r.open([]string{"--demo", "--without-bank"}, "DBUS_SESSION_BUS_ADDRESS="+address)
	y.awaitItem(w)
	stayInTray(t, w)
	if _, err := y.bus.ReleaseName(watcherName); err != nil {
		t.Fatal(err)
	}
	w.cross()
	w.end()

	t.Log("no tray from the start")
	w = r.open([]string{"--demo", "--without-bank"}, "DBUS_SESSION_BUS_ADDRESS="+address)
	w.see("Coffer is locked")
	w.write(passphrase)
	w.key("Return")
	w.see("Nothing here yet")
	w.cross()
	w.end()

	t.Log("a tray, but the vault locks when nobody is there: closing is the end")
	if _, err := y.bus.RequestName(watcherName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
	w = r.open([]string{"--demo", "--without-bank"}, "DBUS_SESSION_BUS_ADDRESS="+address, "COFFER_LOCK_SOON=1")
	y.awaitItem(w)
	w.see("Coffer is locked")
	w.write(passphrase)
	w.key("Return")
	w.see("Nothing here yet")
	w.until("a minute as its time", func([]seen) bool {
		out, _, _ := r.plain("--demo", "--without-bank", "lock-after")
		return strings.Contains(out, "1m")
	})
	w.cross()
	w.end()
}

// TestStartedAtLoginItWaitsInTheTray: no window comes until somebody asks for one, and then a locked one.
func TestStartedAtLoginItWaitsInTheTray(t *testing.T) {
	r := newRig(t)
	address := r.startBus()
	y := newTray(t, address)
	w := r.open([]string{"--demo", "--without-bank"})
	makeVault(t, w)
	w.close()
	w = r.begin([]string{"--demo", "--without-bank", "--hidden"}, "DBUS_SESSION_BUS_ADDRESS="+address)
	item := y.awaitItem(w)
	y.check(item)
	if w.shown() {
		t.Error("a window is there")
	}
	if r.unlockedAsked() {
		t.Error("the vault opened by itself")
	}
	if w.shown() {
		t.Error("a question from a terminal brought up the window")
	}
	if out, trouble, code := r.plain("--demo", "--without-bank"); code != 0 || !strings.Contains(out, "in front now") {
		t.Errorf("a second start: %d %q %q", code, out, trouble)
	}
	w.find()
	w.see("Coffer is locked")
	w.shot("hidden-then-asked-for")
	w.write(passphrase)
	w.key("Return")
	w.see("Nothing here yet")
	w.close()
}
