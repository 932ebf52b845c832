package app_test

import (
	"slices"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/demobank"
)

func TestRevokeIsProvedAndErasesNothingByItself(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	before := r.read(t)
	_, err := c.Erase(ctx, r.id, nil)
	wantKind(t, err, fault.NotFound) // still read

	var told []consent.Proof
	receipt := value(c.Revoke(ctx, r.id, func(p consent.Proof) { told = append(told, p) }))(t)
	order := []consent.ProofKind{consent.ConsentEnded, consent.TokensReturned, consent.AccessRefused, consent.RefreshRefused, consent.TokensShredded}
	var steps []consent.ProofKind
	for _, p := range told {
		if !p.OK {
			t.Errorf("step %d was not kept: %q", p.Kind, p.Answer)
		}
		if len(steps) == 0 || steps[len(steps)-1] != p.Kind {
			steps = append(steps, p.Kind)
		}
	}
	if !slices.Equal(steps, order) || !slices.Equal(told, receipt.Steps) {
		t.Errorf("steps were %v, the receipt has %d of %d", steps, len(receipt.Steps), len(told))
	}
	if !receipt.Proved || receipt.Hash != consent.HashReceipt(receipt) || receipt.Previous != "" {
		t.Errorf("the receipt is %+v", receipt)
	}
	seen := map[demobank.EventKind]bool{}
	for _, e := range r.bank.Events() {
		seen[e.Kind] = true
	}
	for _, kind := range []demobank.EventKind{demobank.GrantRevoked, demobank.TokenRevoked, demobank.AccessRefused, demobank.RefreshRefused} {
		if !seen[kind] {
			t.Errorf("the bank did not see: %s", kind)
		}
	}
	sameBooks(t, r.read(t), before)
	wantKind(t, r.refresh(t), fault.NotFound)
	must(t, c.RefreshAll(ctx)) // nothing is left to read
	if _, err := c.Revoke(ctx, r.id, nil); fault.KindOf(err) != fault.NotFound {
		t.Errorf("revoked twice: %v", err)
	}
	if n := len(value(c.Receipts(ctx))(t)); n != 1 {
		t.Errorf("%d receipts", n)
	}
	wholeLedger(t, c)

	erased := value(c.Erase(ctx, r.id, nil))(t).Erasure
	if erased.Count(consent.GoneAccounts) != 3 || erased.Count(consent.GoneTransactions) < before.count() || erased.Count(consent.GoneAlerts) < 2 {
		t.Errorf("erased %+v", erased)
	}
	accounts, found := value(c.Accounts(ctx))(t), value(c.Alerts(ctx))(t)
	if left := r.read(t); left.count()+len(accounts)+len(found) != 0 {
		t.Errorf("left: %d rows, %d accounts, %d alerts", left.count(), len(accounts), len(found))
	}
	if n := len(value(c.Receipts(ctx))(t)); n != 3 {
		t.Errorf("%d receipts, want that of the revocation, of the erasure and of its new key", n)
	}
	wholeLedger(t, c)
}

func TestARevocationThatTheBankDoesNotAnswerCanBeTriedAgain(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	r.bank.Fail(demobank.Fault{Kind: demobank.RevokeUnavailable, Times: 10})
	receipt, err := c.Revoke(ctx, r.id, func(p consent.Proof) {
		if p.OK {
			t.Errorf("told as done: %+v", p)
		}
	})
	wantKind(t, err, fault.RevokePending)
	if receipt.Proved || fault.Of(err).Reason == "" {
		t.Errorf("receipt %+v, reason %q", receipt, fault.Of(err).Reason)
	}
	if s := r.state(t); s != consent.RevokePending {
		t.Errorf("state is %d", s)
	}
	wantKind(t, r.refresh(t), fault.RevokePending)
	if n := len(value(c.Receipts(ctx))(t)); n != 0 {
		t.Errorf("%d receipts of what was not proved", n)
	}
	if o := value(c.Overview(ctx))(t); len(o.Links) != 1 {
		t.Errorf("the overview does not say that the link needs the person")
	}

	r.bank.Heal()
	must(t, r.reopen())
	must(t, r.unlock())
	receipt = value(r.coffer.Revoke(ctx, r.id, nil))(t)
	if !receipt.Proved || r.state(t) != consent.Revoked {
		t.Errorf("receipt %+v, state %d", receipt, r.state(t))
	}
}

func TestEraseWantsTheEndOfTheLink(t *testing.T) {
	r := linked(t)
	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnauthorized, Times: 100})
	wantKind(t, r.refresh(t), fault.LoginNeeded)
	r.bank.Heal()
	_, err := r.coffer.Erase(t.Context(), r.id, nil)
	wantKind(t, err, fault.NotFound) // the grant lives on at the bank, and its tokens must stay to end it
	value(r.coffer.Revoke(t.Context(), r.id, nil))(t)
	value(r.coffer.Erase(t.Context(), r.id, nil))(t)
}

func TestALinkThatEndsSoonAsksForThePerson(t *testing.T) {
	r := linked(t)
	if s := value(r.coffer.Status(t.Context()))(t); s.Links != 0 {
		t.Errorf("%d links ask on the first day", s.Links)
	}
	r.clock.move((90 - 13) * 24 * time.Hour)
	if s := value(r.coffer.Status(t.Context()))(t); s.Links != 1 {
		t.Errorf("%d links ask 13 days before the end", s.Links)
	}
}

func TestTheLedgerOfConnectionsTellsAll(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	all := value(c.Ledger(ctx, "", 0, 10_000))(t)
	purposes := map[string]bool{}
	var sent int64
	for _, e := range all {
		purposes[e.Purpose.ID] = true
		sent += e.Sent
		if e.Status == 0 || e.Ended.IsZero() {
			t.Errorf("row %d has no end", e.Seq)
		}
	}
	for _, id := range []string{"metadata", "consent", "token", "accounts", "transactions"} {
		if !purposes[id] {
			t.Errorf("no connection for %q among %v", id, purposes)
		}
	}
	total, hosts, err := c.Sent(ctx)
	must(t, err)
	if total != sent || hosts != 1 {
		t.Errorf("%d bytes to %d hosts, the rows say %d", total, hosts, sent)
	}
	if card := value(c.Link(ctx, r.id))(t); card.Traffic.Sent != sent || card.Traffic.Requests != len(all) {
		t.Errorf("the card says %+v", card.Traffic)
	}
	wholeLedger(t, c)
}
