package engine_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/fdx"
	"coffer/sync/engine"
)

// teller is a bank that tells what changed since a cursor, which is how many events a client knows. It lists its accounts
// as FDX does, and has no days.
type teller struct {
	fdx.Bank
	events  []change
	page    int                                 // events to an answer
	refuse  func(cursor string, told int) error // before an answer; nil: none
	asked   []string                            // cursors
	between func(told int)                      // after an answer; nil: nothing
}

// change adds or changes a row, or takes one back.
type change struct {
	row     ledger.Row
	removed string
}

func (b *teller) Changes(_ context.Context, _ bank.Session, _ ledger.Account, cursor string) iter.Seq2[bank.Delta, error] {
	return func(yield func(bank.Delta, error) bool) {
		b.asked = append(b.asked, cursor)
		at, _ := strconv.Atoi(cursor)
		for told := 0; ; told++ {
			if b.refuse != nil {
				if err := b.refuse(strconv.Itoa(at), told); err != nil {
					yield(bank.Delta{}, err)
					return
				}
			}
			end := min(at+b.page, len(b.events))
			d := bank.Delta{More: end < len(b.events)}
			for _, e := range b.events[at:end] {
				if e.removed != "" {
					d.Removed = append(d.Removed, e.removed)
				} else {
					d.Rows = append(d.Rows, e.row)
				}
			}
			at = end
			if d.Next = strconv.Itoa(at); !yield(d, nil) || !d.More {
				return
			}
			if b.between != nil {
				b.between(told)
			}
		}
	}
}

// Transactions implements bank.Dialect: nobody may come here.
func (b *teller) Transactions(context.Context, bank.Session, ledger.Account, bank.Window) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) { yield(bank.Page{}, errors.New("asked by days")) }
}

func aChange(i int) change {
	return change{row: ledger.Row{SourceID: fmt.Sprintf("c-%03d", i), Date: today().AddDays(-i % 300), Amount: money.New(-int64(100+i), "USD"), Payee: fmt.Sprintf("Shop %d", i%7)}}
}

func newTeller(t *testing.T, events int) (*rig, *teller) {
	r := newRig(t)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
	b := &teller{page: 10}
	for i := range events {
		b.events = append(b.events, aChange(i))
	}
	r.rebuild(func(c *engine.Config) { c.Dialects = []bank.Dialect{b} })
	return r, b
}

// knows checks that the store has each row once and that the cursor is the last one.
func (r *rig) knows(b *teller) {
	r.Helper()
	all := r.store.all()
	if len(all) != len(b.events) {
		r.Errorf("the store has %d rows of %d", len(all), len(b.events))
	}
	for _, e := range b.events {
		if _, found := all[e.row.SourceID]; !found {
			r.Errorf("%q is missing", e.row.SourceID)
		}
	}
	if at := r.store.readings["account-1"]; at.Cursor != strconv.Itoa(len(b.events)) || !at.ByChanges() {
		r.Errorf("reading is %+v", at)
	}
}

func TestChangesAreReadFromTheLastCursor(t *testing.T) {
	r, b := newTeller(t, 95)
	r.must()
	r.knows(b)
	b.events = append(b.events, aChange(200), aChange(201))
	if got := r.must().Written; got.Added != 2 {
		t.Errorf("got %+v", got)
	}
	r.must()
	r.knows(b)
	if !slices.Equal(b.asked, []string{"", "95", "97"}) {
		t.Errorf("asked from %q", b.asked)
	}
}

