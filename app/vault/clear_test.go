package vault_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"testing"

	"coffer/app/secret"
)

// canaries are texts that can be nowhere by chance, and words that SQLite would write.
func canaries(t *testing.T, count int) []string {
	t.Helper()
	all := make([]string, count)
	for i := range all {
		raw := make([]byte, 16)
		if _, err := rand.Read(raw); err != nil {
			t.Fatal(err)
		}
		all[i] = hex.EncodeToString(raw)
	}
	return all
}

func found(t *testing.T, dir string, words []string) (hits int) {
	t.Helper()
	for _, data := range snapshot(t, dir) {
		for _, word := range words {
			if bytes.Contains(data, []byte(word)) {
				hits++
			}
		}
	}
	return hits
}

// live writes canaries in several ways and looks at the folder after each step.
func live(t *testing.T, db *sql.DB, dir string, words []string) (hits int) {
	t.Helper()
	look := func() { hits += found(t, dir, append(words, "SQLite format", "CREATE TABLE", "payee", passphrase)) }
	run(t, db, "CREATE TABLE entry(id INTEGER PRIMARY KEY, payee TEXT)")
	for _, word := range words {
		run(t, db, "INSERT INTO entry(payee) VALUES(?)", word)
	}
	look()
	run(t, db, "INSERT INTO entry(payee) SELECT a.payee || b.payee FROM entry a, entry b")
	look()
	run(t, db, "CREATE INDEX entry_payee ON entry(payee)")
	if got := ask(t, db, "SELECT count(*) FROM (SELECT DISTINCT payee FROM entry ORDER BY payee DESC)"); got == "0" {
		t.Error("nothing was sorted")
	}
	look()
	run(t, db, "BEGIN")
	run(t, db, "PRAGMA cache_size=10")
	run(t, db, "UPDATE entry SET payee = payee || ' later'")
	look()
	run(t, db, "ROLLBACK")
	run(t, db, "PRAGMA wal_checkpoint(PASSIVE)")
	look()
	run(t, db, "VACUUM")
	look()
	return hits
}

func TestNothingReadableIsOnTheDisk(t *testing.T) {
	words := canaries(t, 40)
	dir, v, key := createTyped(t)
	groups := key.Groups()
	all := append(words, key.Text().Reveal(), groups[0]+groups[1], "another passphrase")
	db := database(t, v)
	hits := live(t, db, dir, all)
	if err := v.SetPassphrase(secret.New("another passphrase")); err != nil {
		t.Fatal(err)
	}
	hits += found(t, dir, all)
	shut(t, db, v)
	hits += found(t, dir, all)
	if hits > 0 {
		t.Errorf("%d readable words on the disk", hits)
	}
	// The same scan of a plain database finds them.
	plainDir := t.TempDir()
	plain, err := sql.Open("sqlite", "file:"+filepath.Join(plainDir, "plain.db")+"?_journal_mode=WAL")
	if err != nil {
		t.Fatal(err)
	}
	plain.SetMaxOpenConns(1)
	if hits := live(t, plain, plainDir, words); hits < len(words) {
		t.Errorf("only %d words found in a plain database: the scan is blind", hits)
	}
	shut(t, plain)
}

func TestVerifyWalksAllPages(t *testing.T) {
	_, v, _ := create(t)
	db := database(t, v)
	fill(t, db, 3000, "Corner Shop")
	if _, err := v.Verify(t.Context()); err == nil {
		t.Error("verified although the log holds newer pages")
	}
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	pages, err := v.Verify(t.Context())
	if err != nil || pages < 20 {
		t.Errorf("%d pages, %v", pages, err)
	}
	if got := ask(t, db, "PRAGMA page_count"); got != fmt.Sprint(pages) {
		t.Errorf("SQLite counts %s pages, Verify %d", got, pages)
	}
}

func TestTwoVaultsInOneProcessStayApart(t *testing.T) {
	_, first, _ := create(t)
	_, second, _ := create(t)
	if first.ID() == second.ID() || first.DSN() == second.DSN() {
		t.Error("two vaults have one name")
	}
	one, other := database(t, first), database(t, second)
	fill(t, one, 3, "first")
	fill(t, other, 5, "second")
	if got := ask(t, one, sumRows); got != "3/42/first 3" {
		t.Error(got)
	}
	if got := ask(t, other, sumRows); got != "5/105/second 5" {
		t.Error(got)
	}
}
