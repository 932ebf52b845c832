package vault_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// backup fills a vault, writes a backup of it and returns what its rows look like.
func backup(t *testing.T, rows int) (dir, path string, v *vault.Vault, key *vault.RecoveryKey, want string) {
	t.Helper()
	dir, v, key = createTyped(t)
	path = filepath.Join(t.TempDir(), "one.backup")
	db := database(t, v)
	fill(t, db, rows, "Corner Shop")
	want = ask(t, db, sumRows)
	if err := v.WriteBackup(t.Context(), path); err == nil {
		t.Error("written although the log holds newer pages")
	}
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	if err := v.WriteBackup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	shut(t, db)
	return dir, path, v, key, want
}

func rowsOf(t *testing.T, v *vault.Vault) string {
	t.Helper()
	db := database(t, v)
	defer shut(t, db)
	if got := ask(t, db, "PRAGMA integrity_check"); got != "ok" {
		t.Error(got)
	}
	return ask(t, db, sumRows)
}

// The backup and either secret are enough, on any computer; the vault itself is not needed.
func TestABackupAndOneSecretRestoreEverything(t *testing.T) {
	dir, path, v, key, want := backup(t, 4000)
	seen, err := vault.LookBackup(path)
	if err != nil || seen.ID != v.ID() || len(seen.Slots) != 2 || seen.Made.IsZero() {
		t.Errorf("%+v, %v", seen, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 || info.Size() != seen.Bytes {
		t.Errorf("%v, %v", info, err)
	}
	wantFault(t, v.WriteBackup(t.Context(), path), fault.VaultExists)
	for name, restore := range map[string]func(to string) (*vault.Vault, error){
		"by passphrase": func(to string) (*vault.Vault, error) {
			return vault.RestoreBackup(t.Context(), path, to, secret.New(passphrase))
		},
		"by the recovery key": func(to string) (*vault.Vault, error) {
			return vault.RestoreBackupWithRecovery(t.Context(), path, to, key.Text())
		},
		"by the open vault": func(to string) (*vault.Vault, error) { return v.RestoreBackup(t.Context(), path, to) },
	} {
		to := filepath.Join(t.TempDir(), "restored")
		restored, err := restore(to)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := rowsOf(t, restored); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
		shut(t, restored)
		for _, open := range []func() (*vault.Vault, error){
			func() (*vault.Vault, error) { return vault.OpenWithRecovery(to, key.Text()) },
			func() (*vault.Vault, error) { return vault.Open(to, secret.New(passphrase)) },
		} {
			if name == "by passphrase" { // each guess is dear
				continue
			}
			if restored, err = open(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := rowsOf(t, restored); got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
			shut(t, restored)
		}
	}
	_, err = v.RestoreBackup(t.Context(), path, dir)
	wantFault(t, err, fault.VaultInUse)
	shut(t, v)
	_, err = vault.RestoreBackup(t.Context(), path, dir, secret.New(passphrase))
	wantFault(t, err, fault.VaultExists)
}

func TestEachWayOfNotRestoringHasItsFault(t *testing.T) {
	_, path, v, _, _ := backup(t, 10)
	to := filepath.Join(t.TempDir(), "restored")
	_, err := vault.RestoreBackup(t.Context(), path, to, secret.New("wrong"))
	wantFault(t, err, fault.WrongPassphrase)
	_, err = vault.RestoreBackupWithRecovery(t.Context(), path, to, secret.New("short"))
	wantFault(t, err, fault.WrongPassphrase)
	_, err = vault.LookBackup(to)
	wantFault(t, err, fault.VaultMissing)
	_, err = vault.RestoreBackup(t.Context(), to, to, secret.New(passphrase))
	wantFault(t, err, fault.VaultMissing)
	ended, end := context.WithCancel(t.Context())
	end()
	_, err = vault.RestoreBackup(ended, path, to, secret.New(passphrase))
	wantFault(t, err, fault.Canceled)
	other := filepath.Join(t.TempDir(), "other.backup")
	wantFault(t, v.WriteBackup(ended, other), fault.Canceled)
	if _, err := os.Stat(other); !os.IsNotExist(err) {
		t.Error("a backup that was canceled is there")
	}
	if there, err := vault.Exists(to); there || err != nil {
		t.Errorf("Exists = %v, %v", there, err)
	}
	// Interrupted, it can be done again.
	restored, err := vault.RestoreBackup(t.Context(), path, to, secret.New(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	shut(t, restored)
	_, stranger, _ := create(t)
	_, err = stranger.RestoreBackup(t.Context(), path, filepath.Join(t.TempDir(), "x"))
	wantFault(t, err, fault.VaultForeign)
}

// The list of backups can say which secrets of now open each.
func TestABackupSaysWhichSecretsOfNowOpenIt(t *testing.T) {
	_, path, v, key, want := backup(t, 100)
	kinds := func() (text string) {
		t.Helper()
		seen, err := vault.LookBackup(path)
		if err != nil {
			t.Fatal(err)
		}
		now := v.Info()
		for _, s := range seen.Shared(now) {
			text += string('0' + rune(s.Kind))
		}
		return text
	}
	if got := kinds(); got != "12" {
		t.Errorf("%s", got)
	}
	if err := v.SetPassphrase(secret.New("another one")); err != nil {
		t.Fatal(err)
	}
	if got := kinds(); got != "2" {
		t.Errorf("after another passphrase: %s", got)
	}
	if _, err := v.Rekey(t.Context(), vault.Rekeying{Passphrase: secret.New("another one"), Recovery: key.Text()}); err != nil {
		t.Fatal(err)
	}
	if got := kinds(); got != "" {
		t.Errorf("after a new data key: %s", got)
	}
	_, err := v.RestoreBackup(t.Context(), path, filepath.Join(t.TempDir(), "x"))
	wantFault(t, err, fault.VaultDamaged)
	restored, err := vault.RestoreBackup(t.Context(), path, filepath.Join(t.TempDir(), "y"), secret.New(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	if got := rowsOf(t, restored); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	shut(t, restored)
}

// A byte that was changed anywhere, or a length, is damage; records can't be moved.
func TestADamagedBackupIsRefused(t *testing.T) {
	_, path, v, _, _ := backup(t, 3000)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const head, record = 61 + 2*94 + 64, 12 + 16*4032 + 16
	spoilt := map[string][]byte{"empty": nil, "one byte more": append(bytes.Clone(whole), 0)}
	for at := 0; at < head; at += 3 {
		spoilt["head "+string(rune(at))] = flip(whole, at)
	}
	for at := head; at < len(whole); at += record {
		spoilt["record "+string(rune(at))] = flip(whole, at+at%1000)
		spoilt["cut "+string(rune(at))] = whole[:at]
	}
	swapped := bytes.Clone(whole)
	copy(swapped[head:], whole[head+record:head+2*record])
	copy(swapped[head+record:], whole[head:head+record])
	spoilt["records swapped"] = swapped
	bad := filepath.Join(t.TempDir(), "bad.backup")
	for name, data := range spoilt {
		if err := os.WriteFile(bad, data, 0o600); err != nil {
			t.Fatal(err)
		}
		to := filepath.Join(t.TempDir(), "x")
		_, err := v.RestoreBackup(t.Context(), bad, to)
		if kind := fault.KindOf(err); kind != fault.VaultDamaged && kind != fault.VaultForeign {
			t.Errorf("%q: fault %d, %v", name, kind, err)
		}
		if there, err := vault.Exists(to); there || err != nil {
			t.Errorf("%q: Exists = %v, %v", name, there, err)
		}
	}
}

func flip(data []byte, at int) []byte {
	other := bytes.Clone(data)
	other[at] ^= 1 << (at % 8)
	return other
}

func TestNothingReadableIsInABackup(t *testing.T) {
	_, v, _ := create(t)
	words := canaries(t, 40)
	db := database(t, v)
	run(t, db, "CREATE TABLE entry(id INTEGER PRIMARY KEY, payee TEXT)")
	for _, word := range words {
		run(t, db, "INSERT INTO entry(payee) VALUES(?)", word)
	}
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	dir := t.TempDir()
	if err := v.WriteBackup(t.Context(), filepath.Join(dir, "one.backup")); err != nil {
		t.Fatal(err)
	}
	if hits := found(t, dir, append(words, "SQLite format", "CREATE TABLE", passphrase)); hits > 0 {
		t.Errorf("%d readable words", hits)
	}
}

// A golden backup is written once for each format and never again.
func TestBackupsOfEveryFormatRestore(t *testing.T) {
	for _, format := range []string{"backup1", "backup2"} {
		golden := filepath.Join("testdata", format, "golden.backup")
		if _, err := os.Stat(golden); os.IsNotExist(err) && *makeGolden {
			goldenBackup(t, golden)
		}
		recovery, err := os.ReadFile(filepath.Join("testdata", format, goldenRecovery))
		if err != nil {
			t.Fatal(err)
		}
		v, err := vault.RestoreBackupWithRecovery(t.Context(), golden, filepath.Join(t.TempDir(), "a"), secret.New(strings.TrimSpace(string(recovery))))
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		if got := rowsOf(t, v); got != "40/5740/Corner Shop 9" {
			t.Errorf("%s: rows are %s", format, got)
		}
		shut(t, v)
	}
}

func goldenBackup(t *testing.T, to string) {
	t.Helper()
	_, path, v, key, _ := backup(t, 40)
	if err := v.Carry(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	path += "-carried"
	if err := v.WriteBackup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{to: data, filepath.Join(filepath.Dir(to), goldenRecovery): []byte(key.Text().Reveal())} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
