package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/event"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank/banktest"
	"coffer/sync/engine"
)

func TestTheFirstRefreshReadsTheWholeHistory(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.bank.Open("b", "LOC_ACCOUNT", "4417", -250_00)
	result := r.must()
	r.holds(rows)
	if result.Written.Added != len(rows) || result.State != consent.Active || len(result.Accounts) != 2 {
		t.Errorf("got %+v", result)
	}
	if len(r.store.applied) < 4 {
		t.Errorf("all was saved in %d slices", len(r.store.applied))
	}
	accounts, _ := r.store.Accounts(t.Context())
	card := accounts[1]
	if card.Balance.Booked != money.New(-250_00, "USD") || card.Provider != "demo" || card.Bank != "Fake" || card.Identity == "" || !card.Balance.ReadAt.Equal(noon) {
		t.Errorf("card is %+v", card)
	}
	if at := r.store.readings[accounts[0].ID]; !at.Done || at.From != today()-400 || at.To != today() || at.Cursor != "" {
		t.Errorf("reading is %+v", at)
	}
	if link := r.store.link(linkID); !link.LastUsed.Equal(noon) || link.Problem != 0 {
		t.Errorf("link is %+v", link)
	}
	last := r.progress[len(r.progress)-1]
	if last.AccountNo != 2 || last.Accounts != 2 || r.progress[0].Accounts != 0 {
		t.Errorf("first progress is %+v, last %+v", r.progress[0], last)
	}
	if last.Step != engine.Finished || last.Done != last.Total || last.Total == 0 {
		t.Errorf("last progress is %+v", last)
	}
	for _, c := range r.bank.Calls() {
		if c.Header.Get("FDX-API-Actor-Type") != "USER" {
			t.Errorf("asked as %q with the person present", c.Header.Get("FDX-API-Actor-Type"))
		}
	}
}

func TestLaterRefreshesReadTwoWeeksAndAddOnlyWhatIsNew(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.must()
	r.now = noon.AddDate(0, 0, 3)
	fresh := banktest.Row{ID: "new", Day: today() + 2, Cents: -999, Payee: "New"}
	late := banktest.Row{ID: "late", Day: today() - 12, Cents: -111, Payee: "Late"}
	rows = append(rows, fresh, late)
	r.bank.Put("a", rows...)
	r.bank.Calls()
	if got := r.must().Written; got.Added != 2 {
		t.Errorf("got %+v", got)
	}
	r.holds(rows)
	for _, c := range r.bank.Calls() {
		if c.Page > 0 && (c.From != today()-14 || c.To != today()+3) {
			t.Errorf("asked for %v to %v", c.From, c.To)
		}
	}
	r.now = noon.AddDate(0, 0, 60)
	r.must()
	for _, c := range r.bank.Calls() {
		if c.Page > 0 && c.From < today()+2-14 {
			t.Errorf("asked again for %v to %v: what was read is not remembered", c.From, c.To)
		}
	}
}

func TestTwoWeeksAreCountedFromTheLastBookedRow(t *testing.T) {
	r := newRig(t)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
	r.bank.Put("a", banktest.Row{ID: "b", Day: today() - 10, Cents: -100, Payee: "Shop"})
	r.must()
	r.bank.Calls()
	r.must()
	if c := r.bank.Calls()[1]; c.From != today()-24 {
		t.Errorf("asked from %v", c.From)
	}
}

func TestNothingIsDoubledAfterTenRefreshes(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	for i := range 10 {
		r.rebuild(func(c *engine.Config) { c.SliceDays = 7 + 11*i })
		got := r.must().Written
		if i > 0 && (got.Added != 0 || got.Updated != 0) {
			t.Errorf("refresh %d: %+v", i, got)
		}
	}
	r.holds(rows)
}

func TestAPendingRowBecomesBookedAndOneThatVanishesIsDropped(t *testing.T) {
	r := newRig(t)
	r.bank.Open("a", "LOC_ACCOUNT", "4417", 0)
	hold := banktest.Row{ID: "h1", Day: today() - 1, Cents: -4600, Payee: "Olive and Thyme", Pending: true}
	lapsing := banktest.Row{ID: "h2", Day: today() - 1, Cents: -11400, Payee: "Hotel Aurora", Pending: true}
	r.bank.Put("a", hold, lapsing)
	r.must()
	r.holds([]banktest.Row{hold, lapsing})
	booked := banktest.Row{ID: "b1", Names: "h1", Day: today(), Cents: -5428, Payee: "Olive and Thyme"}
	r.bank.Put("a", booked)
	if got := r.must().Written; got.Booked != 1 || got.Added != 0 {
		t.Errorf("got %+v", got)
	}
	for range 2 {
		r.must()
	}
	all := r.store.all()
	if len(all) != 2 || all["b1"].Status != ledger.Booked || !slices.Contains(all["b1"].Aliases, "h1") || all["h2"].Status != ledger.Dropped {
		t.Errorf("got %+v", all)
	}
}

