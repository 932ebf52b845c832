package app

import (
	"context"
	"errors"

	"coffer/app/consent"
)

// Revoke ends a link at the bank and proves it; told hears each step as it happens, none before.
// Reading ends at once. A fault of kind RevokePending means: stopped here, not yet revoked at
// the bank; the receipt holds the steps so far, and Revoke may be called again.
func (c *Coffer) Revoke(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
	return c.revoke(ctx, id, false, told)
}

// CheckRevoked is Revoke once the person says that they have ended the link at the bank: where the bank
// has no call for it, that the old tokens no longer work is the proof.
func (c *Coffer) CheckRevoked(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
	return c.revoke(ctx, id, true, told)
}

func (c *Coffer) revoke(ctx context.Context, id consent.LinkID, ended bool, told func(consent.Proof)) (consent.Receipt, error) {
	receipt, err := read(ctx, c, "revoke a link", func(ctx context.Context, o *opened) (consent.Receipt, error) {
		return o.banks.Revoke(ctx, id, ended, told)
	})
	c.keepHead(ctx, 0)
	c.Changed.Links.Tell(id)
	return receipt, err
}

// DropTokens shreds the tokens of a revocation that nothing proves, as the person chose: the link is
// over here, and its receipt says that it was never proved.
func (c *Coffer) DropTokens(ctx context.Context, id consent.LinkID) (consent.Receipt, error) {
	receipt, err := read(ctx, c, "drop the tokens", func(ctx context.Context, o *opened) (consent.Receipt, error) {
		return o.banks.Drop(ctx, id)
	})
	c.Changed.Links.Tell(id)
	return receipt, err
}

// RevokeDue tries each revocation again that the bank has not confirmed and whose time has come. What
// comes of it is with the link.
func (c *Coffer) RevokeDue(ctx context.Context) error {
	due, err := read(ctx, c, "look for revocations to try again", func(ctx context.Context, o *opened) (due []consent.LinkID, err error) {
		links, err := o.store.Links(ctx)
		for _, l := range links {
			if l.Due(c.Now()) {
				due = append(due, l.ID)
			}
		}
		return due, err
	})
	for _, id := range due {
		if _, failed := c.Revoke(ctx, id, nil); failed != nil {
			c.config.Log.Info("not revoked yet", "link", id, "err", failed)
		}
		if ctx.Err() != nil {
			return errors.Join(err, ctx.Err())
		}
	}
	return err
}

// Receipts returns every receipt, oldest first, each fixed by the next one's hash: of revocations, and of
// what was erased.
func (c *Coffer) Receipts(ctx context.Context) ([]consent.Receipt, error) {
	return read(ctx, c, "read the receipts", func(ctx context.Context, o *opened) ([]consent.Receipt, error) {
		return o.store.Receipts(ctx)
	})
}
