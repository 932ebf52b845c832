package terminal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/ui/say"
)

var errNothingPending = errors.New("no revocation of that link waits: revoke it first")

// settlePending looks whether the old tokens of a revocation are refused by now, or lets go of them.
func (t *terminal) settlePending(ctx context.Context, c *app.Coffer, link app.LinkView, drop, yes bool) error {
	if link.State != consent.RevokePending {
		return usageError{errNothingPending}
	}
	if !drop {
		receipt, err := c.CheckRevoked(ctx, link.ID, t.proofTold())
		if fault.KindOf(err) == fault.RevokePending {
			t.tellByHand(ctx, c, link.ID)
			if t.json {
				return errors.Join(err, t.printReceipt(receipt))
			}
		}
		if err != nil {
			return err
		}
		return t.printReceipt(receipt)
	}
	if !yes {
		ok, err := t.agree(ctx, t.Voice.T("revoke.drop-ask", "Drop the tokens of {{.Bank}}? What the bank still honours, Coffer can then neither end nor check.", "Bank", link.Bank))
		if err != nil || !ok {
			return fault.New(fault.Canceled, "drop the tokens", context.Canceled)
		}
	}
	if err := t.allow(ctx, func(v *say.Voice) string {
		return v.T("asked.drop", "A terminal of yours asks to drop the tokens of {{.Bank}} without proof that it ended there", "Bank", link.Bank)
	}); err != nil {
		return err
	}
	receipt, err := c.DropTokens(ctx, link.ID)
	if err != nil {
		return err
	}
	t.tellWhere(link)
	return t.printReceipt(receipt)
}

// tellWhere says where the person ends a link themselves, as its provider file has it. An address is text to copy.
func (t *terminal) tellWhere(l app.LinkView) {
	t.tell(t.Voice.T("revoke.by-hand", "At the bank: {{.What}}", "What", t.Voice.AtBank(l.Provider.File.ByHand)))
	if at := l.Provider.File.ByHandAt; at != "" {
		t.tell(fmt.Sprintf("  %s", at))
	}
}

// proofOf says in a line what a receipt proves.
func (t *terminal) proofOf(r consent.Receipt) string {
	return t.Voice.Proved(r.How, r.Ended.UTC().Format(time.RFC3339))
}

// tellByHand is tellWhere, and when Coffer looks again.
func (t *terminal) tellByHand(ctx context.Context, c *app.Coffer, id consent.LinkID) {
	l, err := c.Link(ctx, id)
	if err != nil {
		return
	}
	t.tellWhere(l)
	if next := l.Pending.Next; !next.IsZero() {
		t.tell(t.Voice.T("revoke.next-look", "Coffer looks again after {{.At}} while it is open; coffer revoke --check looks now.", "At", next.Local().Format("2006-01-02 15:04")))
	}
}
