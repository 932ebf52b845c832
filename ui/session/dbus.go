//go:build linux

package session

import (
	"context"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/godbus/dbus/v5"
)

// answers is how long a bus may take to answer.
const answers = 5 * time.Second

// The names of login1, which knows of sleep and of this login session.
const (
	login       = "org.freedesktop.login1"
	loginPath   = dbus.ObjectPath("/org/freedesktop/login1")
	manager     = login + ".Manager"
	loginLocked = login + ".Session"
	properties  = "org.freedesktop.DBus.Properties"
)

// savers are what desktops call the program that locks the screen.
var savers = []string{"org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.mate.ScreenSaver", "org.cinnamon.ScreenSaver", "org.xfce.ScreenSaver"}

// Here returns the buses of this login session, by the environment. None is ever started.
func Here() Buses {
	b := Buses{System: os.Getenv("DBUS_SYSTEM_BUS_ADDRESS"), Session: os.Getenv("DBUS_SESSION_BUS_ADDRESS")}
	if b.System == "" {
		b.System = "unix:path=/run/dbus/system_bus_socket"
	}
	if run := os.Getenv("XDG_RUNTIME_DIR"); b.Session == "" && run != "" {
		b.Session = "unix:path=" + run + "/bus"
	}
	return b
}

// local keeps the sockets of this computer of an address: a bus is never asked over a network, and
// no program is started for one.
func local(address string) string {
	var kept []string
	for one := range strings.SplitSeq(address, ";") {
		if strings.HasPrefix(one, "unix:") {
			kept = append(kept, one)
		}
	}
	return strings.Join(kept, ";")
}

// connect returns nil where there is no bus. The connection ends with ctx.
func connect(ctx context.Context, address string) *dbus.Conn {
	if address = local(address); address == "" {
		return nil
	}
	life, end := context.WithCancel(ctx)
	late := time.AfterFunc(answers, end) // one that never answers
	c, err := dbus.Connect(address, dbus.WithContext(life))
	if !late.Stop() || err != nil {
		end()
		return nil
	}
	context.AfterFunc(ctx, end)
	return c
}

// listen returns the signals of c; nil, which never tells, without a connection.
func listen(ctx context.Context, c *dbus.Conn, rules ...[]dbus.MatchOption) <-chan *dbus.Signal {
	if c == nil {
		return nil
	}
	heard := make(chan *dbus.Signal, 16)
	c.Signal(heard)
	for _, rule := range rules {
		ctx, cancel := context.WithTimeout(ctx, answers)
		_ = c.AddMatchSignalContext(ctx, rule...) // one that is refused tells nothing
		cancel()
	}
	return heard
}

func signal(of, member string, more ...dbus.MatchOption) []dbus.MatchOption {
	return append([]dbus.MatchOption{dbus.WithMatchInterface(of), dbus.WithMatchMember(member)}, more...)
}

// Watch tells until ctx ends. A bus that is not there, or ends, tells nothing.
func Watch(ctx context.Context, b Buses, t Told) {
	system, desktop := connect(ctx, b.System), connect(ctx, b.Session)
	w := &watch{ctx: ctx, system: system, told: t, delay: -1}
	defer w.release()
	rules := [][]dbus.MatchOption{
		signal(manager, "PrepareForSleep", dbus.WithMatchSender(login)),
		signal(network, "StateChanged", dbus.WithMatchSender(network), dbus.WithMatchObjectPath(networkPath)),
	}
	if w.mine = w.session(); w.mine != "" {
		rules = append(rules,
			signal(loginLocked, "Lock", dbus.WithMatchSender(login), dbus.WithMatchObjectPath(w.mine)),
			signal(properties, "PropertiesChanged", dbus.WithMatchSender(login), dbus.WithMatchObjectPath(w.mine)))
	}
	asleep := listen(ctx, system, rules...)
	w.hold()
	rules = nil
	for _, saver := range savers {
		rules = append(rules, signal(saver, "ActiveChanged"))
	}
	saved := listen(ctx, desktop, rules...)
	for {
		select {
		case <-ctx.Done():
			return
		case s, alive := <-asleep:
			if !alive {
				asleep = nil
				continue
			}
			w.hear(s)
		case s, alive := <-saved:
			if !alive {
				saved = nil
				continue
			}
			w.hear(s)
		}
	}
}

