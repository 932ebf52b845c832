package vault

import (
	"crypto/cipher"
	"reflect"
	"sync"
	"unsafe"
)

// A safe has room for this many keys: expanded AES keys are the largest.
const (
	cellBytes = 1024
	safeCells = 32
)

// safe is memory for the keys that live as long as a vault is open: outside Go's heap, so
// that no collector copies or keeps it, between two pages that nobody may touch, kept out of
// swap and core files where the system allows that. A nil safe hands out Go's memory.
type safe struct {
	mu     sync.Mutex
	region []byte // guard page, cells, guard page
	cells  []byte
	used   [safeCells]bool
	pinned bool // kept out of swap
}

// openSafe returns a new safe, or nil where the system gives none.
func openSafe() *safe {
	s, err := mapSafe(safeCells * cellBytes)
	if err != nil {
		return nil
	}
	return s
}

// cell returns n zero bytes and whether they are in the safe.
func (s *safe) cell(n int) ([]byte, bool) {
	if s != nil && n <= cellBytes {
		s.mu.Lock()
		defer s.mu.Unlock()
		for i, used := range s.used {
			if !used && s.cells != nil {
				s.used[i] = true
				return s.cells[i*cellBytes:][:n:cellBytes], true
			}
		}
	}
	return make([]byte, n), false
}

// free wipes a cell and takes it back. What never was in the safe is only wiped.
func (s *safe) free(b []byte) {
	clear(b)
	if s == nil || len(b) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.used {
		if s.cells != nil && &s.cells[i*cellBytes] == &b[0] {
			s.used[i] = false
		}
	}
}

// close wipes the safe and gives it back to the system. Nothing of it may be touched after.
func (s *safe) close() error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cells == nil {
		return nil
	}
	clear(s.cells)
	region := s.region
	s.region, s.cells = nil, nil
	return unmapSafe(region)
}

// move puts a cipher with its expanded key into the safe and wipes what it was in. It stays
// where it is if it holds pointers, or if there is no room; the cell is then nil.
func (s *safe) move(from cipher.AEAD) (cipher.AEAD, []byte) {
	v := reflect.ValueOf(from)
	if v.Kind() != reflect.Pointer || !flat(v.Elem().Type()) {
		return from, nil
	}
	cell, inside := s.cell(int(v.Elem().Type().Size()))
	if !inside {
		return from, nil
	}
	to := reflect.NewAt(v.Elem().Type(), unsafe.Pointer(&cell[0]))
	to.Elem().Set(v.Elem())
	wipe(from)
	moved, ok := to.Interface().(cipher.AEAD)
	if !ok {
		panic("vault: a cipher that is none any more")
	}
	return moved, cell
}

// flat reports whether values of a type hold no pointers, so that they may lie where the
// collector does not look.
func flat(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return true
	case reflect.Array:
		return flat(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !flat(t.Field(i).Type) {
				return false
			}
		}
		return true
	}
	return false
}
