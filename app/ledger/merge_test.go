package ledger_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"coffer/app/ledger"

	"pgregory.net/rapid"
)

// merge is what a store does when the person says that row is other.
func (b *books) merge(t interface{ Fatal(...any) }, other, row ledger.TransactionID) ledger.Merged {
	at := func(id ledger.TransactionID) int {
		return slices.IndexFunc(b.rows, func(t ledger.Transaction) bool { return t.ID == id })
	}
	m, err := ledger.MergeReview(b.rows[at(other)], b.rows[at(row)], readAt.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	b.rows[at(other)] = m.Into
	b.rows = slices.Delete(b.rows, at(row), at(row)+1)
	m.Stone.Key = b.bury(m.Stone)
	return m
}

func (b *books) unmerge(m ledger.Merged) {
	i := slices.IndexFunc(b.rows, func(t ledger.Transaction) bool { return t.ID == m.Into.ID })
	other, row := m.Unmerge(b.rows[i])
	b.rows[i] = other
	b.rows = append(b.rows, row)
	b.gone = slices.DeleteFunc(b.gone, func(g ledger.Tombstone) bool { return g.Key == m.Stone.Key })
}

// asked reads until there is a review, and returns its two rows.
func asked(t *testing.T, b *books, reads []ledger.Batch) (other, row ledger.TransactionID) {
	t.Helper()
	for _, read := range reads {
		if p := b.read(read); len(p.Review) > 0 {
			other, row = p.Review[0].ID, b.rows[len(b.rows)-1].ID
		}
	}
	if row == "" {
		t.Fatalf("nothing is asked about:\n%s", b)
	}
	return other, row
}

// mergers are reads that ask a question, reads that come after the person said "one movement", and
// what the books hold then.
var mergers = map[string]struct {
	ask, again []ledger.Batch
	want       string
}{
	"a hold and what it came to": {
		[]ledger.Batch{page("?p 1 -80 Parcel Shop"), page("b 3 -30 Parcel Shop")},
		[]ledger.Batch{bankRead("b 3 -30 Parcel Shop"), bankRead("?p 1 -80 Parcel Shop", "b 3 -30 Parcel Shop"), page("?p 1 -80 Parcel Shop")},
		"booked 2026-03-03 -30.00 Parcel Shop",
	},
	"a row that the bank listed twice": {
		[]ledger.Batch{page("a 1 -5 Bar"), page("b 1 -5 Bar")},
		[]ledger.Batch{bankRead("a 1 -5 Bar", "b 1 -5 Bar"), bankRead("a 1 -5 Bar"), bankRead("b 1 -5 Bar"), bankRead("c 1 -5 Bar")},
		"booked 2026-03-01 -5.00 Bar",
	},
	"a file's row and the bank's": {
		[]ledger.Batch{bankRead("a 4 -12.5 Green Grocer"), file("- 1 9 Wage", "F1 8 -12.5 GREEN GROCER 0042", "- 9 -1 Fee")},
		[]ledger.Batch{file("- 1 9 Wage", "F1 8 -12.5 GREEN GROCER 0042", "- 9 -1 Fee"), page("a 4 -12.5 Green Grocer")},
		"booked 2026-03-01 9.00 Wage\nbooked 2026-03-04 -12.50 Green Grocer\nbooked 2026-03-09 -1.00 Fee",
	},
}

func TestMergedRowsStayMerged(t *testing.T) {
	for name, test := range mergers {
		t.Run(name, func(t *testing.T) {
			var b books
			other, row := asked(t, &b, test.ask)
			b.merge(t, other, row)
			for i := range 100 {
				b.read(test.again[i%len(test.again)])
			}
			if got := b.String(); got != test.want {
				t.Errorf("the books hold\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestUnmergedRowsAreAsTheyWere(t *testing.T) {
	for name, test := range mergers {
		t.Run(name, func(t *testing.T) {
			var b books
			other, row := asked(t, &b, test.ask)
			before := slices.Clone(b.rows)
			slices.SortFunc(before, byID)
			b.unmerge(b.merge(t, other, row))
			slices.SortFunc(b.rows, byID)
			if !reflect.DeepEqual(b.rows, before) || len(b.gone) > 0 {
				t.Errorf("after merge and undo\n%+v\nbefore\n%+v\nand %v", b.rows, before, b.gone)
			}
		})
	}
}

func byID(a, b ledger.Transaction) int { return slices.Compare([]byte(a.ID), []byte(b.ID)) }

// TestUnmergeKeepsWhatCameSince: the bank's newer word stays by the row that had the word, the person's by the one with the id.
func TestUnmergeKeepsWhatCameSince(t *testing.T) {
	var b books
	other, row := asked(t, &b, mergers["a hold and what it came to"].ask)
	b.rows[0].Note = "stamps"
	m := b.merge(t, other, row)
	b.read(bankRead("b 3 -31 Parcel Shop"))
	b.rows[0].Note, b.rows[0].Category = "stamps and ink", ledger.Household
	b.unmerge(m)
	if got, want := b.String(), "booked 2026-03-03 -31.00 Parcel Shop\npending 2026-03-01 -80.00 Parcel Shop"; got != want {
		t.Fatalf("the books hold\n%s\nwant\n%s", got, want)
	}
	hold, sale := b.rows[0], b.rows[1]
	if hold.ID != other || hold.Note != "stamps and ink" || hold.Category != ledger.Household || len(hold.History) != 1 {
		t.Errorf("the hold is %+v", hold)
	}
	if sale.ID != row || sale.Note != "" || len(sale.History) != 2 || sale.History[1].Reason.ID != ledger.ReasonCorrected {
		t.Errorf("the booked row is %+v", sale)
	}
}

func TestMergeKeepsWhatIsThePersons(t *testing.T) {
	var b books
	other, row := asked(t, &b, mergers["a hold and what it came to"].ask)
	b.rows[0].Note, b.rows[0].Category = "stamps", ledger.Household
	b.rows[1].Note, b.rows[1].Category = "ink", ledger.Groceries
	m := b.merge(t, other, row)
	got := b.rows[0]
	if got.ID != other || got.Note != "stamps\nink" || got.Category != ledger.Household || got.Status != ledger.Booked || got.Amount.Minor != -3000 {
		t.Errorf("merged it is %+v", got)
	}
	if !slices.Equal(got.Aliases, []string{"p", "b"}) {
		t.Errorf("it is known as %q", got.Aliases)
	}
	if last := got.History[len(got.History)-1]; len(got.History) != 2 || last.What != ledger.WasMerged || last.Reason.ID != ledger.ReasonMerged {
		t.Errorf("its history is %+v", got.History)
	}
	if m.Other.Note != "stamps" || m.Row.Note != "ink" {
		t.Errorf("what it was is lost: %+v", m)
	}
}

func TestMergeRefuses(t *testing.T) {
	base := ledger.Transaction{ID: "a", Account: "x", Row: row("a 1 -5 Bar")}
	elsewhere, foreign := base, base
	elsewhere.ID, elsewhere.Account = "b", "y"
	foreign.ID, foreign.Amount.Currency = "b", "EUR"
	for name, other := range map[string]ledger.Transaction{"itself": base, "a row of another account": elsewhere, "another currency": foreign} {
		if _, err := ledger.MergeReview(base, other, readAt); !errors.Is(err, ledger.ErrCannotMerge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestARowOfATransferCanBeMerged: its pair goes on with the row that stays, and no row gets into two.
func TestARowOfATransferCanBeMerged(t *testing.T) {
	m, err := ledger.MergeReview(ledger.Transaction{ID: "o", Row: row("a 1 -5 Bar")}, ledger.Transaction{ID: "r", Row: row("b 1 -5 Bar")}, readAt)
	if err != nil {
		t.Fatal(err)
	}
	pair := func(out, in ledger.TransactionID, state ledger.TransferState) ledger.TransferPair {
		return ledger.TransferPair{Out: out, In: in, State: state}
	}
	const proposed, linked, rejected = ledger.TransferProposed, ledger.TransferLinked, ledger.TransferRejected
	for name, test := range map[string]struct{ pairs, want []ledger.TransferPair }{
		"the pair follows":           {[]ledger.TransferPair{pair("r", "x", linked)}, []ledger.TransferPair{pair("o", "x", linked)}},
		"on either side":             {[]ledger.TransferPair{pair("x", "r", linked)}, []ledger.TransferPair{pair("x", "o", linked)}},
		"others stay":                {[]ledger.TransferPair{pair("x", "y", linked)}, []ledger.TransferPair{pair("x", "y", linked)}},
		"of two the surer one stays": {[]ledger.TransferPair{pair("o", "x", proposed), pair("r", "y", linked)}, []ledger.TransferPair{pair("o", "y", linked)}},
		"of two alike the first":     {[]ledger.TransferPair{pair("o", "x", linked), pair("r", "y", linked)}, []ledger.TransferPair{pair("o", "x", linked)}},
		"a rejected one is kept too": {[]ledger.TransferPair{pair("o", "x", linked), pair("r", "y", rejected)}, []ledger.TransferPair{pair("o", "x", linked), pair("o", "y", rejected)}},
		"a pair of the two goes":     {[]ledger.TransferPair{pair("o", "r", rejected)}, []ledger.TransferPair{}},
	} {
		if got := m.Moved(test.pairs); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

// TestADecidedPairIsNotAskedAboutAgain: with "two movements" both stay stored, and each meets itself.
func TestADecidedPairIsNotAskedAboutAgain(t *testing.T) {
	for name, test := range mergers {
		t.Run(name, func(t *testing.T) {
			var b books
			asked(t, &b, test.ask)
			rows := len(b.rows)
			for range 20 {
				for _, read := range test.ask {
					read.Complete = false
					if p := b.read(read); len(p.Review)+len(p.Insert) > 0 {
						t.Fatalf("asked again, or doubled: %+v", p)
					}
				}
			}
			if len(b.rows) != rows {
				t.Errorf("%d rows, want %d", len(b.rows), rows)
			}
		})
	}
}

// TestMergingLosesAndDoublesNothing: whatever is merged, the same reads bring no new row, and undo
// gives back every row. Left out are rows known by an id that the bank gives to several in that read: what is made of two may
// be, letter for letter, what the bank says of a third, and nothing tells them apart.
func TestMergingLosesAndDoublesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, read := anyBooks(t), anyBatch(t)
		b.read(read)
		b.read(read)
		var done []ledger.Merged
		for range rapid.IntRange(0, 3).Draw(t, "merges") {
			if len(b.rows) < 2 {
				break
			}
			i := rapid.IntRange(0, len(b.rows)-1).Draw(t, "other")
			j := rapid.IntRange(0, len(b.rows)-1).Draw(t, "row")
			if i != j && sameWay(b.rows[i], b.rows[j]) && !blurs(b.rows[i], b.rows[j], read) {
				done = append(done, b.merge(t, b.rows[i].ID, b.rows[j].ID))
			}
		}
		rows := len(b.rows)
		again := read
		again.Complete = false
		if p := b.read(again); len(p.Insert)+len(p.Review) > 0 || len(b.rows) != rows {
			t.Fatalf("after merging %+v\nthe same read plans %+v", done, p)
		}
		for _, m := range slices.Backward(done) {
			b.unmerge(m)
		}
		if len(b.rows) != rows+len(done) {
			t.Fatalf("%d rows after undo, want %d", len(b.rows), rows+len(done))
		}
	})
}

// blurs reports whether one of two rows is known by an id that read has several times.
func blurs(a, b ledger.Transaction, read ledger.Batch) bool {
	times := map[string]int{}
	for _, r := range read.Rows {
		times[r.SourceID]++
	}
	for _, id := range slices.Concat(a.Aliases, b.Aliases, []string{a.SourceID, b.SourceID, a.Names, b.Names}) {
		if id != "" && times[id] > 1 {
			return true
		}
	}
	return false
}

func sameWay(a, b ledger.Transaction) bool { return (a.Amount.Minor < 0) == (b.Amount.Minor < 0) }

// TestWhatBooksOfAMergedHoldIsThere: the person made a hold one with a row that booked a part of it. What the bank books of it
// after that, under the id of the hold or naming it, is stored or asked about; the hold itself stays merged.
func TestWhatBooksOfAMergedHoldIsThere(t *testing.T) {
	naming := row("c 4 -40 Hotel Aurora")
	naming.Names = "p"
	for name, test := range map[string]struct {
		row  ledger.Row
		want bool // it is there
	}{
		"the rest, under the id of the hold":  {row("p 4 -40 Hotel Aurora"), true},
		"the whole, under the id of the hold": {row("p 4 -100 Hotel Aurora"), true},
		"the rest, naming the hold":           {naming, true},
		"the hold again":                      {row("?p 1 -100 Hotel Aurora"), false},
	} {
		t.Run(name, func(t *testing.T) {
			var b books
			b.read(page("?p 1 -100 Hotel Aurora"))
			b.read(page("b 3 -60 Hotel Aurora"))
			b.merge(t, b.rows[0].ID, b.rows[1].ID)
			read := bankRead("b 3 -60 Hotel Aurora")
			read.Rows = append(read.Rows, test.row)
			p := b.read(read)
			if got := len(p.Insert)+len(p.Review) == 1; got != test.want {
				t.Errorf("it is there: %v, want %v: %+v", got, test.want, p)
			}
			if p = b.read(read); len(p.Insert)+len(p.Review) > 0 {
				t.Errorf("it is there twice: %+v", p)
			}
		})
	}
}

// TestAMergedRowLeavesToItsTombstoneWhatIsItsOwn: rows that were merged are known by each other's names, and the same reads
// meet all of them whichever name is looked at first.
func TestAMergedRowLeavesToItsTombstoneWhatIsItsOwn(t *testing.T) {
	for name, test := range map[string]struct {
		read  []string
		merge [][2]int
	}{
		"holds without an id":           {[]string{"?- 1 -4 Rent", "?- 3 -4 Rent", "?- 5 -4 Bean"}, [][2]int{{0, 1}}},
		"the other way":                 {[]string{"?- 1 -4 Rent", "?- 3 -4 Rent", "?- 5 -4 Bean"}, [][2]int{{1, 0}}},
		"twins of two ids":              {[]string{"x 1 -5 Bean", "y 1 -5 Bean"}, [][2]int{{0, 1}}},
		"one with an id, then one more": {[]string{"x 1 -5 Fig Tree", "- 1 -4 Bean", "- 1 -5 Bean"}, [][2]int{{2, 0}, {2, 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			var b books
			b.read(bankRead(test.read...))
			for _, m := range test.merge {
				if m[0] < len(b.rows) && m[1] < len(b.rows) {
					b.merge(t, b.rows[m[0]].ID, b.rows[m[1]].ID)
				}
			}
			if p := b.read(page(test.read...)); len(p.Insert)+len(p.Review) > 0 {
				t.Errorf("the same read brings %+v", p)
			}
		})
	}
}
