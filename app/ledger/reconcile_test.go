package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/money"
)

// lesson is a list of reads, what the books hold in the end, and what the last plan said.
type lesson struct {
	reads []ledger.Batch
	want  string
	last  []string
}

func learn(t *testing.T, lessons map[string]lesson) {
	t.Helper()
	for name, test := range lessons {
		t.Run(name, func(t *testing.T) {
			var b books
			var last ledger.Plan
			for _, read := range test.reads {
				last = b.read(read)
			}
			if got := b.String(); got != test.want {
				t.Errorf("the books hold\n%s\nwant\n%s", got, test.want)
			}
			if got := reasons(last); !slices.Equal(got, slices.Sorted(slices.Values(test.last))) {
				t.Errorf("the last plan says %v, want %v", got, test.last)
			}
		})
	}
}

func TestTwinsAndIDs(t *testing.T) {
	learn(t, map[string]lesson{
		"the same read again changes nothing": {
			[]ledger.Batch{bankRead("a 1 -5 Shop", "- 2 -6 Kiosk"), bankRead("a 1 -5 Shop", "- 2 -6 Kiosk")},
			"booked 2026-03-01 -5.00 Shop\nbooked 2026-03-02 -6.00 Kiosk", []string{"same alias", "same fingerprint"},
		},
		"twins in one read stay two": {
			[]ledger.Batch{bankRead("- 1 -5 Bar", "- 1 -5 Bar"), bankRead("- 1 -5 Bar", "- 1 -5 Bar")},
			"booked 2026-03-01 -5.00 Bar\nbooked 2026-03-01 -5.00 Bar", []string{"same ordinal", "same ordinal"},
		},
		"a twin that comes later is new": {
			[]ledger.Batch{bankRead("a 1 -5 Bar"), bankRead("a 1 -5 Bar", "b 1 -5 Bar")},
			"booked 2026-03-01 -5.00 Bar\nbooked 2026-03-01 -5.00 Bar", []string{"insert new", "same alias"},
		},
		"a twin on the next page is kept, for review": {
			[]ledger.Batch{page("a 1 -5 Bar"), page("b 1 -5 Bar")},
			"booked 2026-03-01 -5.00 Bar\nbooked 2026-03-01 -5.00 Bar", []string{"review maybe-same"},
		},
		"a changed id is no new row": {
			[]ledger.Batch{bankRead("a 1 -5 Bar"), bankRead("b 1 -5 Bar"), bankRead("a 1 -5 Bar"), bankRead("b 1 -5 Bar")},
			"booked 2026-03-01 -5.00 Bar", []string{"same alias"},
		},
		"a re-used id of a fee line is a new row": {
			[]ledger.Batch{bankRead("a 1 -100 Hotel", "a 1 -3 Hotel"), bankRead("a 1 -100 Hotel", "a 1 -3 Hotel")},
			"booked 2026-03-01 -100.00 Hotel\nbooked 2026-03-01 -3.00 Hotel", []string{"same alias", "same alias"},
		},
		"a re-used id of a fee line that comes alone is a new row": {
			[]ledger.Batch{page("a 1 -100 Hotel"), page("a 1 -3 Hotel")},
			"booked 2026-03-01 -100.00 Hotel\nbooked 2026-03-01 -3.00 Hotel", []string{"insert new"},
		},
		"an id used again weeks later is a new row": {
			[]ledger.Batch{window(1, 5, "a 1 -9 Rent"), window(20, 31, "a 28 -9 Rent")},
			"booked 2026-03-01 -9.00 Rent\nbooked 2026-03-28 -9.00 Rent", []string{"insert new"},
		},
		"an amount that the bank corrects on a page alone is asked about": {
			[]ledger.Batch{page("a 1 -100 Hotel"), page("a 1 -101 Hotel"), page("a 1 -101 Hotel")},
			"booked 2026-03-01 -100.00 Hotel\nbooked 2026-03-01 -101.00 Hotel", []string{"same alias"},
		},
		"a day that the bank corrects by a week on a page alone is asked about": {
			[]ledger.Batch{page("a 1 -100 Hotel"), page("a 8 -100 Hotel")},
			"booked 2026-03-01 -100.00 Hotel\nbooked 2026-03-08 -100.00 Hotel", []string{"review maybe-same"},
		},
		"an amount that the bank corrects is an update": {
			[]ledger.Batch{bankRead("a 1 -100 Hotel"), bankRead("a 1 -101 Hotel")},
			"booked 2026-03-01 -101.00 Hotel", []string{"update corrected"},
		},
	})
}

