package transactions_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"coffer/app/fault"
	"coffer/app/ledger"
)

func TestOpenSelectsARowFarDownTheList(t *testing.T) {
	for name, c := range map[string]struct {
		filter ledger.Filter
		order  []string // heads that are tapped
		row    ledger.TransactionID
		listed bool
	}{
		"newest first":                       {row: "m12345", listed: true},
		"oldest first":                       {row: "m12345", order: []string{"Date"}, listed: true},
		"within an account":                  {filter: ledger.Filter{Account: "everyday"}, row: "m99", listed: true},
		"outside of the days that are shown": {filter: ledger.Filter{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 30)}, row: "m12345"},
		"in another category":                {filter: ledger.Filter{Category: ledger.Salary}, row: "m5"},
	} {
		t.Run(name, func(t *testing.T) {
			inWindow(t, many(20_000), wide, func(r *rig) {
				for _, head := range c.order {
					r.tap(head)
				}
				r.screen.Filter(c.filter)
				r.screen.Open(c.row)
				r.settle()
				payee := "row " + string(c.row[1:])
				if r.selectedIs(payee) != c.listed {
					t.Errorf("%s is in the list: %v, wants %v", payee, !c.listed, c.listed)
				}
				r.wants(payee, "How it got here")
			})
		})
	}
}

func TestOpenFindsAPendingRow(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Open("t3")
		r.settle()
		if !r.selectedIs("Padaria do Largo") {
			t.Errorf("%q", r.texts())
		}
	})
}

func TestTheDetailFollowsTheArrows(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.keys(fyne.KeyDown)
		if !r.selectedIs("City Transit") {
			t.Error("down doesn't open the next row")
		}
		r.keys(fyne.KeyEscape)
		r.wantsNot("How it got here")
		r.keys(fyne.KeyDown)
		r.wantsNot("How it got here")
		r.keys(fyne.KeyReturn)
		if !r.selectedIs("Corner Fuel") {
			t.Error("Enter doesn't open the row")
		}
	})
}

func TestNarrowTheDetailOpensOverTheList(t *testing.T) {
	inWindow(t, few(), small, func(r *rig) {
		r.wantsNot("How it got here", "Account")
		r.keys(fyne.KeyDown, fyne.KeyDown)
		r.wantsNot("How it got here")
		r.keys(fyne.KeyReturn)
		r.wants("How it got here", "Sunday 22 November, Everyday ·· 2208")
		r.keys(fyne.KeyEscape)
		r.wantsNot("How it got here")
	})
}

func TestACategoryIsSavedAndTakenBack(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Open("t7")
		r.settle()
		r.letters("c")
		r.tap("Shopping")
		r.saved("category t7 shopping")
		r.wants("Filed under Shopping.", "No category 1")
		if !r.screen.Undo() {
			t.Error("nothing to undo")
		}
		r.settle()
		r.saved("category t7 shopping", "category t7 ")
		r.wantsNot("Filed under Shopping.")
		r.wants("No category 2")
		if !r.screen.Redo() {
			t.Error("nothing to redo")
		}
		r.settle()
		r.saved("category t7 shopping", "category t7 ", "category t7 shopping")
		if r.screen.Redo() {
			t.Error("redone twice")
		}
		r.screen.Undo()
		r.settle()
		r.letters("c")
		r.tap("Travel")
		if r.screen.Redo() {
			t.Error("redone after something else was done")
		}
	})
}

func (r *rig) saved(want ...string) {
	r.Helper()
	r.books.mu.Lock()
	defer r.books.mu.Unlock()
	if !slices.Equal(r.books.saved, want) {
		r.Errorf("saved %q, wants %q", r.books.saved, want)
	}
}

func TestUndoesRunInOrderHoweverFastTheyCome(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Open("t9")
		r.settle()
		for _, c := range []string{"Car", "Health", "Travel"} {
			r.letters("c")
			r.tap(c)
		}
		for range 3 {
			r.screen.Undo()
		}
		r.settle()
		r.saved("category t9 car", "category t9 health", "category t9 travel", "category t9 health", "category t9 car", "category t9 groceries")
	})
}

func TestTheUndoBarLeavesByItself(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.letters("c")
		r.tap("Shopping")
		time.Sleep(9 * time.Second)
		r.settle()
		r.wants("Filed under Shopping.")
		time.Sleep(2 * time.Second)
		r.settle()
		r.wantsNot("Filed under Shopping.")
	})
}

func TestAMissingCategoryIsChosenWithOneClick(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.press("Choose")
		r.wants("Leisure")
		r.tap("Leisure")
		r.saved("category t8 leisure")
	})
}

func TestANoteIsSaved(t *testing.T) {
	for name, leave := range map[string]func(r *rig){
		"by Enter":                  func(r *rig) { r.keys(fyne.KeyReturn) },
		"by Escape":                 func(r *rig) { r.keys(fyne.KeyEscape) },
		"by a click on another row": func(r *rig) { r.press("City Transit") },
		"by going into the search":  func(r *rig) { r.screen.Search(); r.settle() },
		"by opening another row":    func(r *rig) { r.screen.Open("t9"); r.settle() },
		"by leaving the place": func(r *rig) {
			r.leave()
			r.win.Canvas().Unfocus()
			r.settle()
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWindow(t, few(), wide, func(r *rig) {
				r.letters("e")
				r.letters("rye bread")
				r.saved()
				leave(r)
				r.saved("note t0 rye bread")
				r.win.Canvas().Unfocus()
				r.settle()
				r.saved("note t0 rye bread")
				r.screen.Undo()
				r.settle()
				r.saved("note t0 rye bread", "note t0 ")
			})
		})
	}
}

