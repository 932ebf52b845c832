//go:build !windows

package ledger_test

import (
	"syscall"
	"time"
)

// cpuTime is what this process has used so far. On a busy machine it tells more than a clock.
func cpuTime() time.Duration {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}