func TestARefreshThatIsCutAtAnyPageIsFinishedByTheNext(t *testing.T) {
	whole := rigOf(t, 25)
	whole.year("a")
	whole.must()
	pages := 0
	for _, c := range whole.bank.Calls() {
		if c.Page > 0 {
			pages++
		}
	}
	for cut := range pages {
		t.Run(fmt.Sprintf("page %d of %d", cut+1, pages), func(t *testing.T) {
			r := rigOf(t, 25)
			rows := r.year("a")
			n := 0
			r.bank.Script(func(c banktest.Call) *banktest.Reply {
				if c.Page == 0 {
					return nil
				}
				if n++; n == cut+1 {
					return &banktest.Reply{Cut: true}
				}
				return nil
			})
			if _, err := r.refresh(); fault.KindOf(err) != fault.Offline {
				t.Fatalf("got %v", err)
			}
			if link := r.store.link(linkID); link.State != consent.Outage || link.Problem != int(fault.Offline) {
				t.Errorf("link is %+v", link)
			}
			saved := len(r.store.all())
			r.whole(rows)
			r.rebuild(func(*engine.Config) {})
			r.must()
			r.holds(rows)
			if got := len(r.store.all()) - saved; saved > 0 && got == len(rows) {
				t.Error("nothing of the first try was kept")
			}
			if link := r.store.link(linkID); link.State != consent.Active || link.Problem != 0 {
				t.Errorf("link is %+v", link)
			}
		})
	}
}

// whole checks that no day is half there: of what is stored, all rows of its days are.
func (r *rig) whole(rows []banktest.Row) {
	r.Helper()
	all := r.store.all()
	days := map[ledger.Date]int{}
	for _, t := range all {
		days[t.Date]++
	}
	want := map[ledger.Date]int{}
	for _, row := range rows {
		want[row.Day]++
	}
	for day, n := range days {
		if n != want[day] {
			r.Errorf("%v has %d of %d rows", day, n, want[day])
		}
	}
}

func TestACancelledRefreshLeavesWhatIsWholeAndTheStateAsItWas(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	_, err := r.engine.Refresh(ctx, linkID, true, func(p engine.Progress) {
		if p.Step == engine.Reading && p.Rows > 200 {
			cancel()
		}
	})
	if fault.KindOf(err) != fault.Canceled {
		t.Fatalf("got %v", err)
	}
	if saved := len(r.store.all()); saved == 0 || saved == len(rows) {
		t.Errorf("%d of %d rows are saved", saved, len(rows))
	}
	r.whole(rows)
	if link := r.store.link(linkID); link.State != consent.Active || link.Problem != 0 {
		t.Errorf("link is %+v", link)
	}
	r.must()
	r.holds(rows)
}

func TestAnAbandonedHistoryIsFinishedWeeksLaterWithoutAGap(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 && c.To < today()-100 {
			return &banktest.Reply{Status: 503}
		}
		return nil
	})
	if _, err := r.refresh(); fault.KindOf(err) != fault.BankDown {
		t.Fatalf("got %v", err)
	}
	r.bank.Script(nil)
	r.now = noon.AddDate(0, 0, 70)
	for i := range 70 {
		rows = append(rows, banktest.Row{ID: fmt.Sprintf("n-%d", i), Day: today().AddDays(i), Cents: -int64(i + 1), Payee: "Later"})
	}
	r.bank.Put("a", rows...)
	r.must()
	kept := slices.DeleteFunc(slices.Clone(rows), func(b banktest.Row) bool { return b.Day < today()+70-400 })
	all := r.store.all()
	for _, row := range kept {
		if _, found := all[row.ID]; !found {
			t.Errorf("row %q of %v is missing", row.ID, row.Day)
		}
	}
	if len(all) > len(rows) {
		t.Errorf("%d rows of %d", len(all), len(rows))
	}
}

func TestAPlaceThatIsNotOursStartsTheWindowAgain(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.must()
	account := ledger.AccountID("account-1")
	r.store.readings[account] = ledger.Reading{From: today() - 400, To: today(), Cursor: "a page key of long ago", At: noon}
	if got := r.must().Written; got.Added != 0 {
		t.Errorf("got %+v", got)
	}
	r.holds(rows)
	if at := r.store.readings[account]; !at.Done || at.Cursor != "" {
		t.Errorf("reading is %+v", at)
	}
}

