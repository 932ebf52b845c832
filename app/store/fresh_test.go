package store_test

import (
	"fmt"
	"reflect"
	"testing"

	"coffer/app/ledger"
	"coffer/app/money"
)

// TestManyRowsAtOnceAreStoredAsOneByOne, however many there are and whatever their days hold already.
func TestManyRowsAtOnceAreStoredAsOneByOne(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	want := map[string]ledger.Row{}
	for _, n := range []int{1, 3, 4, 5, 31, 32, 33, 70} {
		var rows []ledger.Row
		for i := range n {
			name := fmt.Sprintf("%d of %d", i, n)
			r := ledger.Row{
				SourceID: name, Date: ledger.Day(2026, 1, 1+i%7), Amount: money.New(int64(-100*n-i), "EUR"), Payee: "payee " + name,
				Raw: []ledger.Field{{Name: "id", Value: name}, {Name: "odd", Value: "\"<é>\\\n\x7f\u2028"}},
			}
			if i%3 == 2 {
				r.Raw = nil
			}
			rows, want[name] = append(rows, r), r
		}
		if done := apply(t, s, id, inserts(rows...)); done.Added != n {
			t.Errorf("%d rows added, want %d", done.Added, n)
		}
		audit(t, s)
	}
	got := all(t, s, id)
	if len(got) != len(want) {
		t.Errorf("%d rows, want %d", len(got), len(want))
	}
	for _, tx := range got {
		if !reflect.DeepEqual(tx.Row, want[tx.SourceID]) {
			t.Errorf("row %q is %+v, want %+v", tx.SourceID, tx.Row, want[tx.SourceID])
		}
	}
}

// TestIDsRise: an index of ids drawn at random is written all over for each slice of rows.
func TestIDsRise(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	var rows []ledger.Row
	for i := range 5000 { // more than the counter holds, at one instant
		rows = append(rows, ledger.Row{Date: ledger.Day(2026, 1, 1), Amount: money.New(int64(i), "EUR")})
	}
	apply(t, s, id, inserts(rows...))
	last := ledger.TransactionID("")
	for _, tx := range all(t, s, id) {
		if tx.ID <= last || tx.ID[14] != '7' {
			t.Fatalf("id %s after %s", tx.ID, last)
		}
		last = tx.ID
	}
}

// TestRecentTellsTheLastBookedAndTheFirstPendingDay: a refresh goes on from them, so no hold may be left out, however old.
func TestRecentTellsTheLastBookedAndTheFirstPendingDay(t *testing.T) {
	s := newStore(t)
	id, other := account(t, s, "link-1", "4417"), account(t, s, "link-1", "4418")
	look := func(from, to int, booked, first ledger.Date) {
		t.Helper()
		b, p, err := s.Recent(t.Context(), id, ledger.Day(2026, 1, from), ledger.Day(2026, 1, to))
		if err != nil || b != booked || p != first {
			t.Errorf("recent %d to %d: %v and %v, %v, want %v and %v", from, to, b, p, err, booked, first)
		}
	}
	look(1, 31, 0, 0)
	apply(t, s, id, inserts(row(3, -1, "a"), row(9, -2, "b"), pending(row(5, -3, "c")), pending(row(7, -4, "d"))))
	apply(t, s, other, inserts(row(20, -1, "e"), pending(row(1, -2, "f"))))
	fifth := row(5, 0, "").Date
	look(1, 31, row(9, 0, "").Date, fifth)
	look(9, 9, row(9, 0, "").Date, fifth)
	look(3, 8, row(3, 0, "").Date, fifth)
	look(10, 31, 0, fifth)
}

// TestRawFieldsOutliveAMatch with a row that brings none, or a file's.
func TestRawFieldsOutliveAMatch(t *testing.T) {
	for name, again := range map[string]func(*ledger.Row){
		"the bank's, without any": func(r *ledger.Row) { r.Raw, r.Memo = nil, "more" },
		"a file's":                func(r *ledger.Row) { r.Raw, r.Line, r.MCC = []ledger.Field{{Name: "line", Value: "1"}}, 1, "5411" },
	} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			id := account(t, s, "link-1", "4417")
			r := row(3, -4000, "bistro")
			r.Raw = []ledger.Field{{Name: "from", Value: "the bank"}}
			apply(t, s, id, inserts(r))
			raw := all(t, s, id)[0].Raw
			again(&r)
			done := must[ledger.Written](t)(s.Reconcile(t.Context(), ledger.Batch{Rows: []ledger.Row{r}, From: r.Date, To: r.Date}, ledger.Write{Account: id, At: noon}))
			if done.Updated != 1 || done.Added != 0 {
				t.Errorf("written %+v, want one updated", done)
			}
			if got := all(t, s, id)[0].Raw; !reflect.DeepEqual(got, raw) {
				t.Errorf("raw fields %v, want %v", got, raw)
			}
		})
	}
}
