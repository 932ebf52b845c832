package app_test

import (
	"context"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/ledger"
)

// TestHealthSaysWhenEachAccountWasReadAndWhetherItsBalanceIsWhatItsRowsComeTo, over days of a bank's life.
func TestHealthSaysWhenEachAccountWasReadAndWhetherItsBalanceIsWhatItsRowsComeTo(t *testing.T) {
	r := linked(t)
	for range 5 {
		r.clock.move(25 * time.Hour)
		must(t, r.refresh(t))
	}
	accounts, err := r.coffer.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all, err := r.coffer.Health(t.Context())
	if err != nil || len(all) != len(accounts) || len(all) == 0 {
		t.Fatalf("%d of %d accounts, %v", len(all), len(accounts), err)
	}
	judged := 0
	for i, h := range all {
		if h.Account.ID != accounts[i].ID || !h.Sound() || !h.LastRead.Equal(r.clock.now()) {
			t.Errorf("%s: %+v", h.Account.Name, h)
		}
		if h.Computed.Currency != "" {
			judged++
		}
		if h.Computed != h.Stated {
			t.Errorf("%s: the bank says %v, its rows %v", h.Account.Name, h.Stated, h.Computed)
		}
	}
	if judged == 0 {
		t.Error("no balance was judged")
	}
	gap := ledger.Gap{From: 20000, To: 20010, Why: ledger.GapPartial, At: r.clock.now()}
	if _, err := r.store.Apply(context.Background(), ledger.Write{Account: accounts[0].ID, Gaps: []ledger.Gap{gap}, At: gap.At}); err != nil {
		t.Fatal(err)
	}
	if all, err = r.coffer.Health(t.Context()); err != nil || all[0].Sound() || len(all[0].Gaps) != 1 || !all[1].Sound() {
		t.Errorf("with a gap: %+v, %v", all, err)
	}
	if (app.AccountHealth{Differs: true}).Sound() || (app.AccountHealth{Unended: true}).Sound() {
		t.Error("what differs, or was cut off, is called sound")
	}
}
