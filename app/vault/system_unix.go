//go:build !windows

package vault

import (
	"errors"
	"os"
	"syscall"
)

// lockHandle takes the exclusive lock of an open file without waiting. The lock ends
// with the handle. It returns errInUse when another handle, here or in another
// process, holds it.
func lockHandle(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errInUse
		}
		return err
	}
}

// unlockHandle gives the lock back, for every copy of the handle.
func unlockHandle(file *os.File) {
	_ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN) // else it ends with the last copy
}

// syncFolder makes the names in a folder durable.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	err = dir.Sync()
	if closed := dir.Close(); err == nil {
		err = closed
	}
	return err
}

func noSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// noFollow and noWait are flags of opening: no link is followed, no pipe is waited for.
const (
	noFollow = syscall.O_NOFOLLOW
	noWait   = syscall.O_NONBLOCK
)

// movesHeld: a folder can be renamed while files in it are open.
const movesHeld = true
