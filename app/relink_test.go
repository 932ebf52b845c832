package app_test

import (
	"context"
	"maps"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// TestReconnectingNeverDoublesAnAccount gives the demo bank 50 grants, after the consent ran out, after the
// bank ended it, after a revocation with proof, and early; each time the accounts have other ids, or the
// ids of each other. Accounts, rows, notes and names stay what they were.
func TestReconnectingNeverDoublesAnAccount(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	before, accounts := r.read(t), r.masks(t)
	row := value(c.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 1))(t)[0].ID
	value(c.SetNote(ctx, row, "mine"))(t)
	link := r.id
	for i := range 50 {
		again := link
		switch i % 4 {
		case 0: // early, while the link works
		case 1:
			must(t, r.bank.Revoke(value(c.Link(ctx, link))(t).ConsentID))
			r.id = link
			wantKind(t, r.refresh(t), fault.LoginNeeded)
		case 2:
			if receipt := value(c.Revoke(ctx, link, func(consent.Proof) {}))(t); !receipt.Proved {
				t.Fatalf("receipt %+v", receipt)
			}
			again = ""
		case 3:
			r.clock.move(91 * 24 * time.Hour)
			r.id = link
			wantKind(t, r.refresh(t), fault.LoginNeeded)
			r.clock.move(-91 * 24 * time.Hour)
		}
		r.bank.Renumber(i%3 == 1)
		link = value(c.LinkBank(ctx, northlight, app.Terms{HistoryDays: 30, ConsentDays: 90, Again: again}, func(app.LinkingProgress) {}))(t)
		if again != "" && link != again {
			t.Fatalf("link %s became %s", again, link)
		}
		if got := r.masks(t); !maps.Equal(got, accounts) {
			t.Fatalf("after grant %d the accounts are %v, were %v", i+2, got, accounts)
		}
	}
	sameBooks(t, r.read(t), before)
	if note := value(c.Transaction(context.Background(), row))(t).Note; note != "mine" {
		t.Errorf("the note is %q", note)
	}
}

// masks is which account shows which digits.
func (r *rig) masks(t *testing.T) map[ledger.AccountID]string {
	t.Helper()
	all := map[ledger.AccountID]string{}
	for _, a := range value(r.coffer.Accounts(t.Context()))(t) {
		all[a.ID] = a.Masked + " " + a.Name
	}
	return all
}
