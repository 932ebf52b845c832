//go:build !windows

package vault

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mapSafe maps the memory of a safe. Where the system lets a program pin no (more) memory,
// the safe is one that may be swapped.
func mapSafe(size int) (*safe, error) {
	page := os.Getpagesize()
	size = (size + page - 1) / page * page
	region, err := unix.Mmap(-1, 0, size+2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("map memory for keys: %w", err)
	}
	for _, guard := range [][]byte{region[:page], region[page+size:]} {
		if err := unix.Mprotect(guard, unix.PROT_NONE); err != nil {
			_ = unix.Munmap(region)
			return nil, fmt.Errorf("guard memory for keys: %w", err)
		}
	}
	s := &safe{region: region, cells: region[page : page+size]}
	s.pinned = unix.Mlock(s.cells) == nil
	keepFromDumps(s.cells)
	return s, nil
}

func unmapSafe(region []byte) error { return unix.Munmap(region) }
