package transactions_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"coffer/app/ledger"
)

func TestARowIsMarkedAsATransferByHand(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Open("t9")
		r.settle()
		r.tap("Mark as transfer")
		r.wants("From Northlight Everyday", "18 Nov, Card")
		r.tap("Mark as transfer")
		r.wantsNot("18 Nov, Card")
		r.tap("Mark as transfer")
		r.tap("From Northlight Everyday")
		r.wants("Linked as a transfer.")
		r.wantsNot("18 Nov, Card")
		r.tap("Undo")
		r.wantSaved("mark t9 t11", "transfer t9 3")
		r.keys(fyne.KeyEscape)
		r.screen.Open("t2")
		r.settle()
		r.wantsNot("Mark as transfer") // it is pending
	})
	inWindow(t, pairs(few(), ledger.TransferLinked), wide, func(r *rig) {
		r.screen.Open("t10")
		r.settle()
		r.wantsNot("Mark as transfer")
	})
	alone := few()
	for i := range alone.rows {
		alone.rows[i].Account = alone.accounts[0]
	}
	inWindow(t, alone, wide, func(r *rig) {
		r.screen.Open("t9")
		r.settle()
		r.tap("Mark as transfer")
		if said := strings.Join(r.texts(), " "); !strings.Contains(said, "No row of another account of yours") {
			t.Errorf("shown are %q", said)
		}
	})
}

func TestANarrowWindowShowsTheQueueAsAList(t *testing.T) {
	inWindow(t, doubtful(3), small, func(r *rig) {
		r.letters("v")
		r.wants("Are these the same movement?")
		r.wantsNot("GLG Seattle 1")
		r.tap("List")
		r.wants("GLG Seattle 0", "GLG Seattle 1", "GLG Seattle 2", "Both rows")
		r.wantsNot("Are these the same movement?")
		r.press("GLG Seattle 1")
		r.wants("Are these the same movement?", "GLG Seattle 1", "List")
		r.wantsNot("GLG Seattle 2")
		r.tap("List")
		r.keys(fyne.KeyDown, fyne.KeyReturn)
		r.wants("GLG Seattle 2", "Are these the same movement?")
		r.tap("List")
		r.keys(fyne.KeyEscape)
		r.wants("To review", "Are these the same movement?")
	})
	inWindow(t, doubtful(3), wide, func(r *rig) {
		r.letters("v")
		r.wantsNot("List")
	})
}

func TestArrowsMoveOnInANarrowQueue(t *testing.T) {
	inWindow(t, doubtful(3), small, func(r *rig) {
		r.letters("v")
		r.wants("GLG Seattle 0")
		r.keys(fyne.KeyDown)
		r.wants("GLG Seattle 1", "Are these the same movement?")
		r.keys(fyne.KeyDown, fyne.KeyUp, fyne.KeyUp)
		r.wants("GLG Seattle 0")
		r.tap("List")
		r.keys(fyne.KeyEnd)
		r.tap("Both rows")
		r.wants("GLG Seattle 2", "Are these the same movement?")
		r.keys(fyne.KeyUp)
		r.wants("GLG Seattle 1")
		r.letters("m")
		r.wants("2 left")
		r.keys(fyne.KeyUp)
		r.wants("GLG Seattle 0")
	})
}
