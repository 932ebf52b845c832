package app

import (
	"context"

	"coffer/app/ledger"
)

// ReviewView is a review with the account of both rows.
type ReviewView struct {
	ledger.Review
	Account ledger.AccountView
}

// Waiting counts what waits for the person's word: rows that may be there twice, and transfers that may be some.
type Waiting struct{ Reviews, Transfers int }

// Any counts all that waits.
func (w Waiting) Any() int { return w.Reviews + w.Transfers }

// Waiting counts the reviews and the proposed transfers.
func (c *Coffer) Waiting(ctx context.Context) (Waiting, error) {
	return read(ctx, c, "count what waits for a look", waiting)
}

func waiting(ctx context.Context, o *opened) (w Waiting, err error) {
	if w.Reviews, err = o.store.CountReviews(ctx); err == nil {
		w.Transfers, err = o.store.CountTransfers(ctx)
	}
	return w, err
}

// Reviews returns up to limit pairs of rows that may be one and wait for the person, the newest first.
func (c *Coffer) Reviews(ctx context.Context, limit int) ([]ReviewView, error) {
	return read(ctx, c, "read the reviews", func(ctx context.Context, o *opened) ([]ReviewView, error) {
		found, err := o.store.Reviews(ctx, limit)
		return reviewViews(ctx, o, found, err)
	})
}

// DecidedReviews returns up to limit reviews that the person has decided, the last first.
func (c *Coffer) DecidedReviews(ctx context.Context, limit int) ([]ReviewView, error) {
	return read(ctx, c, "read the decided reviews", func(ctx context.Context, o *opened) ([]ReviewView, error) {
		found, err := o.store.Decided(ctx, limit)
		return reviewViews(ctx, o, found, err)
	})
}

func reviewViews(ctx context.Context, o *opened, found []ledger.Review, err error) ([]ReviewView, error) {
	if err != nil {
		return nil, err
	}
	accounts, err := accountsByID(ctx, o)
	if err != nil {
		return nil, err
	}
	views := make([]ReviewView, len(found))
	for i, r := range found {
		views[i] = ReviewView{Review: r, Account: accounts[r.Row.Account]}
	}
	return views, nil
}

func accountsByID(ctx context.Context, o *opened) (map[ledger.AccountID]ledger.AccountView, error) {
	all, err := o.store.Accounts(ctx)
	byID := make(map[ledger.AccountID]ledger.AccountView, len(all))
	for _, a := range all {
		byID[a.ID] = a
	}
	return byID, err
}

// Decide records what the person says of a review: with ledger.Merge row goes into other, with ledger.KeepBoth
// both stay. It errs with NotFound for a pair that does not wait.
func (c *Coffer) Decide(ctx context.Context, row, other ledger.TransactionID, verdict ledger.Verdict) error {
	return c.rewrite(ctx, "decide a review", func(ctx context.Context, o *opened) error {
		return o.store.Decide(ctx, row, other, verdict)
	})
}

// Undecide takes the verdict on a review back: both rows are as they were, but for what a bank or a file has
// written since. It errs with NotFound where there is none.
func (c *Coffer) Undecide(ctx context.Context, row, other ledger.TransactionID) error {
	return c.rewrite(ctx, "take a verdict back", func(ctx context.Context, o *opened) error {
		return o.store.Undecide(ctx, row, other)
	})
}

// DeleteTransaction takes a transaction out of the books; no read brings it back. A transfer that it is a leg of
// ends. Undelete brings both back.
func (c *Coffer) DeleteTransaction(ctx context.Context, id ledger.TransactionID) error {
	return c.rewrite(ctx, "delete a transaction", func(ctx context.Context, o *opened) error {
		return o.store.Delete(ctx, id)
	})
}

// Undelete brings a deleted transaction back as it was.
func (c *Coffer) Undelete(ctx context.Context, id ledger.TransactionID) error {
	return c.rewrite(ctx, "bring a deleted transaction back", func(ctx context.Context, o *opened) error {
		return o.store.Undelete(ctx, id)
	})
}

// DeletedTransactions returns up to limit transactions that were deleted and can be brought back, the last first.
func (c *Coffer) DeletedTransactions(ctx context.Context, limit int) ([]ledger.DeletedRow, error) {
	return read(ctx, c, "read what was deleted", func(ctx context.Context, o *opened) ([]ledger.DeletedRow, error) {
		return o.store.Deleted(ctx, limit)
	})
}

// TransactionsEnding returns the transaction whose id ends in these letters, and a second if there are more.
func (c *Coffer) TransactionsEnding(ctx context.Context, end string) ([]ledger.TransactionID, error) {
	return read(ctx, c, "find a transaction", func(ctx context.Context, o *opened) ([]ledger.TransactionID, error) {
		return o.store.EndingIn(ctx, end)
	})
}

// rewrite changes which rows there are, and looks at what is left anew.
func (c *Coffer) rewrite(ctx context.Context, op string, by func(ctx context.Context, o *opened) error) error {
	if err := c.use(ctx, op, by); err != nil {
		return err
	}
	c.Changed.Accounts.Tell("")
	c.Changed.Alerts.Tell("")
	c.scoreLater(c.scoreAll(ctx))
	return nil
}
