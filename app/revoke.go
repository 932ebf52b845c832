package app

import (
	"context"

	"coffer/app/consent"
)

// Revoke ends a link at the bank and proves it; told hears each step as it happens, none before.
// Reading ends at once. A fault of kind RevokePending means: stopped here, not yet revoked at
// the bank; the receipt holds the steps so far, and Revoke may be called again.
func (c *Coffer) Revoke(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
	receipt, err := read(ctx, c, "revoke a link", func(ctx context.Context, o *opened) (consent.Receipt, error) {
		return o.banks.Revoke(ctx, id, told)
	})
	c.keepHead(ctx, 0)
	c.Changed.Links.Tell(id)
	return receipt, err
}

// Receipts returns the receipt of every revocation, oldest first, each fixed by the next one's hash.
func (c *Coffer) Receipts(ctx context.Context) ([]consent.Receipt, error) {
	return read(ctx, c, "read the receipts", func(ctx context.Context, o *opened) ([]consent.Receipt, error) {
		return o.store.Receipts(ctx)
	})
}
