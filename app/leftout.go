package app

import (
	"context"
	"time"

	"coffer/app/ledger"
)

// SetLeftOut leaves an account out of net worth, its curve too, or counts it again. Nothing of it is deleted, and the register shows
// it as before. It errs with NotFound.
func (c *Coffer) SetLeftOut(ctx context.Context, id ledger.AccountID, out bool) error {
	err := c.use(ctx, "leave an account out of net worth", func(ctx context.Context, o *opened) error {
		return o.store.SetLeftOut(ctx, id, out)
	})
	if err == nil {
		c.Changed.Accounts.Tell(id)
	}
	return err
}

// unlisted are the accounts that their banks list no longer, with when each was last seen, UTC.
func unlisted(ctx context.Context, o *opened) (map[ledger.AccountID]time.Time, error) {
	links, err := o.store.Links(ctx)
	if err != nil {
		return nil, err
	}
	all := map[ledger.AccountID]time.Time{}
	for _, l := range links {
		for _, u := range l.Unlisted {
			all[ledger.AccountID(u.Account)] = u.Seen
		}
	}
	return all, nil
}
