package store_test

import (
	"strings"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/store"
)

// load saves a plan as a statement file.
func load(t testing.TB, s *store.Store, id ledger.AccountID, p ledger.Plan) int64 {
	t.Helper()
	w := ledger.Write{Account: id, Plan: p, Import: &ledger.Import{Name: "a.ofx", Format: "ofx", At: noon}, At: noon}
	return must[ledger.Written](t)(s.Apply(t.Context(), w)).Import
}

func update(id ledger.TransactionID, r ledger.Row) ledger.Plan {
	return ledger.Plan{Update: []ledger.Update{{ID: id, Row: r, Reason: ledger.Reason{ID: ledger.ReasonAlias}}}}
}

func TestUndoRestoresTheExactState(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "a"), pending(row(2, -200, "b")), row(3, -300, "c")))
	before := fingerprint(t, s)
	moved := row(9, -250, "b booked")
	moved.Raw = nil
	p := inserts(row(2, -1, "new"), row(8, -2, "new"))
	p.Update = append(update(find(t, s, id, "b"), moved).Update, update(find(t, s, id, "c"), row(3, -333, "c")).Update...)
	w := ledger.Write{
		Account: id, Plan: p, Import: &ledger.Import{Name: "a.ofx"}, At: noon,
		Balance: &ledger.Balance{Booked: money.New(1, "EUR")}, Reading: &ledger.Reading{Cursor: "c"},
	}
	done := must[ledger.Written](t)(s.Apply(t.Context(), w))
	imports := must[[]ledger.Import](t)(s.Imports(t.Context()))
	if len(imports) != 1 || imports[0].ID != done.Import || imports[0].Added != 2 || imports[0].Account != id {
		t.Errorf("imports %+v", imports)
	}
	if removed := must[int](t)(s.UndoImport(t.Context(), done.Import)); removed != 2 {
		t.Errorf("removed %d rows, want 2", removed)
	}
	if after := fingerprint(t, s); after != before {
		t.Errorf("after undo\n%s\nwas\n%s", after, before)
	}
	audit(t, s)
	_, err := s.UndoImport(t.Context(), done.Import)
	wantKind(t, err, fault.NotFound)
}

func find(t testing.TB, s *store.Store, id ledger.AccountID, payee string) ledger.TransactionID {
	t.Helper()
	for _, r := range all(t, s, id) {
		if r.Payee == payee {
			return r.ID
		}
	}
	t.Fatalf("no row of %q", payee)
	return ""
}

func TestUndoInAnyOrder(t *testing.T) {
	tests := map[string]struct {
		undo string // of imports A (adds the row) and B (updates it), in this order
		bank bool   // a bank writes it last
		left int
	}{
		"the last first":                          {"BA", false, 0},
		"the first first":                         {"AB", false, 0},
		"the first alone leaves the newer word":   {"A", false, 1},
		"what a bank wrote since stays":           {"BA", true, 1},
		"what a bank wrote since stays, reversed": {"AB", true, 1},
	}
	s := newStore(t)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			id := account(t, s, "link-1", name)
			imports := map[rune]int64{'A': load(t, s, id, inserts(row(1, -100, "x")))}
			row1 := find(t, s, id, "x")
			imports['B'] = load(t, s, id, update(row1, row(2, -111, "y")))
			if test.bank {
				apply(t, s, id, update(row1, row(2, -112, "z")))
			}
			for _, which := range test.undo {
				must[int](t)(s.UndoImport(t.Context(), imports[which]))
			}
			if left := all(t, s, id); len(left) != test.left {
				t.Errorf("%d rows left, want %d", len(left), test.left)
			}
			audit(t, s)
		})
	}
}

