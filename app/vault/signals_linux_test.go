package vault_test

import (
	"os"
	"runtime"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

const (
	signalledThreads = 24 // enough for the last signal of one of them to come in the midst of AES
	signalsEach      = 50
)

// underSignals repeats work on one thread after the other and interrupts each for a while. A signal
// saves all registers of its thread, and what the last one saved stays with the thread.
func underSignals(work func() error) error {
	all := make(chan struct{})
	defer close(all)
	for range signalledThreads {
		var thread atomic.Int64
		var quiet atomic.Bool
		ended := make(chan error, 1)
		go func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread() // the thread lives on
			thread.Store(int64(unix.Gettid()))
			var err error
			for err == nil && !quiet.Load() {
				err = work()
			}
			ended <- err
			<-all
		}()
		for sent := 0; sent < signalsEach; runtime.Gosched() {
			if id := thread.Load(); id != 0 && unix.Tgkill(os.Getpid(), int(id), unix.SIGURG) == nil {
				sent++
			}
		}
		quiet.Store(true)
		if err := <-ended; err != nil {
			return err
		}
	}
	return nil
}