// TestChangesThatAreCutAnywhereAreToldAgainAndNotDoubled: of an answer with more behind it no cursor is kept.
func TestChangesThatAreCutAnywhereAreToldAgainAndNotDoubled(t *testing.T) {
	for cut := range 10 {
		t.Run(strconv.Itoa(cut), func(t *testing.T) {
			r, b := newTeller(t, 5)
			r.must()
			for i := range 90 {
				b.events = append(b.events, aChange(10+i))
			}
			b.refuse = func(_ string, told int) error {
				if told == cut {
					return fault.New(fault.Offline, "read", errors.New("cut"))
				}
				return nil
			}
			_, err := r.refresh()
			if cut < 9 {
				if fault.KindOf(err) != fault.Offline {
					t.Fatalf("got %v", err)
				}
				if at := r.store.readings["account-1"]; at.Cursor != "5" {
					t.Errorf("reading is %+v", at)
				}
				if got := len(r.store.all()); got != 5+10*cut {
					t.Errorf("%d rows are kept", got)
				}
			}
			b.refuse = nil
			r.must()
			r.knows(b)
		})
	}
}

func TestARefusedCursorGoesBackToTheLastSavedOneAndThenToTheBeginning(t *testing.T) {
	changed := fmt.Errorf("told: %w", bank.ErrCursor)
	moved := fault.New(fault.BankDown, "read", bank.ErrMoved)
	tests := map[string]struct {
		refuse func(asked []string, cursor string) error
		want   []string
		fails  bool
	}{
		"the pages changed once": {func(asked []string, cursor string) error {
			if len(asked) == 2 && cursor == "40" {
				return changed
			}
			return nil
		}, []string{"", "30", "30"}, false},
		"the pages change on and on": {func(asked []string, cursor string) error {
			if len(asked) > 1 && cursor == "40" {
				return moved
			}
			return nil
		}, []string{"", "30", "30", "30", "30"}, true},
		"they change at the saved one, twice": {func(asked []string, cursor string) error {
			if n := len(asked); n == 2 || n == 3 {
				return moved
			}
			return nil
		}, []string{"", "30", "30", "30"}, false},
		"the saved one is refused": {func(_ []string, cursor string) error {
			if cursor == "30" {
				return changed
			}
			return nil
		}, []string{"", "30", ""}, false},
		"all are refused": {func([]string, string) error { return changed }, []string{"", "30", ""}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r, b := newTeller(t, 30)
			r.must()
			for i := range 40 {
				b.events = append(b.events, aChange(100+i))
			}
			b.page = 10
			if name == "the saved one is refused" {
				b.page = 40 // else the way from the beginning meets that cursor, too
			}
			b.refuse = func(cursor string, _ int) error { return test.refuse(b.asked, cursor) }
			result, err := r.refresh()
			if !slices.Equal(b.asked, test.want) {
				t.Errorf("asked from %q, want %q", b.asked, test.want)
			}
			if test.fails && errors.Is(err, bank.ErrMoved) && fault.KindOf(err) != fault.BankDown {
				t.Errorf("it is not told as passing: %v", err)
			}
			if failed := err != nil || result.Accounts[0].Err != nil; failed != test.fails {
				t.Fatalf("got %+v, %v", result, err)
			}
			if b.refuse = nil; test.fails {
				r.must()
			}
			r.knows(b)
		})
	}
}

// TestFromDaysToChangesNothingIsLostOrDoubled: the account was read by days before, even in part.
func TestFromDaysToChangesNothingIsLostOrDoubled(t *testing.T) {
	for _, done := range []bool{true, false} {
		r := rigOf(t, 100)
		rows := r.year("a")
		if !done {
			r.fails(3, 1<<30, aPage, banktest.Reply{Status: 503})
		}
		_, _ = r.refresh()
		r.bank.Script(nil)
		b := &teller{page: 100}
		for _, row := range rows {
			b.events = append(b.events, change{row: ledger.Row{SourceID: row.ID, Date: row.Day, Amount: money.New(row.Cents, "USD"), Payee: row.Payee}})
		}
		r.rebuild(func(c *engine.Config) { c.Dialects = []bank.Dialect{b} })
		r.must()
		r.holds(rows)
		r.knows(b)
		r.rebuild(func(*engine.Config) {}) // and back
		r.must()
		r.holds(rows)
	}
}

