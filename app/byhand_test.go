package app_test

import (
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/demobank"
)

// TestARevocationIsTriedAgainByItself when its time has come, and not before.
func TestARevocationIsTriedAgainByItself(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	r.bank.Fail(demobank.Fault{Kind: demobank.RevokeUnavailable, Times: 100})
	_, err := c.Revoke(ctx, r.id, nil)
	wantKind(t, err, fault.RevokePending)
	r.bank.Heal()
	rows := len(value(c.Ledger(ctx, "", 0, 10_000))(t))
	must(t, c.RevokeDue(ctx))
	if n := len(value(c.Ledger(ctx, "", 0, 10_000))(t)); n != rows || r.state(t) != consent.RevokePending {
		t.Errorf("tried before its time: %d connections, state %d", n-rows, r.state(t))
	}
	r.clock.move(16 * time.Minute)
	must(t, c.RevokeDue(ctx))
	if r.state(t) != consent.Revoked || len(value(c.Receipts(ctx))(t)) != 1 {
		t.Errorf("state %d", r.state(t))
	}
	must(t, c.RevokeDue(ctx)) // nothing is due any more
}

// TestTokensMayBeDropped: the link is over here, the receipt says that nothing was proved, and the data can go.
func TestTokensMayBeDropped(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	r.bank.Fail(demobank.Fault{Kind: demobank.RevokeUnavailable, Times: 100})
	_, err := c.Revoke(ctx, r.id, nil)
	wantKind(t, err, fault.RevokePending)
	receipt := value(c.DropTokens(ctx, r.id))(t)
	if receipt.Proved || receipt.How != consent.ByDrop || r.state(t) != consent.Dropped {
		t.Errorf("the receipt is %+v, state %d", receipt, r.state(t))
	}
	_, err = c.CheckRevoked(ctx, r.id, nil)
	wantKind(t, err, fault.NotFound)
	value(c.Erase(ctx, r.id, nil))(t)
}
