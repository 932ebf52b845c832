//go:build unix

package terminal_test

import (
	"os"

	"golang.org/x/sys/unix"
)

// dup gives a descriptor that no os.File of the test closes by itself.
func dup(f *os.File) (int, error) { return unix.Dup(int(f.Fd())) }
