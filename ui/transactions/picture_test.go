package transactions_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"coffer/app/ledger"
	"coffer/ui/look"
)

var (
	wide   = fyne.NewSize(1080, 800)
	medium = fyne.NewSize(860, 700)
	small  = fyne.NewSize(748, 560)
)

func TestPictures(t *testing.T) {
	for name, c := range map[string]struct {
		books *books
		size  fyne.Size
		do    func(r *rig)
	}{
		"full":       {few(), wide, func(r *rig) { r.screen.Open("t14") }},
		"narrow":     {few(), small, nil},
		"narrow-row": {few(), small, func(r *rig) { r.screen.Open("t7") }},
		"overlay":    {few(), medium, func(r *rig) { r.screen.Open("t7"); r.settle(); r.letters("c") }},
		"empty":      {&books{}, wide, nil},
		"nothing": {few(), wide, func(r *rig) {
			r.screen.Filter(ledger.Filter{Search: "zebra", From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 30)})
		}},
		"many": {many(100_000), wide, func(r *rig) { r.keys(fyne.KeyEnd, fyne.KeyUp) }},
		"account": {few(), wide, func(r *rig) {
			r.screen.Filter(ledger.Filter{Account: "card", Category: ledger.Transfer, From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 30)})
		}},
	} {
		for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
			t.Run(name+"-"+word, func(t *testing.T) {
				inMode(t, mode, c.books, c.size, func(r *rig) {
					if c.do != nil {
						c.do(r)
						r.settle()
					}
					r.keep(name + "-" + word)
				})
			})
		}
	}
}
