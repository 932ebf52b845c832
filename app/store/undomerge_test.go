package store_test

import (
	"testing"

	"coffer/app/consent"
	"coffer/app/ledger"
)

// TestUndoOfAnImportKeepsTheBanksBooking merges a file's row into a pending one, which the bank books after.
func TestUndoOfAnImportKeepsTheBanksBooking(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(pending(row(2, -100, "cafe"))))
	file := anonymous(lined(row(4, -105, "cafe gmbh")))
	file1 := load(t, s, id, ledger.Plan{Review: []ledger.Match{{Row: file, ID: find(t, s, id, "cafe"), Reason: ledger.Reason{ID: ledger.ReasonMaybeBooked, Args: map[string]string{"days": "2"}}}}})
	decide(t, s, ledger.Merge)
	booked := row(4, -105, "cafe gmbh")
	booked.SourceID = "bank-booked-1"
	batch := ledger.Batch{Rows: []ledger.Row{booked}, From: ledger.Day(2026, 1, 1), To: ledger.Day(2026, 1, 6), Complete: true}
	must[ledger.Written](t)(s.Reconcile(t.Context(), batch, ledger.Write{Account: id, At: noon}))
	must[int](t)(s.UndoImport(t.Context(), file1))
	audit(t, s)
	for _, r := range all(t, s, id) {
		if r.SourceID == booked.SourceID {
			return
		}
	}
	t.Error("the bank's booking went with the file")
}

// TestUndoOfAnImportLeavesOneRow merges a bank's row into a file's, and the bank writes it again.
func TestUndoOfAnImportLeavesOneRow(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	file := load(t, s, id, inserts(anonymous(lined(row(2, -100, "cafe")))))
	one := find(t, s, id, "cafe")
	ask(t, s, id, one, row(3, -100, "cafe gmbh"))
	decide(t, s, ledger.Merge)
	apply(t, s, id, update(one, row(3, -100, "cafe gmbh berlin")))
	must[int](t)(s.UndoImport(t.Context(), file))
	audit(t, s)
	if n := len(all(t, s, id)); n != 1 {
		t.Errorf("%d rows are left of one movement", n)
	}
}

func TestAMergeUnderADeletedRowComesApart(t *testing.T) {
	for _, by := range []string{"by the person", "by the undo of an import"} {
		t.Run(by, func(t *testing.T) {
			s := plainStore(t)
			id := account(t, s, "link-1", "4417")
			apply(t, s, id, inserts(row(2, -100, "a")))
			maybe := func(r ledger.Row, other string) int64 {
				return load(t, s, id, ledger.Plan{Review: []ledger.Match{{Row: r, ID: find(t, s, id, other), Reason: ledger.Reason{ID: ledger.ReasonMaybeSame}}}})
			}
			maybe(row(3, -100, "b"), "a")
			file := maybe(row(4, -100, "c"), "b")
			last := decide(t, s, ledger.Merge)
			decide(t, s, ledger.Merge)
			ok(t, s.Delete(t.Context(), all(t, s, id)[0].ID))
			if by == "by the person" {
				ok(t, s.Undecide(t.Context(), last.Row.ID, last.Other.ID))
			} else {
				must[int](t)(s.UndoImport(t.Context(), file))
			}
			audit(t, s)
		})
	}
}

