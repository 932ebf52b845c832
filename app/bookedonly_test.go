package app_test

import (
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// TestAnAccountKeepsBookedTransactionsAlone, whatever the bank or a file tells, until the person wants the pending ones again.
func TestAnAccountKeepsBookedTransactionsAlone(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	pending := func() (all map[ledger.AccountID]int) {
		all = map[ledger.AccountID]int{}
		for _, a := range value(c.Accounts(ctx))(t) {
			rows := value(c.Rows(ctx, ledger.Filter{Account: a.ID, Pending: true}, ledger.NewestFirst, 0, 100))(t)
			if all[a.ID] = len(rows); len(rows) != a.Pending.Count {
				t.Errorf("%s: %d rows are pending, %d are counted", a.Name, len(rows), a.Pending.Count)
			}
		}
		return all
	}
	before := pending()
	var id ledger.AccountID
	for a, n := range before {
		if n > before[id] {
			id = a
		}
	}
	if before[id] == 0 {
		t.Fatal("nothing is pending at the bank")
	}
	told := 0
	c.Changed.Accounts.Listen(ctx, func(ledger.AccountID) { told++ })
	must(t, c.SetBookedOnly(ctx, id, true))
	if told == 0 {
		t.Error("nobody was told")
	}
	for _, when := range []string{"at once", "after a read"} {
		for a, n := range pending() {
			if want := map[bool]int{false: before[a]}[a == id]; n != want {
				t.Errorf("%s %d of %d are pending, want %d", when, n, before[a], want)
			}
		}
		must(t, r.refresh(t))
	}
	must(t, c.SetBookedOnly(ctx, id, false))
	must(t, r.refresh(t))
	if after := pending(); after[id] != before[id] {
		t.Errorf("%d came back of %d", after[id], before[id])
	}
	wantKind(t, c.SetBookedOnly(ctx, "nobody", true), fault.NotFound)
}

// TestAFilesPendingRowsAreSkippedWhereThePersonWantsNone, and its preview says why.
func TestAFilesPendingRowsAreSkippedWhereThePersonWantsNone(t *testing.T) {
	r := fresh(t)
	r.imports(t, "a.ofx", sheet("4444", "20261002|-1.40|a|Kiosk"))
	id := value(r.coffer.Accounts(t.Context()))(t)[0].ID
	must(t, r.coffer.SetBookedOnly(t.Context(), id, true))
	hold := "<BANKTRANLISTP><DTASOF>20261031<STMTTRNP><TRNTYPE>DEBIT<DTTRAN>20261030<TRNAMT>-7.00<NAME>Inn</STMTTRNP></BANKTRANLISTP>"
	file := strings.Replace(sheet("4444", "20261002|-1.40|a|Kiosk", "20261003|-2.50|b|Tram"), "</BANKTRANLIST>", "</BANKTRANLIST>"+hold, 1)
	preview, done := r.imports(t, "b.ofx", file)
	var skipped []app.ImportLine
	for _, line := range preview.Parts[0].Lines {
		if line.Fate == app.LineSkipped {
			skipped = append(skipped, line)
		}
	}
	if len(skipped) != 1 || skipped[0].Payee != "Inn" || skipped[0].Reason.ID != ledger.ReasonBookedOnly || preview.Parts[0].Skipped != 1 {
		t.Errorf("the preview skips %+v", skipped)
	}
	if done.Added != 1 || done.Same != 1 || done.Skipped != 1 {
		t.Errorf("imported %+v", done)
	}
	must(t, r.coffer.SetBookedOnly(t.Context(), id, false))
	if _, again := r.imports(t, "b.ofx", file); again.Added != 1 || again.Same != 2 || again.Skipped != 0 {
		t.Errorf("wanted again: %+v", again)
	}
}
