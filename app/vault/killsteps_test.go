package vault_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

// How long the work takes at most, on a slow disk, within which a kill comes at random.
const (
	rekeyTakes   = 30 * time.Millisecond
	upgradeTakes = 60 * time.Millisecond
)

// childRing is a keyring that each process finds beside the vault's folder.
func childRing(dir string) *vault.Keyring { return vault.NewKeyring(fileRing(dir + ".ring")) }

// fileRing keeps what it is given in files whose names begin so.
type fileRing string

func (r fileRing) at(user string) string { return string(r) + fmt.Sprintf("-%x", user) }

func (r fileRing) Get(_, user string) (string, error) {
	raw, err := os.ReadFile(r.at(user))
	if errors.Is(err, fs.ErrNotExist) {
		err = keyring.ErrNotFound
	}
	return string(raw), err
}

func (r fileRing) Set(_, user, text string) error {
	return os.WriteFile(r.at(user), []byte(text), 0o600)
}
func (r fileRing) Delete(_, user string) error { return os.Remove(r.at(user)) }

func enable(t *testing.T, v *vault.Vault, ring *vault.Keyring) {
	t.Helper()
	if err := v.EnableKeyring(t.Context(), ring); err != nil {
		t.Fatal(err)
	}
}

// rekeyOnce empties the log and seals everything under a new data key.
func rekeyOnce(v *vault.Vault, dir string, db *sql.DB, key secret.Text) error {
	var busy, frames, moved int
	if err := db.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved); err != nil || busy != 0 {
		return fmt.Errorf("empty the log: busy %d, %w", busy, err)
	}
	_, err := v.Rekey(context.Background(), vault.Rekeying{Recovery: key, Ring: childRing(dir)})
	return err
}

// oneSet fails unless exactly one set of data files is left.
func oneSet(t *testing.T, dir string) {
	t.Helper()
	sets := 0
	for _, name := range []string{"vault.map", "vault2.map"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			sets++
		} else if !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if sets != 1 {
		t.Fatalf("%d sets of data files are left", sets)
	}
}

func TestAProcessKilledAtANewKeyLosesNothing(t *testing.T) {
	killWhile(t, "rekey", func(kills int) bool { return kills < killRounds })
}

// upgradeAndWait is the child that brings tables forward, and then waits to be killed.
func upgradeAndWait(v *vault.Vault, err error) error {
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := store.Open(context.Background(), v); err != nil {
		return err
	}
	fmt.Println("done")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

func TestAProcessKilledAtAnUpgradeLosesNothing(t *testing.T) {
	rounds := max(killRounds, len(migrationFiles(t))-1)
	if _, early := killUpgrades(t, func(kills int) bool { return kills < rounds }); early == 0 {
		t.Error("no kill came before the end of an upgrade")
	}
}

// killUpgrades kills a process that brings a vault forward from each past schema in turn. early are the kills
// that came before it said that it was done.
func killUpgrades(t *testing.T, more func(kills int) bool) (kills, early int) {
	t.Helper()
	type past struct {
		files map[string][]byte
		key   *vault.RecoveryKey
		want  string
	}
	var all []past
	for version := 1; version < len(migrationFiles(t)); version++ {
		files, key := oldSchema(t, version)
		all = append(all, past{files, key, upgraded(t, files, key)})
	}
	r := rand.New(rand.NewPCG(21, 22))
	for ; more(kills); kills++ {
		p, dir := all[kills%len(all)], t.TempDir()
		for name, raw := range p.files {
			if err := os.WriteFile(filepath.Join(dir, name), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if killUpgrade(t, dir, p.key, time.Duration(r.Int64N(int64(upgradeTakes)))) {
			early++
		}
		left := map[string][]byte{}
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if left[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
				t.Fatal(err)
			}
		}
		if got := upgraded(t, left, p.key); got != p.want {
			t.Fatalf("schema %d, kill %d: other rows than an undisturbed upgrade has", 1+kills%len(all), kills)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	return kills, early
}

// killUpgrade reports whether the child was not done yet.
func killUpgrade(t *testing.T, dir string, key *vault.RecoveryKey, wait time.Duration) bool {
	t.Helper()
	cmd := childCommand("upgrade", dir, key)
	hold, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if said = lines.Text(); said == "ready" {
			time.AfterFunc(wait, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); said == "" || cmd.ProcessState.Exited() {
		t.Fatalf("the child ended by itself: %s, %v", said, err)
	}
	return said == "ready"
}