// TestWhatIsTakenBackIsHandedOn to the books with the rows that came with it.
func TestWhatIsTakenBackIsHandedOn(t *testing.T) {
	r, b := newTeller(t, 3)
	r.must()
	b.events = append(b.events, change{removed: "c-001"}, aChange(9))
	var removed []string
	r.store.batch = func(batch ledger.Batch) { removed = append(removed, batch.Removed...) }
	r.must()
	if !slices.Equal(removed, []string{"c-001"}) || r.store.readings["account-1"].Cursor != "5" {
		t.Errorf("handed on %q, reading %+v", removed, r.store.readings["account-1"])
	}
}

// TestWhatATellingAnewLeavesOutIsTakenBack: from the beginning no removal is told. Of booked rows those count that are between
// others, and only where they are few: else the bank has other ids now, or tells no such old ones.
func TestWhatATellingAnewLeavesOutIsTakenBack(t *testing.T) {
	for name, test := range map[string]struct {
		rows int
		gone []int // rows that are told no more
		want []string
	}{
		"a pending one":                          {12, []int{1}, []string{"c-001"}},
		"a pending and a booked one":             {12, []int{1, 5}, []string{"c-001", "c-005"}},
		"the oldest booked one":                  {12, []int{11}, nil},
		"the newest booked one":                  {12, []int{2}, nil},
		"two booked ones of twelve":              {14, []int{5, 6}, []string{"c-005", "c-006"}},
		"more booked ones than one of six":       {12, []int{5, 6}, nil},
		"these, but the pending one all at once": {12, []int{1, 5, 6}, []string{"c-001"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, b := newTeller(t, test.rows)
			b.page = 20
			b.events[0].row.Pending, b.events[1].row.Pending = true, true
			r.must()
			for _, i := range slices.Backward(test.gone) {
				b.events = slices.Delete(b.events, i, i+1)
			}
			saved := strconv.Itoa(test.rows)
			b.refuse = func(cursor string, _ int) error {
				if cursor == saved {
					return bank.ErrCursor
				}
				return nil
			}
			var removed []string
			r.store.batch = func(batch ledger.Batch) { removed = append(removed, batch.Removed...) }
			r.must()
			slices.Sort(removed)
			if !slices.Equal(removed, test.want) || !slices.Equal(b.asked, []string{"", saved, ""}) {
				t.Errorf("taken back %q, want %q, asked from %q", removed, test.want, b.asked)
			}
		})
	}
}

// TestChangesOlderThanThePersonLetCofferReadAreNotStored, told with newer ones or alone.
func TestChangesOlderThanThePersonLetCofferReadAreNotStored(t *testing.T) {
	r, b := newTeller(t, 15)
	l := aLink()
	l.HistoryDays = 7
	r.store.links[linkID] = l
	r.must()
	b.events = append(b.events, aChange(100))
	r.must()
	if all := r.store.all(); len(all) != 8 {
		t.Errorf("%d rows are stored", len(all))
	}
	if at := r.store.readings["account-1"]; at.Cursor != "16" || at.From != today().AddDays(-7) {
		t.Errorf("reading is %+v", at)
	}
}

// TestACursorThatStandsStillIsAnError, and no loop.
func TestACursorThatStandsStillIsAnError(t *testing.T) {
	r, b := newTeller(t, 3)
	b.page = 0
	result, err := r.refresh()
	if err != nil || fault.KindOf(result.Accounts[0].Err) != fault.BankUnexpected {
		t.Errorf("got %+v, %v", result, err)
	}
}

// TestATokenThatEndsBetweenTwoAnswersIsRenewed, and the changes go on from there.
func TestATokenThatEndsBetweenTwoAnswersIsRenewed(t *testing.T) {
	r, b := newTeller(t, 45)
	b.refuse = func(cursor string, _ int) error {
		if cursor == "20" && len(b.asked) == 1 {
			return fault.New(fault.LoginNeeded, "read", errors.New("401"))
		}
		return nil
	}
	r.must()
	r.knows(b)
	if !slices.Equal(b.asked, []string{"", "20"}) || r.grants.renewed != 1 {
		t.Errorf("asked from %q with %d renewals", b.asked, r.grants.renewed)
	}
}
