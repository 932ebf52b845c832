package transactions_test

import (
	"errors"
	"image/color"
	"os"
	"testing"

	"fyne.io/fyne/v2"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/ui/look"
)

var (
	wide   = fyne.NewSize(1080, 800)
	medium = fyne.NewSize(860, 700)
	small  = fyne.NewSize(748, 560)
)

// scenes are the pictures that COFFER_GALLERY asks for.
func scenes() map[string]scene {
	november := ledger.Filter{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 30)}
	vain, card := november, november
	vain.Search, card.Account, card.Category = "zebra", "card", ledger.Transfer
	return map[string]scene{
		"narrow":       {few(), small, nil},
		"narrow-row":   {few(), small, func(r *rig) { r.screen.Open("t7") }},
		"overlay":      {few(), medium, func(r *rig) { r.screen.Open("t7"); r.settle(); r.letters("c") }},
		"empty":        {&books{}, wide, nil},
		"nothing":      {few(), wide, func(r *rig) { r.screen.Filter(vain) }},
		"many":         {many(100_000), wide, func(r *rig) { r.keys(fyne.KeyEnd, fyne.KeyUp) }},
		"account":      {few(), wide, func(r *rig) { r.screen.Filter(card) }},
		"trouble":      {few(), wide, func(r *rig) { r.books.breaks(errors.New("cause")); r.books.changes.Tell(0) }},
		"queue":        {pairs(doubtful(12), ledger.TransferProposed), wide, func(r *rig) { r.letters("v") }},
		"queue-narrow": {doubtful(1000), small, func(r *rig) { r.letters("v") }},
		"queue-rtl":    {foreign(), wide, func(r *rig) { r.letters("v") }},
		"queue-past":   {pairs(doubtful(3), ledger.TransferProposed), wide, func(r *rig) { r.letters("vmkm"); r.tap("Decided") }},
		"queue-empty":  {doubtful(1), wide, func(r *rig) { r.letters("vk") }},
		"queue-pair":   {pairs(few(), ledger.TransferProposed), wide, func(r *rig) { r.letters("v") }},
		"phone":        {few(), wide, func(r *rig) { r.screen.Filter(ledger.Filter{Account: "card"}); r.settle(); r.tap("Bank’s number") }},
		"phone-narrow": {few(), small, func(r *rig) {
			r.books.phones = map[ledger.AccountID]app.BankPhone{"card": {Number: "+1 555 0142 808", At: today.Time()}}
			r.screen.Filter(ledger.Filter{Account: "card"})
			r.settle()
			r.tap("Bank’s number")
		}},
		"strip": {pairs(doubtful(2), ledger.TransferLinked), wide, func(r *rig) { r.screen.Open("t10") }},
		"undo":  {few(), wide, func(r *rig) { r.screen.Open("t14"); r.settle(); r.tap("Raw bank fields"); r.letters("c"); r.tap("Car") }},
	}
}

type scene struct {
	books *books
	size  fyne.Size
	do    func(r *rig)
}

func TestPicturesInBothModes(t *testing.T) {
	all := map[string]scene{}
	if os.Getenv("COFFER_GALLERY") != "" {
		all = scenes()
	}
	all["full"] = scene{few(), wide, func(r *rig) { r.screen.Open("t14") }}
	for name, c := range all {
		ground := map[color.Color]bool{}
		for mode, word := range map[look.Mode]string{look.Light: "light", look.Dark: "dark"} {
			inMode(t, mode, c.books, c.size, func(r *rig) {
				if c.do != nil {
					c.do(r)
					r.settle()
				}
				ground[r.keep(name+"-"+word).At(3, 3)] = true
				r.books.breaks(nil)
			})
		}
		if len(ground) != 2 {
			t.Errorf("%s has the same ground in both modes", name)
		}
	}
}
