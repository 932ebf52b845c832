package vault_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

func TestCopyHoldsTheSameRowsAndGoesItsOwnWay(t *testing.T) {
	_, v, key := createTyped(t)
	db := database(t, v)
	fill(t, db, 4000, "Corner Shop")
	to := filepath.Join(t.TempDir(), "copy")
	if err := v.CopyTo(t.Context(), to); err == nil {
		t.Error("copied although the log holds newer pages")
	}
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	if err := v.CopyTo(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	wantFault(t, v.CopyTo(t.Context(), to), fault.VaultExists)
	want := ask(t, db, sumRows)
	run(t, db, "DELETE FROM entry")
	for name, open := range map[string]func() (*vault.Vault, error){
		"by the open vault":   func() (*vault.Vault, error) { return v.OpenCopy(to) },
		"by passphrase":       func() (*vault.Vault, error) { return vault.Open(to, secret.New(passphrase)) },
		"by the recovery key": func() (*vault.Vault, error) { return vault.OpenWithRecovery(to, key.Text()) },
	} {
		copied, err := open()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		other := database(t, copied)
		if got := ask(t, other, sumRows); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		run(t, other, "UPDATE entry SET payee = payee")
		shut(t, other, copied)
	}
	if got := ask(t, db, "SELECT count(*) FROM entry"); got != "0" {
		t.Error("the copy wrote into the vault")
	}
	_, stranger, _ := create(t)
	_, err := stranger.OpenCopy(to)
	wantFault(t, err, fault.VaultForeign)
}

func TestCopyOfADamagedVaultIsRefused(t *testing.T) {
	dir, v, _ := create(t)
	db := database(t, v)
	fill(t, db, 4000, "Corner Shop")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	file, err := os.OpenFile(filepath.Join(dir, "vault.db"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	closer(t, file)
	if _, err := file.WriteAt([]byte("oops"), 20*4096+99); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy")
	wantFault(t, v.CopyTo(t.Context(), to), fault.VaultDamaged)
	if there, err := vault.Exists(to); there || fault.KindOf(err) != fault.VaultDamaged {
		t.Errorf("Exists = %v, %v", there, err) // more than a creation leaves, and no vault
	}
	ended, end := context.WithCancel(t.Context())
	end()
	wantFault(t, v.CopyTo(ended, to), fault.Canceled)
}
