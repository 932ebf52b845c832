package alerts_test

import (
	"testing"

	"coffer/app/alert"
	"coffer/app/ledger"
)

func TestWhatLaterRowsExplainedIsShownWithTheReason(t *testing.T) {
	for _, was := range []alert.Answer{alert.Unanswered, alert.Later} {
		explained(t, was)
	}
}

func explained(t *testing.T, was alert.Answer) {
	t.Helper()
	f := full()
	f.add("gone", "duplicate-charge", alert.Quiet, row("t8", "Figtree", -4200, today.AddDays(-30)))
	last := len(f.alerts) - 1
	f.back, f.alerts = f.alerts[last:], f.alerts[:last:last]
	f.back[0].Withdrawn, f.back[0].Because, f.back[0].Waits = true, ledger.Reason{ID: alert.WithdrawnLate}, false
	f.back[0].Answer = was
	play(t, f, wide, func(r *rig) {
		r.says("1 unusual, 2 worth a look", "Figtree", "No longer found")
		r.press("Figtree")
		r.says("With what is known now, this is as usual for you")
		r.silent("Take it back", "Asks again")
		r.write("M")
		if len(f.said) != 0 {
			t.Errorf("said %q", f.said)
		}
	})
}
