package vault_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app/secret"
	"coffer/app/vault"
)

// A golden vault is written once for each format and never again: -golden makes those that
// are missing.
var makeGolden = flag.Bool("golden", false, "make the golden vaults that are missing")

// What opens a golden vault beside its passphrase.
const (
	goldenRecovery = "recovery.txt"
	goldenKeyring  = "keyring.txt"
)

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range snapshot(t, from) {
		if err := os.WriteFile(filepath.Join(to, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// goldenVault writes the same rows as ever, one of them in a log that was counted at the end.
func goldenVault(t *testing.T, to string) {
	t.Helper()
	dir, v, key := createTyped(t)
	db := database(t, v)
	run(t, db, "CREATE TABLE entry(id INTEGER PRIMARY KEY, payee TEXT, amount INTEGER)")
	run(t, db, "INSERT INTO entry(payee, amount) VALUES('Corner Shop', -1299), ('Salary', 250000)")
	raw := &fakeRing{}
	if err := v.EnableKeyring(t.Context(), vault.NewKeyring(raw)); err != nil {
		t.Fatal(err)
	}
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	if err := v.Carry(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	run(t, db, "INSERT INTO entry(payee, amount) VALUES('Rent', -90000)")
	_ = v.Close() // under the open database, so that the log stays
	copyFolder(t, dir, to)
	for _, text := range raw.kept {
		if err := os.WriteFile(filepath.Join(to, goldenKeyring), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(to, goldenRecovery), []byte(key.Text().Reveal()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVaultsOfEveryFormatOpen(t *testing.T) {
	for _, format := range []string{"v1", "v2", "v3"} {
		golden := filepath.Join("testdata", format)
		if _, err := os.Stat(golden); os.IsNotExist(err) && *makeGolden {
			goldenVault(t, golden)
		}
		recovery, err := os.ReadFile(filepath.Join(golden, goldenRecovery))
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "data")
		copyFolder(t, golden, dir)
		for range 2 { // as a crash left it, and as a clean close did
			v, err := vault.Open(dir, secret.New(passphrase))
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			db := database(t, v)
			if got := ask(t, db, sumRows); got != "3/158701/Salary" {
				t.Errorf("%s: rows are %s", format, got)
			}
			shut(t, db, v)
		}
		if kept, err := os.ReadFile(filepath.Join(golden, goldenKeyring)); err == nil {
			v, err := vault.OpenWithKeyring(t.Context(), dir, vault.NewKeyring(oneEntry(kept)))
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			shut(t, v)
		}
		v, err := vault.OpenWithRecovery(dir, secret.New(strings.TrimSpace(string(recovery))))
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		shut(t, v)
	}
}

// oneEntry is a keyring that holds the same text for everybody.
type oneEntry string

func (o oneEntry) Get(string, string) (string, error) { return string(o), nil }
func (oneEntry) Set(string, string, string) error     { return nil }
func (oneEntry) Delete(string, string) error          { return nil }

// A vault of the first format says so until its slots change; then it is of the newest.
func TestAnOldVaultIsBroughtForwardWhenItsSlotsChange(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	copyFolder(t, filepath.Join("testdata", "v1"), dir)
	version := func() byte { return snapshot(t, dir)["vault.key"][9] }
	v, err := vault.Open(dir, secret.New(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	closer(t, v)
	if version() != 1 || !v.Slots()[0].Created.IsZero() {
		t.Errorf("version %d, slots %v", version(), v.Slots())
	}
	key, err := v.NewRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	shut(t, v)
	for _, open := range []func() (*vault.Vault, error){
		func() (*vault.Vault, error) { return vault.Open(dir, secret.New(passphrase)) },
		func() (*vault.Vault, error) { return vault.OpenWithRecovery(dir, key.Text()) },
	} {
		v, err := open()
		if err != nil {
			t.Fatal(err)
		}
		if slots := v.Slots(); version() != 2 || !slots[0].Created.IsZero() || slots[1].Created.IsZero() {
			t.Errorf("version %d, slots %v", version(), slots)
		}
		shut(t, v)
	}
}
