//go:build e2e

package ui_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestDemoStaysApart: the demo's vault and the person's own are two folders, and neither way in
// leads to the other.
func TestDemoStaysApart(t *testing.T) {
	r := newRig(t)
	w := r.open([]string{"--demo", "--without-bank"})
	makeVault(t, w)
	w.close()
	if out, code := r.run(passphrase, "balances"); code != 9 {
		t.Errorf("with a demo vault only, one's own is there: %d %s", code, out)
	}
	for _, name := range []string{"../vault", "../demo", "..", "a/../../vault"} {
		if out, code := r.run(passphrase, "--demo", "--without-bank", "--vault", name, "balances"); code != 1 {
			t.Errorf("the name %q led somewhere: %d %s", name, code, out)
		}
	}
	var made []string
	err := filepath.WalkDir(r.home, func(path string, e os.DirEntry, err error) error {
		if err == nil && e.Name() == "vault.key" {
			made = append(made, filepath.Base(filepath.Dir(path)))
		}
		return err
	})
	if err != nil || !slices.Equal(made, []string{"demo"}) {
		t.Errorf("vaults were made in %v, %v", made, err)
	}
	// The demo's own vault, put where one's own would be, is one's own then: but no demo bank is in reach of it.
	data := r.path("data", "coffer")
	if err := os.Rename(filepath.Join(data, "demo"), filepath.Join(data, "vault")); err != nil {
		t.Fatal(err)
	}
	if out, code := r.run(passphrase, "link"); code == 0 {
		t.Errorf("one's own vault linked a demo bank: %s", out)
	}
}