func TestPendingBecomesBooked(t *testing.T) {
	learn(t, map[string]lesson{
		"a pending row books under a new id": {
			[]ledger.Batch{bankRead("?p 1 -20 Fig Tree"), bankRead("b 3 -20 FIG TREE SEATTLE")},
			"booked 2026-03-03 -20.00 FIG TREE SEATTLE", []string{"update amount-and-text"},
		},
		"a pending row books under its own id": {
			[]ledger.Batch{bankRead("?p 1 -20 Fig Tree"), bankRead("p 3 -23 Fig Tree")},
			"booked 2026-03-03 -23.00 Fig Tree", []string{"update settled"},
		},
		"a booked row names its pending one, whatever text and amount": {
			[]ledger.Batch{bankRead("?p 1 -20 AUTH 99"), names(page("b 12 -27 Fig Tree"), "p")},
			"booked 2026-03-12 -27.00 Fig Tree", []string{"update named"},
		},
		"the pending row beside its booked one does not come back": {
			[]ledger.Batch{bankRead("?p 1 -20 Fig"), names(bankRead("b 2 -20 Fig", "?p 1 -20 Fig"), "p"), bankRead("b 2 -20 Fig", "?p 1 -20 Fig")},
			"booked 2026-03-02 -20.00 Fig", []string{"same superseded", "same alias"},
		},
		"two pending rows under the id of a booked one never unbook it": {
			[]ledger.Batch{page("p 1 -4 Bean"), page("?p 1 -4 Bean", "?p 1 -4 Bean")},
			"booked 2026-03-01 -4.00 Bean\npending 2026-03-01 -4.00 Bean", []string{"insert new", "same superseded"},
		},
		"a tip is the same purchase": {
			[]ledger.Batch{kind(bankRead("?p 1 -20 Fig Tree"), "5812"), kind(bankRead("b 3 -24 Fig Tree"), "5812")},
			"booked 2026-03-03 -24.00 Fig Tree", []string{"update tip"},
		},
		"no tips are given at the hardware store: the person is asked": {
			[]ledger.Batch{kind(bankRead("?p 1 -20 Nails Inc"), "5251"), kind(bankRead("b 3 -24 Nails Inc"), "5251")},
			"booked 2026-03-03 -24.00 Nails Inc\ndropped 2026-03-01 -20.00 Nails Inc", []string{"drop stale", "review maybe-booked"},
		},
		"more than a third of a tip is for review": {
			[]ledger.Batch{kind(page("?p 1 -20 Fig Tree"), "5812"), kind(page("b 3 -28 Fig Tree"), "5812")},
			"booked 2026-03-03 -28.00 Fig Tree\npending 2026-03-01 -20.00 Fig Tree", []string{"review maybe-booked"},
		},
		"half a hold is for review": {
			[]ledger.Batch{page("?p 1 -80 Parcel Shop"), page("b 3 -30 Parcel Shop")},
			"booked 2026-03-03 -30.00 Parcel Shop\npending 2026-03-01 -80.00 Parcel Shop", []string{"review maybe-booked"},
		},
		"a row booked after nine days is for review": {
			[]ledger.Batch{page("?p 1 -80 Parcel Shop"), page("b 10 -80 Parcel Shop")},
			"booked 2026-03-10 -80.00 Parcel Shop\npending 2026-03-01 -80.00 Parcel Shop", []string{"review maybe-booked"},
		},
		"two coffees, one pending: each is its own": {
			[]ledger.Batch{bankRead("a 1 -4 Bean", "?p 1 -4 Bean"), bankRead("a 1 -4 Bean", "b 1 -4 Bean")},
			"booked 2026-03-01 -4.00 Bean\nbooked 2026-03-01 -4.00 Bean", []string{"same alias", "update amount-and-text"},
		},
		"two coffees without ids, one pending: the booked one stays booked": {
			[]ledger.Batch{bankRead("- 1 -4 Bean", "?- 1 -4 Bean"), bankRead("- 1 -4 Bean", "?- 1 -4 Bean")},
			"booked 2026-03-01 -4.00 Bean\npending 2026-03-01 -4.00 Bean", []string{"same fingerprint", "same fingerprint"},
		},
		"one new row never takes two old ones": {
			[]ledger.Batch{page("?p 1 -4 Bean", "?q 1 -4 Bean"), page("b 2 -4 Bean")},
			"booked 2026-03-02 -4.00 Bean\npending 2026-03-01 -4.00 Bean", []string{"update amount-and-text"},
		},
	})
}

