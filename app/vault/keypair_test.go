package vault

import (
	"syscall"
	"testing"
)

// A change of the keys that a full disk refused must not be in force: the person was told that the
// old passphrase stays.
func TestAFullDiskChangesNoKeys(t *testing.T) {
	keys := testKeys()
	defer func() { _ = keys.drop() }()
	old := keyfile{version: keyVersion, generation: 1, exists: true}
	for at := range 12 {
		d := newMemDisk(nil)
		if err := saveKeys(d, &old, keys); err != nil {
			t.Fatal(err)
		}
		seen := 0
		d.fail = func(s step) error {
			if s.kind == "rename" || s.kind == "folder" || s.kind == "remove" { // need no room
				return nil
			}
			if seen++; seen > at {
				return syscall.ENOSPC
			}
			return nil
		}
		next := old
		next.generation++
		err := saveKeys(d, &next, keys)
		d.fail = nil
		got, stale, loaded := loadKeys(d)
		if loaded != nil || stale {
			t.Fatalf("step %d: %v, two different copies: %v", at, loaded, stale)
		}
		if want := old.generation; err != nil && got.generation != want {
			t.Errorf("refused at step %d, and generation %d is in force", at, got.generation)
		} else if err == nil && got.generation != next.generation {
			t.Errorf("step %d: kept, and generation %d is in force", at, got.generation)
		}
		for _, name := range []string{keyName, spareName} {
			if left, _ := exists(d, name+".new"); left {
				t.Errorf("step %d: %s.new is left", at, name)
			}
		}
	}
}
