package store_test

import (
	"testing"

	"coffer/app/ledger"
)

// TestAHoldThatLapsedIsAskedAboutYet: the bank left it out, and a row that stood beside it may be what it became.
func TestAHoldThatLapsedIsAskedAboutYet(t *testing.T) {
	for reason, waits := range map[string]int{ledger.ReasonAbsent: 1, ledger.ReasonStale: 1, ledger.ReasonParts: 0, ledger.ReasonBeside: 0} {
		t.Run(reason, func(t *testing.T) {
			s := plainStore(t)
			id := account(t, s, "link-1", "4417")
			apply(t, s, id, inserts(pending(row(2, -100, "hold")), row(3, -110, "booked")))
			hold, booked := find(t, s, id, "hold"), find(t, s, id, "booked")
			plan := ledger.Plan{Ask: []ledger.Question{{Row: booked, Other: hold, Reason: ledger.Reason{ID: ledger.ReasonMaybeBooked, Args: map[string]string{"days": "1"}}}}}
			for range 2 {
				apply(t, s, id, plan)
				count(t, s, 1)
			}
			apply(t, s, id, ledger.Plan{Drop: []ledger.Change{{ID: hold, Reason: ledger.Reason{ID: reason}, On: p9}}})
			count(t, s, waits)
			audit(t, s)
			for _, r := range must[[]ledger.Review](t)(s.Reviews(t.Context(), 5)) {
				if r.Moot() || r.Row.ID != booked || r.Other.ID != hold {
					t.Errorf("asked about %+v", r)
				}
				decide(t, s, ledger.Merge)
				if one := must[ledger.Transaction](t)(s.Transaction(t.Context(), hold)); one.Status != ledger.Booked || one.Amount.Minor != -110 {
					t.Errorf("merged they are %+v", one)
				}
				audit(t, s)
			}
		})
	}
}

// TestWhatWasAnsweredIsNotAskedAgain: the same question comes with a later read.
func TestWhatWasAnsweredIsNotAskedAgain(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(pending(row(2, -100, "hold")), row(3, -110, "booked")))
	plan := ledger.Plan{Ask: []ledger.Question{{Row: find(t, s, id, "booked"), Other: find(t, s, id, "hold"), Reason: ledger.Reason{ID: ledger.ReasonMaybeBooked}}}}
	apply(t, s, id, plan)
	decide(t, s, ledger.KeepBoth)
	apply(t, s, id, plan)
	count(t, s, 0)
}