func TestANoteInTheMakingOutlivesARefresh(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.letters("e")
		r.letters("half a no")
		r.books.mu.Lock()
		r.books.rows[0].Note, r.books.rows[0].Payee = "from elsewhere", "Harbour Bakery Ltd"
		r.books.mu.Unlock()
		r.books.changes.Tell(0)
		r.settle()
		r.wants("Harbour Bakery Ltd")
		r.letters("te")
		r.keys(fyne.KeyReturn)
		r.saved("note t0 half a note")
	})
}

func TestWhatCouldNotBeSavedIsToldAndTakenBack(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.books.failSave = fault.New(fault.DiskFailed, "save", errors.New("cause"))
		r.screen.Open("t9")
		r.settle()
		r.letters("c")
		r.tap("Car")
		r.wants("Try again")
		if got := r.chosen(); got != "Groceries" {
			t.Errorf("the choice shows %q", got)
		}
		if r.screen.Undo() {
			t.Error("there is nothing to undo")
		}
	})
}

func TestAnAlertIsAnsweredAndTakenBack(t *testing.T) {
	for name, c := range map[string]struct {
		do    func(r *rig)
		saved string
		says  string
	}{
		"M is mine":            {func(r *rig) { r.letters("m") }, "answer alert-t7 1", "Answered: mine. This payee and price stay quiet for 180 days."},
		"N is not mine":        {func(r *rig) { r.letters("n") }, "answer alert-t7 2", "Answered: not mine. Freeze the card and call the number on its back."},
		"L is later":           {func(r *rig) { r.letters("l") }, "answer alert-t7 3", "Asked again tomorrow at 09:00."},
		"a button":             {func(r *rig) { r.tap("Not mine") }, "answer alert-t7 2", "Answered: not mine. Freeze the card and call the number on its back."},
		"one answer is enough": {func(r *rig) { r.screen.TypedRune('m'); r.screen.TypedRune('n'); r.settle() }, "answer alert-t7 1", "Answered: mine. This payee and price stay quiet for 180 days."},
	} {
		t.Run(name, func(t *testing.T) {
			inWindow(t, few(), wide, func(r *rig) {
				r.screen.Open("t7")
				r.settle()
				r.wants("Unusual for you.", "usual there is $48.20 (11 times)")
				c.do(r)
				r.saved(c.saved)
				r.wants(c.says, "Needs a look 2")
				r.wantsNot("Not mine")
				if steps := slices.Contains(r.went, "alert alert-t7"); steps != strings.HasSuffix(c.saved, " 2") {
					t.Errorf("what to do now is shown: %v", steps)
				}
				r.tap("Undo")
				r.saved(c.saved, "unanswer alert-t7")
				r.wants("Not mine", "Needs a look 3")
			})
		})
	}
}

func TestAlertKeysDoNothingWithoutAnAlert(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.letters("mnl")
		r.saved()
	})
}

func TestWhyLeadsToTheAlert(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Open("t7")
		r.settle()
		r.tap("Why")
		if !slices.Equal(r.went, []string{"alert alert-t7"}) {
			t.Errorf("went %v", r.went)
		}
	})
}

func TestTheHistorySaysWhyNewestFirst(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Open("t14")
		r.settle()
		booked, _ := r.textAt("16 Nov, 05:40")
		pending, _ := r.textAt("14 Nov, 21:40")
		if booked.Y >= pending.Y {
			t.Errorf("booked at %v, pending at %v", booked, pending)
		}
		r.wants("First seen.", "its id, 2 days later.")
		r.wantsNot("nl_9f31c0a4e7")
		r.tap("Raw bank fields")
		r.wants("nl_9f31c0a4e7", "LUMEN VIDEO 8005550142")
	})
}

func TestEscapeStepsOutOfTheSearch(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Search()
		r.letters("corner")
		r.wants("3 shown")
		r.keys(fyne.KeyEscape)
		r.wants("58 shown")
		r.keys(fyne.KeyEscape)
		if _, list := r.win.Canvas().Focused().(fyne.Scrollable); !list {
			t.Error("the list hasn't the keyboard")
		}
	})
}

func TestComingBackShowsWhatWasOpen(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Open("t9")
		r.settle()
		r.leave()
		r.ctx, r.leave = context.WithCancel(r.Context())
		r.books.mu.Lock()
		r.books.rows[9].Payee = "Green Leaf"
		r.books.mu.Unlock()
		r.screen.Show(r.ctx)
		r.settle()
		if !r.selectedIs("Green Leaf") {
			t.Errorf("%q", r.texts())
		}
	})
}

func TestARowThatIsNotListedLeavesNoOtherSelected(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.Filter(ledger.Filter{Account: "azulejo"})
		r.settle()
		r.keys(fyne.KeyDown)
		r.screen.Open("t7")
		r.settle()
		r.wants("Friday 20 November, Card ·· 4417")
		r.keys(fyne.KeyDown)
		if !r.selectedIs("Padaria do Largo") {
			t.Error("the arrows go on from a row that isn't open")
		}
	})
}
