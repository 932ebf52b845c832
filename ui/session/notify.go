//go:build linux

package session

import (
	"context"
	"html"
	"slices"

	"github.com/godbus/dbus/v5"
)

// notifier is what shows notices on a desktop.
const (
	notifier     = "org.freedesktop.Notifications"
	notifierPath = dbus.ObjectPath("/org/freedesktop/Notifications")
)

// byDesktop lets the desktop decide how long a notice stays.
const byDesktop = int32(-1)

// Notify has the desktop show a notice, and returns its number; ok is false where nothing shows any. None is started for it
// where it is not there: the bus does that by itself, if the desktop wants it.
func Notify(ctx context.Context, b Buses, n Notice) (number uint32, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	c := connect(ctx, b.Session)
	if c == nil {
		return 0, false
	}
	desk := c.Object(notifier, notifierPath)
	body := n.Body
	var can []string
	if err := desk.CallWithContext(ctx, notifier+".GetCapabilities", 0).Store(&can); err != nil {
		return 0, false
	}
	if slices.Contains(can, "body-markup") {
		body = html.EscapeString(body)
	}
	hints := map[string]dbus.Variant{"urgency": dbus.MakeVariant(byte(1)), "desktop-entry": dbus.MakeVariant(n.Icon)}
	err := desk.CallWithContext(ctx, notifier+".Notify", 0, n.Program, n.Replace, n.Icon, n.Title, body, []string{}, hints, byDesktop).Store(&number)
	return number, err == nil
}

// CloseNotice takes a notice away, if it is still there.
func CloseNotice(ctx context.Context, b Buses, number uint32) {
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	if c := connect(ctx, b.Session); c != nil && number != 0 {
		_ = c.Object(notifier, notifierPath).CallWithContext(ctx, notifier+".CloseNotification", 0, number).Err // one that is gone is gone
	}
}
