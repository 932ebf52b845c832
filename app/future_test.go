package app_test

import (
	"testing"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// TestARowOfADayToComeMovesNothing reads a row of the year 2099 beside a life: states are kept near today, and what is expected stays.
func TestARowOfADayToComeMovesNothing(t *testing.T) {
	r := fresh(t)
	r.imports(t, "all.ofx", wide("1111", habits(4)...))
	usual := value(r.coffer.ExpectedAlerts(t.Context(), alert.Keen))(t)
	states := value(r.store.Due(t.Context()))(t).States
	r.imports(t, "far.ofx", sheet("1111", "20990601|-912.00|far|Voltbay"))
	due := value(r.store.Due(t.Context()))(t)
	if due.Last != ledger.Day(2099, 6, 1) {
		t.Fatalf("the last row is of %s", due.Last)
	}
	if got := value(r.coffer.ExpectedAlerts(t.Context(), alert.Keen))(t); got.Unusual != usual.Unusual || got.Quiet != usual.Quiet {
		t.Errorf("expected are %+v, were %+v", got, usual)
	}
	if len(states) == 0 || len(due.States) == 0 || due.States[len(due.States)-1] > r.coffer.Today() {
		t.Errorf("states are kept of %v, were of %v", due.States, states)
	}
	day := r.coffer.Today()
	r.imports(t, "next.ofx", sheet("1111", day.Time().Format("20060102")+"|-9.10|next|Bean"))
	if left := value(r.store.Due(t.Context()))(t).States; len(left) == 0 {
		t.Error("a new row is judged from the first row on")
	}
}
