package vault

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// mapSafe maps the memory of a safe. Where the system lets a program pin no (more) memory,
// the safe is one that may be swapped.
func mapSafe(size int) (*safe, error) {
	page := os.Getpagesize()
	size = (size + page - 1) / page * page
	at, err := windows.VirtualAlloc(0, uintptr(size+2*page), windows.MEM_RESERVE, windows.PAGE_NOACCESS)
	if err != nil {
		return nil, fmt.Errorf("reserve memory for keys: %w", err)
	}
	middle := at + uintptr(page)
	if _, err := windows.VirtualAlloc(middle, uintptr(size), windows.MEM_COMMIT, windows.PAGE_READWRITE); err != nil {
		_ = windows.VirtualFree(at, 0, windows.MEM_RELEASE)
		return nil, fmt.Errorf("map memory for keys: %w", err)
	}
	s := &safe{region: bytesAt(at, size+2*page), cells: bytesAt(middle, size)}
	s.pinned = windows.VirtualLock(middle, uintptr(size)) == nil
	return s, nil
}

func unmapSafe(region []byte) error {
	return windows.VirtualFree(uintptr(unsafe.Pointer(&region[0])), 0, windows.MEM_RELEASE)
}
