//go:build !nogui && !e2e

package ui_test

import (
	"testing"

	"fyne.io/fyne/v2"
)

// TestATransactionIsDisputedFromItsDetail goes there and back, and the pack is gone once Coffer locks.
func TestATransactionIsDisputedFromItsDetail(t *testing.T) {
	live(t, wide, true, func(h *house) {
		h.control(fyne.Key2)
		h.press("Dispute")
		h.says("Dispute pack", "Contact your bank now", "Paper statement, $2.00", "not legal advice")
		h.key(fyne.KeyEscape)
		h.says("Booked")
		h.press("Dispute")
		h.says("Dispute pack")
		h.control(fyne.KeyL)
		h.says("Coffer is locked")
		h.silent("Paper statement", "Dispute")
		h.unlock()
		h.silent("Dispute pack")
	})
}
