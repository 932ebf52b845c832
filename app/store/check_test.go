package store_test

import (
	"testing"

	"coffer/app/fault"
	"coffer/app/store"
)

// filled is a store with a few rows of two months.
func filled(t *testing.T) *store.Store {
	t.Helper()
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "a"), pending(row(2, -200, "b")), row(3, -300, "c"), row(40, 900, "d")))
	return s
}

func TestWhatIsKeptBesideTheRowsIsHeldAgainstThem(t *testing.T) {
	for name, meddle := range map[string]string{
		"a day's sum":         "UPDATE days SET money_out = money_out - 1",
		"a day too much":      "INSERT INTO days VALUES (1, 1, 'EUR', 1, 0, 1)",
		"a month lost":        "DELETE FROM months",
		"raw fields left":     "INSERT INTO raw VALUES (1, '[]')",
		"an alias left":       "INSERT INTO aliases VALUES (1, 1)",
		"an account lost":     "DELETE FROM accounts",
		"a row added":         "UPDATE transactions SET minor = minor + 1",
		"a row that vanished": "DELETE FROM transactions",
	} {
		t.Run(name, func(t *testing.T) {
			s := filled(t)
			rows, sum, err := s.CheckRows(t.Context())
			ok(t, err)
			if rows == 0 || len(sum) != 64 {
				t.Fatalf("%d rows, sum %q", rows, sum)
			}
			ok(t, s.CheckIntegrity(t.Context()))
			ok(t, s.Exec(t.Context(), meddle))
			_, _, err = s.CheckRows(t.Context())
			wantKind(t, err, fault.VaultDamaged)
		})
	}
	s := filled(t)
	ok(t, s.Exec(t.Context(), "UPDATE transactions SET payee = 'another'"))
	wantKind(t, s.CheckIntegrity(t.Context()), fault.VaultDamaged) // the search index says the old one
}
