package store_test

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/store"
)

func plainAt(t testing.TB, path string) (*store.Store, error) {
	t.Helper()
	return store.OpenPlain(t.Context(), path, clock, rand.Reader)
}

// newest is the number of the last migration.
func newest(t testing.TB) int {
	t.Helper()
	return len(must[[]string](t)(fs.Glob(store.Migrations, "migrations/*.sql")))
}

func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	for i, name := range must[[]string](t)(fs.Glob(store.Migrations, "migrations/*.sql")) {
		var number int
		if _, err := fmt.Sscanf(filepath.Base(name), "%04d_", &number); err != nil || number != i+1 {
			t.Errorf("%s is migration %d", name, i+1)
		}
	}
}

// TestEveryOldSchemaIsUpgraded makes a database of each version with the files of that version
// and opens it: the schema must be that of a new database.
func TestEveryOldSchemaIsUpgraded(t *testing.T) {
	fresh := must[*store.Store](t)(plainAt(t, filepath.Join(t.TempDir(), "new.db")))
	defer fresh.Close()
	want := schema(t, fresh)
	files := must[[]string](t)(fs.Glob(store.Migrations, "migrations/*.sql"))
	for version := range newest(t) + 1 {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "old.db")
			db := must[*sql.DB](t)(sql.Open("sqlite", "file:"+path))
			for i := range version {
				text := must[[]byte](t)(fs.ReadFile(store.Migrations, files[i]))
				must[sql.Result](t)(db.ExecContext(t.Context(), fmt.Sprintf("BEGIN; %s PRAGMA user_version = %d; COMMIT", text, i+1)))
			}
			ok(t, db.Close())
			s := must[*store.Store](t)(plainAt(t, path))
			defer s.Close()
			if got := schema(t, s); got != want {
				t.Errorf("schema of %d after upgrade\n%s\nwant\n%s", version, got, want)
			}
			id := account(t, s, "link-1", "4417")
			apply(t, s, id, inserts(row(1, -1, "a")))
			audit(t, s)
		})
	}
}

func schema(t testing.TB, s *store.Store) string {
	t.Helper()
	return fmt.Sprint(must[[]string](t)(s.Column(t.Context(), "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name")))
}

func TestNewerSchemaIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "newer.db")
	s := must[*store.Store](t)(plainAt(t, path))
	ok(t, s.Exec(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", newest(t)+1)))
	ok(t, s.Close())
	before := must[[]byte](t)(os.ReadFile(path))
	_, err := plainAt(t, path)
	wantKind(t, err, fault.VaultNewer)
	if after := must[[]byte](t)(os.ReadFile(path)); string(after) != string(before) {
		t.Error("a newer database was written to")
	}
}

func TestReopenedStoreHoldsEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := must[*store.Store](t)(plainAt(t, path))
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -1, "a")))
	before := fingerprint(t, s)
	ok(t, s.Close())
	s = must[*store.Store](t)(plainAt(t, path))
	defer s.Close()
	if after := fingerprint(t, s); after != before {
		t.Errorf("reopened\n%s\nwas\n%s", after, before)
	}
}

type coded int

func (c coded) Error() string { return "coded" }
func (c coded) Code() int     { return int(c) }

func TestErrorsOfTheDatabaseHaveAKind(t *testing.T) {
	tests := map[string]struct {
		err  error
		want fault.Kind
	}{
		"SQLITE_FULL":             {coded(13), fault.DiskFull},
		"SQLITE_IOERR_WRITE":      {coded(778), fault.DiskFailed},
		"SQLITE_IOERR_DATA":       {coded(8202), fault.VaultDamaged},
		"SQLITE_CANTOPEN":         {coded(14), fault.DiskFailed},
		"SQLITE_CORRUPT_VTAB":     {coded(267), fault.VaultDamaged},
		"SQLITE_NOTADB":           {coded(26), fault.VaultDamaged},
		"SQLITE_BUSY":             {coded(5), fault.VaultInUse},
		"SQLITE_CONSTRAINT":       {coded(19), fault.Unknown},
		"a row that is gone":      {ledger.ErrNotFound, fault.NotFound},
		"a fault keeps its kind":  {fault.New(fault.Locked, "x", errors.New("y")), fault.Locked},
		"an error without a code": {errors.New("z"), fault.Unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := store.Classify(fmt.Errorf("wrapped: %w", test.err)); fault.KindOf(got) != test.want || !errors.Is(got, test.err) {
				t.Errorf("%v is of kind %d, want %d", got, fault.KindOf(got), test.want)
			}
		})
	}
}

func TestFullDatabaseIsAFullDisk(t *testing.T) {
	s := must[*store.Store](t)(plainAt(t, filepath.Join(t.TempDir(), "a.db")))
	defer s.Close()
	id := account(t, s, "link-1", "4417")
	before := fingerprint(t, s)
	pages := must[[]string](t)(s.Column(t.Context(), "PRAGMA page_count"))
	must[[]string](t)(s.Column(t.Context(), "PRAGMA max_page_count = "+pages[0]))
	var p ledger.Plan
	for i := range 5000 {
		p.Insert = append(p.Insert, ledger.Insertion{Row: row(1+i%28, -int64(i)-1, "x")})
	}
	_, err := s.Apply(t.Context(), ledger.Write{Account: id, Plan: p, At: noon})
	wantKind(t, err, fault.DiskFull)
	if after := fingerprint(t, s); after != before {
		t.Error("something was half-written")
	}
	must[[]string](t)(s.Column(t.Context(), "PRAGMA max_page_count = 1000000"))
	apply(t, s, id, p)
	audit(t, s)
}

// A vault may come from somebody else, with any number in it.
func TestASchemaBelowNoneIsDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "odd.db")
	db := must[*sql.DB](t)(sql.Open("sqlite", "file:"+path))
	must[sql.Result](t)(db.ExecContext(t.Context(), "PRAGMA user_version = -5"))
	ok(t, db.Close())
	_, err := plainAt(t, path)
	wantKind(t, err, fault.VaultDamaged)
}
