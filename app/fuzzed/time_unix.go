//go:build unix

package fuzzed

import (
	"syscall"
	"time"
)

// processorTime is what this process has used of the processor.
func processorTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0 // the wait alone counts then
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