func TestUndoKeepsThePersonsWords(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "x")))
	one := find(t, s, id, "x")
	file := load(t, s, id, update(one, row(1, -111, "y")))
	must[string](t)(s.SetNote(t.Context(), one, "mine"))
	must[ledger.Category](t)(s.SetCategory(t.Context(), one, ledger.Travel))
	must[int](t)(s.UndoImport(t.Context(), file))
	got := must[ledger.Transaction](t)(s.Transaction(t.Context(), one))
	if got.Payee != "x" || got.Note != "mine" || got.Category != ledger.Travel || got.Amount.Minor != -100 {
		t.Errorf("after undo %+v", got)
	}
	audit(t, s)
}

func TestAnImportGoesOnInBatches(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	before := fingerprint(t, s)
	file := load(t, s, id, inserts(row(1, -100, "x")))
	w := ledger.Write{Account: id, Plan: inserts(row(2, -100, "y")), Import: &ledger.Import{ID: file}, At: noon}
	w.Plan.Update = update(find(t, s, id, "x"), row(5, -5, "x2")).Update
	if done := must[ledger.Written](t)(s.Apply(t.Context(), w)); done.Import != file {
		t.Errorf("written %+v", done)
	}
	if got := must[[]ledger.Import](t)(s.Imports(t.Context())); len(got) != 1 || got[0].Added != 2 {
		t.Errorf("imports %+v", got)
	}
	if removed := must[int](t)(s.UndoImport(t.Context(), file)); removed != 2 {
		t.Errorf("removed %d, want 2", removed)
	}
	if after := fingerprint(t, s); after != before {
		t.Errorf("after undo\n%s\nwas\n%s", after, before)
	}
	w.Import = &ledger.Import{ID: file}
	_, err := s.Apply(t.Context(), w)
	wantKind(t, err, fault.NotFound)
}

func TestEraseLeavesNothing(t *testing.T) {
	s := newStore(t)
	ok(t, s.SaveLink(t.Context(), fullLink()))
	other := account(t, s, "link-1", "9999")
	a := must[ledger.AccountView](t)(s.Account(t.Context(), other)).Account
	must[[]ledger.Account](t)(s.SaveAccounts(t.Context(), "link-2", []ledger.AccountView{{Account: a}}))
	apply(t, s, other, inserts(row(1, -100, "stays")))
	id := account(t, s, "link-1", "4417")
	r := row(1, -100, "qqcanary")
	r.Memo, r.Raw[0].Value = "qqcanary memo", "qqcanary raw"
	apply(t, s, id, inserts(r, row(2, -5, "qqcanary")))
	load(t, s, id, update(find(t, s, id, "qqcanary"), row(1, -101, "qqcanary two")))
	_, noted := must[string](t)(s.SetNote(t.Context(), find(t, s, id, "qqcanary two"), "qqcanary note")), true
	saveAlert(t, s, id, find(t, s, id, "qqcanary two"), "alert-1")
	ok(t, s.Delete(t.Context(), find(t, s, id, "qqcanary")))

	erased := must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1")).Erasure
	for what, want := range map[string]int{consent.GoneAccounts: 1, consent.GoneTransactions: 1, consent.GoneAlerts: 1, consent.GoneTombstones: 1, consent.GoneImports: 1} {
		if got := erased.Count(what); got != want || !noted {
			t.Errorf("erased %d %s, want %d", got, what, want)
		}
	}
	for _, table := range []string{"transactions", "raw", "replaced", "tombstones", "taken", "taken_rows", "alerts", "alert_rows", "words_data", "words_idx"} {
		for _, column := range must[[]string](t)(s.Column(t.Context(), "SELECT name FROM pragma_table_info(?)", table)) {
			for _, value := range must[[]string](t)(s.Column(t.Context(), "SELECT coalesce("+column+", '') FROM "+table)) {
				if strings.Contains(value, "canary") || strings.Contains(value, "alert-1") {
					t.Errorf("%s.%s still holds %q", table, column, value)
				}
			}
		}
	}
	if got := payees(page(t, s, ledger.Filter{}, ledger.NewestFirst)); got != "stays" {
		t.Errorf("left are %q", got)
	}
	audit(t, s)
	whole(t, s)
	_, err := s.EraseLink(t.Context(), "nobody")
	wantKind(t, err, fault.NotFound)
}
