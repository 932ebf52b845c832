package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/store"
	"coffer/sync/bank/banktest"
	"coffer/sync/engine"
)

// sealedRig is a rig whose engine writes into a real store.
func sealedRig(t *testing.T) (*rig, *store.Store) {
	t.Helper()
	r, s := newRig(t), sealed(t)
	if err := s.SaveLink(t.Context(), aLink()); err != nil {
		t.Fatal(err)
	}
	r.rebuild(func(c *engine.Config) { c.Store = s })
	return r, s
}

// books are the rows of each account in the store, with the account's digits and currency before them.
func books(t *testing.T, s *store.Store) string {
	t.Helper()
	accounts, err := s.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, a := range accounts {
		page, err := s.Page(t.Context(), ledger.Filter{Account: a.ID}, ledger.OldestFirst, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%s %s %v:", a.Masked, a.Currency, a.Balance.Booked)
		for _, row := range page {
			status := ""
			if row.Status == ledger.Pending {
				status = "?"
			}
			line += fmt.Sprintf(" %s %v%s", row.Payee, row.Amount, status)
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// TestAnIDThatTwoAccountsUseIsOfEachItsOwn: the bank counts its rows by account. What becomes of one leaves the other.
func TestAnIDThatTwoAccountsUseIsOfEachItsOwn(t *testing.T) {
	r, s := sealedRig(t)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 10_00)
	r.bank.Open("b", "DEPOSIT_ACCOUNT", "8036", 20_00)
	one := banktest.Row{ID: "1", Day: today().AddDays(-2), Cents: -500, Payee: "Inn", Pending: true}
	two := banktest.Row{ID: "1", Day: today().AddDays(-2), Cents: -500, Payee: "Inn", Pending: true}
	three := banktest.Row{ID: "2", Day: today().AddDays(-4), Cents: -700, Payee: "Bar"}
	want := func(when, first, second string) {
		t.Helper()
		for range 2 {
			r.must()
			if got := books(t, s); got != "2290 USD 10.00 USD:"+first+"\n8036 USD 20.00 USD:"+second {
				t.Errorf("%s:\n%s", when, got)
			}
		}
	}
	r.bank.Put("a", one, three)
	r.bank.Put("b", two)
	want("the same id in both", " Inn -5.00 USD? Bar -7.00 USD", " Inn -5.00 USD?")
	one.Pending, one.Cents = false, -600
	r.bank.Put("a", one, three)
	want("booked in one", " Bar -7.00 USD Inn -6.00 USD", " Inn -5.00 USD?")
	three.ID = "1"
	r.bank.Put("b", two, three)
	want("another row under the id in the other", " Bar -7.00 USD Inn -6.00 USD", " Inn -5.00 USD? Bar -7.00 USD")
}

// TestAnAccountWhoseCurrencyChangesIsAnotherAccount, whether for good or by the bank's mistake: no row and no balance takes the
// currency of others.
func TestAnAccountWhoseCurrencyChangesIsAnotherAccount(t *testing.T) {
	r, s := sealedRig(t)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 10_00)
	rows := []banktest.Row{{ID: "1", Day: today().AddDays(-2), Cents: -500, Payee: "Inn"}, {ID: "2", Day: today().AddDays(-4), Cents: -700, Payee: "Bar"}}
	r.bank.Put("a", rows...)
	want := func(when, all string) {
		t.Helper()
		for range 2 {
			r.must()
			if got := books(t, s); got != all {
				t.Errorf("%s:\n%s", when, got)
			}
		}
	}
	const was = "2290 USD 10.00 USD: Bar -7.00 USD Inn -5.00 USD"
	want("before", was)
	r.bank.Currency("a", "EUR")
	r.bank.Balance("a", 9_00)
	const is = "2290 EUR 9.00 EUR: Bar -7.00 EUR Inn -5.00 EUR"
	want("in another currency", is+"\n"+was)
	r.bank.Currency("a", "USD")
	r.bank.Balance("a", 8_00)
	want("and back", is+"\n"+strings.Replace(was, "10.00", "8.00", 1))
}

// TestAnAccountInAnotherCurrencyWaitsForThePerson who chose which are read; in its own again it is read on.
func TestAnAccountInAnotherCurrencyWaitsForThePerson(t *testing.T) {
	r := chooser(t)
	r.list()
	r.choose("2290")
	r.must()
	r.bank.Calls()
	r.bank.Currency("a", "EUR")
	r.must()
	r.wants("asked for", r.asked())
	if fresh := r.store.link(linkID).Unasked(); len(fresh) != 1 || fresh[0].Currency != "EUR" {
		t.Errorf("waiting: %+v", fresh)
	}
	const short = `{"accounts":[{"accountId":"a","accountCategory":"DEPOSIT_ACCOUNT","accountNumberDisplay":"2290","nickname":"Account a"},
		{"accountId":"b","accountCategory":"DEPOSIT_ACCOUNT","accountNumberDisplay":"8036","nickname":"Account b"}]}`
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Path == "/accounts" {
			return &banktest.Reply{Status: 200, Body: short}
		}
		return nil
	})
	r.bank.Currency("a", "USD")
	r.bank.Put("a", banktest.Row{ID: "a-1", Day: today() - 1, Cents: -100, Payee: "Shop"}, banktest.Row{ID: "a-2", Day: today(), Cents: -200, Payee: "Shop"})
	r.must()
	r.wants("asked for", r.asked(), "a")
	r.wants("stored", r.masked(), "2290")
	if all := r.store.all(); len(all) != 2 {
		t.Errorf("stored %+v", all)
	}
}

