package transactions_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/app/money"
)

// doubtful are the rows of few with n pairs of which it is asked whether they are one.
func doubtful(n int) *books {
	b := few()
	row := func(id string, day int, payee, text string, i int) ledger.Transaction {
		return ledger.Transaction{ID: ledger.TransactionID(id), Account: "everyday", Seen: today.Time(), Aliases: []string{"nl_" + id},
			Row: ledger.Row{Date: ledger.Day(2026, 11, day), Amount: money.New(int64(-8417-i), "USD"), Payee: payee, Text: text, Category: ledger.Groceries, SourceID: "nl_" + id}}
	}
	for i := range n {
		r := app.ReviewView{Account: b.accounts[0]}
		r.Other = row(fmt.Sprint("o", i), 19, fmt.Sprint("Green Leaf Grocer ", i), "GREEN LEAF 0042", i)
		r.Row = row(fmt.Sprint("r", i), 20, fmt.Sprint("GLG Seattle ", i), "CARD PURCHASE GLG", i)
		r.Row.Line = 7
		r.Reason = ledger.Reason{ID: ledger.ReasonMaybeSame, Args: map[string]string{"days": "1"}}
		b.questions = append(b.questions, r)
	}
	return b
}

// pairs adds a transfer between two rows of few.
func pairs(b *books, state ledger.TransferState) *books {
	p := app.TransferView{OutRow: b.one("t10").Transaction, InRow: b.one("t11").Transaction, OutAccount: b.accounts[0], InAccount: b.accounts[1]}
	p.Out, p.In, p.State = "t10", "t11", state
	p.Reason = ledger.Reason{ID: ledger.ReasonMaybeTransfer, Args: map[string]string{"days": "0", "of": "1"}}
	if state == ledger.TransferLinked {
		p.Reason = ledger.Reason{ID: ledger.ReasonTransfer, Args: map[string]string{"days": "0"}}
	}
	b.transfers = map[ledger.TransferState][]app.TransferView{state: {p}}
	b.one("t10").Transfers, b.one("t11").Transfers = []app.TransferView{p}, []app.TransferView{p}
	return b
}

func (r *rig) written() []string {
	r.books.mu.Lock()
	defer r.books.mu.Unlock()
	return slices.Clone(r.books.saved)
}

func (r *rig) wantSaved(want ...string) {
	r.Helper()
	if got := r.written(); !slices.Equal(got, want) {
		r.Errorf("written %q, want %q", got, want)
	}
}

func TestTheStripLeadsToTheQueue(t *testing.T) {
	inWindow(t, pairs(doubtful(3), ledger.TransferProposed), wide, func(r *rig) {
		r.wants("3 rows may be there twice, 1 pair may be a transfer")
		r.tap("Review")
		r.wants("To review", "4 left", "Are these the same movement?", "Perhaps the same as a row 1 day away.", "Green Leaf Grocer 0", "GLG Seattle 0",
			"≠ Date", "≠ Payee", "≠ Bank text", "Amount", "Account", "The bank", "A statement file, line 7")
		r.wantsNot("How it got here", "≠ Amount", "≠ Account")
		r.keys(fyne.KeyEscape)
		r.wants("How it got here")
		r.wantsNot("To review")
	})
	inWindow(t, few(), wide, func(r *rig) { r.wantsNot("Review") })
}

func TestTheQueueIsWorkedByKeys(t *testing.T) {
	inWindow(t, pairs(doubtful(3), ledger.TransferProposed), wide, func(r *rig) {
		r.letters("vm")
		r.wants("3 left", "Merged.", "GLG Seattle 1")
		r.letters("k")
		r.wants("2 left", "Both are kept. It is not asked again.", "GLG Seattle 2")
		r.keys(fyne.KeyDown)
		r.wants("Is this a transfer between your accounts?", "To Tidewater reserve", "From Northlight Everyday")
		r.letters("mk") // no words of a transfer
		r.letters("n")
		r.wants("1 left")
		r.wantSaved("decide r0 1", "decide r1 2", "transfer t10 2")
		r.letters("u")
		r.letters("u")
		r.wants("3 left")
		r.wantSaved("decide r0 1", "decide r1 2", "transfer t10 2", "transfer t10 0", "undecide r1")
	})
}

