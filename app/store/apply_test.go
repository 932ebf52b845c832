package store_test

import (
	"reflect"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
)

func TestApplyGivesBackWhatItSaved(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	full := ledger.Row{
		SourceID: "tx-1", Names: "hold-1", Date: ledger.Day(2026, 1, 5), At: noon, Amount: money.New(-1234, "EUR"),
		Foreign: money.New(-1500, "USD"), Payee: "Café Zürich", Text: "POS 99", Memo: "table 4", Category: ledger.EatingOut,
		MCC: "5812", Card: "1111", Raw: []ledger.Field{{Name: "a", Value: "b"}, {Name: "", Value: "ü"}}, Line: 7,
	}
	apply(t, s, id, inserts(full))
	got := all(t, s, id)
	if len(got) != 1 {
		t.Fatalf("%d rows, want 1", len(got))
	}
	want := ledger.Transaction{
		ID: got[0].ID, Account: id, Status: ledger.Booked, Row: full, Aliases: []string{"tx-1"}, Seen: noon,
		History: []ledger.Step{{At: noon, What: ledger.FirstSeen, Reason: ledger.Reason{ID: ledger.ReasonNew}}},
	}
	if !reflect.DeepEqual(got[0], want) {
		t.Errorf("stored\n%+v, want\n%+v", got[0], want)
	}
	one := must[ledger.Transaction](t)(s.Transaction(t.Context(), got[0].ID))
	if !reflect.DeepEqual(one, want) {
		t.Errorf("one\n%+v, want\n%+v", one, want)
	}
}

func TestPendingBecomesBooked(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	hold := pending(row(3, -4000, "bistro"))
	apply(t, s, id, inserts(hold))
	was := all(t, s, id)[0]
	must[ledger.Category](t)(s.SetCategory(t.Context(), was.ID, ledger.EatingOut))

	booked := row(5, -4600, "bistro")
	why := ledger.Reason{ID: ledger.ReasonTip, Args: map[string]string{"was": "-40.00"}}
	done := apply(t, s, id, ledger.Plan{Update: []ledger.Update{{ID: was.ID, Row: booked, Aliases: []string{booked.SourceID}, Booked: true, Reason: why}}})
	if want := (ledger.Written{Updated: 1, Booked: 1}); done != want {
		t.Errorf("written %+v, want %+v", done, want)
	}
	now := must[ledger.Transaction](t)(s.Transaction(t.Context(), was.ID))
	if now.Status != ledger.Booked || now.Pending || now.Date != booked.Date || now.Amount != booked.Amount {
		t.Errorf("booked row is %+v", now)
	}
	if now.Category != ledger.EatingOut {
		t.Errorf("category %q, want the person's", now.Category)
	}
	if stored := all(t, s, id)[0]; stored.Category != ledger.Groceries {
		t.Errorf("category to reconcile with is %q, want the bank's", stored.Category)
	}
	if want := []string{hold.SourceID, booked.SourceID}; !reflect.DeepEqual(now.Aliases, want) {
		t.Errorf("aliases %q, want %q", now.Aliases, want)
	}
	if len(now.History) != 2 || now.History[1].What != ledger.BecameBooked || !reflect.DeepEqual(now.History[1].Reason, why) {
		t.Errorf("history %+v", now.History)
	}
	rows, _, err := s.Stored(t.Context(), id, ledger.Day(2030, 1, 1), ledger.Day(2030, 1, 2), []string{hold.SourceID, "other"})
	if ok(t, err); len(rows) != 1 || rows[0].ID != was.ID {
		t.Errorf("by its first alias found %+v", rows)
	}
	if found := page(t, s, ledger.Filter{Search: "bist"}, ledger.NewestFirst); len(found) != 1 {
		t.Errorf("search finds %d rows, want 1", len(found))
	}
	audit(t, s)
}

