package store_test

import (
	"slices"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/store"
)

// ask saves row as one that may be other.
func ask(t testing.TB, s *store.Store, id ledger.AccountID, other ledger.TransactionID, row ledger.Row) ledger.Written {
	t.Helper()
	m := ledger.Match{Row: row, ID: other, Reason: ledger.Reason{ID: ledger.ReasonMaybeSame, Args: map[string]string{"days": "1"}}}
	return apply(t, s, id, ledger.Plan{Review: []ledger.Match{m}})
}

func decide(t testing.TB, s *store.Store, v ledger.Verdict) ledger.Review {
	t.Helper()
	waiting := must[[]ledger.Review](t)(s.Reviews(t.Context(), 10))
	if len(waiting) == 0 {
		t.Fatal("no review waits")
	}
	r := waiting[0]
	ok(t, s.Decide(t.Context(), r.Row.ID, r.Other.ID, v))
	return r
}

func count(t testing.TB, s *store.Store, want int) {
	t.Helper()
	if n := must[int](t)(s.CountReviews(t.Context())); n != want {
		t.Fatalf("%d reviews wait, want %d", n, want)
	}
}

func TestMergeAndBackIsTheExactState(t *testing.T) {
	booked, same := row(4, -105, "a shop"), row(1, -100, "a")
	same.Raw = nil
	for name, test := range map[string]struct{ other, row ledger.Row }{
		"the booking of a pending row":      {pending(row(2, -100, "a")), booked},
		"the same with another text":        {row(2, -100, "a"), row(3, -100, "a2")},
		"a pending row of a booked one":     {row(2, -100, "a"), pending(row(3, -100, "a2"))},
		"an earlier day, without raw":       {row(3, -100, "a"), same},
		"rows that the bank gave no id":     {anonymous(row(2, -100, "a")), anonymous(row(3, -100, "a2"))},
		"a file's word of a bank's booking": {row(2, -100, "a"), lined(row(3, -100, "a2"))},
	} {
		t.Run(name, func(t *testing.T) {
			s := plainStore(t)
			id := account(t, s, "link-1", "4417")
			apply(t, s, id, inserts(row(2, -7, "before"), test.other, row(4, -7, "after")))
			other := find(t, s, id, "a")
			ask(t, s, id, other, test.row)
			late := ask(t, s, id, must[[]ledger.Review](t)(s.Reviews(t.Context(), 1))[0].Row.ID, row(9, -100, "late"))
			if late.Added != 1 {
				t.Fatalf("written %+v", late)
			}
			r := must[[]ledger.Review](t)(s.Reviews(t.Context(), 5))[1]
			must[string](t)(s.SetNote(t.Context(), r.Row.ID, "mine"))
			saveAlert(t, s, id, r.Row.ID, "alert-1")
			before := fingerprint(t, s)
			ok(t, s.Decide(t.Context(), r.Row.ID, r.Other.ID, ledger.Merge))
			audit(t, s)
			merged := must[ledger.Transaction](t)(s.Transaction(t.Context(), other))
			if merged.Note != "mine" || len(all(t, s, id)) != 4 {
				t.Errorf("merged %+v of %d", merged, len(all(t, s, id)))
			}
			if last := merged.History[len(merged.History)-1]; last.Reason.ID != ledger.ReasonMerged {
				t.Errorf("the last step is %+v", last)
			}
			if left := must[[]ledger.Review](t)(s.Reviews(t.Context(), 5)); len(left) != 1 || left[0].Other.ID != other {
				t.Errorf("the question about the row that went is %+v", left)
			}
			if done := must[[]ledger.Review](t)(s.Decided(t.Context(), 5)); len(done) != 1 || done[0].Verdict != ledger.Merge || done[0].Row.ID != r.Row.ID || done[0].At != noon {
				t.Errorf("decided %+v", done)
			}
			ok(t, s.Undecide(t.Context(), r.Row.ID, other))
			if after := fingerprint(t, s); after != before {
				t.Errorf("after undo\n%s\nwas\n%s", after, before)
			}
			audit(t, s)
			whole(t, s)
			wantKind(t, s.Undecide(t.Context(), r.Row.ID, other), fault.NotFound)
		})
	}
}

func anonymous(r ledger.Row) ledger.Row {
	r.SourceID = ""
	return r
}

func lined(r ledger.Row) ledger.Row {
	r.Line = 3
	return r
}

