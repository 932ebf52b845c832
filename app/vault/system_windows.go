package vault

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockHandle takes the exclusive lock of an open file without waiting. The lock ends
// with the handle. It returns errInUse when another handle, here or in another
// process, holds it. Windows locks forbid reading the locked bytes, so the one locked
// byte lies far behind the end of any vault.
func lockHandle(file *os.File) error {
	const far = 1 << 30
	at := windows.Overlapped{OffsetHigh: far}
	flags := uint32(windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY)
	err := windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errInUse
	}
	return err
}

// unlockHandle does nothing: no child has our handles here.
func unlockHandle(*os.File) {}

// syncFolder does nothing: Windows has no such call, NTFS journals its names.
func syncFolder(string) error { return nil }

func noSpace(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// noFollow and noWait are flags of opening that this system has not.
const (
	noFollow = 0
	noWait   = 0
)

// movesHeld: no folder can be renamed while files in it are open.
const movesHeld = false
