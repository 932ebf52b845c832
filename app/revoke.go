package app

import (
	"context"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// Revoke ends a link at the bank and proves it; told hears each step as it happens, none before.
// Reading ends at once. A fault of kind RevokePending means: stopped here, not yet revoked at
// the bank; the receipt holds the steps so far, and Revoke may be called again.
func (c *Coffer) Revoke(ctx context.Context, id consent.LinkID, told func(consent.Proof)) (consent.Receipt, error) {
	receipt, err := read(ctx, c, "revoke a link", func(ctx context.Context, o *opened) (consent.Receipt, error) {
		return o.banks.Revoke(ctx, id, told)
	})
	c.keepHead(ctx)
	c.Changed.Links.Tell(id)
	return receipt, err
}

// Erase shreds what was read through a link that the person revoked or the bank ended: accounts,
// transactions, alerts. The receipt and the ledger of connections stay, and so do tokens that a
// revocation still needs.
func (c *Coffer) Erase(ctx context.Context, id consent.LinkID) (ledger.Erased, error) {
	erased, err := read(ctx, c, "erase what a link brought", func(ctx context.Context, o *opened) (ledger.Erased, error) {
		link, err := o.store.Link(ctx, id)
		if err != nil {
			return ledger.Erased{}, err
		}
		if !link.State.Ended() && link.State != consent.RevokePending { // the grant lives: its tokens are what ends it
			return ledger.Erased{}, fault.New(fault.NotFound, "erase what a link brought", errNotRevoked)
		}
		return o.store.EraseLink(ctx, id)
	})
	if err == nil {
		c.Changed.Links.Tell(id)
		c.Changed.Accounts.Tell("")
		c.Changed.Alerts.Tell("")
	}
	return erased, err
}

// Receipts returns the receipt of every revocation, oldest first, each fixed by the next one's hash.
func (c *Coffer) Receipts(ctx context.Context) ([]consent.Receipt, error) {
	return read(ctx, c, "read the receipts", func(ctx context.Context, o *opened) ([]consent.Receipt, error) {
		return o.store.Receipts(ctx)
	})
}
