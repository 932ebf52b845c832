//go:build unix

package vault_test

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// A vault's folder may come from somebody else. Whatever lies there under the names that Coffer
// writes to, no file elsewhere is written.
func TestNoPlantedLinkIsFollowed(t *testing.T) {
	for _, name := range []string{"vault.key.new", "vault.key.bak.new", "vault.map.new", "vault.db-wal", "vault.db", "vault.map", "vault.key", "vault.lock"} {
		t.Run(name, func(t *testing.T) {
			dir, v, key := create(t)
			shut(t, v)
			victim, want := filepath.Join(t.TempDir(), "letter"), []byte("dear friend, this is mine")
			planted := filepath.Join(dir, name)
			if err := os.RemoveAll(planted); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(victim, want, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(victim, planted); err != nil {
				t.Fatal(err)
			}
			if v, err := vault.OpenWithRecovery(dir, key.Text()); err == nil {
				db := database(t, v)
				run(t, db, "CREATE TABLE a (b)")
				run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
				if err := v.SetPassphrase(secret.New("other quiet words now")); err != nil {
					t.Error(err)
				}
				shut(t, db, v)
			} else if fault.KindOf(err) != fault.VaultDamaged {
				t.Error(err)
			}
			if got, err := os.ReadFile(victim); err != nil || !bytes.Equal(got, want) {
				t.Errorf("the file elsewhere is %q, %v", got, err)
			}
			for _, name := range []string{"vault.key", "vault.key.bak"} {
				if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 && name != filepath.Base(planted) {
					t.Errorf("%s is %v, %v", name, info, err)
				}
			}
		})
	}
}

// Pipes, folders and endless files neither hang Coffer nor take the machine's memory.
func TestOddFilesAreDamage(t *testing.T) {
	pipe := func(path string) error { return syscall.Mkfifo(path, 0o600) }
	folder := func(path string) error { return os.Mkdir(path, 0o700) }
	endless := func(path string) error { return os.WriteFile(path, nil, 0o600) }
	for name, put := range map[string]func(string) error{"pipe": pipe, "folder": folder, "endless": endless} {
		for _, file := range []string{"vault.map", "vault.db", "vault.db-wal", "vault.key"} {
			t.Run(name+" "+file, func(t *testing.T) {
				dir, v, key := create(t)
				shut(t, v)
				path := filepath.Join(dir, file)
				if name != "endless" {
					if err := os.RemoveAll(path); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := os.Stat(path); err != nil {
					if err := put(path); err != nil {
						t.Fatal(err)
					}
				}
				if name == "endless" {
					const bytes = 1 << 42
					if err := os.Truncate(path, bytes); err != nil {
						t.Fatal(err)
					}
				}
				v, err := vault.OpenWithRecovery(dir, key.Text())
				healed := file == "vault.key" && name == "endless"                             // the spare one is whole
				ignored := name == "endless" && (file == "vault.db" || file == "vault.db-wal") // what lies behind the end counts for nothing
				if healed || ignored {
					if err != nil {
						t.Fatal(err)
					}
					db := database(t, v)
					run(t, db, "CREATE TABLE a (b)")
					shut(t, db, v)
					return
				}
				if err == nil {
					shut(t, v)
				}
				if file == "vault.key" && err == nil {
					return // the spare one is whole
				}
				want := fault.VaultDamaged
				if file == "vault.key" { // a folder, which the spare copy can't take the place of
					want = fault.DiskFailed
				}
				wantFault(t, err, want)
			})
		}
	}
}

// A backup may lie where nothing can be written, as a program that runs: and it may be no file.
func TestABackupIsOnlyRead(t *testing.T) {
	running, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{running, pipe, t.TempDir(), "/dev/zero"} {
		_, err := vault.LookBackup(path)
		wantFault(t, err, fault.VaultForeign)
	}
}

// The flag that says whether there is a database is read before anything vouches for it.
func TestAKeyFileThatDeniesTheDataDeletesNothing(t *testing.T) {
	dir, v, key := create(t)
	db := database(t, v)
	fill(t, db, 100, "Corner Shop")
	shut(t, db, v)
	for _, name := range []string{"vault.key", "vault.key.bak"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		raw[11] &^= 1
		sum := sha256.Sum256(raw[:len(raw)-sha256.Size])
		copy(raw[len(raw)-sha256.Size:], sum[:])
		if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := snapshot(t, dir)
	_, err := vault.Exists(dir)
	wantFault(t, err, fault.VaultDamaged)
	_, _, err = vault.Create(dir, secret.New("another quiet set of words"), vault.Options{})
	wantFault(t, err, fault.VaultDamaged)
	_, err = vault.OpenWithRecovery(dir, key.Text())
	wantFault(t, err, fault.VaultDamaged)
	if !sameFiles(before, snapshot(t, dir)) {
		t.Error("files were changed")
	}
}
