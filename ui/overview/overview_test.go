package overview_test

import (
	"testing"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/ui/look"
	"coffer/ui/overview"

	"fyne.io/fyne/v2"
)

var (
	wide   = fyne.NewSize(1080, 800)
	narrow = fyne.NewSize(748, 560)
)

// heard is what the screen asked of the frame.
type heard struct{ calls []string }

func (h *heard) note(what string) func() { return func() { h.calls = append(h.calls, what) } }

func screenOf(f *fake, h *heard) func(*rig) screen {
	return func(r *rig) screen {
		return overview.New(f, r.voice, r.desk, overview.Go{
			News:    func(n app.News) { h.note("news " + n.Key)() },
			Account: func(id ledger.AccountID) { h.note("account " + string(id))() },
			Alert:   func(id alert.ID) { h.note("alert " + string(id))() },
			Row:     func(id ledger.TransactionID) { h.note("row " + string(id))() },
			Banks:   h.note("banks"), Review: h.note("review"), AddBank: h.note("add bank"), Import: h.note("import"), Refresh: h.note("refresh"),
			Settings: h.note("settings"), Known: func(done func(error)) { h.note("known")(); done(nil) },
			Demo: func() error { h.note("demo")(); return nil },
		})
	}
}

// TestPictures draws the place in every state and in both modes. COFFER_GALLERY keeps the pictures.
func TestPictures(t *testing.T) {
	for name, make := range map[string]func() *fake{"full": full, "empty": empty, "notices": notices} {
		for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
			for size, where := range map[fyne.Size]string{wide: "", narrow: "-narrow"} {
				t.Run(name+where+" "+word, func(t *testing.T) {
					stage{size: size, mode: mode, make: screenOf(make(), &heard{})}.run(t, func(r *rig) {
						r.tidy()
						r.keep("overview-" + name + where + "-" + word)
					})
				})
			}
		}
	}
}
