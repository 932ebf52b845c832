package transactions_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/ui/look"
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
		r.wants("row 99999")
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

func TestFiltersAreChosenOnChips(t *testing.T) {
	for name, c := range map[string]struct {
		taps  []string
		wants []string
	}{
		"pending":                   {[]string{"Pending 5"}, []string{"5 shown"}},
		"pending, and back":         {[]string{"Pending 5", "Pending 5"}, []string{"58 shown"}},
		"needs a look":              {[]string{"Needs a look 3"}, []string{"3 shown"}},
		"no category":               {[]string{"No category 2"}, []string{"2 shown"}},
		"one account":               {[]string{"All accounts", "Azulejo"}, []string{"3 shown"}},
		"this month":                {[]string{"All time", "This month"}, []string{"58 shown", "November"}},
		"last month has nothing":    {[]string{"All time", "Last month"}, []string{"Nothing in October with these filters", "Show all"}},
		"nothing, then show all":    {[]string{"All time", "Last month", "Show all"}, []string{"58 shown"}},
		"a category":                {[]string{"Category", "Health"}, []string{"1 shown"}},
		"a category, then any":      {[]string{"Category", "Health", "Health", "Any category"}, []string{"58 shown"}},
		"this year is named by it":  {[]string{"All time", "This year"}, []string{"2026"}},
		"two at once are both held": {[]string{"Needs a look 3", "No category 2"}, []string{"2 shown"}},
	} {
		t.Run(name, func(t *testing.T) {
			inWindow(t, few(), small, func(r *rig) {
				for _, text := range c.taps {
					r.tapFirst(text)
				}
				r.wants(c.wants...)
			})
		})
	}
}

// tapFirst taps a text in the menu that is open, or else where it stands highest.
func (r *rig) tapFirst(text string) {
	r.Helper()
	if r.win.Canvas().Overlays().Top() != nil {
		r.tap(text)
		return
	}
	r.tapTop(text)
}

func TestAnAccountShownAloneIsNotNamedInEachRow(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.wants("Account")
		r.screen.Filter(ledger.Filter{Account: "card"})
		r.settle()
		r.wantsNot("Account")
		r.wants("Card", "5 shown")
	})
}

func TestNothingYetSaysWhatToDo(t *testing.T) {
	inWindow(t, &books{}, wide, func(r *rig) {
		r.wants("Nothing here yet")
		r.wantsNot("All accounts")
		r.tap("Link a bank")
		r.tap("Import")
		if !slices.Equal(r.went, []string{"bank", "import"}) {
			t.Errorf("went %v", r.went)
		}
	})
}

func TestAVainSearchSaysWhatWasSearchedAndOffersMore(t *testing.T) {
	b := few()
	b.rows[40].Date, b.rows[40].Payee = ledger.Day(2025, 3, 1), "Zebra crossing"
	inWindow(t, b, wide, func(r *rig) {
		r.screen.Filter(ledger.Filter{Search: "zebra", From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 30)})
		r.settle()
		r.wants("Nothing matches zebra in November")
		r.tap("Search all time")
		r.wants("Zebra crossing", "1 Mar 2025", "1 shown")
	})
}

func TestTroubleIsToldOverTheListWhichStays(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.books.breaks(fault.New(fault.DiskFailed, "read", errors.New("cause")))
		r.books.changes.Tell(0)
		r.settle()
		r.wants("Try again", "Harbour Bakery", "58 shown", voice(t).Fault(fault.New(fault.DiskFailed, "read", errors.New("cause"))))
		r.books.breaks(nil)
		r.tap("Try again")
		r.wantsNot("Try again")
	})
}

func (b *books) breaks(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = err
}

func TestHiddenAmountsAreHiddenEverywhere(t *testing.T) {
	inWindow(t, few(), wide, func(r *rig) {
		r.screen.SetVoice(voice(t).Hiding(true))
		r.settle()
		for _, text := range r.texts() {
			for _, c := range text {
				if c == '$' || c == '€' {
					t.Errorf("%q shows an amount", text)
				}
			}
		}
		r.wants("•••", "Voltbay Electronics")
	})
}

func TestTheDateOfADayIsWrittenOnceStrong(t *testing.T) {
	inWindow(t, many(20_000), wide, func(r *rig) {
		r.focusList()
		r.scroll(190) // so that the 200th row, first of its page, is in sight
		tints := map[string]int{}
		walk(r.win.Content(), fyne.Position{}, func(o fyne.CanvasObject, p fyne.Position) {
			text, is := o.(*canvas.Text)
			if !is || p.X != 40 || p.Y < 130 || text.Text == "" {
				return
			}
			if text.Color == theme.Color(look.Text) {
				tints[text.Text]++
			}
		})
		for day, n := range tints {
			if n > 1 {
				t.Errorf("%s is written strong %d times", day, n)
			}
		}
		if len(tints) == 0 {
			t.Error("no day is written strong")
		}
	})
}

func TestARefreshKeepsASelectionOutOfSight(t *testing.T) {
	inWindow(t, many(3000), wide, func(r *rig) {
		r.keys(fyne.KeyDown, fyne.KeyDown)
		r.scroll(1500)
		top, _ := r.textAt("row 1505")
		r.books.changes.Tell(0)
		r.settle()
		if at, _ := r.textAt("row 1505"); at != top {
			t.Errorf("row 1505 went from %v to %v", top, at)
		}
		r.keys(fyne.KeyDown)
		if !r.selectedIs("row 3") {
			t.Errorf("the selection was lost: %q", r.texts())
		}
	})
}

func TestAListReadAgainEndsTheReadingOfTheOneBefore(t *testing.T) {
	b := many(3000)
	b.hold = func(s span) bool { return s.offset > 1500 }
	inWindow(t, b, wide, func(r *rig) {
		r.focusList()
		r.scroll(2010)
		for range 3 {
			r.books.changes.Tell(0)
			r.settle()
		}
		if got := r.books.waiting(); got != 1 {
			t.Errorf("%d reads are under way, wants that of the page in sight", got)
		}
	})
}

func TestAnotherListBeginsAtItsFirstRow(t *testing.T) {
	inWindow(t, many(3000), wide, func(r *rig) {
		r.focusList()
		r.scroll(1000)
		r.screen.Filter(ledger.Filter{Account: "everyday"})
		r.settle()
		r.wants("row 0")
	})
}
