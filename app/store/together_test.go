package store_test

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/store"
)

// asBefore18 puts aliases and raw fields where schema 17 had them.
func asBefore18(t *testing.T, s *store.Store) {
	t.Helper()
	ok(t, s.Exec(t.Context(), "UPDATE raw SET key = key & ((1 << 37) - 1)"))
	rows := must[[]string](t)(s.Column(t.Context(), "SELECT key || '|' || account || '|' || source FROM transactions"))
	for _, row := range rows {
		parts := strings.Split(row, "|")
		h := fnv.New64a()
		_, _ = fmt.Fprintf(h, "%s\x00%s", parts[1], parts[2])
		ok(t, s.Exec(t.Context(), "UPDATE aliases SET hash = ? WHERE row = ?", int64(h.Sum64()), parts[0]))
	}
	ok(t, s.Exec(t.Context(), "DROP INDEX transactions_odd"))
	ok(t, s.Exec(t.Context(), "ALTER TABLE transactions DROP COLUMN word"))
	ok(t, s.Exec(t.Context(), "ALTER TABLE accounts DROP COLUMN left_out"))
	files := must[[]string](t)(fs.Glob(store.Migrations, "migrations/*.sql"))
	at := slices.IndexFunc(files, func(name string) bool { return strings.Contains(name, "0018_") })
	ok(t, s.Exec(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", at)))
}

// TestRowsOfBeforeSchema18AreWholeAfterIt: what lies where it lay is found, and moves when its row is written again.
func TestRowsOfBeforeSchema18AreWholeAfterIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	s := must[*store.Store](t)(plainAt(t, path))
	id := account(t, s, "link-1", "4417")
	var rows []ledger.Row
	for i := range 200 {
		r := row(1+i%28, int64(-1-i), fmt.Sprintf("shop %d", i))
		r.SourceID, r.Line = fmt.Sprintf("id-%d", i), 0
		rows = append(rows, r)
	}
	apply(t, s, id, inserts(rows...))
	want := all(t, s, id)
	asBefore18(t, s)
	ok(t, s.Close())

	s = must[*store.Store](t)(plainAt(t, path))
	defer s.Close()
	audit(t, s)
	if old := must[[]string](t)(s.Column(t.Context(), "SELECT count(*) FROM aliases WHERE hash < 0")); old[0] != "200" {
		t.Fatalf("%s aliases are known to be of before, want 200", old[0])
	}
	got := all(t, s, id)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatal("the rows have changed")
	}
	for _, r := range got[:20] { // far from the days that are read, by their ids alone
		found, _, err := s.Stored(t.Context(), id, ledger.Day(1990, time.May, 1), ledger.Day(1990, time.May, 2), []string{r.SourceID})
		ok(t, err)
		if len(found) != 1 || found[0].ID != r.ID || len(found[0].Raw) != len(r.Raw) {
			t.Fatalf("%q is not found by its id", r.SourceID)
		}
	}
	moved := got[3].Row
	moved.Date, moved.Raw[0].Value = moved.Date+40, "since"
	apply(t, s, id, ledger.Plan{
		Insert: inserts(row(5, -5, "new")).Insert,
		Update: []ledger.Update{{ID: got[3].ID, Row: moved, Came: moved, Aliases: []string{"another"}, Reason: ledger.Reason{ID: ledger.ReasonAlias}}},
	})
	ok(t, s.Delete(t.Context(), got[4].ID))
	audit(t, s)
	if raw := must[ledger.Transaction](t)(s.Transaction(t.Context(), got[3].ID)).Raw; raw[0].Value != "since" {
		t.Errorf("the fields of a row that moved are %v", raw)
	}
	ok(t, s.Undelete(t.Context(), got[4].ID))
	if raw := must[ledger.Transaction](t)(s.Transaction(t.Context(), got[4].ID)).Raw; fmt.Sprint(raw) != fmt.Sprint(want[4].Raw) {
		t.Errorf("the fields of a row that came back are %v", raw)
	}
	if old := must[[]string](t)(s.Column(t.Context(), "SELECT count(*) FROM aliases WHERE hash < 0")); old[0] != "198" {
		t.Errorf("%s aliases are of before, want 198", old[0])
	}
	audit(t, s)
	whole(t, s)
}
