package transactions_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"coffer/app"
	"coffer/app/ledger"
	"coffer/app/money"
)

// scroll turns the wheel over the list by whole rows.
func (r *rig) scroll(rows int) {
	r.Helper()
	list, ok := r.win.Canvas().Focused().(fyne.Scrollable)
	if !ok {
		r.Fatalf("the keyboard is at %T", r.win.Canvas().Focused())
	}
	list.Scrolled(&fyne.ScrollEvent{Scrolled: fyne.NewDelta(0, float32(-32*rows))})
	r.settle()
}

func (r *rig) focusList() { r.keys(fyne.KeyDown) }

func TestTheFullPlaceShowsItsParts(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.wants("Transactions", "58 in 3 accounts", "Pending 5", "Needs a look 3", "No category 2", "All accounts", "All time",
			"5 rows, −$187.20 and −€9.80, not in the booked balance", "Booked", "Voltbay Electronics", "Choose", "+$3,180.00", "−€46.32",
			"58 shown", "+$3,680.00", "How it got here")
	})
}

func TestOnlyWhatIsSeenIsRead(t *testing.T) {
	inWindow(t, many(100_000), wide, func(r *rig) {
		if got := r.books.asked(); got > 1 {
			t.Errorf("%d pages were read for the first screenful: %v", got, r.books.spans)
		}
		r.focusList()
		r.keys(fyne.KeyEnd)
		r.wants("row 99999", "25 Nov 2016")
		if got := r.books.asked(); got > 3 {
			t.Errorf("%d pages were read to get to the end: %v", got, r.books.spans)
		}
		for range 100 {
			r.scroll(-40)
		}
		seen := map[span]int{}
		for _, s := range r.books.spans {
			if seen[s]++; seen[s] > 1 {
				t.Errorf("%v was read again", s)
			}
			if s.limit > 201 {
				t.Errorf("%v is more than a page", s)
			}
		}
		if got, want := r.books.asked(), 100*40/200+6; got > want {
			t.Errorf("%d pages were read for 4,000 rows, wants up to %d", got, want)
		}
		if r.screen.Kept() > 12 {
			t.Errorf("%d pages are kept", r.screen.Kept())
		}
	})
}

func (b *books) asked() int { return len(b.spans) }

func TestAFastScrollLeavesNoReadsBehind(t *testing.T) {
	inWindow(t, many(100_000), wide, func(r *rig) {
		r.focusList()
		r.books.shut()
		for range 50 {
			r.scroll(1600)
		}
		if waiting := r.books.waiting(); waiting > 3 {
			t.Errorf("%d reads are under way", waiting)
		}
		r.books.open()
		r.settle()
		r.wants("row 80010")
	})
}

func TestAnotherFilterDropsWhatWasOnItsWay(t *testing.T) {
	b := many(5000)
	for i := range b.rows {
		if i%2 == 1 {
			b.rows[i].Payee = "odd " + b.rows[i].Payee
		}
	}
	inWindow(t, b, wide, func(r *rig) {
		r.focusList()
		r.books.shut()
		r.scroll(2000)
		r.screen.Filter(ledger.Filter{Search: "odd"})
		r.settle()
		if waiting := r.books.waiting(); waiting != 1 {
			t.Errorf("%d reads are under way", waiting)
		}
		r.books.open()
		r.settle()
		r.wants("odd row 1", "2,500 shown")
		r.wantsNot("row 2000")
		for _, text := range r.texts() {
			if len(text) > 4 && text[:4] == "row " {
				t.Errorf("%q is left of the list before", text)
			}
		}
	})
}

func TestTheScreenAnswersWhileTheStoreIsSlow(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.books.shut()
		r.screen.Search()
		r.letters("corner")
		r.wants("58 shown")
		time.Sleep(100 * time.Millisecond)
		r.settle()
		r.wantsNot("Looking")
		time.Sleep(100 * time.Millisecond)
		r.settle()
		r.wants("Looking", "Harbour Bakery")
		if waiting := r.books.waiting(); waiting > 1 {
			t.Errorf("each letter left a search behind: %d", waiting)
		}
		r.books.open()
		r.settle()
		r.wants("3 shown")
		r.wantsNot("Looking")
	})
}

