//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package wire

import "net"

// untouched can't tell here: a connection that the host has closed is found out by its use.
func untouched(net.Conn) bool { return true }