// watch is one watching.
type watch struct {
	ctx    context.Context
	system *dbus.Conn // nil without one
	told   Told
	mine   dbus.ObjectPath // this login session; empty if not known
	delay  int             // the descriptor that lets sleep wait; -1 without
}

func (w *watch) hear(s *dbus.Signal) {
	switch {
	case s.Name == manager+".PrepareForSleep":
		if yes(s.Body) {
			w.told.Sleep()
			w.release()
		} else {
			w.hold()
			tell(w.told.Wake)
		}
	case s.Name == network+".StateChanged" && s.Path == networkPath:
		if online(s.Body) {
			tell(w.told.Online)
		}
	case s.Name == loginLocked+".Lock" && s.Path == w.mine:
		w.told.Screen()
	case s.Name == properties+".PropertiesChanged" && s.Path == w.mine:
		if hinted(s.Body) {
			w.told.Screen()
		}
	case strings.HasSuffix(s.Name, ".ScreenSaver.ActiveChanged") && yes(s.Body):
		w.told.Screen()
	}
}

// yes reports whether a signal says only true.
func yes(body []any) bool {
	if len(body) != 1 {
		return false
	}
	said, ok := body[0].(bool)
	return ok && said
}

// hinted reports whether changed properties say that the session is locked.
func hinted(body []any) bool {
	if len(body) < 2 {
		return false
	}
	changed, ok := body[1].(map[string]dbus.Variant)
	if !ok {
		return false
	}
	locked, ok := changed["LockedHint"].Value().(bool)
	return ok && locked
}

// call asks login1.
func (w *watch) call(method string, result any, args ...any) error {
	ctx, cancel := context.WithTimeout(w.ctx, answers)
	defer cancel()
	return w.system.Object(login, loginPath).CallWithContext(ctx, method, 0, args...).Store(result)
}

// session asks which login session this is; empty if it is in none.
func (w *watch) session() (path dbus.ObjectPath) {
	if w.system == nil {
		return ""
	}
	if id := os.Getenv("XDG_SESSION_ID"); id != "" && w.call(manager+".GetSession", &path, id) == nil {
		return path
	}
	if w.call(manager+".GetSessionByPID", &path, uint32(os.Getpid())) == nil {
		return path
	}
	return ""
}

// hold asks that going to sleep waits for the vault to lock.
func (w *watch) hold() {
	if w.system == nil || w.delay >= 0 {
		return
	}
	var fd dbus.UnixFD
	if err := w.call(manager+".Inhibit", &fd, "sleep", "Coffer", "Locks the vault", "delay"); err == nil {
		w.delay = int(fd)
		syscall.CloseOnExec(w.delay)
	}
}

// release lets the computer sleep.
func (w *watch) release() {
	if w.delay >= 0 {
		_ = syscall.Close(w.delay)
		w.delay = -1
	}
}

// watcher is what a desktop with a tray is asked: programs register their icons there.
const watcher = "org.kde.StatusNotifierWatcher"

// HasTray asks whether something shows the icons of running programs. A watcher that says that nobody
// shows what it is told of counts as none, and so does one that hangs; one that has no word for it counts.
func HasTray(ctx context.Context, b Buses) bool {
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	c := connect(ctx, b.Session)
	if c == nil {
		return false
	}
	var there bool
	if err := c.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, watcher).Store(&there); err != nil || !there {
		return false
	}
	var said dbus.Variant
	err := c.Object(watcher, "/StatusNotifierWatcher").CallWithContext(ctx, properties+".Get", dbus.FlagNoAutoStart, watcher, "IsStatusNotifierHostRegistered").Store(&said)
	if err != nil {
		return ctx.Err() == nil
	}
	shown, ok := said.Value().(bool)
	return shown || !ok
}
