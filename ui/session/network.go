//go:build linux

package session

import (
	"context"

	"github.com/godbus/dbus/v5"
)

// The names of NetworkManager, which knows of the network that this computer is in.
const (
	network     = "org.freedesktop.NetworkManager"
	networkPath = dbus.ObjectPath("/org/freedesktop/NetworkManager")
)

// NMState and NMMetered of NetworkManager's D-Bus types.
const (
	connectedSite = 60 // NM_STATE_CONNECTED_SITE; above it is NM_STATE_CONNECTED_GLOBAL
	meteredYes    = 1  // NM_METERED_YES
	meteredGuess  = 3  // NM_METERED_GUESS_YES
)

// Metered asks NetworkManager whether the network counts its bytes. Without one, or where it doesn't say, none does.
func Metered(ctx context.Context, b Buses) bool {
	ctx, cancel := context.WithTimeout(ctx, answers)
	defer cancel()
	c := connect(ctx, b.System)
	if c == nil {
		return false
	}
	var said dbus.Variant
	if c.Object(network, networkPath).CallWithContext(ctx, properties+".Get", dbus.FlagNoAutoStart, network, "Metered").Store(&said) != nil {
		return false
	}
	is, ok := said.Value().(uint32)
	return ok && (is == meteredYes || is == meteredGuess)
}

// online reports whether a signal says that there is a network now.
func online(body []any) bool {
	if len(body) != 1 {
		return false
	}
	state, ok := body[0].(uint32)
	return ok && state >= connectedSite
}

func tell(of func()) {
	if of != nil {
		of()
	}
}