func TestFileAndBankMeet(t *testing.T) {
	learn(t, map[string]lesson{
		"a file meets the bank's row": {
			[]ledger.Batch{bankRead("a 4 -12.5 Green Grocer"), file("- 1 9 Wage", "F1 5 -12.5 GREEN GROCER 0042 SEATTLE", "- 9 -1 Fee")},
			"booked 2026-03-01 9.00 Wage\nbooked 2026-03-04 -12.50 Green Grocer\nbooked 2026-03-09 -1.00 Fee",
			[]string{"insert new", "update amount-and-text", "insert new"},
		},
		"the bank meets the file's row, and the file again changes nothing": {
			[]ledger.Batch{file("- 5 -12.5 GREEN GROCER 0042"), bankRead("a 6 -12.5 Green Grocer"), file("- 5 -12.5 GREEN GROCER 0042")},
			"booked 2026-03-06 -12.50 Green Grocer", []string{"same fingerprint"},
		},
		"the next day's coffee in a file is not the bank's last one": {
			[]ledger.Batch{window(1, 10, "a 10 -4 Bean"), file("- 11 -4 Bean", "- 12 -4 Bean")},
			"booked 2026-03-10 -4.00 Bean\nbooked 2026-03-11 -4.00 Bean\nbooked 2026-03-12 -4.00 Bean",
			[]string{"review maybe-same", "insert new"},
		},
		"a file never makes a booked row pending, nor counts an absence": {
			[]ledger.Batch{bankRead("?p 30 -4 Bean"), file("- 29 -1 Fee", "- 31 -1 Fee")},
			"booked 2026-03-29 -1.00 Fee\nbooked 2026-03-31 -1.00 Fee\npending 2026-03-30 -4.00 Bean", []string{"insert new", "insert new"},
		},
	})
}

