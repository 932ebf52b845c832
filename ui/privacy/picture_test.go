package privacy_test

import (
	"testing"

	"coffer/app/egress"
	"coffer/ui/look"
	"coffer/ui/privacy"

	"fyne.io/fyne/v2"
)

var (
	wide   = fyne.NewSize(1080, 800)
	narrow = fyne.NewSize(748, 560)
)

// heard is what the screen asked of the frame.
type heard struct {
	copied []string
	linked int
}

func screenOf(f *fake, h *heard) func(*rig) screen {
	return func(r *rig) screen {
		return privacy.New(f, r.voice, r.desk, privacy.Go{
			Copy: func(text string) { h.copied = append(h.copied, text) }, AddBank: func() { h.linked++ },
		})
	}
}

// TestPictures draws the place in every state and in both modes. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	for name, c := range map[string]struct {
		make func() *fake
		do   func(r *rig)
	}{
		"full":   {func() *fake { return withRows(1284) }, nil},
		"empty":  {empty, nil},
		"silent": {silent, nil},
		"broken": {func() *fake { return doctored(egress.RowChanged) }, func(r *rig) { r.press("Show") }},
		"detail": {func() *fake { return withRows(1284) }, func(r *rig) {
			r.key(fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
		}},
		"export": {func() *fake { return withRows(1284) }, func(r *rig) { r.press("Export") }},
		"banks":  {manyBanks, nil},
		"many":   {func() *fake { return withRows(100_000) }, func(r *rig) { r.key(fyne.KeyEnd) }},
	} {
		for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
			for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
				t.Run(name+where+" "+word, func(t *testing.T) {
					stage{size: size, mode: mode, make: screenOf(c.make(), &heard{})}.run(t, func(r *rig) {
						if c.do != nil {
							c.do(r)
							r.settle()
						}
						r.tidy()
						r.keep("privacy-" + name + where + "-" + word)
					})
				})
			}
		}
	}
}
