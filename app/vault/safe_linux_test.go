package vault

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"unsafe"
)

// The kernel's own account of a safe: in memory for good, in no core file, guarded.
func TestSafeIsPinnedGuardedAndInNoCoreFile(t *testing.T) {
	s := openSafe()
	defer func() { _ = s.close() }()
	smaps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	_, from, found := strings.Cut(string(smaps), fmt.Sprintf("%x-", uintptr(unsafe.Pointer(&s.cells[0]))))
	_, flags, also := strings.Cut(from, "VmFlags:")
	flags, _, _ = strings.Cut(flags, "\n")
	flags += " "
	if !found || !also || !strings.Contains(flags, " dd ") || strings.Contains(flags, " lo ") != s.pinned {
		t.Errorf("flags are %q, pinned %v", flags, s.pinned)
	}
	page := os.Getpagesize()
	for name, at := range map[string]int{"before": page - 1, "behind": len(s.region) - page} {
		if !faults(&s.region[at]) {
			t.Errorf("the byte %s the safe can be read", name)
		}
	}
	if faults(&s.cells[0]) {
		t.Error("the safe itself can't be read")
	}
}

// faults reports whether the system refuses a read.
func faults(b *byte) (refused bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { refused = recover() != nil }()
	return *b == 0 && false
}
