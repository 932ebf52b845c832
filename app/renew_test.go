package app_test

import (
	"context"
	"testing"

	"coffer/app"
	"coffer/app/consent"
	"coffer/sync/demobank"
)

// A link that was renewed has had two grants; proof of its end is proof of both.
func TestARenewedLinkIsRevokedWhole(t *testing.T) {
	r := linked(t)
	first := value(r.coffer.Link(t.Context(), r.id))(t).ConsentID
	terms := app.Terms{HistoryDays: history, ConsentDays: 365, Again: r.id}
	again := value(r.coffer.LinkBank(t.Context(), northlight, terms, func(app.LinkingProgress) {}))(t)
	second := value(r.coffer.Link(t.Context(), r.id))(t).ConsentID
	if again != r.id || second == first {
		t.Fatalf("renewed as %q, the same grant %v", again, second == first)
	}
	must(t, r.reopen()) // the former grant is kept over the lock
	must(t, r.unlock())
	receipt := value(r.coffer.Revoke(context.Background(), r.id, func(consent.Proof) {}))(t)
	if !receipt.Proved {
		t.Errorf("receipt %+v", receipt)
	}
	ended := map[string]bool{}
	for _, e := range r.bank.Events() {
		if e.Kind == demobank.GrantRevoked {
			ended[e.Grant] = true
		}
	}
	for name, grant := range map[string]string{"first": first, "second": second} {
		if !ended[grant] || r.bank.Revoke(grant) == nil {
			t.Errorf("the %s grant was still active", name)
		}
	}
}
