package vault

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Harden keeps the memory of this process, where the keys are while a vault is open,
// out of core files and away from debuggers of the same user. Call it once, first in main.
func Harden() error {
	if err := unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}); err != nil {
		return fmt.Errorf("set core file limit: %w", err)
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("set not dumpable: %w", err)
	}
	return nil
}

// keepFromDumps keeps memory out of core files even where Harden was not called.
func keepFromDumps(b []byte) { _ = unix.Madvise(b, unix.MADV_DONTDUMP) }
