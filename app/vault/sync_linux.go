package vault

import (
	"errors"
	"os"
	"syscall"
)

// Sync makes contents and length durable, as diskFile asks, and leaves out the file's times,
// which nothing here reads: at each commit they would cost the file system a journal of its own.
func (f folderFile) Sync() error {
	for {
		err := syscall.Fdatasync(int(f.Fd()))
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil:
			return &os.PathError{Op: "fdatasync", Path: f.Name(), Err: err}
		}
		return nil
	}
}
