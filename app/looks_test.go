package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/money"
)

// waiting are the alerts of a detector that wait for an answer.
func (r *rig) waiting(t *testing.T, detector string) []app.AlertView {
	t.Helper()
	return slices.DeleteFunc(value(r.coffer.Alerts(t.Context()))(t), func(v app.AlertView) bool { return v.Detector != detector || !v.Waits })
}

// TestWhatIsDueIsToldUntilItComes waits for what comes late after all, and is told so no longer; the reason is shown.
func TestWhatIsDueIsToldUntilItComes(t *testing.T) {
	today := ledger.DateOf(firstDay)
	pays := func(last int) (rows []ledger.Row) {
		for back := last + 150; back >= last; back -= 30 {
			rows = append(rows, payment(today.AddDays(-back), 250000, "Works"))
		}
		return rows
	}
	for name, test := range map[string]struct {
		detector string
		entry    func(id ledger.AccountID) alert.WatchEntry
		rows     []ledger.Row
		comes    ledger.Row // days after today: those of Date
	}{
		"a refund": {"refund-missing", func(id ledger.AccountID) alert.WatchEntry {
			return alert.ExpectedRefund{Shown: "Voltbay", Minor: 99000, Currency: "USD", Account: id, Since: today - 20}
		}, nil, payment(today+9, 99000, "Voltbay")},
		"a salary": {"income-late", nil, pays(36), payment(today+9, 250000, "Works")},
		"money on an account below its floor": {"low-balance", func(id ledger.AccountID) alert.WatchEntry {
			return alert.Floor{Account: id, Minor: 50000, Currency: "USD"}
		}, nil, payment(today+9, 400000, "Aunt Vera")},
	} {
		t.Run(name, func(t *testing.T) {
			r := fresh(t)
			r.imports(t, "all.ofx", wide("1111", habits(6)...))
			id := value(r.coffer.Accounts(t.Context()))(t)[0].ID
			if test.entry != nil {
				value(r.coffer.Watch(t.Context(), test.entry(id)))(t)
			}
			if test.rows != nil {
				r.bringRows(t, id, test.rows...)
			}
			for day := today; day < test.comes.Date; day++ {
				r.bringRows(t, id, payment(day, -950, "Bean"))
				r.clock.move(24 * time.Hour)
			}
			told := r.waiting(t, test.detector)
			if len(told) != 1 {
				t.Fatalf("told %d times", len(told))
			}
			if test.detector == "low-balance" {
				r.stateBalance(t, id, 300000)
			}
			r.bringRows(t, id, test.comes)
			if left := r.waiting(t, test.detector); len(left) != 0 {
				t.Errorf("it came, and is told still: %+v", left[0].Alert)
			}
			if got := value(r.coffer.Alert(t.Context(), told[0].ID))(t); !got.Withdrawn || got.Because.ID != alert.WithdrawnLate {
				t.Errorf("it is %+v", got.Alert)
			}
		})
	}
}

// stateBalance has a bank say what an account holds.
func (r *rig) stateBalance(t *testing.T, id ledger.AccountID, minor int64) {
	t.Helper()
	view := value(r.store.Account(t.Context(), id))(t)
	view.Balance = ledger.Balance{Booked: money.New(minor, view.Currency), AsOf: r.coffer.Now(), ReadAt: r.coffer.Now()}
	value(r.store.SaveAccounts(t.Context(), consent.LinkID(view.Link), []ledger.AccountView{view}))(t)
}

// TestABalanceIsHeldAgainstWhatTheBankSays brings rows of before the first one, within one session: the account holds no more by it.
func TestABalanceIsHeldAgainstWhatTheBankSays(t *testing.T) {
	r := fresh(t)
	r.imports(t, "new.ofx", sheet("1111", "20261015|-42.00|a|Figtree", "20261016|-9.00|b|Bean"))
	id := value(r.coffer.Accounts(t.Context()))(t)[0].ID
	value(r.coffer.Watch(t.Context(), alert.Floor{Account: id, Minor: 50000, Currency: "USD"}))(t)
	held := func() string { return r.waiting(t, "low-balance")[0].Numbers[0].Amount }
	if got := held(); got != "10.00" {
		t.Fatalf("it holds %s", got)
	}
	r.imports(t, "old.ofx", sheet("1111", "20261002|300.00|c|Aunt Vera"))
	if got := held(); got != "10.00" {
		t.Errorf("after older rows it holds %s, the bank says 10.00", got)
	}
}

