//go:build linux || darwin || freebsd || netbsd || openbsd

package wire

import (
	"errors"
	"net"
	"syscall"
)

// untouched reports whether nothing has come on a connection that rests: no goodbye, no end, no
// byte that nobody asked for. It reads nothing.
func untouched(conn net.Conn) bool {
	file, ok := conn.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := file.SyscallConn()
	if err != nil {
		return false
	}
	var peeked error
	if err := raw.Control(func(fd uintptr) {
		_, _, peeked = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK) // Go's sockets never block
	}); err != nil {
		return false
	}
	return errors.Is(peeked, syscall.EAGAIN)
}