func TestDroppedAndBack(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(pending(row(3, -4000, "hotel"))))
	was := all(t, s, id)[0]
	gone := ledger.Change{ID: was.ID, On: was.Date + 2, Reason: ledger.Reason{ID: ledger.ReasonAbsent, Args: map[string]string{"times": "3"}}}
	apply(t, s, id, ledger.Plan{Absent: []ledger.Change{gone}})
	if got := all(t, s, id)[0]; got.Missing != 1 || got.Missed != was.Date+2 || len(got.History) != 1 {
		t.Errorf("absent once: %+v", got)
	}
	apply(t, s, id, ledger.Plan{Drop: []ledger.Change{gone}})
	if rows := page(t, s, ledger.Filter{}, ledger.NewestFirst); len(rows) != 0 {
		t.Errorf("a dropped row is listed: %+v", rows)
	}
	if n := must[ledger.Totals](t)(s.Totals(t.Context(), ledger.Filter{})).Count(); n != 0 {
		t.Errorf("a dropped row is counted")
	}
	back := ledger.Update{ID: was.ID, Row: pending(row(3, -4000, "hotel")), Reason: ledger.Reason{ID: ledger.ReasonAlias}}
	apply(t, s, id, ledger.Plan{Update: []ledger.Update{back}})
	got := all(t, s, id)[0]
	if got.Status != ledger.Pending || got.Missing != 0 || got.Missed != 0 || len(got.History) != 3 || got.History[2].What != ledger.CameBack {
		t.Errorf("came back as %+v", got)
	}
	audit(t, s)
}

// TestWhatBecameKnownOfARowIsAStep: the row itself stays, and what an import told is undone with it.
func TestWhatBecameKnownOfARowIsAStep(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(3, -4000, "hotel")))
	was := all(t, s, id)[0]
	gone := ledger.Change{ID: was.ID, On: was.Date + 9, Reason: ledger.Reason{ID: ledger.ReasonVanished, Args: map[string]string{"days": "9"}}}
	done := must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{
		Account: id, Plan: ledger.Plan{Told: []ledger.Change{gone}}, Import: &ledger.Import{Name: "f"}, At: noon,
	}))
	got := all(t, s, id)[0]
	if !ledger.Vanished(got) || got.Missing != 1 || got.Missed != gone.On || got.Status != ledger.Booked || !reflect.DeepEqual(got.Row, was.Row) {
		t.Errorf("told, the row is %+v", got)
	}
	must[int](t)(s.UndoImport(t.Context(), done.Import))
	if got := all(t, s, id)[0]; !reflect.DeepEqual(got, was) {
		t.Errorf("undone, the row is %+v, was %+v", got, was)
	}
	audit(t, s)
}

// TestEveryPendingRowIsAtHandToReconcile, however old: it must end some day.
func TestEveryPendingRowIsAtHandToReconcile(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(pending(row(3, -4000, "hotel")), row(3, -5000, "booked")))
	far := row(3, 0, "").Date + 400
	if rows, _, err := s.Stored(t.Context(), id, far, far+30, nil); err != nil || len(rows) != 1 || rows[0].Status != ledger.Pending {
		t.Errorf("a year later %+v, %v", rows, err)
	}
}

func TestSameRowsChangeNothing(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "a"), pending(row(2, -200, "b"))))
	before := fingerprint(t, s)
	var p ledger.Plan
	for _, r := range all(t, s, id) {
		p.Same = append(p.Same, ledger.Match{Row: r.Row, ID: r.ID, Reason: ledger.Reason{ID: ledger.ReasonAlias}})
	}
	p.Same = append(p.Same, ledger.Match{Row: row(9, -9, "deleted"), Reason: ledger.Reason{ID: ledger.ReasonDeleted}})
	done := apply(t, s, id, p)
	if want := (ledger.Written{Same: 3}); done != want {
		t.Errorf("written %+v, want %+v", done, want)
	}
	if after := fingerprint(t, s); after != before {
		t.Errorf("rows that were there changed the database:\n%s\nwas\n%s", after, before)
	}
}

