package store_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"coffer/app/store"
	"coffer/app/vault"
)

// Two vaults that back up into one folder: neither deletes, counts or overwrites the other's.
func TestAFolderOfBackupsMayBeShared(t *testing.T) {
	one, other, dir := newSealed(t), newSealed(t), filepath.Join(t.TempDir(), "a [folder")
	first := must[vault.FoundBackup](t)(one.Backup(t.Context(), one.vault, dir))
	second := must[vault.FoundBackup](t)(other.Backup(t.Context(), other.vault, dir)) // in the same second
	if first.Path == second.Path || first.ID == second.ID {
		t.Fatalf("one took the place of the other: %s, %s", first.Path, second.Path)
	}
	for range 15 {
		other.now = other.now.AddDate(0, 0, 7)
		must[vault.FoundBackup](t)(other.Backup(t.Context(), other.vault, dir))
	}
	if !slices.Contains(filesIn(t, dir), filepath.Base(first.Path)) {
		t.Error("another vault's backups pushed out the only one")
	}
	if info, err := os.Stat(first.Path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
}

// A clock that ran ahead, or files named by somebody, take no backup its place.
func TestAClockSetBackDropsNothingNew(t *testing.T) {
	s, dir := newSealed(t), filepath.Join(t.TempDir(), "backups")
	s.now = s.now.AddDate(1, 0, 0)
	for range 12 { // a year ahead, for days
		s.now = s.now.AddDate(0, 0, 1)
		must[vault.FoundBackup](t)(s.Backup(t.Context(), s.vault, dir))
	}
	for day := range 12 {
		ok(t, os.WriteFile(filepath.Join(dir, store.NameOf(noon.AddDate(9, 0, day), 0)), []byte("nonsense"), 0o600))
	}
	ahead := len(filesIn(t, dir))
	s.now = noon.Add(24 * time.Hour) // right again
	made := must[vault.FoundBackup](t)(s.Backup(t.Context(), s.vault, dir))
	if all := filesIn(t, dir); len(all) != ahead+1 || !slices.Contains(all, filepath.Base(made.Path)) || !made.Made.Equal(s.now.Truncate(time.Second)) {
		t.Errorf("made %s: there is %v", made.Path, all)
	}
}
