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

const goldenRecovery = "recovery.txt"

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

// goldenVault writes the same rows as ever, half of them in a log that a crash left.
func goldenVault(t *testing.T, to string) {
	t.Helper()
	dir, v, key := create(t)
	db := database(t, v)
	run(t, db, "CREATE TABLE entry(id INTEGER PRIMARY KEY, payee TEXT, amount INTEGER)")
	run(t, db, "INSERT INTO entry(payee, amount) VALUES('Corner Shop', -1299), ('Salary', 250000)")
	run(t, db, "PRAGMA wal_checkpoint(PASSIVE)")
	run(t, db, "INSERT INTO entry(payee, amount) VALUES('Rent', -90000)")
	copyFolder(t, dir, to)
	if err := os.WriteFile(filepath.Join(to, goldenRecovery), []byte(key.Text().Reveal()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestVaultsOfEveryFormatOpen(t *testing.T) {
	for _, format := range []string{"v1"} {
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
		v, err := vault.OpenWithRecovery(dir, secret.New(strings.TrimSpace(string(recovery))))
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		shut(t, v)
	}
}