func TestAFullDiskIsNotTheBanksFault(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.store.refuse = func(ledger.Write) error { return fault.New(fault.DiskFull, "save", errors.New("no room")) }
	if _, err := r.refresh(); fault.KindOf(err) != fault.DiskFull {
		t.Fatalf("got %v", err)
	}
	if link := r.store.link(linkID); link.State != consent.Active || link.Problem != 0 || len(r.store.all()) != 0 {
		t.Errorf("link is %+v with %d rows", link, len(r.store.all()))
	}
	r.store.refuse = nil
	r.must()
	r.holds(rows)
}

func TestABankThatLeavesOutTheLastDayLosesNone(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.bank.LeavesOutLastDay = true
	r.must()
	r.now = noon.AddDate(0, 0, 1)
	r.must()
	r.holds(rows)
}

func TestAHoldOlderThanTwoWeeksIsStillReadAgain(t *testing.T) {
	r := newRig(t)
	r.bank.Open("a", "LOC_ACCOUNT", "4417", 0)
	hold := banktest.Row{ID: "h1", Day: today() - 20, Cents: -4600, Payee: "Ferry Line", Pending: true}
	other := banktest.Row{ID: "b0", Day: today(), Cents: -100, Payee: "Shop"}
	r.bank.Put("a", hold, other)
	r.must()
	r.bank.Calls()
	r.must()
	if c := r.bank.Calls()[1]; c.From != today()-20 {
		t.Errorf("asked from %v", c.From)
	}
	r.holds([]banktest.Row{hold, other})
}

func TestSlicesWithTooManyRowsAreCut(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.rebuild(func(c *engine.Config) { c.SliceDays, c.SliceRows = 400, 20 })
	r.must()
	r.holds(rows)
	for _, w := range r.store.applied {
		if n := len(w.Plan.Insert) + len(w.Plan.Same); n > 24 {
			t.Errorf("%d rows in one slice", n)
		}
	}
}

func TestARowThatThePagerRepeatsIsOneAndTwinsAreTwo(t *testing.T) {
	r := newRig(t)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
	const row = `{"transactionId":%q,"postedTimestamp":"2026-11-20","status":"POSTED","debitCreditMemo":"DEBIT","amount":4.20,"description":"Bakery"}`
	same, twin, shared := fmt.Sprintf(row, "t-1"), fmt.Sprintf(row, ""), fmt.Sprintf(row, "t-2")
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		switch {
		case c.Page == 0:
			return nil
		case c.To < today():
			return &banktest.Reply{Status: 200, Body: `{"transactions":[]}`}
		}
		if c.Page == 1 {
			return &banktest.Reply{Status: 200, Body: `{"page":{"nextPageKey":"from-10"},"transactions":[` + strings.Join([]string{same, twin, twin, shared, shared}, ",") + `]}`}
		}
		return &banktest.Reply{Status: 200, Body: `{"transactions":[` + same + `]}`}
	})
	r.must()
	if got := len(r.store.all()); got != 5 {
		t.Errorf("%d rows, want the one that was repeated and two pairs of twins", got)
	}
}

// TestAFileThatComesBetweenDoublesNothing imports what the bank told just before it is saved.
func TestAFileThatComesBetweenDoublesNothing(t *testing.T) {
	r := newRig(t)
	rows := r.year("a")
	r.store.before = func(account ledger.AccountID) {
		r.store.before = nil
		file := ledger.Batch{From: today() - 20, To: today(), Complete: true}
		for i, row := range rows {
			if row.Day >= file.From {
				file.Rows = append(file.Rows, ledger.Row{SourceID: row.ID, Date: row.Day, Amount: money.New(row.Cents, "USD"), Payee: row.Payee, Line: i + 1})
			}
		}
		if _, err := r.store.Reconcile(t.Context(), file, ledger.Write{Account: account, At: noon}); err != nil {
			t.Error(err)
		}
	}
	r.must()
	r.holds(rows)
}

func TestListenersHearWhichAccountsChanged(t *testing.T) {
	r := newRig(t)
	r.year("a")
	var topic event.Topic[ledger.AccountID]
	heard := map[ledger.AccountID]int{}
	topic.Listen(t.Context(), func(id ledger.AccountID) { heard[id]++ })
	r.rebuild(func(c *engine.Config) { c.Changed = &topic })
	r.must()
	if heard["account-1"] < 2 || len(heard) != 1 {
		t.Errorf("heard %v", heard)
	}
}

func TestTheDayOfThePersonIsToday(t *testing.T) {
	r := newRig(t)
	r.year("a")
	r.now = time.Date(2026, 11, 23, 1, 0, 0, 0, time.FixedZone("east", 13*3600)) // still the 22nd in UTC
	r.must()
	if c := r.bank.Calls()[1]; c.To != today()+1 {
		t.Errorf("asked up to %v", c.To)
	}
}
