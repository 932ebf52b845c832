package terminal_test

import (
	"os"

	"golang.org/x/sys/windows"
)

// dup gives a descriptor that no os.File of the test closes by itself.
func dup(f *os.File) (int, error) {
	var twin windows.Handle
	self := windows.CurrentProcess()
	err := windows.DuplicateHandle(self, windows.Handle(f.Fd()), self, &twin, 0, false, windows.DUPLICATE_SAME_ACCESS)
	return int(twin), err
}
