package alerts_test

import (
	"slices"
	"testing"

	"coffer/app/alert"
	"coffer/ui/alerts"
)

// "Not mine" opens the dispute pack, and no other answer does; later a link leads there.
func TestNotMineOpensTheDisputePack(t *testing.T) {
	var opened []alert.ID
	stage{size: wide, make: func(r *rig) screen {
		return alerts.New(full(), r.voice, r.desk, alerts.Go{Dispute: func(id alert.ID) { opened = append(opened, id) }})
	}}.run(t, func(r *rig) {
		r.write("N")
		if !slices.Equal(opened, []alert.ID{"x1"}) {
			t.Errorf("opened are %v", opened)
		}
		r.screen.(*alerts.Screen).Undo()
		r.settle()
		r.write("M")
		r.screen.(*alerts.Screen).Undo()
		r.settle()
		r.screen.(*alerts.Screen).Open("x1")
		r.settle()
		r.write("N")
		r.press("Dispute it, step by step")
		if !slices.Equal(opened, []alert.ID{"x1", "x1", "x1"}) {
			t.Errorf("opened are %v", opened)
		}
	})
}