func TestATapOnAHeadSorts(t *testing.T) {
	for name, c := range map[string]struct {
		heads []string
		first string
		group bool
	}{
		"by date, oldest first":            {[]string{"Date"}, "Hotel Aurora, hold", true},
		"by date again, newest first":      {[]string{"Date", "Date"}, "Harbour Bakery", true},
		"by payee":                         {[]string{"Payee"}, "City Transit", false},
		"by payee again, the other way":    {[]string{"Payee", "Payee"}, "Voltbay Electronics", false},
		"by amount, what cost most first":  {[]string{"Amount"}, "Voltbay Electronics", false},
		"by amount again, what came first": {[]string{"Amount", "Amount"}, "Northlight salary, Nora", false},
	} {
		t.Run(name, func(t *testing.T) {
			inWindow(t, few(), wide, func(r *rig) {
				for _, head := range c.heads {
					r.tap(head)
				}
				r.keys(fyne.KeyHome)
				if !r.selectedIs(c.first) {
					t.Errorf("the first row isn't %q: %q", c.first, r.texts())
				}
				if r.shows("5 rows, −$187.20 and −€9.80, not in the booked balance") != c.group {
					t.Errorf("groups are shown: %v", !c.group)
				}
			})
		})
	}
}

// selectedIs reports whether the open row is payee's: its name stands in the detail too.
func (r *rig) selectedIs(payee string) bool {
	return len(slices.DeleteFunc(r.texts(), func(text string) bool { return text != payee })) >= 2
}

func TestNewRowsMoveNothingUnderTheReader(t *testing.T) {
	for name, added := range map[string]int{"a few": 7, "more than a page": 450} {
		t.Run(name, func(t *testing.T) {
			inWindow(t, many(3000), wide, func(r *rig) {
				r.focusList()
				r.scroll(1000)
				list, _ := r.win.Canvas().Focused().(desktop.Mouseable)
				list.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(200, 5*32+9)}, Button: desktop.MouseButtonPrimary})
				r.settle()
				before, ok := r.textAt("row 1003")
				if !ok || !r.selectedIs("row 1005") {
					t.Fatalf("not at row 1003 with 1005 open: %q", r.texts())
				}
				r.books.insert(added)
				r.settle()
				after, ok := r.textAt("row 1003")
				if !ok || before != after {
					t.Errorf("row 1003 went from %v to %v", before, after)
				}
				r.wants(fmt.Sprintf("3,%03d shown", added))
				r.keys(fyne.KeyDown)
				if !r.selectedIs("row 1006") {
					t.Error("the current row was lost")
				}
			})
		})
	}
}

func TestNewRowsAppearOnTopOfAListThatWasNotScrolled(t *testing.T) {
	inWindow(t, many(3000), wide, func(r *rig) {
		r.books.insert(2)
		r.settle()
		r.wants("new 0", "new 1", "row 0", "3,002 shown")
		if !r.selectedIs("row 0") {
			t.Error("the open row is another")
		}
	})
}

// insert adds rows on top, as a refresh does.
func (b *books) insert(n int) {
	b.mu.Lock()
	fresh := make([]app.Detail, n, n+len(b.rows))
	for i := range fresh {
		fresh[i] = app.Detail{Account: b.accounts[0], Transaction: ledger.Transaction{ID: ledger.TransactionID(fmt.Sprint("n", i)), Account: "everyday",
			Row: ledger.Row{Date: today, Amount: money.New(-500, "USD"), Payee: fmt.Sprint("new ", i), Category: ledger.Car}}}
	}
	b.rows = append(fresh, b.rows...)
	b.mu.Unlock()
	b.changes.Tell(0)
}

func TestChangesThatPourInAreGathered(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.books.shut()
		before := r.books.entered()
		for range 50 {
			r.books.changes.Tell(0)
			r.settle()
		}
		r.books.open()
		r.settle()
		if got := r.books.entered() - before; got > 20 {
			t.Errorf("the store was asked %d times", got)
		}
	})
}