// TestNoReadBringsAMergedRowBack reads both rows again, as a bank that lists both does.
func TestNoReadBringsAMergedRowBack(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	one, two := row(2, -100, "a"), row(3, -100, "a2")
	apply(t, s, id, inserts(one))
	ask(t, s, id, find(t, s, id, "a"), two)
	decide(t, s, ledger.Merge)
	for range 2 {
		batch := ledger.Batch{Rows: []ledger.Row{one, two}, From: one.Date, To: two.Date, Complete: true}
		must[ledger.Written](t)(s.Reconcile(t.Context(), batch, ledger.Write{Account: id, At: noon}))
		if left := all(t, s, id); len(left) != 1 {
			t.Fatalf("%d rows after the bank listed both again: %+v", len(left), left)
		}
		audit(t, s)
	}
}

func TestKeepingBothIsRemembered(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	one, two := row(2, -100, "a"), row(3, -100, "a2")
	apply(t, s, id, inserts(one))
	ask(t, s, id, find(t, s, id, "a"), two)
	before := fingerprint(t, s)
	r := decide(t, s, ledger.KeepBoth)
	batch := ledger.Batch{Rows: []ledger.Row{one, two}, From: one.Date, To: two.Date, Complete: true}
	must[ledger.Written](t)(s.Reconcile(t.Context(), batch, ledger.Write{Account: id, At: noon}))
	count(t, s, 0)
	if done := must[[]ledger.Review](t)(s.Decided(t.Context(), 5)); len(done) != 1 || done[0].Verdict != ledger.KeepBoth || len(all(t, s, id)) != 2 {
		t.Errorf("decided %+v", done)
	}
	wantKind(t, s.Decide(t.Context(), r.Row.ID, r.Other.ID, ledger.Merge), fault.NotFound)
	ok(t, s.Undecide(t.Context(), r.Row.ID, r.Other.ID))
	if after := fingerprint(t, s); after != before {
		t.Errorf("after undo\n%s\nwas\n%s", after, before)
	}
}

// TestAMootReviewIsNotAsked books a pending row otherwise, and drops a row that was asked about.
func TestAMootReviewIsNotAsked(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(pending(row(2, -100, "a")), row(2, -70, "b")))
	waits, other := find(t, s, id, "a"), find(t, s, id, "b")
	for _, m := range []ledger.Match{
		{Row: row(4, -105, "maybe a"), ID: waits, Reason: ledger.Reason{ID: ledger.ReasonMaybeBooked, Args: map[string]string{"days": "2"}}},
		{Row: row(4, -70, "maybe b"), ID: other, Reason: ledger.Reason{ID: ledger.ReasonMaybeSame, Args: map[string]string{"days": "2"}}},
	} {
		apply(t, s, id, ledger.Plan{Review: []ledger.Match{m}})
	}
	count(t, s, 2)
	apply(t, s, id, update(waits, row(3, -100, "a")))
	count(t, s, 1)
	for _, r := range must[[]ledger.Review](t)(s.Reviews(t.Context(), 5)) {
		if r.Moot() || r.Other.ID != other {
			t.Errorf("asked about %+v", r)
		}
	}
	if n := must[int](t)(s.ReviewsOf(t.Context(), waits)); n != 0 {
		t.Errorf("%d reviews of a row that is booked", n)
	}
	if ledger.WasPart != 6 {
		t.Error("the query knows WasPart by another number")
	}
}

func TestUndoOfAMergeKeepsTheNewerWord(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(2, -100, "a")))
	other := find(t, s, id, "a")
	ask(t, s, id, other, row(3, -100, "a2"))
	r := decide(t, s, ledger.Merge)
	apply(t, s, id, update(other, row(3, -111, "a3")))
	must[string](t)(s.SetNote(t.Context(), other, "since"))
	ok(t, s.Undecide(t.Context(), r.Row.ID, other))
	var payees []string
	for _, left := range all(t, s, id) {
		payees = append(payees, left.Payee)
	}
	if slices.Sort(payees); !slices.Equal(payees, []string{"a", "a3"}) {
		t.Errorf("left are %q", payees)
	}
	if got := must[ledger.Transaction](t)(s.Transaction(t.Context(), other)); got.Note != "since" || len(got.Raw) == 0 {
		t.Errorf("the row that stayed %+v", got)
	}
	audit(t, s)
	count(t, s, 1)
}

