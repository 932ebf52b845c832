package lock_test

import (
	"testing"

	"coffer/ui/look"

	"fyne.io/fyne/v2"
)

// TestPictures draws the lock's faces in both modes. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
		for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
			for name, state := range states {
				t.Run(name+"-"+word+where, func(t *testing.T) {
					f := state.fake
					stage{size: size, mode: mode, make: screenOf(&f, nil)}.run(t, func(r *rig) {
						state.story(r, &f)
						r.tidy()
						r.keep("lock-" + name + "-" + word + where)
					})
				})
			}
		}
	}
}
