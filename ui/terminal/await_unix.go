//go:build unix

package terminal

import (
	"context"
	"os"

	"golang.org/x/sys/unix"
)

// lookAgain is how often a wait for a line sees whether it was cancelled.
const lookAgain = 100 // milliseconds

// awaitInput waits until file can be read or ctx ends: a read at work can't be stopped.
func awaitInput(ctx context.Context, file *os.File) {
	for ctx.Err() == nil {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(file.Fd()), Events: unix.POLLIN}}, lookAgain)
		if n > 0 || err != nil && err != unix.EINTR {
			return
		}
	}
}
