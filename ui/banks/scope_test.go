package banks_test

import (
	"testing"
)

// TestAGrantThatIsNotAsAskedStandsOnTheCard: wider or narrower, in words.
func TestAGrantThatIsNotAsAskedStandsOnTheCard(t *testing.T) {
	f := full()
	f.links = f.links[1:2]
	run(t, f, wideSize, func(r *rig) {
		r.silent("Not as asked", "asked for")
		f.links[0].Beyond = []string{"payments:write", "cards"}
		f.changed()
		r.settle()
		r.says("Not as asked", "The bank granted more than Coffer asked for: payments:write, cards. Coffer only reads, and uses none of it.")
		f.links[0].Beyond, f.links[0].Without = nil, []string{"fdx:transactions:read"}
		f.changed()
		r.settle()
		r.says("The bank granted less than Coffer asked for, without fdx:transactions:read. What that covers can’t be read.")
		r.silent("granted more")
		r.keep("scope-light")
	})
}