func TestMergesOfMergesComeApart(t *testing.T) {
	for name, order := range map[string][]int{"the first first": {0, 1}, "the last first": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			s := plainStore(t)
			id := account(t, s, "link-1", "4417")
			apply(t, s, id, inserts(row(2, -100, "a")))
			ask(t, s, id, find(t, s, id, "a"), row(3, -100, "b"))
			ask(t, s, id, find(t, s, id, "b"), row(4, -100, "c"))
			states := []string{fingerprint(t, s)}
			pairs := []ledger.Review{decide(t, s, ledger.Merge)}
			states = append(states, fingerprint(t, s))
			pairs = append(pairs, decide(t, s, ledger.Merge))
			ok(t, s.Undecide(t.Context(), pairs[order[0]].Row.ID, pairs[order[0]].Other.ID))
			audit(t, s)
			if order[0] == 1 && fingerprint(t, s) != states[1] {
				t.Errorf("after the last is undone\n%s\nwas\n%s", fingerprint(t, s), states[1])
			}
			ok(t, s.Undecide(t.Context(), pairs[order[1]].Row.ID, pairs[order[1]].Other.ID))
			audit(t, s)
			if after := fingerprint(t, s); after != states[0] {
				t.Errorf("after both are undone\n%s\nwas\n%s", after, states[0])
			}
		})
	}
}

func TestDeleteAndBackIsTheExactState(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(2, -100, "a"), row(2, -100, "b")))
	one := find(t, s, id, "a")
	ask(t, s, id, one, row(3, -100, "c"))
	saveAlert(t, s, id, one, "alert-1")
	before := fingerprint(t, s)
	ok(t, s.Delete(t.Context(), one))
	audit(t, s)
	count(t, s, 0)
	ok(t, s.Undelete(t.Context(), one))
	if after := fingerprint(t, s); after != before {
		t.Errorf("after undo\n%s\nwas\n%s", after, before)
	}
	audit(t, s)
	wantKind(t, s.Undelete(t.Context(), one), fault.NotFound)
	wantKind(t, s.Undelete(t.Context(), "nobody"), fault.NotFound)
}

// TestATombstoneLearns: a deleted row that a complete read showed under a new id stays deleted where a page shows it so
// again, and undo brings it back.
func TestATombstoneLearns(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(2, -100, "a")))
	one := find(t, s, id, "a")
	ok(t, s.Delete(t.Context(), one))
	renamed := row(2, -100, "a")
	renamed.SourceID = "another"
	for _, complete := range []bool{true, false} {
		read := ledger.Batch{Rows: []ledger.Row{renamed}, From: renamed.Date - 1, To: renamed.Date + 1, Complete: complete}
		if _, err := s.Reconcile(t.Context(), read, ledger.Write{Account: id, At: noon}); err != nil {
			t.Fatal(err)
		}
		if rows := all(t, s, id); len(rows) > 0 {
			t.Fatalf("with complete %v the deleted row is back: %+v", complete, rows)
		}
	}
	ok(t, s.Undelete(t.Context(), one))
	audit(t, s)
	if rows := all(t, s, id); len(rows) != 1 {
		t.Errorf("after undo %+v", rows)
	}
}

// TestUndoOfAnImportMeetsRowsThatWereTaken merges and deletes what a file brought, then takes the file back.
func TestUndoOfAnImportMeetsRowsThatWereTaken(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(2, -100, "a"), row(2, -50, "d")))
	before := fingerprint(t, s)
	p := inserts(row(8, -1, "new"), row(8, -2, "gone"))
	p.Review = []ledger.Match{{Row: row(3, -100, "b"), ID: find(t, s, id, "a"), Reason: ledger.Reason{ID: ledger.ReasonMaybeSame}}}
	p.Update = update(find(t, s, id, "d"), row(2, -55, "d2")).Update
	file := load(t, s, id, p)
	decide(t, s, ledger.Merge)
	ok(t, s.Delete(t.Context(), find(t, s, id, "gone")))
	changed := find(t, s, id, "d2")
	ok(t, s.Delete(t.Context(), changed))
	must[int](t)(s.UndoImport(t.Context(), file))
	audit(t, s)
	left := all(t, s, id)
	if len(left) != 1 || left[0].Payee != "a" {
		t.Fatalf("left are %+v", left)
	}
	const taken = "SELECT payee FROM taken_rows ORDER BY payee"
	if gone := must[[]string](t)(s.Column(t.Context(), taken)); !slices.Equal(gone, []string{"d", "gone"}) {
		t.Fatalf("the deleted rows would come back as %q", gone)
	}
	ok(t, s.Undelete(t.Context(), changed))
	if gone := must[[]string](t)(s.Column(t.Context(), taken)); !slices.Equal(gone, []string{"gone"}) {
		t.Errorf("yet to come back are %q", gone)
	}
	stones := must[[]string](t)(s.Column(t.Context(), "SELECT doc->>'$.Row.Payee' FROM tombstones"))
	if len(stones) != 1 || stones[0] != "gone" {
		t.Errorf("tombstones of %q", stones)
	}
	for _, table := range []string{"tombstones", "taken", "taken_rows"} {
		ok(t, s.Exec(t.Context(), "DELETE FROM "+table))
	}
	if after := fingerprint(t, s); after != before {
		t.Errorf("after undo\n%s\nwas\n%s", after, before)
	}
}

