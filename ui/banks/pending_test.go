package banks_test

import (
	"errors"
	"fmt"
	"testing"

	"coffer/app/fault"
	"coffer/ui/look"

	"fyne.io/fyne/v2"
)

// TestPendingRowsCanBeLeftOut of one account, on its bank's card, and the card says so.
func TestPendingRowsCanBeLeftOut(t *testing.T) {
	f := chosen()
	f.links = f.links[1:2]
	run(t, f, wideSize, func(r *rig) {
		r.silent("booked only")
		r.press("Pending")
		r.says("Pending transactions", "is not kept, shown or counted")
		r.pressNth("Card ·· 4417", 1) // the first leads to the register
		if f.called("booked only a4 true") != 1 {
			t.Errorf("called %v", f.calls)
		}
		r.says("Card ·· 4417: Booked transactions alone from now on", "booked only", "Pending transactions")
		r.pressNth("Card ·· 4417", 1)
		if f.called("booked only a4 false") != 1 {
			t.Errorf("called %v", f.calls)
		}
		r.says("Card ·· 4417: Pending transactions come with the next refresh")
		r.silent("booked only")
		f.unchanged = fault.New(fault.DiskFull, "save", errors.New("no room"))
		r.pressNth("Card ·· 4417", 1)
		r.says("disk")
		r.press("Done")
		r.silent("is not kept, shown or counted")
		r.press("Pending")
		r.key(fyne.KeyEscape)
		r.silent("is not kept, shown or counted")
		r.press("Pending")
		r.press("Choose accounts")
		r.silent("is not kept, shown or counted")
	})
}

func TestPicturesOfThePendingChoice(t *testing.T) {
	for _, size := range []fyne.Size{wideSize, narrowSize} {
		for _, mode := range []look.Mode{look.Light, look.Dark} {
			f := crowd()
			f.links[2].Accounts[0].BookedOnly = true
			runIn(t, f, size, mode, func(r *rig) {
				r.pressNth("Pending", 0)
				r.within(size.Width)
				r.keep(fmt.Sprintf("pending-%.0f-%s", size.Width, map[look.Mode]string{look.Light: "light", look.Dark: "dark"}[mode]))
			})
		}
	}
}
