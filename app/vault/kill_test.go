package vault_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// The test binary is its own second process: asked by this variable, it works on the
// vault in the named folder instead of running tests.
const childVariable = "COFFER_TEST_CHILD"

func TestMain(m *testing.M) {
	if work, rest, ok := strings.Cut(os.Getenv(childVariable), ":"); ok {
		key, dir, _ := strings.Cut(rest, ":")
		if err := child(work, dir, secret.New(key)); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(work, dir string, key secret.Text) error {
	if step, ok := strings.CutPrefix(work, "ring-"); ok {
		return ringChild(step, dir)
	}
	if work == "hold" {
		return hold(dir)
	}
	v, err := vault.OpenWithRecovery(dir, key)
	if work == "upgrade" {
		return upgradeAndWait(v, err)
	}
	if work == "open" {
		fmt.Println("fault", int(fault.KindOf(err)))
		return nil
	}
	if err != nil {
		return err
	}
	db, err := sql.Open(v.Driver(), v.DSN())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("PRAGMA wal_autocheckpoint=60"); err != nil {
		return err
	}
	for n := 1; ; n++ {
		if err := commit(db, n); err != nil {
			return err
		}
		fmt.Println("done", n)
		if work == "rekey" {
			if err := rekeyOnce(v, dir, db, key); err != nil {
				return err
			}
		}
	}
}

// commit adds n rows and their count in one transaction.
func commit(db *sql.DB, n int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < ?)
		INSERT INTO entry(payee, amount) SELECT printf('%d %.*c', i, 200, 'z'), 1 FROM c`, 1+n%40); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE total SET confirmed = confirmed + 1, rows = rows + ?", 1+n%40); err != nil {
		return err
	}
	return tx.Commit()
}

func childCommand(work, dir string, key *vault.RecoveryKey) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+work+":"+key.Text().Reveal()+":"+dir)
	cmd.Stderr = os.Stderr
	return cmd
}

func TestSecondProcessIsToldThatTheVaultIsInUse(t *testing.T) {
	dir, v, key := create(t)
	for range 2 {
		out, err := childCommand("open", dir, key).Output()
		if want := fmt.Sprintf("fault %d\n", fault.VaultInUse); err != nil || string(out) != want {
			t.Errorf("got %q, %v, want %q", out, err, want)
		}
		// Not even without the lock file.
		if err := os.Remove(filepath.Join(dir, "vault.lock")); err != nil {
			t.Fatal(err)
		}
	}
	shut(t, v)
	out, err := childCommand("open", dir, key).Output()
	if want := fmt.Sprintf("fault %d\n", fault.Unknown); err != nil || string(out) != want {
		t.Errorf("after closing: got %q, %v", out, err)
	}
}

func TestKilledProcessLosesNothingConfirmed(t *testing.T) {
	killWhile(t, "write", func(kills int) bool { return kills < killRounds })
}

// killWhile kills a process at its work again and again and looks at what is left.
func killWhile(t *testing.T, work string, more func(kills int) bool) (kills int) {
	t.Helper()
	dir, v, key := create(t)
	if work == "rekey" { // guessing at a passphrase would be most of its time
		enable(t, v, childRing(dir))
		if err := v.RemovePassphrase(); err != nil {
			t.Fatal(err)
		}
	}
	db := database(t, v)
	run(t, db, "CREATE TABLE entry(id INTEGER PRIMARY KEY, payee TEXT, amount INTEGER)")
	run(t, db, "CREATE TABLE total(confirmed INTEGER, rows INTEGER)")
	run(t, db, "INSERT INTO total VALUES(0, 0)")
	shut(t, db, v)
	r := rand.New(rand.NewPCG(11, 12))
	confirmed := 0
	for ; more(kills); kills++ {
		transactions, wait := 1+r.IntN(40), time.Duration(0)
		if work == "rekey" {
			transactions, wait = 1+r.IntN(6), time.Duration(r.Int64N(int64(rekeyTakes)))
		}
		confirmed += killAfter(t, work, dir, key, transactions, wait)
		v, err := vault.OpenWithRecovery(dir, key.Text())
		if err != nil {
			t.Fatal(err)
		}
		db := database(t, v)
		var have, rows, counted int
		err = db.QueryRow("SELECT confirmed, rows, (SELECT count(*) FROM entry) FROM total").Scan(&have, &rows, &counted)
		if err != nil || rows != counted || have < confirmed || have > confirmed+1000 {
			t.Fatalf("%d of %d confirmed, %d of %d rows, %v", have, confirmed, counted, rows, err)
		}
		if got := ask(t, db, "PRAGMA integrity_check"); got != "ok" {
			t.Fatal(got)
		}
		oneSet(t, dir)
		confirmed = have
		// Half of the time the next child finds what this process closed, half what it left.
		if r.IntN(2) == 0 {
			shut(t, db, v)
		} else {
			_ = v.Close()
			_ = db.Close()
		}
	}
	return kills
}

// killAfter lets a child work and kills it that long after it has confirmed so many transactions. It
// returns how many it confirmed in all.
func killAfter(t *testing.T, work, dir string, key *vault.RecoveryKey, transactions int, wait time.Duration) (confirmed int) {
	t.Helper()
	cmd := childCommand(work, dir, key)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscanf(lines.Text(), "done %d", &confirmed); err != nil {
			t.Error(lines.Text())
			break
		}
		if confirmed == transactions {
			time.AfterFunc(wait, func() { _ = cmd.Process.Kill() })
		}
	}
	_ = cmd.Wait()
	if confirmed < transactions || cmd.ProcessState.Exited() {
		t.Fatalf("the child ended by itself after %d transactions", confirmed)
	}
	return confirmed
}
