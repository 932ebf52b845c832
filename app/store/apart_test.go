package store_test

import (
	"slices"
	"testing"

	"coffer/app/ledger"
	"coffer/app/store"
)

// called is a row of January 2026 with that id and nothing else but a payee.
func called(id string, n int, cents int64, payee string) ledger.Row {
	r := row(n, cents, id)
	r.SourceID, r.Payee, r.Text, r.Memo, r.Raw = id, payee, "", "", nil
	return r
}

// reissued is r as a bank tells it after a renewal: under another id, and on another day or in other words.
func reissued(r ledger.Row, days ledger.Date, text string) ledger.Row {
	r.SourceID, r.Text = "new-"+r.SourceID, text
	r.Date += days
	return r
}

func read(t testing.TB, s *store.Store, id ledger.AccountID, complete bool, rows ...ledger.Row) ledger.Written {
	t.Helper()
	b := ledger.Batch{Rows: rows, From: day(1), To: day(20), Complete: complete}
	return must[ledger.Written](t)(s.Reconcile(t.Context(), b, ledger.Write{Account: id, At: noon}))
}

// TestWhatTheyKeptApartIsNotAskedUnderANewID: the bank tells a row under another id, and on another day or in other words. It is
// asked about beside the row that it may be, never beside the one that the person said it isn't, and never matched to that.
func TestWhatTheyKeptApartIsNotAskedUnderANewID(t *testing.T) {
	hold, part := pending(called("p", 3, -8000, "Parcel Shop")), called("b", 5, -3000, "Parcel Shop")
	bank, file := called("a", 4, -1250, "Green Grocer"), called("F", 8, -1250, "GREEN GROCER 0042")
	file.Line = 2
	for name, test := range map[string]struct {
		first, second ledger.Row // the second is asked about beside the first
		comes         ledger.Row
		complete      bool
		at            string // id of the row beside which it is asked about; empty: nothing is asked
	}{
		"the part of a hold, on a page":             {hold, part, reissued(part, 0, "REF 77"), false, "b"},
		"the part of a hold, a day later":           {hold, part, reissued(part, 1, ""), true, "b"},
		"the part of a hold, as it was":             {hold, part, reissued(part, 0, ""), true, ""},
		"the bank's row beside a file's":            {bank, file, reissued(bank, 0, "REF 77"), false, "a"},
		"the bank's row, nearer to the file's":      {bank, file, reissued(bank, 2, ""), true, "a"},
		"what is nearer to the other one is itself": {bank, file, reissued(bank, 3, ""), true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := plainStore(t)
			id := account(t, s, "link-1", "4417")
			read(t, s, id, false, test.first)
			first := all(t, s, id)[0].ID
			ask(t, s, id, first, test.second)
			decided := decide(t, s, ledger.KeepBoth)
			names := map[ledger.TransactionID]string{decided.Row.ID: test.second.SourceID, first: test.first.SourceID}
			read(t, s, id, test.complete, test.comes)
			at := ""
			for _, r := range must[[]ledger.Review](t)(s.Reviews(t.Context(), 5)) {
				at += names[r.Other.ID]
			}
			if at != test.at {
				t.Errorf("it is asked about beside %q, want %q", at, test.at)
			}
			audit(t, s)
			again := must[ledger.Transaction](t)(s.Transaction(t.Context(), decided.Row.ID))
			if test.at != "" && (again.SourceID != test.second.SourceID || len(all(t, s, id)) != 3) {
				t.Errorf("it was matched: %+v", again)
			}
			if done := must[[]ledger.Review](t)(s.Decided(t.Context(), 5)); len(done) != 1 {
				t.Errorf("decided is %+v", done)
			}
		})
	}
}

// TestWhatWasMergedIsAskedUnderANewIDBesideWhatItWasMergedInto, where the bank tells its old word no longer; and is nothing new
// where only its id is.
func TestWhatWasMergedIsAskedUnderANewIDBesideWhatItWasMergedInto(t *testing.T) {
	one, two := called("a", 4, -500, "Corner Bar"), called("b", 6, -500, "Bar at the Corner")
	for name, test := range map[string]struct {
		complete bool
		comes    func(lost ledger.Row) ledger.Row
		rows     int
		asked    int
	}{
		"under a new id":              {true, func(r ledger.Row) ledger.Row { return reissued(r, 0, "") }, 1, 0},
		"under a new id, on a page":   {false, func(r ledger.Row) ledger.Row { return reissued(r, 0, "") }, 2, 1},
		"in other words too":          {true, func(r ledger.Row) ledger.Row { return reissued(r, 0, "REF 77") }, 2, 1},
		"in other words, on a page":   {false, func(r ledger.Row) ledger.Row { return reissued(r, 0, "REF 77") }, 2, 1},
		"on another day":              {true, func(r ledger.Row) ledger.Row { return reissued(r, 1, "") }, 2, 1},
		"on another day, on a page":   {false, func(r ledger.Row) ledger.Row { return reissued(r, 1, "") }, 2, 0},
		"at another amount: it's new": {true, func(r ledger.Row) ledger.Row { r.Amount.Minor *= 3; return reissued(r, 0, "") }, 2, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := plainStore(t)
			id := account(t, s, "link-1", "4417")
			read(t, s, id, false, one)
			ask(t, s, id, all(t, s, id)[0].ID, two)
			decide(t, s, ledger.Merge)
			kept := all(t, s, id)[0]
			lost := one
			if kept.SourceID == one.SourceID {
				lost = two
			}
			was := kept.Row
			was.Raw = nil
			read(t, s, id, test.complete, was, test.comes(lost))
			waiting := must[[]ledger.Review](t)(s.Reviews(t.Context(), 5))
			if len(waiting) != test.asked || len(all(t, s, id)) != test.rows {
				t.Errorf("%d rows, asked %+v", len(all(t, s, id)), waiting)
			}
			if slices.ContainsFunc(waiting, func(r ledger.Review) bool { return r.Other.ID != kept.ID }) {
				t.Errorf("asked %+v", waiting)
			}
			audit(t, s)
		})
	}
}
