package vault

import (
	"path/filepath"
	"syscall"
	"testing"

	"coffer/app/secret"
)

// TestACopyOfAHandleKeepsNoVaultLocked: a child that is being started at the moment has a copy of
// every handle, and with it would have the locks.
func TestACopyOfAHandleKeepsNoVaultLocked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	const typed = "nine lively walruses juggle"
	v, _, err := Create(dir, secret.New(typed), Options{})
	if err != nil {
		t.Fatal(err)
	}
	data, ok := v.pager.pages.file.(lockedFile)
	if !ok {
		t.Fatalf("the data file is a %T", v.pager.pages.file)
	}
	for _, fd := range []uintptr{v.lock.Fd(), data.Fd()} {
		again, err := syscall.Dup(int(fd))
		if err != nil {
			t.Fatal(err)
		}
		defer syscall.Close(again)
	}
	if err := v.Close(); err != nil {
		t.Fatal(err)
	}
	if v, err = Open(dir, secret.New(typed)); err != nil {
		t.Fatal(err)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}
