package vault

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// sigurg is the signal by which Go interrupts its own threads, and takes no notice of otherwise.
const sigurg = unix.SIGURG

// overwriteFrames has each thread of this process take a signal. A signal saves all registers of
// its thread, always in the same place, and the place keeps them until the next: one that came in
// the midst of AES has left round keys there. No cipher may be at work.
func overwriteFrames() {
	clearRegisters()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return // as where there is no such folder: nothing to ask of nobody
	}
	self := os.Getpid()
	for _, task := range tasks {
		if id, err := strconv.Atoi(task.Name()); err == nil {
			_ = unix.Tgkill(self, id, sigurg) // a thread that has ended since has nothing to overwrite
		}
	}
	for _, task := range tasks {
		for tries := 0; tries < 1000 && waits(task.Name()); tries++ {
			unix.Nanosleep(&unix.Timespec{Nsec: 20_000}, nil)
		}
	}
}

// waits reports whether the signal is still on its way to a thread.
func waits(task string) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%s/status", task))
	if err != nil {
		return false
	}
	_, pending, found := bytes.Cut(status, []byte("\nSigPnd:\t"))
	if !found || len(pending) < 16 {
		return false
	}
	mask, err := strconv.ParseUint(string(pending[:16]), 16, 64)
	return err == nil && mask&(1<<(sigurg-1)) != 0
}