func TestAbsentPendingRows(t *testing.T) {
	learn(t, map[string]lesson{
		"a pending row absent on three days is dropped": {
			[]ledger.Batch{bankRead("?p 30 -4 Bean"), bankRead(), on(32, bankRead()), on(34, bankRead())},
			"dropped 2026-03-30 -4.00 Bean", []string{"drop absent"},
		},
		"a pending row absent on two days waits": {
			[]ledger.Batch{bankRead("?p 30 -4 Bean"), bankRead(), on(32, bankRead())},
			"pending 2026-03-30 -4.00 Bean", []string{"absent absent"},
		},
		"three reads on a day are one absence": {
			[]ledger.Batch{bankRead("?p 30 -4 Bean"), bankRead(), bankRead(), bankRead()},
			"pending 2026-03-30 -4.00 Bean", nil,
		},
		"a pending row seen between is not absent thrice": {
			[]ledger.Batch{bankRead("?p 30 -4 Bean"), bankRead(), on(32, bankRead()), on(33, bankRead("?p 30 -4 Bean")), on(34, bankRead())},
			"pending 2026-03-30 -4.00 Bean", []string{"absent absent"},
		},
		"a pending row that nobody asks for any more ends": {
			[]ledger.Batch{window(1, 2, "?p 1 -4 Bean"), window(40, 50)},
			"dropped 2026-03-01 -4.00 Bean", []string{"drop stale"},
		},
		"not in a page of some days": {
			[]ledger.Batch{window(1, 2, "?p 1 -4 Bean"), window(30, 40)},
			"pending 2026-03-01 -4.00 Bean", nil,
		},
		"a pending row of two weeks is dropped at once": {
			[]ledger.Batch{bankRead("?p 17 -4 Bean"), bankRead()},
			"dropped 2026-03-17 -4.00 Bean", []string{"drop stale"},
		},
		"an absent row outside the days that were read is not judged": {
			[]ledger.Batch{bankRead("?p 10 -4 Bean"), window(11, 31)},
			"pending 2026-03-10 -4.00 Bean", nil,
		},
		"a dropped row that comes back is pending": {
			[]ledger.Batch{bankRead("?p 17 -4 Bean"), bankRead(), bankRead("?p 17 -4 Bean")},
			"pending 2026-03-17 -4.00 Bean", []string{"update alias"},
		},
		"a dropped row books after all": {
			[]ledger.Batch{bankRead("?p 17 -4 Bean"), bankRead(), bankRead("p 20 -4 Bean")},
			"booked 2026-03-20 -4.00 Bean", []string{"update settled"},
		},
		"a booked row is never dropped": {
			[]ledger.Batch{bankRead("a 17 -4 Bean"), bankRead()}, "booked 2026-03-17 -4.00 Bean", nil,
		},
		"money out is not money in": {
			[]ledger.Batch{bankRead("?p 30 -4 Bean"), page("b 30 4 Bean")},
			"booked 2026-03-30 4.00 Bean\npending 2026-03-30 -4.00 Bean", []string{"insert new"},
		},
	})
}

func reasons(p ledger.Plan) []string {
	var got []string
	add := func(what string, r ledger.Reason) { got = append(got, what+" "+r.ID) }
	for _, x := range p.Insert {
		add("insert", x.Reason)
	}
	for _, x := range p.Update {
		add("update", x.Reason)
	}
	for _, x := range p.Same {
		add("same", x.Reason)
	}
	for _, x := range p.Review {
		add("review", x.Reason)
	}
	for _, x := range p.Drop {
		add("drop", x.Reason)
	}
	for _, x := range p.Absent {
		add("absent", x.Reason)
	}
	for _, x := range p.Told {
		add("told", x.Reason)
	}
	slices.Sort(got)
	return got
}

func TestDeletedStaysDeleted(t *testing.T) {
	for name, test := range map[string]struct {
		first ledger.Batch
		again ledger.Batch
		want  string
	}{
		"by its id":                {bankRead("a 1 -5 Bar"), bankRead("a 1 -5 Bar"), ""},
		"under a changed id":       {bankRead("a 1 -5 Bar"), bankRead("b 1 -5 Bar"), ""},
		"without an id":            {bankRead("- 1 -5 Bar"), bankRead("- 1 -5 Bar"), ""},
		"from a file":              {bankRead("a 1 -5 Bar"), file("F 1 -5 BAR"), ""},
		"but its new twin is kept": {bankRead("a 1 -5 Bar"), bankRead("a 1 -5 Bar", "b 1 -5 Bar"), "booked 2026-03-01 -5.00 Bar"},
	} {
		t.Run(name, func(t *testing.T) {
			var b books
			b.read(test.first)
			b.remove("t0001")
			for range 100 {
				b.read(test.again)
			}
			if got := b.String(); got != test.want {
				t.Errorf("the books hold %q, want %q", got, test.want)
			}
		})
	}
}

