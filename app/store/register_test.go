package store_test

import (
	"reflect"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/store"
)

func TestRegisterOrders(t *testing.T) {
	s := newStore(t)
	one, two := account(t, s, "link-1", "1"), account(t, s, "link-1", "2")
	apply(t, s, one, inserts(row(3, -300, "c"), row(1, -900, "B"), pending(row(2, -200, "p1"))))
	apply(t, s, two, inserts(row(2, 500, "a"), pending(row(4, -100, "p2"))))
	tests := map[string]struct {
		filter ledger.Filter
		order  ledger.Order
		want   string
	}{
		"newest first, pending on top": {ledger.Filter{}, ledger.NewestFirst, "p2 p1 c a B"},
		"oldest first, pending on top": {ledger.Filter{}, ledger.OldestFirst, "p1 p2 B a c"},
		"by payee, case aside":         {ledger.Filter{}, ledger.PayeeUp, "a B c p1 p2"},
		"by payee, down":               {ledger.Filter{}, ledger.PayeeDown, "p2 p1 c B a"},
		"by amount":                    {ledger.Filter{}, ledger.AmountUp, "B c p1 p2 a"},
		"by amount, down":              {ledger.Filter{}, ledger.AmountDown, "a p2 p1 c B"},
		"one account":                  {ledger.Filter{Account: one}, ledger.NewestFirst, "p1 c B"},
		"only pending":                 {ledger.Filter{Pending: true}, ledger.NewestFirst, "p2 p1"},
		"only pending, by payee":       {ledger.Filter{Pending: true}, ledger.PayeeUp, "p1 p2"},
		"a day":                        {ledger.Filter{From: ledger.Day(2026, 1, 2), To: ledger.Day(2026, 1, 2)}, ledger.NewestFirst, "p1 a"},
		"no category":                  {ledger.Filter{Uncat: true}, ledger.NewestFirst, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := page(t, s, test.filter, test.order)
			if payees(got) != test.want {
				t.Errorf("rows %q, want %q", payees(got), test.want)
			}
			for offset := range len(got) + 2 { // every page of every offset is a part of the whole
				part := must[[]ledger.RegisterRow](t)(s.Page(t.Context(), test.filter, test.order, offset, 2))
				if want := got[min(offset, len(got)):min(offset+2, len(got))]; payees(part) != payees(want) {
					t.Errorf("two rows from %d: %q, want %q", offset, payees(part), payees(want))
				}
			}
		})
	}
	if got := payees(must[[]ledger.RegisterRow](t)(s.Latest(t.Context(), 3))); got != "p2 p1 c" {
		t.Errorf("latest %q", got)
	}
	_, err := s.Page(t.Context(), ledger.Filter{Account: "nobody"}, ledger.NewestFirst, 0, 1)
	wantKind(t, err, fault.NotFound)
}

func TestAFileThatRunsBackwardsKeepsItsOrderWithinADay(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "1")
	apply(t, s, id, inserts(row(2, -1, "newest"), row(2, -2, "newer"), row(1, -3, "old")))
	if got := payees(page(t, s, ledger.Filter{}, ledger.NewestFirst)); got != "newest newer old" {
		t.Errorf("rows %q", got)
	}
}

func TestTotalsMonthsAndNets(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "1")
	bare := account(t, s, "link-1", "2")
	ok(t, s.Exec(t.Context(), "DELETE FROM balances WHERE account = 2"))
	moved, feb := row(9, -700, "savings"), row(40, -50, "feb")
	moved.Category = ledger.Transfer
	apply(t, s, id, inserts(row(3, -300, "a"), row(3, 1000, "b"), moved, feb, pending(row(4, -10, "p"))))
	apply(t, s, bare, inserts(row(3, -1, "no balance")))

	totals := must[ledger.Totals](t)(s.Totals(t.Context(), ledger.Filter{Account: id}))
	want := ledger.Totals{Pending: []ledger.Sum{sum(1, 0, -10)}, Booked: []ledger.Sum{sum(4, 1000, -1050)}}
	if !reflect.DeepEqual(totals, want) {
		t.Errorf("totals %+v, want %+v", totals, want)
	}
	cut := ledger.Filter{Account: id, Category: ledger.Groceries, From: ledger.Day(2026, 1, 3), To: ledger.Day(2026, 2, 28)}
	if got := must[ledger.Totals](t)(s.Totals(t.Context(), cut)); !reflect.DeepEqual(got.Booked, []ledger.Sum{sum(3, 1000, -350)}) {
		t.Errorf("totals of a category over a cut month %+v", got)
	}
	months := must[[]ledger.MonthSum](t)(s.Months(t.Context(), ledger.MonthOf(2026, 1), ledger.MonthOf(2026, 2)))
	wantMonths := []ledger.MonthSum{{Month: ledger.MonthOf(2026, 1), Sum: sum(3, 1000, -301)}, {Month: ledger.MonthOf(2026, 2), Sum: sum(1, 0, -50)}}
	if !reflect.DeepEqual(months, wantMonths) {
		t.Errorf("months %+v, want %+v", months, wantMonths)
	}
	nets := must[[]ledger.DayNet](t)(s.Nets(t.Context(), ledger.Day(2026, 1, 1), ledger.Day(2026, 1, 31)))
	wantNets := []ledger.DayNet{{Day: ledger.Day(2026, 1, 3), Net: money.New(700, "EUR")}, {Day: ledger.Day(2026, 1, 9), Net: money.New(-700, "EUR")}}
	if !reflect.DeepEqual(nets, wantNets) {
		t.Errorf("nets %+v, want %+v", nets, wantNets)
	}
	views := must[[]ledger.AccountView](t)(s.Accounts(t.Context()))
	if views[0].Pending != sum(1, 0, -10) {
		t.Errorf("pending %+v", views[0].Pending)
	}
}

func sum(count int, in, out int64) ledger.Sum {
	return ledger.Sum{Count: count, In: money.New(in, "EUR"), Out: money.New(out, "EUR")}
}

func TestCategoryOfThePersonAndOfTheBank(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "1")
	apply(t, s, id, inserts(row(1, -1, "a")))
	one := find(t, s, id, "a")
	set := func(c ledger.Category) ledger.Category {
		return must[ledger.Category](t)(s.SetCategory(t.Context(), one, c))
	}
	if was := set(ledger.Travel); was != ledger.Groceries {
		t.Errorf("was %q", was)
	}
	newer := row(1, -1, "a")
	newer.Category = ledger.Cash
	apply(t, s, id, update(one, newer))
	if got := category(t, s, one); got != ledger.Travel {
		t.Errorf("after a read %q, want the person's", got)
	}
	set(ledger.NoCategory)
	if got := category(t, s, one); got != ledger.NoCategory {
		t.Errorf("cleared by the person %q", got)
	}
	set(ledger.Cash)
	newer.Category = ledger.Fees
	apply(t, s, id, update(one, newer))
	if got := category(t, s, one); got != ledger.Fees {
		t.Errorf("given back to the bank %q, want its newest word", got)
	}
	audit(t, s)
	_, err := s.SetCategory(t.Context(), "nobody", ledger.Cash)
	wantKind(t, err, fault.NotFound)
}

func category(t testing.TB, s *store.Store, id ledger.TransactionID) ledger.Category {
	t.Helper()
	return must[ledger.Transaction](t)(s.Transaction(t.Context(), id)).Category
}
