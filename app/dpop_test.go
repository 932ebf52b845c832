package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/demobank"
)

// strict puts a bank that takes bound tokens alone, and wants its nonce by that rule, in the place of
// the rig's.
func (r *rig) strict(t *testing.T, rule demobank.NonceRule) {
	t.Helper()
	must(t, r.stopBank())
	r.wants = demobank.Config{RequirePAR: true, RequireDPoP: true, Nonce: rule}
	must(t, r.startBank())
}

func bankSaw(r *rig, kind demobank.EventKind) (n int) {
	for _, e := range r.bank.Events() {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// TestABoundLinkFromConsentToProof goes the person's way with a bank that asks for a nonce at each
// step: every request has its refused row and its good one, and no more.
func TestABoundLinkFromConsentToProof(t *testing.T) {
	r := fresh(t)
	r.strict(t, demobank.NonceAsked)
	c, ctx := r.coffer, t.Context()
	r.id = value(c.LinkBank(ctx, northlight, app.Terms{HistoryDays: 60, ConsentDays: 90}, func(app.LinkingProgress) {}))(t)
	key := value(r.store.Credential(ctx, r.id))(t)
	if !key.Bound || key.Key.Empty() {
		t.Fatal("the tokens are not bound")
	}
	r.clock.move(24 * time.Hour)
	must(t, r.refresh(t))
	if r.state(t) != consent.Active || r.read(t).count() == 0 {
		t.Error("nothing was read")
	}
	receipt := value(c.Revoke(ctx, r.id, nil))(t)
	if !receipt.Proved {
		t.Errorf("the receipt is %+v", receipt)
	}
	wholeLedger(t, c)

	rows := value(r.store.EntriesAfter(ctx, 0, 10_000))(t)
	if len(rows) < 20 {
		t.Fatalf("%d rows", len(rows))
	}
	pairs := 0
	for purpose, want := range map[string][]int{"consent": {400, 201, 401, 200, 401, 200}, "token": {400, 200}} {
		var got []int
		for _, e := range rows {
			if e.Purpose.ID == purpose {
				got = append(got, e.Outcome.Status)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: rows %v, want %v", purpose, got, want)
		}
	}
	for i, e := range rows[1:] {
		if first := rows[i]; first.Path == e.Path && first.Method == e.Method && (first.Outcome.Status == 400 || first.Outcome.Status == 401) {
			pairs++
		}
	}
	if n := bankSaw(r, demobank.NonceWanted); pairs < n || n < 9 {
		t.Errorf("%d requests were repeated, the bank asked for %d", pairs, n)
	}
	if n := bankSaw(r, demobank.ProofReplayed) + bankSaw(r, demobank.ProofRefused); n != 0 {
		t.Errorf("the bank refused %d proofs", n)
	}
	if text := fmt.Sprintf("%+v %+v", rows, receipt); strings.Contains(text, key.Key.Reveal()) || strings.Contains(text, "eyJ") {
		t.Error("a key or a proof was written down")
	}
	if _, err := r.store.Credential(ctx, r.id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the key is still there: %v", err)
	}
}

// TestTokensWithoutTheirKeyOpenNothing: a copy of the tokens, with no key or another, reads nothing
// and renews nothing, and the link itself works on.
func TestTokensWithoutTheirKeyOpenNothing(t *testing.T) {
	r := fresh(t)
	r.strict(t, demobank.NonceNext)
	c, ctx := r.coffer, t.Context()
	r.id = value(c.LinkBank(ctx, northlight, app.Terms{HistoryDays: 30, ConsentDays: 90}, func(app.LinkingProgress) {}))(t)
	own := value(r.store.Credential(ctx, r.id))(t)
	before := bankSaw(r, demobank.TokenRefreshed)
	for name, meddle := range map[string]func(*consent.Credential){
		"no key":      func(c *consent.Credential) { c.Key, c.Bound = secret.Text{}, false },
		"another key": func(c *consent.Credential) { c.Key = secret.New(strings.Repeat("A", 42) + "E") },
	} {
		stolen := own
		meddle(&stolen)
		must(t, r.store.SaveCredential(ctx, r.id, stolen))
		if err := r.refresh(t); err == nil {
			t.Errorf("%s: it was read", name)
		}
		if n := bankSaw(r, demobank.TokenRefreshed) - before; n != 0 {
			t.Errorf("%s: it was renewed %d times", name, n)
		}
	}
	must(t, r.store.SaveCredential(ctx, r.id, own))
	stored := value(r.store.Link(ctx, r.id))(t)
	stored.State = consent.Active
	must(t, r.store.SaveLink(ctx, stored))
	must(t, r.refresh(t))
	if bankSaw(r, demobank.GrantRevoked) != 0 {
		t.Error("the grant was ended")
	}
}
