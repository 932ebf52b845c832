package transactions_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/ui/look"
)

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
		r.wantsNot("All accounts", "0 shown")
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
		r.wants("Try again", "Harbour Bakery", "58 shown")
		said := voice(t).Fault(fault.New(fault.DiskFailed, "read", errors.New("cause")))
		if all := strings.Join(r.texts(), " "); !strings.Contains(all, said) {
			t.Errorf("%q isn't told: %q", said, all)
		}
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

func TestAFirstLoadThatFailsIsToldAndTriedAgain(t *testing.T) {
	b := few()
	b.breaks(fault.New(fault.DiskFailed, "read", errors.New("cause")))
	inWindow(t, b, wide, func(r *rig) {
		r.wants("Try again")
		r.wantsNot("0 shown", "Nothing here yet")
		r.books.breaks(nil)
		r.tap("Try again")
		r.wants("58 shown", "Harbour Bakery", "58 in 3 accounts")
		r.wantsNot("Try again")
	})
}
