package engine_test

import (
	"testing"

	"coffer/app/money"
	"coffer/sync/bank/banktest"
)

// TestARowThatTheBankCountsAndNeverTellsIsSeenInTheBalance, and pending rows are not.
func TestARowThatTheBankCountsAndNeverTellsIsSeenInTheBalance(t *testing.T) {
	r := newRig(t)
	rows := []banktest.Row{{ID: "1", Day: today() - 3, Cents: -500, Payee: "Shop"}}
	day := 0
	step := func(cents int64, more ...banktest.Row) {
		t.Helper()
		rows = append(rows, more...)
		r.bank.Balance("a", cents)
		r.bank.Put("a", rows...)
		r.now = noon.AddDate(0, 0, day)
		day++
		r.must()
	}
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
	step(1000_00)
	step(1000_00, banktest.Row{ID: "hold", Day: today(), Cents: -9900, Payee: "Hotel", Pending: true})
	step(950_00, banktest.Row{ID: "2", Day: today() + 1, Cents: -5000, Payee: "Shop"})
	if got := r.store.tallies["account-1"]; !got.Sure || got.Differs || got.Stated != money.New(950_00, "USD") || got.Computed != got.Stated {
		t.Fatalf("all agrees, and the check is %+v", got)
	}
	step(900_00) // a row of 50.00 is not told
	if got := r.store.tallies["account-1"]; got.Differs || got.Since.IsZero() {
		t.Errorf("once: %+v", got)
	}
	step(900_00)
	if got := r.store.tallies["account-1"]; !got.Differs || got.Stated.Minor != 900_00 || got.Computed.Minor != 950_00 {
		t.Errorf("twice: %+v", got)
	}
	accounts, _ := r.store.Accounts(t.Context())
	if got := accounts[0].Balance.Booked; got.Minor != 900_00 || len(r.store.all()) != 3 {
		t.Errorf("what differs was changed: %v with %d rows", got, len(r.store.all()))
	}
	step(900_00, banktest.Row{ID: "3", Day: today() + 2, Cents: -5000, Payee: "Late"})
	if got := r.store.tallies["account-1"]; got.Differs || !got.Since.IsZero() {
		t.Errorf("once the row came: %+v", got)
	}
}

// TestABalanceOverDaysInPartIsNotJudged: what is missing explains any difference.
func TestABalanceOverDaysInPartIsNotJudged(t *testing.T) {
	r := newRig(t)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 1000_00)
	r.bank.Put("a", banktest.Row{ID: "1", Day: today() - 3, Cents: -500, Payee: "Shop"})
	for i := range 3 {
		r.now = noon.AddDate(0, 0, i)
		r.must()
	}
	was := r.store.tallies["account-1"]
	r.bank.Balance("a", 1)
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 {
			return &banktest.Reply{Status: 206, Body: `{"transactions":[]}`}
		}
		return nil
	})
	for i := range 3 {
		r.now = noon.AddDate(0, 0, 3+i)
		r.must()
	}
	if got := r.store.tallies["account-1"]; got != was || !was.Sure {
		t.Errorf("was %+v, is %+v", was, got)
	}
}
