package alerts_test

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
)

// TestLaterOnADayOfTheirOwn types the day that an alert is to be asked about again, wrongly first, takes it back, and changes the day of one that waits.
func TestLaterOnADayOfTheirOwn(t *testing.T) {
	f := full()
	play(t, f, wide, func(r *rig) {
		r.press("Later, on another day")
		r.says("Ask then")
		r.tidy()
		r.keep("put-off")
		r.write("soon")
		r.key(fyne.KeyReturn)
		r.says("That is no day. Write it as the grey words show.")
		r.tidy()
		for range len("soon") {
			r.key(fyne.KeyBackspace)
		}
		r.write("2026-01-02")
		r.press("Ask then")
		r.says("That day has passed, or is more than a year ahead. Nothing was changed. Choose another.")
		if len(f.said) > 0 {
			t.Fatalf("said %q", f.said)
		}
		for range len("2026-01-02") {
			r.key(fyne.KeyBackspace)
		}
		day := today.AddDays(12).String()
		r.write(day)
		r.key(fyne.KeyReturn)
		if want := []string{"x1 later", "x1 until " + day}; !slices.Equal(f.said, want) {
			t.Fatalf("said %q, want %q", f.said, want)
		}
		r.silent("Ask then")
		r.press("Undo")
		if f.said[len(f.said)-1] != "x1 undone" {
			t.Errorf("said %q", f.said)
		}
		r.press("Later, on another day")
		r.press("Cancel")
		r.silent("Ask then")
	})
}
