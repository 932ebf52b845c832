package transactions_test

import (
	"slices"
	"strings"
	"testing"

	"coffer/app/ledger"

	"fyne.io/fyne/v2"
)

func TestTheBanksNumberIsKeptOnItsAccount(t *testing.T) {
	b, card := few(), ledger.Filter{Account: "card"}
	inWindow(t, b, wide, func(r *rig) {
		r.wantsNot("Bank’s number")
		r.screen.Filter(card)
		r.settle()
		r.tap("Bank’s number")
		r.wants("Number on the back of your card", "Store")
		r.letters("+1 555 0142 808")
		r.tap("Store")
		r.wants("+1 555 0142 808", "Change", "Kept for this account.")
		if !strings.Contains(strings.Join(r.texts(), " "), "never one from a message") {
			t.Error("it doesn't warn of numbers in messages")
		}
		r.tap("Change")
		r.wants("Store")
		r.screen.Undo()
		r.settle()
		r.wants("+1 555 0142 808")
		id := string(card.Account)
		if want := []string{"phone " + id + " +1 555 0142 808", "phone " + id + " ", "phone " + id + " +1 555 0142 808"}; !slices.Equal(b.saved, want) {
			t.Errorf("saved %q, want %q", b.saved, want)
		}
		r.keys(fyne.KeyEscape, fyne.KeyEscape) // the row that is open first
		r.wantsNot("+1 555 0142 808")
		r.tap("Bank’s number")
		r.wants("+1 555 0142 808")
		r.screen.Filter(ledger.Filter{})
		r.settle()
		r.wantsNot("+1 555 0142 808", "Bank’s number")
	})
}
