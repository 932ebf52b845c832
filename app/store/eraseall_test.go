package store_test

import (
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/store"
)

// everyCell calls see with each value of each table but those that keep receipts and what was connected to.
func everyCell(t *testing.T, s *store.Store, see func(place, value string)) {
	t.Helper()
	tables := must[[]string](t)(s.Column(t.Context(), "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'words%' AND name NOT LIKE 'sqlite_%'"))
	for _, table := range tables {
		for _, column := range must[[]string](t)(s.Column(t.Context(), "SELECT name FROM pragma_table_info(?)", table)) {
			for _, value := range must[[]string](t)(s.Column(t.Context(), "SELECT coalesce(CAST("+column+" AS TEXT), '') FROM "+table)) {
				see(table+"."+column, value)
			}
		}
	}
}

// suspected is an account with a row that an alert, a dispute, an answer and the watchlist are about, all under the name qqcanary.
func suspected(t *testing.T, s *store.Store) ledger.AccountID {
	t.Helper()
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "qqcanary")))
	r := find(t, s, id, "qqcanary")
	saveAlert(t, s, id, r, "loud-qqcanary", "quiet-qqcanary")
	must[[]alert.Alert](t)(s.TakeUntold(t.Context(), noon))
	must[alert.Alert](t)(s.Answer(t.Context(), "loud-qqcanary", alert.NotMine, noon, time.Time{}))
	disputed(t, s, id, "qqcanary")
	must[string](t)(s.SetBankPhone(t.Context(), id, "qqcanary 1", noon))
	watch(t, s, alert.Floor{Account: id, Minor: 5, Currency: "EUR"}, "")
	watch(t, s, alert.ExpectedRefund{ID: "refund:qqcanary", Account: id, Merchant: "qqcanary", Shown: "qqcanary", Minor: 1, Currency: "EUR"}, "")
	watch(t, s, alert.KnownPayee{ID: "payee:qqcanary", Payee: "qqcanary", Shown: "qqcanary"}, id)
	return id
}

func TestEraseLeavesNothingThatAlertsAndDisputesKnew(t *testing.T) {
	s := newStore(t)
	ok(t, s.SaveLink(t.Context(), fullLink()))
	suspected(t, s)
	erased := must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1")).Erasure
	for what, want := range map[string]int{
		consent.GoneAccounts: 1, consent.GoneTransactions: 1, consent.GoneAlerts: 2, consent.GoneAnswers: 1, consent.GoneDisputes: 1,
		consent.GoneSettings: 5, // the number of the bank, the block, the floor, the refund and the payee
	} {
		if got := erased.Count(what); got != want {
			t.Errorf("the receipt says %d %s, want %d", got, what, want)
		}
	}
	everyCell(t, s, func(place, value string) {
		if strings.Contains(value, "qqcanary") {
			t.Errorf("%s still holds %q", place, value)
		}
	})
	audit(t, s)
	whole(t, s)
}

// TestUndoOfAnImportLeavesNothingWatched undoes the only file of an account that alerts were answered and entries were made of.
func TestUndoOfAnImportLeavesNothingWatched(t *testing.T) {
	s := newStore(t)
	before := fingerprint(t, s)
	part := ledger.FilePart{
		Into:  ledger.Account{Provider: "file", Identity: "i", Name: "From a file", Kind: ledger.Card, Currency: "EUR"},
		Batch: ledger.Batch{Rows: []ledger.Row{row(5, -1234, "qqcanary")}}, Import: ledger.Import{Name: "a.ofx", At: noon},
	}
	made := must[[]ledger.Written](t)(s.Import(t.Context(), []ledger.FilePart{part}))[0]
	id := must[[]ledger.AccountView](t)(s.Accounts(t.Context()))[0].ID
	saveAlert(t, s, id, find(t, s, id, "qqcanary"), "loud-qqcanary", "quiet-qqcanary")
	must[[]alert.Alert](t)(s.TakeUntold(t.Context(), noon))
	must[alert.Alert](t)(s.Answer(t.Context(), "loud-qqcanary", alert.NotMine, noon, time.Time{}))
	watch(t, s, alert.Floor{Account: id, Minor: 5, Currency: "EUR"}, "")
	watch(t, s, alert.KnownPayee{ID: "payee:qqcanary", Payee: "qqcanary", Shown: "qqcanary"}, id)
	must[int](t)(s.UndoImport(t.Context(), made.Import))
	everyCell(t, s, func(place, value string) {
		if strings.Contains(value, "qqcanary") {
			t.Errorf("%s still holds %q", place, value)
		}
	})
	if after := fingerprint(t, s); after != before {
		t.Errorf("after undo\n%s\nwas\n%s", after, before)
	}
	audit(t, s)
}