// TestMergesIntoOneRowComeApart has two rows merged into one: asked about it both, or the second about the first.
func TestMergesIntoOneRowComeApart(t *testing.T) {
	for name, test := range map[string]struct {
		moved bool // the second question moves with the first merge
		order [2]int
	}{
		"two questions, the last first":   {false, [2]int{1, 0}},
		"two questions, the first first":  {false, [2]int{0, 1}},
		"a moved question, the last one":  {true, [2]int{1, 0}},
		"a moved question, the first one": {true, [2]int{0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			s := plainStore(t)
			id := account(t, s, "link-1", "4417")
			first, about := lined(row(2, -100, "a")), "a"
			if test.moved {
				first, about = pending(row(2, -100, "a")), "b"
			}
			apply(t, s, id, inserts(first))
			ask(t, s, id, find(t, s, id, "a"), row(3, -105, "b"))
			ask(t, s, id, find(t, s, id, about), row(4, -105, "c"))
			before := fingerprint(t, s)
			var done []ledger.Review
			for range 2 {
				waiting := must[[]ledger.Review](t)(s.Reviews(t.Context(), 10))
				r := waiting[len(waiting)-1]
				ok(t, s.Decide(t.Context(), r.Row.ID, r.Other.ID, ledger.Merge))
				done = append(done, r)
			}
			for _, i := range test.order {
				ok(t, s.Undecide(t.Context(), done[i].Row.ID, done[i].Other.ID))
				audit(t, s)
			}
			if after := fingerprint(t, s); after != before {
				t.Errorf("after undo\n%s\nwas\n%s", after, before)
			}
		})
	}
}

// TestAPartedRowHasNothingOfTheOther parts a row that the bank wrote since.
func TestAPartedRowHasNothingOfTheOther(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	bare := row(2, -100, "a")
	bare.Raw = nil
	apply(t, s, id, inserts(bare))
	one := find(t, s, id, "a")
	ask(t, s, id, one, row(3, -100, "b"))
	must[ledger.Category](t)(s.SetCategory(t.Context(), find(t, s, id, "b"), ledger.Salary))
	r := decide(t, s, ledger.Merge)
	apply(t, s, id, update(one, row(3, -111, "b2")))
	ok(t, s.Undecide(t.Context(), r.Row.ID, r.Other.ID))
	audit(t, s)
	if got := must[ledger.Transaction](t)(s.Transaction(t.Context(), one)); got.Category != ledger.Groceries || len(got.Raw) != 0 {
		t.Errorf("%s has the category %q and the fields %v of the other row", got.Payee, got.Category, got.Raw)
	}
}

// TestALegComesBackUnderTheDaysOfNow moves the other leg while one is deleted.
func TestALegComesBackUnderTheDaysOfNow(t *testing.T) {
	s := plainStore(t)
	_, to, p := pairOf(t, s, ledger.TransferLinked)
	ok(t, s.Delete(t.Context(), p.Out))
	apply(t, s, to, update(p.In, row(5, 500, "from everyday")))
	ok(t, s.Undelete(t.Context(), p.Out))
	audit(t, s)
	want := int64(row(5, 0, "").Date)
	if n := must[[]string](t)(s.Column(t.Context(), "SELECT count(*) FROM transfers WHERE in_day = ?", want)); n[0] != "1" {
		t.Errorf("%s transfers have the day of the other leg", n[0])
	}
	if in, out, n := monthSums(t, s); in != 70 || out != -30 || n != 2 {
		t.Errorf("in %d, out %d of %d rows", in, out, n)
	}
}

func TestErasingAThirdAccountKeepsTheNo(t *testing.T) {
	s := plainStore(t)
	_, _, p := pairOf(t, s, ledger.TransferProposed)
	third := account(t, s, "link-3", "third")
	apply(t, s, third, inserts(row(3, 500, "third in")))
	q := p
	q.In = find(t, s, third, "third in")
	must[bool](t)(s.SaveTransfers(t.Context(), p0, p9, []ledger.TransferPair{p, q}))
	for _, x := range []ledger.TransferPair{p, q} {
		must[ledger.TransferState](t)(s.DecideTransfer(t.Context(), x.Out, x.In, ledger.TransferRejected))
	}
	ok(t, s.Delete(t.Context(), p.Out))
	ok(t, s.SaveLink(t.Context(), consent.Link{ID: "link-1", State: consent.Active}))
	must[consent.Receipt](t)(s.EraseAccounts(t.Context(), "link-1", []ledger.AccountID{third}))
	ok(t, s.Undelete(t.Context(), p.Out))
	_, rejected, err := s.TransferRows(t.Context(), p0, p9)
	ok(t, err)
	if len(rejected) != 1 {
		t.Errorf("rejected are %+v", rejected)
	}
}

