package vault_test

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app/store"
	"coffer/app/vault"
)

// oldSchema returns a vault whose tables are those of an older Coffer, with rows in them.
func oldSchema(t *testing.T, version int) (map[string][]byte, *vault.RecoveryKey) {
	t.Helper()
	d, err := vault.NewDying()
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open(d.Driver(), d.DSN())
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	for number, file := range migrationFiles(t)[:version] {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		run(t, db, fmt.Sprintf("BEGIN; %s PRAGMA user_version = %d; COMMIT", text, number+1))
	}
	run(t, db, "PRAGMA foreign_keys = OFF")
	run(t, db, "PRAGMA ignore_check_constraints = ON")
	filled := 0
	for _, table := range list(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' AND name NOT LIKE 'words%' AND name NOT LIKE 'sqlite%'") {
		var values []string
		for _, kind := range list(t, db, "SELECT type FROM pragma_table_info('"+table+"')") {
			values = append(values, map[bool]string{true: "i", false: "'text ' || i"}[strings.Contains(kind, "INT")])
		}
		if _, err := db.Exec("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) INSERT INTO " + table + " SELECT " + strings.Join(values, ",") + " FROM n"); err == nil {
			filled++
		}
	}
	if filled < 4 {
		t.Fatalf("only %d tables of schema %d could be filled", filled, version)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, files, _ := d.End(0)
	return files, d.Key()
}

func migrationFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "store", "migrations", "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func list(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	for rows.Next() {
		var text sql.NullString
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text.String)
	}
	return all
}

// upgraded opens the store on what is there, which brings its tables forward, and returns a sum
// over all of them.
func upgraded(t *testing.T, files map[string][]byte, key *vault.RecoveryKey) string {
	t.Helper()
	d, err := vault.OpenDying(files, key, -1)
	if err != nil {
		t.Fatal(err)
	}
	defer d.End(0)
	s, err := store.Open(t.Context(), d.Vault)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open(d.Driver(), d.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if got := ask(t, db, "PRAGMA integrity_check"); got != "ok" {
		t.Fatal(got)
	}
	sum := sha256.New()
	for _, table := range list(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
		columns := list(t, db, "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('"+table+"')")
		for _, row := range list(t, db, "SELECT "+strings.Join(columns, "||','||")+" FROM \""+table+"\" ORDER BY 1") {
			fmt.Fprintln(sum, table, row)
		}
	}
	fmt.Fprintln(sum, list(t, db, "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name"), ask(t, db, "PRAGMA user_version"))
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// An upgrade from each past schema dies at each call of the disk: the next start opens the vault,
// brings it forward, and has every row that an undisturbed upgrade has. The same after a power cut.
func TestAnUpgradeThatDiesAnywhereLosesNothing(t *testing.T) {
	points := 0
	for version := 1; version < len(migrationFiles(t)); version++ {
		files, key := oldSchema(t, version)
		want := upgraded(t, files, key)
		for at := 0; ; at++ {
			d, err := vault.OpenDying(files, key, at)
			if err != nil {
				t.Fatal(err)
			}
			if s, err := store.Open(t.Context(), d.Vault); err == nil {
				_ = s.Close()
			}
			died, killed, cut := d.End(uint64(at))
			if !died {
				if at == 0 {
					t.Fatalf("schema %d: nothing was written", version)
				}
				break
			}
			points++
			for how, left := range map[string]map[string][]byte{"killed": killed, "power cut": cut} {
				if got := upgraded(t, left, key); got != want {
					t.Errorf("schema %d, %s at call %d: other rows than an undisturbed upgrade has", version, how, at)
				}
			}
		}
	}
	t.Logf("%d upgrades died, each once killed and once with a power cut: all rows are there", points)
}