// TestABookedRowThatTheBankDropsStaysAndIsTold: it goes from the list, not from the books, and is one row once it comes back.
func TestABookedRowThatTheBankDropsStaysAndIsTold(t *testing.T) {
	r, s := sealedRig(t)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 10_00)
	var rows []banktest.Row
	for i := range 9 {
		rows = append(rows, banktest.Row{ID: fmt.Sprintf("n-%d", i), Day: today().AddDays(-i), Cents: -int64(100 + i), Payee: fmt.Sprintf("Shop%d", i)})
	}
	r.bank.Put("a", rows...)
	r.must()
	before := books(t, s)
	vanished := func() bool {
		page, err := s.Page(t.Context(), ledger.Filter{Search: "Shop4"}, ledger.NewestFirst, 0, 9)
		if err != nil || len(page) != 1 {
			t.Fatalf("%d rows, %v", len(page), err)
		}
		row, err := s.Transaction(t.Context(), page[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return ledger.Vanished(row)
	}
	r.bank.Put("a", slices.Delete(slices.Clone(rows), 4, 5)...)
	for day := 1; day <= 3; day++ {
		r.now = noon.AddDate(0, 0, day)
		r.must()
		if got := books(t, s); got != before || vanished() != (day == 3) {
			t.Errorf("after %d days, told %v:\n%s", day, vanished(), got)
		}
	}
	r.bank.Put("a", rows...)
	r.now = noon.AddDate(0, 0, 4)
	r.must()
	if got := books(t, s); got != before || vanished() {
		t.Errorf("it came back, told %v:\n%s", vanished(), got)
	}
}

// TestADayOfMoreRowsThanASliceHoldsIsReadWhole, on one page.
func TestADayOfMoreRowsThanASliceHoldsIsReadWhole(t *testing.T) {
	r, s := rigOf(t, 1<<20), sealed(t)
	if err := s.SaveLink(t.Context(), aLink()); err != nil {
		t.Fatal(err)
	}
	r.rebuild(func(c *engine.Config) { c.Store, c.SliceRows = s, 500 })
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 10_00)
	var rows []banktest.Row
	for i := range 1200 {
		rows = append(rows, banktest.Row{ID: fmt.Sprintf("n-%d", i), Day: today().AddDays(-i / 600), Cents: -int64(100 + i), Payee: "Shop"})
	}
	r.bank.Put("a", rows...)
	for range 2 {
		r.must()
		all, err := s.Totals(t.Context(), ledger.Filter{})
		if err != nil || all.Count() != len(rows) {
			t.Errorf("%d rows of %d, %v", all.Count(), len(rows), err)
		}
	}
}