// TestADeletedRowStaysDeletedWhenItsFileIsReadAgain though the file was undone in between.
func TestADeletedRowStaysDeletedWhenItsFileIsReadAgain(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	r := lined(row(2, -105, "x"))
	read := func() int64 {
		batch := ledger.Batch{Rows: []ledger.Row{r}, From: r.Date, To: r.Date, Complete: true}
		w := ledger.Write{Account: id, At: noon, Import: &ledger.Import{Name: "a", Format: "ofx", At: noon}}
		return must[ledger.Written](t)(s.Reconcile(t.Context(), batch, w)).Import
	}
	file := read()
	ok(t, s.Delete(t.Context(), find(t, s, id, "x")))
	for range 2 {
		must[int](t)(s.UndoImport(t.Context(), file))
		audit(t, s)
		file = read()
		if n := len(all(t, s, id)); n != 0 {
			t.Fatalf("%d deleted rows are back", n)
		}
	}
}

// TestUndoOfAnImportFindsItsWordOnceAMergeIsUndone has a file write a merged row, and both undone in either order.
func TestUndoOfAnImportFindsItsWordOnceAMergeIsUndone(t *testing.T) {
	for name, test := range map[string]struct{ row, word ledger.Row }{
		"the word of the row that came back": {row(3, -100, "b"), row(3, -111, "b2")},
		"the word of the row that stayed":    {pending(row(3, -100, "b")), row(2, -111, "a2")},
		"the word moves to another day":      {row(3, -100, "b"), row(5, -111, "b2")},
	} {
		for _, first := range []string{"the merge", "the file"} {
			t.Run(name+", first "+first, func(t *testing.T) {
				s := plainStore(t)
				id := account(t, s, "link-1", "4417")
				apply(t, s, id, inserts(row(2, -100, "a")))
				one := find(t, s, id, "a")
				ask(t, s, id, one, test.row)
				before := fingerprint(t, s)
				r := decide(t, s, ledger.Merge)
				file := load(t, s, id, update(one, test.word))
				if first == "the merge" {
					ok(t, s.Undecide(t.Context(), r.Row.ID, r.Other.ID))
					audit(t, s)
				}
				must[int](t)(s.UndoImport(t.Context(), file))
				audit(t, s)
				if after := fingerprint(t, s); after != before {
					t.Errorf("after undo\n%s\nwas\n%s", after, before)
				}
			})
		}
	}
}

// TestUndoOfAnImportLeavesTheNewerWordOnceAMergeIsUndone has a bank write beside the file.
func TestUndoOfAnImportLeavesTheNewerWordOnceAMergeIsUndone(t *testing.T) {
	for _, last := range []string{"the bank", "the file"} {
		t.Run(last, func(t *testing.T) {
			s := plainStore(t)
			id := account(t, s, "link-1", "4417")
			apply(t, s, id, inserts(row(2, -100, "a")))
			one := find(t, s, id, "a")
			ask(t, s, id, one, row(3, -100, "b"))
			r := decide(t, s, ledger.Merge)
			word := map[string]ledger.Plan{"the bank": update(one, row(3, -112, "bank")), "the file": update(one, row(3, -111, "file"))}
			if last == "the file" {
				apply(t, s, id, word["the bank"])
			}
			file := load(t, s, id, word["the file"])
			if last == "the bank" {
				apply(t, s, id, word["the bank"])
			}
			ok(t, s.Undecide(t.Context(), r.Row.ID, r.Other.ID))
			must[int](t)(s.UndoImport(t.Context(), file))
			audit(t, s)
			if got := must[ledger.Transaction](t)(s.Transaction(t.Context(), r.Row.ID)); got.Amount.Minor == -100 {
				t.Errorf("what the bank wrote is lost: %+v", got)
			}
		})
	}
}
