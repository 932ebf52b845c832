package transactions_test

import (
	"slices"
	"strings"
	"testing"

	"coffer/app/ledger"
)

func TestARowIsToldAheadAndUndone(t *testing.T) {
	b := few()
	inWindow(t, b, wide, func(r *rig) {
		var spent, earned ledger.TransactionID
		for _, d := range b.rows {
			switch {
			case d.Amount.Minor > 0 && d.Status == ledger.Booked && d.Category != ledger.Transfer:
				earned = d.ID
			case d.Amount.Minor < 0 && d.Status == ledger.Booked && d.Category != ledger.Transfer && d.Alert == nil:
				spent = d.ID
			}
		}
		r.screen.Open(earned)
		r.settle()
		r.wantsNot("Expect a refund", "Block this payee")
		r.screen.Open(spent)
		r.settle()
		r.wants("Expect a refund", "I cancelled this", "Block this payee", "Trust it")
		r.tap("Expect a refund")
		says := func(words string, yes bool) {
			t.Helper()
			if strings.Contains(strings.Join(r.texts(), " "), words) != yes {
				t.Errorf("%q is shown: %v", words, !yes)
			}
		}
		says("You expect $", true)
		r.wants("A refund is expected within 14 days.")
		r.wantsNot("Expect a refund")
		r.tap("Block this payee")
		says("You blocked this payee", true)
		r.wants("Trust it")
		r.wantsNot("Block this payee")
		r.screen.Undo()
		r.settle()
		r.wants("Block this payee")
		r.tap("Take off")
		says("You expect $", false)
		want := []string{"watch " + string(spent) + " 2", "watch " + string(spent) + " 0", "watch undone", "unwatch refund"}
		if !slices.Equal(b.saved, want) {
			t.Errorf("saved %q, want %q", b.saved, want)
		}
	})
}
