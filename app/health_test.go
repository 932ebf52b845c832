package app_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// TestAnAccountThatIsListedNoLongerCountsUntilItIsLeftOut of net worth and of its curve; its rows stay.
func TestAnAccountThatIsListedNoLongerCountsUntilItIsLeftOut(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	gone := value(c.Accounts(ctx))(t)[0]
	link := value(c.Link(ctx, consent.LinkID(gone.Link)))(t).Link
	seen := r.clock.now().Add(-50 * time.Hour).UTC()
	link.Unlisted = []consent.Unlisted{{Account: string(gone.ID), Seen: seen}}
	must(t, r.store.SaveLink(ctx, link))
	told := 0
	c.Changed.Accounts.Listen(ctx, func(ledger.AccountID) { told++ })
	before, rows := value(c.Overview(ctx))(t), value(c.Totals(ctx, ledger.Filter{}))(t).Count()
	for _, out := range []bool{true, false} {
		must(t, c.SetLeftOut(ctx, gone.ID, out))
		now, want := value(c.Overview(ctx))(t), before.Worth[0].Now.Minor
		if out {
			want -= gone.Balance.Booked.Minor
		}
		points := now.Worth[0].Points
		if got := now.Worth[0].Now.Minor; got != want || points[len(points)-1].Sum.Minor != want {
			t.Errorf("left out %v: the sum is %d and its curve ends at %v, want %d", out, got, points[len(points)-1].Sum, want)
		}
		if out == slices.Equal(points, before.Worth[0].Points) {
			t.Errorf("left out %v: the curve is that of before: %v", out, !out)
		}
		h := value(c.Health(ctx))(t)[0]
		if !now.Unlisted[gone.ID].Equal(seen) || !h.Unlisted.Equal(seen) || h.Sound() != out || h.Account.LeftOut != out {
			t.Errorf("left out %v: last listed %v, %+v", out, now.Unlisted, h)
		}
	}
	if n := value(c.Totals(ctx, ledger.Filter{}))(t).Count(); n != rows || told != 2 {
		t.Errorf("%d rows of %d, told %d times", n, rows, told)
	}
	must(t, c.SetLeftOut(ctx, gone.ID, true))
	must(t, r.refresh(t))
	now := value(c.Accounts(ctx))(t)[0]
	if again := value(c.Overview(ctx))(t); !now.LeftOut || len(again.Unlisted) != 0 {
		t.Errorf("listed again: left out %v, listed no longer %v", now.LeftOut, again.Unlisted)
	}
	wantKind(t, c.SetLeftOut(ctx, "nobody", true), fault.NotFound)
}

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