// pairOf stores two rows of two accounts that are one movement, and saves them as state.
func pairOf(t testing.TB, s *store.Store, state ledger.TransferState) (from, to ledger.AccountID, p ledger.TransferPair) {
	t.Helper()
	from, to = account(t, s, "link-1", "out"), account(t, s, "link-2", "in")
	apply(t, s, from, inserts(row(2, -500, "to savings"), row(2, -30, "shop")))
	apply(t, s, to, inserts(row(3, 500, "from everyday"), row(3, 70, "gift")))
	p = ledger.TransferPair{Out: find(t, s, from, "to savings"), In: find(t, s, to, "from everyday"), Reason: ledger.Reason{ID: ledger.ReasonTransfer, Args: map[string]string{"days": "1"}}, State: state, At: noon}
	if state == ledger.TransferProposed {
		p.Reason.ID = ledger.ReasonMaybeTransfer
	}
	if changed := must[bool](t)(s.SaveTransfers(t.Context(), p0, p9, []ledger.TransferPair{p})); !changed {
		t.Fatal("nothing was saved")
	}
	return from, to, p
}

var p0, p9 = ledger.Day(1900, 1, 1), ledger.Day(2199, 12, 31)

func monthSums(t testing.TB, s *store.Store) (in, out int64, rows int) {
	t.Helper()
	for _, m := range must[[]ledger.MonthSum](t)(s.Months(t.Context(), ledger.MonthOf(2026, 1), ledger.MonthOf(2026, 1))) {
		in, out, rows = in+m.In.Minor, out+m.Out.Minor, rows+m.Count
	}
	return in, out, rows
}

func TestMonthsLeaveLinkedTransfersOut(t *testing.T) {
	s := plainStore(t)
	from, _, p := pairOf(t, s, ledger.TransferProposed)
	want := func(why string, in, out int64, rows int) {
		t.Helper()
		if gotIn, gotOut, n := monthSums(t, s); gotIn != in || gotOut != out || n != rows {
			t.Errorf("%s: in %d, out %d of %d rows, want %d, %d of %d", why, gotIn, gotOut, n, in, out, rows)
		}
	}
	want("proposed", 570, -530, 4)
	must[ledger.TransferState](t)(s.DecideTransfer(t.Context(), p.Out, p.In, ledger.TransferLinked))
	want("linked", 70, -30, 2)
	must[ledger.Category](t)(s.SetCategory(t.Context(), p.Out, ledger.Transfer))
	want("one leg has the category too", 70, -30, 2)
	apply(t, s, from, update(p.Out, row(5, -500, "to savings, moved")))
	want("the bank moved a leg", 70, -30, 2)
	apply(t, s, from, update(p.Out, row(40, -500, "to savings, in February")))
	want("the bank moved a leg into another month", 70, -30, 2)
	ok(t, s.Delete(t.Context(), p.Out))
	want("a leg was deleted", 570, -30, 3)
	if left := must[[]ledger.TransferPair](t)(s.TransfersOf(t.Context(), p.In)); len(left) != 0 {
		t.Errorf("the other leg is still of %+v", left)
	}
	ok(t, s.Undelete(t.Context(), p.Out))
	want("it came back", 70, -30, 2)
	must[ledger.TransferState](t)(s.DecideTransfer(t.Context(), p.Out, p.In, ledger.TransferRejected))
	want("rejected", 570, -30, 3)
	audit(t, s)
}