func TestReconcileOfTheSameBatchPlansNothing(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	noID := row(4, -300, "kiosk")
	noID.SourceID = ""
	batch := ledger.Batch{Rows: []ledger.Row{row(1, -100, "a"), pending(row(2, -200, "b")), noID, noID}, From: ledger.Day(2026, 1, 1), To: ledger.Day(2026, 1, 9), Complete: true}
	for round := range 3 {
		from, to, aliases := batch.Reach()
		stored, gone, err := s.Stored(t.Context(), id, from, to, aliases)
		ok(t, err)
		done := apply(t, s, id, ledger.Reconcile(stored, gone, batch))
		if round > 0 && (done.Added != 0 || done.Updated != 0 || done.Same != 4) {
			t.Errorf("round %d wrote %+v", round, done)
		}
	}
	twins := all(t, s, id)
	must[string](t)("", s.Delete(t.Context(), twins[3].ID))
	from, to, aliases := batch.Reach()
	stored, gone, err := s.Stored(t.Context(), id, from, to, aliases)
	ok(t, err)
	if done := apply(t, s, id, ledger.Reconcile(stored, gone, batch)); done.Added != 0 || len(all(t, s, id)) != 3 {
		t.Errorf("a deleted row came back: %+v", done)
	}
	audit(t, s)
}

func TestReviewKeepsBothRows(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "a")))
	m := ledger.Match{Row: row(2, -100, "a2"), ID: all(t, s, id)[0].ID, Reason: ledger.Reason{ID: ledger.ReasonMaybeSame}}
	if done := apply(t, s, id, ledger.Plan{Review: []ledger.Match{m}}); done.Added != 1 || len(all(t, s, id)) != 2 {
		t.Errorf("written %+v", done)
	}
	if pairs := must[[]string](t)(s.Column(t.Context(), "SELECT why FROM reviews")); len(pairs) != 1 {
		t.Errorf("%d pairs to review, want 1", len(pairs))
	}
}

func TestApplySavesStandingAndMark(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	b := ledger.Balance{
		Account: id, Booked: money.New(-5, "EUR"), Available: money.New(7, "EUR"), Limit: money.New(9, "EUR"), AsOf: noon, ReadAt: noon.Add(time.Hour),
	}
	r := ledger.Reading{From: ledger.Day(2026, 1, 1), To: ledger.Day(2026, 2, 1), Cursor: "next", At: noon}
	w := ledger.Write{Account: id, Plan: inserts(row(8, 5, "b"), row(3, 5, "a")), Balance: &b, Reading: &r, At: noon}
	must[ledger.Written](t)(s.Apply(t.Context(), w))
	if got := must[ledger.AccountView](t)(s.Account(t.Context(), id)).Balance; got != b {
		t.Errorf("balance %+v, want %+v", got, b)
	}
	if got := must[ledger.Reading](t)(s.Reading(t.Context(), id)); got != r {
		t.Errorf("reading %+v, want %+v", got, r)
	}
	want := []alert.Mark{{Account: id, From: ledger.Day(2026, 1, 3), Writes: 1}}
	if got := must[[]alert.Mark](t)(s.Marks(t.Context())); !reflect.DeepEqual(got, want) {
		t.Errorf("marks %+v, want %+v", got, want)
	}
}

func TestApplyIsAllOrNothing(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "a")))
	before := fingerprint(t, s)
	bad := row(1, 1, "z")
	bad.Date = ledger.Day(2500, 1, 1)
	tests := map[string]ledger.Plan{
		"a row that is gone":  {Insert: inserts(row(2, 1, "b")).Insert, Update: []ledger.Update{{ID: "3fa0b9a4-0000-4000-8000-000000000000", Row: row(2, 1, "b")}}},
		"an id that is none":  {Insert: inserts(row(2, 1, "b")).Insert, Drop: []ledger.Change{{ID: "nonsense"}}},
		"a day out of bounds": inserts(row(2, 1, "b"), bad),
	}
	for name, plan := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := s.Apply(t.Context(), ledger.Write{Account: id, Plan: plan, At: noon}); err == nil {
				t.Fatal("no error")
			}
			if after := fingerprint(t, s); after != before {
				t.Errorf("something was saved:\n%s\nwas\n%s", after, before)
			}
		})
	}
	_, err := s.Apply(t.Context(), ledger.Write{Account: "nobody", Plan: inserts(row(2, 1, "b")), At: noon})
	wantKind(t, err, fault.NotFound)
	_, err = s.Apply(canceled(t), ledger.Write{Account: id, Plan: inserts(row(2, 1, "b")), At: noon})
	wantKind(t, err, fault.Canceled)
}
