package store_test

import (
	"errors"
	"testing"

	"coffer/app/ledger"
	"coffer/app/store"
)

// TestAnAccountOfBookedRowsAlone: what is pending ends at once, and none comes in by a read, a change or a file. A hold that is
// booked is the same transaction, and once the person wants them again the next read brings back the others as they were.
func TestAnAccountOfBookedRowsAlone(t *testing.T) {
	s := newStore(t)
	id, other := account(t, s, "link-1", "4417"), account(t, s, "link-1", "9999")
	tram, inn := pending(row(8, -250, "tram")), pending(row(9, -9000, "inn"))
	read := func(rows ...ledger.Row) {
		t.Helper()
		batch := ledger.Batch{From: day(1), To: day(10), Complete: true, Rows: rows}
		must[ledger.Written](t)(s.Reconcile(t.Context(), batch, ledger.Write{Account: id, At: noon}))
	}
	want := func(when string, counted int, register string, statuses ...ledger.Status) {
		t.Helper()
		view := must[ledger.AccountView](t)(s.Account(t.Context(), id))
		if got := payees(page(t, s, ledger.Filter{Account: id}, ledger.NewestFirst)); got != register || view.Pending.Count != counted {
			t.Errorf("%s: the register has %q, %d pending are counted; want %q, %d", when, got, view.Pending.Count, register, counted)
		}
		rows := all(t, s, id)
		for i := range min(len(rows), len(statuses)) {
			if rows[i].Status != statuses[i] {
				t.Errorf("%s: %s has status %d, want %d", when, rows[i].Payee, rows[i].Status, statuses[i])
			}
		}
		if len(rows) != len(statuses) {
			t.Errorf("%s: %d rows, want %d", when, len(rows), len(statuses))
		}
	}
	must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{Account: other, Plan: inserts(tram), At: noon}))
	read(row(5, -100, "bar"), tram, inn)
	want("before", 2, "inn tram bar", ledger.Booked, ledger.Pending, ledger.Pending)

	ok(t, s.SetBookedOnly(t.Context(), id, true, noon))
	want("at once", 0, "bar", ledger.Booked, ledger.Dropped, ledger.Dropped)
	if last := all(t, s, id)[1].History; last[len(last)-1].Reason.ID != ledger.ReasonBookedOnly {
		t.Errorf("its history is %+v", last)
	}
	if rows := all(t, s, other); rows[0].Status != ledger.Pending {
		t.Error("the other account lost its hold")
	}
	read(row(5, -100, "bar"), tram, inn)
	want("after a read", 0, "bar", ledger.Booked, ledger.Dropped, ledger.Dropped)
	must[ledger.Written](t)(s.Reconcile(t.Context(), ledger.Batch{Rows: []ledger.Row{pending(row(10, -1, "new"))}}, ledger.Write{Account: id, At: noon}))
	filed := tram
	filed.SourceID, filed.Line = "", 4
	part := ledger.FilePart{Into: ledger.Account{ID: id}, Batch: ledger.Batch{From: day(1), To: day(10), Complete: true, Rows: []ledger.Row{filed}}, Import: ledger.Import{Name: "a.ofx", At: noon}}
	must[[]ledger.Written](t)(s.Import(t.Context(), []ledger.FilePart{part}))
	want("after a change and a file", 0, "bar", ledger.Booked, ledger.Dropped, ledger.Dropped)
	if a := saved(t, s, id); !a.BookedOnly {
		t.Error("the next read of the list of accounts forgets it")
	}

	booked := tram
	booked.Pending = false
	read(row(5, -100, "bar"), booked, inn)
	want("as one is booked", 0, "tram bar", ledger.Booked, ledger.Booked, ledger.Dropped)

	ok(t, s.SetBookedOnly(t.Context(), id, false, noon))
	want("switched back", 0, "tram bar", ledger.Booked, ledger.Booked, ledger.Dropped)
	read(row(5, -100, "bar"), booked, inn)
	want("after the next read", 1, "inn tram bar", ledger.Booked, ledger.Booked, ledger.Pending)
	if err := s.SetBookedOnly(t.Context(), "nobody", true, noon); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("of an account that is not there: %v", err)
	}
}

// saved is what a read of the bank's list says of an account that is known.
func saved(t *testing.T, s *store.Store, id ledger.AccountID) ledger.Account {
	t.Helper()
	view := must[ledger.AccountView](t)(s.Account(t.Context(), id))
	told := view
	told.BookedOnly = false // no bank knows
	return must[[]ledger.Account](t)(s.SaveAccounts(t.Context(), "link-1", []ledger.AccountView{told}))[0]
}
