package app

import (
	"context"

	"coffer/app/ledger"
)

// SetBookedOnly has an account keep booked transactions alone: pending ones are neither kept, nor shown, nor counted, whoever
// tells of them. Those that are stored end at once, and their history says why; one that is booked later is the same transaction.
// With only false the next read brings what is pending then. It errs with NotFound.
func (c *Coffer) SetBookedOnly(ctx context.Context, id ledger.AccountID, only bool) error {
	return c.rewrite(ctx, "keep booked transactions alone", func(ctx context.Context, o *opened) error {
		return o.store.SetBookedOnly(ctx, id, only, c.Now())
	})
}