// TestALinkThatEndedIsNotLost is told of one that is not read any more, and of none that was revoked.
func TestALinkThatEndedIsNotLost(t *testing.T) {
	for name, ended := range map[string]bool{"a link that can't be read": false, "a revoked one": true} {
		t.Run(name, func(t *testing.T) {
			r := linked(t)
			if ended {
				value(r.coffer.Revoke(t.Context(), r.id, nil))(t)
			}
			must(t, r.stopBank())
			r.clock.move(5 * 24 * time.Hour)
			must(t, r.coffer.Lock())
			must(t, r.unlock())
			if got := len(r.waiting(t, "link-lost")); got > 0 == ended {
				t.Errorf("told %d times", got)
			}
			if ended {
				return
			}
			must(t, r.startBank())
			must(t, r.reopen())
			must(t, r.unlock())
			must(t, r.refresh(t))
			if got := len(r.waiting(t, "link-lost")); got > 0 {
				t.Error("it was read, and is told still")
			}
		})
	}
}

// TestCentsThatComeWhileLinkingAreNoProbe brings them on the days around the link that the person made.
func TestCentsThatComeWhileLinkingAreNoProbe(t *testing.T) {
	for name, test := range map[string]struct {
		after int
		told  int
	}{"five days after it": {5, 0}, "two weeks after it": {14, 1}} {
		t.Run(name, func(t *testing.T) {
			r := linked(t)
			r.clock.move(time.Duration(test.after) * 24 * time.Hour)
			must(t, r.refresh(t))
			id := value(r.coffer.Accounts(t.Context()))(t)[0].ID
			r.bringRows(t, id, payment(r.coffer.Today(), 17, "Acme Verify"))
			if got := r.waiting(t, "probe"); len(got) != test.told {
				t.Errorf("told %d times", len(got))
			}
		})
	}
}

// TestTheDemosHoldOfAHotelIsAsUsual reads all that the demo bank has, on several days of a year: who stays at a hotel now and then is not told of a
// hold there, and not after calling what a merchant bills not theirs either.
func TestTheDemosHoldOfAHotelIsAsUsual(t *testing.T) {
	for _, days := range []int{0, 5, 85, 160} {
		t.Run(fmt.Sprint("after ", days, " days"), func(t *testing.T) { demoWithoutTheHotel(t, freshAfter(t, days)) })
	}
}

func demoWithoutTheHotel(t *testing.T, r *rig) {
	value(r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: 3 * 366, ConsentDays: 90}, func(app.LinkingProgress) {}))(t)
	told, holds := map[string]bool{}, 0
	look := func() (bills []alert.ID) {
		for _, v := range value(r.coffer.Alerts(t.Context()))(t) {
			told[v.Detector] = true
			if v.Detector == "price-rise" || v.Detector == "after-cancelling" || v.Detector == "duplicate-charge" {
				bills = append(bills, v.ID)
			}
			for _, row := range v.About {
				if strings.Contains(row.Payee, "Hotel Aurora") {
					t.Errorf("%s tells of %q", v.Detector, row.Payee)
				}
			}
		}
		return bills
	}
	for _, id := range look() {
		value(r.coffer.Answer(t.Context(), id, alert.NotMine))(t)
		look()
	}
	for rows, err := range r.store.JudgeRows(t.Context(), r.coffer.Today().AddDays(-3)) {
		must(t, err)
		for _, row := range rows {
			if row.Pending && row.Payee == "Hotel Aurora, hold" {
				holds++
			}
		}
	}
	if holds != 1 {
		t.Errorf("%d holds are waiting", holds)
	}
	for _, detector := range []string{"card-test", "after-cancelling", "price-rise", "duplicate-charge", alert.Unusual} {
		if !told[detector] {
			t.Errorf("the demo shows no %s", detector)
		}
	}
}
