package engine_test

import (
	"fmt"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/sync/bank/banktest"
)

// TestAWrongClockHealsAtTheNextRightRefresh: whatever the clock said meanwhile, no row of the bank is lost or doubled, and
// no day counts as read that had not come yet.
func TestAWrongClockHealsAtTheNextRightRefresh(t *testing.T) {
	const right, ahead, behind = 0, 366, -366
	tests := map[string][]int{
		"ahead at the first read":          {ahead, right},
		"ahead later":                      {right, ahead, right},
		"ahead twice":                      {right, ahead, ahead + 200, right},
		"behind at the first read":         {behind, right},
		"behind later":                     {right, behind, right},
		"ahead, then behind":               {ahead, behind, right},
		"behind, then ahead":               {behind, ahead, right},
		"a month ahead":                    {right, 30, right},
		"a day ahead, as another zone is":  {right, 1, right},
		"ahead by more than the history":   {500, right},
		"ahead, and right some days later": {right, ahead, right, right},
	}
	for name, clock := range tests {
		t.Run(name, func(t *testing.T) {
			r := rigOf(t, 50)
			rows := r.year("a")
			for i, wrong := range clock {
				rows = append(rows, banktest.Row{ID: fmt.Sprintf("of day %d", i), Day: today().AddDays(20 * i), Cents: -100, Payee: "Later"})
				r.bank.Put("a", rows...)
				r.now = noon.Add(time.Duration(24*(20*i+wrong)) * time.Hour)
				r.must()
			}
			last := len(clock) - 1
			oldest := today().AddDays(20*last - 400)
			for _, row := range rows {
				if _, found := r.store.all()[row.ID]; !found && row.Day >= oldest {
					t.Errorf("%q of %v is missing", row.ID, row.Day)
				}
			}
			if got := len(r.store.all()); got > len(rows) {
				t.Errorf("%d rows of %d", got, len(rows))
			}
			if at := r.store.readings["account-1"]; at.To != today().AddDays(20*last) || !at.Done {
				t.Errorf("reading is %+v", at)
			}
			if gaps := r.store.gaps["account-1"]; len(gaps) > 0 {
				t.Errorf("gaps %v", gaps)
			}
		})
	}
}

// TestNoDayCountsAsReadThatWasNotAskedFor: midnight comes, or a clock jumps, while the account is read.
func TestNoDayCountsAsReadThatWasNotAskedFor(t *testing.T) {
	r := newRig(t)
	r.year("a")
	r.store.before = func(ledger.AccountID) { r.now = noon.AddDate(1, 0, 0) }
	r.must()
	if at := r.store.readings["account-1"]; at.To != today() {
		t.Errorf("reading is %+v", at)
	}
}