// TestDeletedIsKnownByItsNewWord: once a complete read shows what the bank calls a deleted row now, a page with less proof
// doesn't bring it back.
func TestDeletedIsKnownByItsNewWord(t *testing.T) {
	for name, test := range map[string]struct {
		reads []ledger.Batch
		want  string
	}{
		"under a changed id":               {[]ledger.Batch{bankRead("b 2 -5 Bar"), page("b 2 -5 Bar")}, ""},
		"with a corrected amount":          {[]ledger.Batch{bankRead("a 2 -6 Bar"), page("a 2 -6 Bar")}, ""},
		"corrected in a file":              {[]ledger.Batch{file("x 1 -1 Kiosk", "a 2 -6 Bar", "y 3 -1 Kiosk"), file("a 2 -6 Bar")}, "booked 2026-03-01 -1.00 Kiosk\nbooked 2026-03-03 -1.00 Kiosk"},
		"but a page alone proves nothing":  {[]ledger.Batch{page("a 2 -6 Bar")}, "booked 2026-03-02 -6.00 Bar"},
		"and a twin of the new word stays": {[]ledger.Batch{bankRead("a 2 -6 Bar"), page("a 2 -6 Bar", "b 2 -6 Bar")}, "booked 2026-03-02 -6.00 Bar"},
	} {
		t.Run(name, func(t *testing.T) {
			var b books
			b.read(bankRead("a 2 -5 Bar"))
			b.remove("t0001")
			for _, read := range test.reads {
				b.read(read)
			}
			if got := b.String(); got != test.want {
				t.Errorf("the books hold %q, want %q", got, test.want)
			}
		})
	}
}

func TestBookingKeepsWhatIsThePersons(t *testing.T) {
	var b books
	b.read(bankRead("?p 1 -20 Fig Tree"))
	b.rows[0].Note, b.rows[0].Category = "lunch with Ann", ledger.EatingOut
	b.rows[0].At = readAt
	read := bankRead("b 3 -20 Fig Tree")
	read.Rows[0].Category = ledger.Groceries
	b.read(read)
	got := b.rows[0]
	if got.Note != "lunch with Ann" || got.Category != ledger.EatingOut || !got.At.Equal(readAt) {
		t.Errorf("after booking: note %q, category %q, made at %v", got.Note, got.Category, got.At)
	}
	if got.Status != ledger.Booked || !slices.Equal(got.Aliases, []string{"p", "b"}) {
		t.Errorf("status %v with aliases %v", got.Status, got.Aliases)
	}
	if n := len(got.History); n != 2 || got.History[1].What != ledger.BecameBooked || got.History[1].Reason.Args["days"] != "2" {
		t.Errorf("history %+v", got.History)
	}
}

func TestForeignPurchaseMovesWithTheRate(t *testing.T) {
	for booked, want := range map[string]string{"-20.60": "foreign", "-19.40": "foreign", "-20.61": ledger.ReasonMaybeBooked} {
		var b books
		held := page("?p 1 -20 Fig Tree")
		held.Rows[0].Foreign = money.New(-1800, "EUR")
		b.read(held)
		p := b.read(page("b 3 " + booked + " Fig Tree"))
		if got := reasons(p)[0]; !strings.HasSuffix(got, want) {
			t.Errorf("%s after a hold of 20.00: %s, want %s", booked, got, want)
		}
	}
}

func TestEveryReasonIsListed(t *testing.T) {
	ids := ledger.ReasonIDs()
	if slices.Sort(ids); len(slices.Compact(slices.Clone(ids))) != len(ids) || slices.Contains(ids, "") {
		t.Errorf("reason ids repeat or are empty: %v", ids)
	}
}
