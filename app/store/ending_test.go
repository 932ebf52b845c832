package store_test

import (
	"slices"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/store"
)

// TestARowIsFoundByTheEndOfItsID without a row being read: the ids alone are gone through, and not even those for a whole id.
func TestARowIsFoundByTheEndOfItsID(t *testing.T) {
	s := newStore(t)
	account := account(t, s, "link-1", "4417")
	apply(t, s, account, inserts(row(1, -1, "a"), row(2, -2, "b"), row(3, -3, "c")))
	rows := all(t, s, account)
	for _, r := range rows {
		id := string(r.ID)
		for _, end := range []string{id, strings.ToUpper(id), strings.ReplaceAll(id, "-", ""), id[len(id)-12:], id[len(id)-11:], id[len(id)-20:]} {
			if got := must[[]ledger.TransactionID](t)(s.EndingIn(t.Context(), end)); !slices.Equal(got, []ledger.TransactionID{r.ID}) {
				t.Errorf("%q is of %v, want %s", end, got, id)
			}
		}
		other := "0" + id[1:]
		if id[0] == '0' {
			other = "1" + id[1:]
		}
		for _, end := range []string{other, "x" + id[len(id)-8:], "", "-", "00" + id} {
			if got := must[[]ledger.TransactionID](t)(s.EndingIn(t.Context(), end)); len(got) != 0 {
				t.Errorf("%q is of %v", end, got)
			}
		}
	}
	if found := s.QueryPlan(t.Context(), store.QueryOfEnds, 4, []byte("1234"), 8, "31323334"); !strings.Contains(found, "COVERING INDEX transactions_id") {
		t.Errorf("rows are read: %s", found)
	}
}
