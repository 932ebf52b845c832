//go:build linux || darwin

package holder

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

var errStranger = errors.New("another person's process is at the other end")

// isOurs reports whether a file belongs to the person who runs this.
func isOurs(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(s.Uid) == os.Getuid()
}

// take locks the file at path for this process alone. It errs with ErrHeld. The lock ends with the process.
func take(path string) (*os.File, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CREAT|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the holder's lock: %w", err)
	}
	file := os.NewFile(uintptr(fd), path)
	err = unix.Flock(fd, unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		err = ErrHeld
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// checkPeer refuses a process of somebody else, whatever the folder let in.
func checkPeer(c *net.UnixConn) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return fmt.Errorf("look at who speaks: %w", err)
	}
	uid, failed := -1, error(nil)
	if err := raw.Control(func(fd uintptr) { uid, failed = peerUID(int(fd)) }); err != nil {
		return fmt.Errorf("look at who speaks: %w", err)
	}
	if failed != nil {
		return fmt.Errorf("look at who speaks: %w", failed)
	}
	if uid != os.Getuid() {
		return errStranger
	}
	return nil
}
