package whole

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// nameless opens a file without a name in dir: it is gone with its process. Not every disk can do that.
func nameless(dir string) (*os.File, error) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_WRONLY|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, os.NewSyscallError("open", err)
	}
	file := os.NewFile(uintptr(fd), dir)
	if _, err := os.Stat(self(file)); err != nil { // without /proc it could never be named
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

func self(file *os.File) string { return "/proc/self/fd/" + strconv.Itoa(int(file.Fd())) }

// link gives file a name that nothing has.
func link(file *os.File, path string) error {
	if err := unix.Linkat(unix.AT_FDCWD, self(file), unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW); err != nil {
		return &os.LinkError{Op: "link", Old: file.Name(), New: path, Err: err}
	}
	return nil
}
