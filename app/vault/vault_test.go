package vault_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

const passphrase = "correct horse battery staple"

// closer ends what a test left open.
func closer(t *testing.T, what interface{ Close() error }) {
	t.Helper()
	t.Cleanup(func() { _ = what.Close() })
}

// create makes a vault without a passphrase, which costs no guess.
func create(t *testing.T) (dir string, v *vault.Vault, key *vault.RecoveryKey) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	v, key, err := vault.CreateWithKeyring(t.Context(), dir, vault.NewKeyring(&fakeRing{}), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	closer(t, v)
	return dir, v, key
}

// createTyped makes a vault with a passphrase.
func createTyped(t *testing.T) (dir string, v *vault.Vault, key *vault.RecoveryKey) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	v, key, err := vault.Create(dir, secret.New(passphrase), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	closer(t, v)
	return dir, v, key
}

func database(t *testing.T, v *vault.Vault) *sql.DB {
	t.Helper()
	db, err := sql.Open(v.Driver(), v.DSN())
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	closer(t, db)
	return db
}

func run(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func ask(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var answer string
	if err := db.QueryRow(query).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

func shut(t *testing.T, all ...interface{ Close() error }) {
	t.Helper()
	for _, one := range all {
		if err := one.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func wantFault(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != want {
		t.Errorf("got fault %d (%v), want %d", fault.KindOf(err), err, want)
	}
}

const fillRows = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < ?)
	INSERT INTO entry(payee, amount) SELECT printf('%s %d', ?, i), i*7 FROM n`

func fill(t *testing.T, db *sql.DB, rows int, payee string) {
	t.Helper()
	run(t, db, "CREATE TABLE IF NOT EXISTS entry(id INTEGER PRIMARY KEY, payee TEXT, amount INTEGER)")
	run(t, db, "CREATE INDEX IF NOT EXISTS entry_payee ON entry(payee)")
	run(t, db, strings.Replace(fillRows, "?", fmt.Sprint(rows), 1), payee)
}

const sumRows = "SELECT count(*) || '/' || sum(amount) || '/' || max(payee) FROM entry"

func TestRowsAreThereAfterReopening(t *testing.T) {
	dir, v, key := createTyped(t)
	if there, err := vault.Exists(dir); !there || err != nil {
		t.Errorf("Exists = %v, %v", there, err)
	}
	db := database(t, v)
	fill(t, db, 5000, "Corner Shop")
	want := ask(t, db, sumRows)
	for _, pragma := range []string{"journal_mode wal", "locking_mode exclusive", "synchronous 2", "temp_store 2",
		"cache_size -32768", "foreign_keys 1", "wal_autocheckpoint 4000", "page_size 4096"} {
		name, value, _ := strings.Cut(pragma, " ")
		if got := ask(t, db, "PRAGMA "+name); got != value {
			t.Errorf("%s is %s, want %s", name, got, value)
		}
	}
	shut(t, db, v)
	for name, open := range map[string]func() (*vault.Vault, error){
		"passphrase": func() (*vault.Vault, error) { return vault.Open(dir, secret.New(passphrase)) },
		"recovery key": func() (*vault.Vault, error) {
			return vault.OpenWithRecovery(dir, secret.New(strings.ToLower(key.Text().Reveal())))
		},
	} {
		v, err := open()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		db := database(t, v)
		if got := ask(t, db, sumRows); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		if got := ask(t, db, "PRAGMA integrity_check"); got != "ok" {
			t.Error(got)
		}
		shut(t, db, v)
	}
}

func TestEachWayOfNotOpeningHasItsFault(t *testing.T) {
	dir, v, key := createTyped(t)
	_, err := vault.Open(dir, secret.New(passphrase))
	wantFault(t, err, fault.VaultInUse)
	_, _, err = vault.Create(dir, secret.New(passphrase), vault.Options{})
	wantFault(t, err, fault.VaultInUse)
	shut(t, v)
	_, err = vault.Open(dir, secret.New("wrong"))
	wantFault(t, err, fault.WrongPassphrase)
	_, _, err = vault.Create(dir, secret.New(passphrase), vault.Options{})
	wantFault(t, err, fault.VaultExists)
	_, err = vault.Open(t.TempDir(), secret.New(passphrase))
	wantFault(t, err, fault.VaultMissing)
	_, _, err = vault.Create(t.TempDir(), secret.Text{}, vault.Options{})
	wantFault(t, err, fault.WeakPassphrase)
	_, err = vault.OpenWithRecovery(dir, secret.New("too short"))
	wantFault(t, err, fault.WrongPassphrase)
	other := key.Groups()
	other[7] = strings.Map(func(r rune) rune { return map[bool]rune{true: '7', false: '8'}[r == '8'] }, other[7])
	_, err = vault.OpenWithRecovery(dir, secret.New(strings.Join(other[:], " ")))
	wantFault(t, err, fault.WrongPassphrase)
}

func TestOldPassphraseAndRecoveryKeyOpenNeitherKeyFile(t *testing.T) {
	dir, v, key := createTyped(t)
	if err := v.SetPassphrase(secret.New("another one")); err != nil {
		t.Fatal(err)
	}
	fresh, err := v.NewRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	shut(t, v)
	for _, lost := range []string{"vault.key", "vault.key.bak"} {
		if err := os.Remove(filepath.Join(dir, lost)); err != nil {
			t.Fatal(err)
		}
		_, err := vault.Open(dir, secret.New(passphrase))
		wantFault(t, err, fault.WrongPassphrase)
		_, err = vault.OpenWithRecovery(dir, key.Text())
		wantFault(t, err, fault.WrongPassphrase)
		v, err := vault.OpenWithRecovery(dir, fresh.Text())
		if err != nil {
			t.Fatal(err)
		}
		if !v.Healed() {
			t.Errorf("%s was not written anew", lost)
		}
		shut(t, v)
	}
	v, err = vault.Open(dir, secret.New("another one"))
	if err != nil {
		t.Fatal(err)
	}
	shut(t, v)
}

func TestRecoveryKeyIsReadKindly(t *testing.T) {
	_, _, key := create(t)
	for i, group := range key.Groups() {
		sloppy := strings.NewReplacer("0", "o", "1", "l").Replace(strings.ToLower(group))
		if !key.MatchGroup(i, " "+sloppy) {
			t.Errorf("group %d: %q was refused for %q", i, sloppy, group)
		}
		if key.MatchGroup(i, group[:3]) || key.MatchGroup(i, "") {
			t.Errorf("group %d: a part was taken for the whole", i)
		}
		if strings.Contains(fmt.Sprintf("%v %+v %#v %s", key, *key, struct{ K any }{*key}, key), group) {
			t.Error("the recovery key was printed")
		}
	}
	if key.MatchGroup(8, "") || key.MatchGroup(-1, "") {
		t.Error("a group that is not there matched")
	}
}

func TestSecondConnectionIsBusy(t *testing.T) {
	_, v, _ := create(t)
	db := database(t, v)
	fill(t, db, 10, "x")
	second := database(t, v)
	_, err := second.Exec("SELECT 1")
	wantFault(t, v.Explain("read", err), fault.VaultInUse)
	if got := ask(t, db, "SELECT count(*) FROM entry"); got != "10" {
		t.Error(got)
	}
}

func TestNoOtherFileComesIntoBeing(t *testing.T) {
	dir, v, _ := create(t)
	db := database(t, v)
	fill(t, db, 3000, "Corner Shop")
	outside := filepath.Join(t.TempDir(), "out.db")
	for _, query := range []string{
		"ATTACH '" + outside + "' AS other", "VACUUM INTO '" + outside + "'",
		"ATTACH 'vault-1-journal' AS other",
		"PRAGMA temp_store=FILE; PRAGMA temp.cache_size=10; CREATE TEMP TABLE t AS SELECT * FROM entry",
	} {
		if _, err := db.Exec(query); err == nil {
			t.Errorf("%s was allowed", query)
		}
	}
	run(t, db, "PRAGMA temp_store=MEMORY")
	for _, mode := range []string{"DELETE", "TRUNCATE", "OFF", "MEMORY"} {
		_, _ = db.Exec("PRAGMA journal_mode=" + mode)
	}
	run(t, db, "UPDATE entry SET amount = amount + 1")
	run(t, db, "VACUUM")
	if got := ask(t, db, "PRAGMA integrity_check"); got != "ok" {
		t.Error(got)
	}
	if _, err := os.Stat(outside); !os.IsNotExist(err) {
		t.Errorf("a file was made outside: %v", err)
	}
	known := "vault.db vault.db-wal vault.key vault.key.bak vault.lock vault.map"
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(known, entry.Name()) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", entry.Name(), info.Mode())
		}
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("folder: %v, %v", info, err)
	}
}

func TestClosingUnderAnOpenDatabaseEndsWriting(t *testing.T) {
	dir, v, key := create(t)
	db := database(t, v)
	fill(t, db, 100, "kept")
	if err := v.Close(); err == nil {
		t.Error("the open database was not mentioned")
	}
	before := snapshot(t, dir)
	_, err := db.Exec("INSERT INTO entry(payee) VALUES('late')")
	wantFault(t, v.Explain("write", err), fault.Locked)
	_ = db.Close()
	if !sameFiles(before, snapshot(t, dir)) {
		t.Error("something was written after Close")
	}
	v, err = vault.OpenWithRecovery(dir, key.Text())
	if err != nil {
		t.Fatal(err)
	}
	closer(t, v)
	if got := ask(t, database(t, v), "SELECT count(*) FROM entry"); got != "100" {
		t.Errorf("%s rows are left", got)
	}
}

func snapshot(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = data
	}
	return files
}

func sameFiles(a, b map[string][]byte) bool {
	for name, data := range a {
		if !bytes.Equal(data, b[name]) {
			return false
		}
	}
	return len(a) == len(b)
}

func TestOrdinarySQLErrorsStayAsTheyAre(t *testing.T) {
	_, v, _ := create(t)
	_, err := database(t, v).Exec("SELECT nonsense")
	if got := v.Explain("read", err); !errors.Is(got, err) || fault.Of(got) != nil {
		t.Errorf("got %v", got)
	}
}