func TestDecidedOnesCanBeUndone(t *testing.T) {
	inWindow(t, pairs(doubtful(2), ledger.TransferProposed), wide, func(r *rig) {
		r.letters("vmk")
		r.letters("n")
		r.wants("Nothing to review", "0 left")
		r.tap("Decided")
		r.wants("You kept both on 22 November 2026.", "0 left")
		r.letters("u")
		r.wants("1 left", "You merged them on 22 November 2026.")
		r.keys(fyne.KeyDown)
		r.wants("You said that it is not a transfer.")
		r.letters("u")
		r.wants("2 left")
		r.tap("Waiting")
		r.wants("Are these the same movement?")
		r.wantSaved("decide r0 1", "decide r1 2", "transfer t10 2", "undecide r1", "transfer t10 0")
	})
}

func TestADeletedRowComesBackFromWhatIsDecided(t *testing.T) {
	for name, size := range map[string]fyne.Size{"wide": wide, "narrow": small} {
		t.Run(name, func(t *testing.T) {
			inWindow(t, doubtful(1), size, func(r *rig) {
				payee := r.books.one("t9").Payee
				r.onUI(func() { _ = r.books.DeleteTransaction(t.Context(), "t9") })
				r.letters("v")
				r.tap("Decided")
				r.wants("This row is not in your books", payee, "You deleted it on 22 November 2026. No read brings it back.", "Everyday")
				r.letters("mkln") // no words of it
				r.letters("u")
				r.wants("It is back as it was.", "Nothing decided yet")
				r.wantSaved("delete t9", "undelete t9")
				r.letters("u")
				r.wants("This row is not in your books")
			})
		})
	}
}

func TestAThousandWaitAndOnlyAFewAreDrawn(t *testing.T) {
	inWindow(t, doubtful(1000), wide, func(r *rig) {
		r.letters("v")
		r.wants("1,000 left", "GLG Seattle 0")
		r.keys(fyne.KeyEnd)
		r.wants("GLG Seattle 999")
		drawn := 0
		for _, text := range r.texts() {
			if strings.HasPrefix(text, "GLG Seattle") {
				drawn++
			}
		}
		if drawn > 60 {
			t.Errorf("%d of a thousand are drawn", drawn)
		}
		r.letters("m")
		r.wants("999 left", "GLG Seattle 998")
	})
}

func TestAQueueThatCantBeReadSaysSo(t *testing.T) {
	inWindow(t, doubtful(1), wide, func(r *rig) {
		r.books.breaks(errors.New("cause"))
		r.letters("v")
		r.wants("This can’t be read")
		r.books.breaks(nil)
		r.tap("Try again")
		r.wants("Are these the same movement?")
	})
}

func TestADecisionThatFailsKeepsTheQuestion(t *testing.T) {
	inWindow(t, doubtful(1), wide, func(r *rig) {
		r.books.failSave = errors.New("cause")
		r.letters("vm")
		r.wants("Are these the same movement?", "1 left")
		r.books.failSave = nil
		r.letters("m")
		r.wants("Nothing to review")
	})
}

func TestTheDetailShowsTheOtherSideOfATransfer(t *testing.T) {
	inWindow(t, pairs(few(), ledger.TransferLinked), wide, func(r *rig) {
		r.screen.Open("t10")
		r.settle()
		r.wants("Transfer to Card")
		r.tap("See the other row")
		if !r.selectedIs("From Northlight Everyday") {
			t.Errorf("the other row is not open: %q", r.texts())
		}
		r.wants("Transfer from Everyday")
		r.tap("Not a transfer")
		r.wantSaved("transfer t10 2")
	})
}

func TestADeletedRowComesBackByUndo(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Open("t14")
		r.settle()
		r.tap("Delete")
		r.wants("Deleted. No read brings it back.")
		r.wantsNot("Lumen Video")
		r.tap("Undo")
		r.wants("Lumen Video")
		r.wantSaved("delete t14", "undelete t14")
	})
}

func TestTheDetailAsksAboutARowThatMayBeTwice(t *testing.T) {
	b := doubtful(2)
	b.questions[1].Other.ID = "t9"
	b.one("t9").Reviews = 1
	inWindow(t, b, wide, func(r *rig) {
		r.screen.Open("t9")
		r.settle()
		r.wants("This may be there twice.")
		r.tap("Review")
		r.wants("GLG Seattle 1", "Are these the same movement?")
	})
}

// foreign is a question about rows with long and right-to-left names.
func foreign() *books {
	b := doubtful(2)
	b.questions[0].Row.Payee = "مخبز الميناء القديم"
	b.questions[0].Row.Text = "שופרסל דיל סניף רמת גן"
	b.questions[0].Other.Payee = strings.Repeat("A very long name of a payee that goes on ", 4)
	return b
}