func TestARejectedTransferStays(t *testing.T) {
	s := plainStore(t)
	from, to, p := pairOf(t, s, ledger.TransferProposed)
	if n := must[int](t)(s.CountTransfers(t.Context())); n != 1 {
		t.Errorf("%d are proposed", n)
	}
	if was := must[ledger.TransferState](t)(s.DecideTransfer(t.Context(), p.Out, p.In, ledger.TransferRejected)); was != ledger.TransferProposed {
		t.Errorf("it was %v", was)
	}
	p.State = ledger.TransferLinked
	if must[bool](t)(s.SaveTransfers(t.Context(), p0, p9, []ledger.TransferPair{p})) {
		t.Error("a rejected pair was linked")
	}
	rows, rejected, err := s.TransferRows(t.Context(), p0, p9)
	ok(t, err)
	if len(rows) != 4 || len(rejected) != 1 {
		t.Errorf("%d rows to look at, %d pairs rejected", len(rows), len(rejected))
	}
	other := p
	other.In = find(t, s, to, "gift")
	apply(t, s, to, update(other.In, row(3, 500, "gift")))
	must[bool](t)(s.SaveTransfers(t.Context(), p0, p9, []ledger.TransferPair{other}))
	_, err = s.DecideTransfer(t.Context(), p.Out, p.In, ledger.TransferLinked)
	wantKind(t, err, fault.NotFound)
	if linked := must[[]ledger.TransferPair](t)(s.Transfers(t.Context(), ledger.TransferLinked, 9)); len(linked) != 1 || linked[0].In != other.In {
		t.Errorf("linked are %+v", linked)
	}
	erased := must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1"))
	if left := must[[]string](t)(s.Column(t.Context(), "SELECT count(*) FROM transfers")); left[0] != "0" || erased.Erasure == nil {
		t.Errorf("%s pairs outlive the account %s", left[0], from)
	}
}

func TestMarksOfTransfersWaitForTheirWrites(t *testing.T) {
	s := plainStore(t)
	from, _, _ := pairOf(t, s, ledger.TransferProposed)
	marks := must[[]ledger.TransferMark](t)(s.TransferMarks(t.Context()))
	if len(marks) != 2 || marks[0].From != row(2, 0, "").Date {
		t.Fatalf("marks %+v", marks)
	}
	apply(t, s, from, inserts(row(1, -1, "between")))
	ok(t, s.ClearTransferMarks(t.Context(), marks))
	if left := must[[]ledger.TransferMark](t)(s.TransferMarks(t.Context())); len(left) != 1 || left[0].Account != from || left[0].From != row(1, 0, "").Date {
		t.Errorf("marks %+v", left)
	}
}

// TestAMergedLegStaysALeg merges a doubled row of a transfer and takes that back.
func TestAMergedLegStaysALeg(t *testing.T) {
	s := plainStore(t)
	from, to, p, other := twins(t, s, ledger.TransferLinked)
	before := fingerprint(t, s)
	decide(t, s, ledger.Merge)
	legs := must[[]ledger.TransferPair](t)(s.TransfersOf(t.Context(), p.In))
	if len(legs) != 1 || legs[0].Out != other || legs[0].State != ledger.TransferLinked {
		t.Errorf("legs %+v", legs)
	}
	ok(t, s.Undecide(t.Context(), p.Out, other))
	if after := fingerprint(t, s); after != before || to == from {
		t.Errorf("after undo\n%s\nwas\n%s", after, before)
	}
}

func TestReviewsOfManyAreListedAtOnce(t *testing.T) {
	s := plainStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "a")))
	other := find(t, s, id, "a")
	var p ledger.Plan
	for i := range 300 {
		p.Review = append(p.Review, ledger.Match{Row: row(i%20, -100, "b"), ID: other, Reason: ledger.Reason{ID: ledger.ReasonMaybeSame}})
	}
	apply(t, s, id, p)
	count(t, s, 300)
	got := must[[]ledger.Review](t)(s.Reviews(t.Context(), 200))
	if len(got) != 200 || !slices.IsSortedFunc(got, func(a, b ledger.Review) int { return int(b.Row.Date) - int(a.Row.Date) }) {
		t.Errorf("%d are listed, or not the newest first", len(got))
	}
	if got[0].Row.Account != id || got[0].Other.ID != other || got[0].Other.Amount != money.New(-100, "EUR") {
		t.Errorf("the first is %+v", got[0])
	}
}
