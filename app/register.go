package app

import (
	"context"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/ledger"
)

// Accounts returns every account with its balance, from the vault alone.
func (c *Coffer) Accounts(ctx context.Context) ([]ledger.AccountView, error) {
	return read(ctx, c, "read the accounts", func(ctx context.Context, o *opened) ([]ledger.AccountView, error) {
		return o.store.Accounts(ctx)
	})
}

// Rows returns up to limit rows of the register from offset on.
func (c *Coffer) Rows(ctx context.Context, f ledger.Filter, order ledger.Order, offset, limit int) ([]ledger.RegisterRow, error) {
	return read(ctx, c, "read the register", func(ctx context.Context, o *opened) ([]ledger.RegisterRow, error) {
		return o.store.Page(ctx, f, order, offset, limit)
	})
}

// Totals returns how many rows f finds, and their sums per currency.
func (c *Coffer) Totals(ctx context.Context, f ledger.Filter) (ledger.Totals, error) {
	return read(ctx, c, "count the register", func(ctx context.Context, o *opened) (ledger.Totals, error) {
		return o.store.Totals(ctx, f)
	})
}

// Detail is one transaction with all that is known of it.
type Detail struct {
	ledger.Transaction
	Account ledger.AccountView
	Alert   *alert.Alert // that waits for an answer; nil if none

	Transfers []TransferView // that it is a leg of, or may be; a linked one first, rejected ones aside
	Reviews   int            // that it is in and wait

	Watched []alert.WatchEntry // what the person told ahead of its merchant
}

// Transaction returns one transaction with its history and the alert that it is in.
func (c *Coffer) Transaction(ctx context.Context, id ledger.TransactionID) (Detail, error) {
	return read(ctx, c, "read a transaction", func(ctx context.Context, o *opened) (Detail, error) {
		t, err := o.store.Transaction(ctx, id)
		if err != nil {
			return Detail{}, err
		}
		account, err := o.store.Account(ctx, t.Account)
		if err != nil {
			return Detail{}, err
		}
		d := Detail{Transaction: t, Account: account}
		if d.Transfers, err = transfersOf(ctx, o, id); err != nil {
			return d, err
		}
		if d.Reviews, err = o.store.ReviewsOf(ctx, id); err != nil {
			return d, err
		}
		if d.Watched, err = watchedOf(ctx, o, t); err != nil {
			return d, err
		}
		waiting, err := unanswered(ctx, o, c.Now())
		if err != nil {
			return d, err
		}
		for _, a := range waiting {
			for _, row := range a.Rows {
				if row == id {
					d.Alert = &a
					return d, nil
				}
			}
		}
		return d, nil
	})
}

// SetCategory files a transaction under category and returns what it was, for undo.
func (c *Coffer) SetCategory(ctx context.Context, id ledger.TransactionID, category ledger.Category) (ledger.Category, error) {
	was, err := read(ctx, c, "set a category", func(ctx context.Context, o *opened) (ledger.Category, error) {
		return o.store.SetCategory(ctx, id, category)
	})
	if err == nil {
		c.Changed.Accounts.Tell("")
	}
	return was, err
}

// SetNote writes the person's note on a transaction and returns what it was, for undo.
func (c *Coffer) SetNote(ctx context.Context, id ledger.TransactionID, note string) (string, error) {
	was, err := read(ctx, c, "write a note", func(ctx context.Context, o *opened) (string, error) {
		return o.store.SetNote(ctx, id, note)
	})
	if err == nil {
		c.Changed.Accounts.Tell("")
	}
	return was, err
}

// Status is what the foot of the window says: how old the newest read is, and what waits.
type Status struct {
	AsOf   time.Time // UTC, of the newest read; zero if there was none
	Alerts int       // unanswered, unusual
	Links  int       // that need the person
	Failed []consent.Link
}

// Status reads the foot of the window and the badges of the places.
func (c *Coffer) Status(ctx context.Context) (Status, error) {
	return read(ctx, c, "read the status", func(ctx context.Context, o *opened) (Status, error) {
		var s Status
		accounts, err := o.store.Accounts(ctx)
		if err != nil {
			return s, err
		}
		for _, a := range accounts {
			if a.Balance.ReadAt.After(s.AsOf) {
				s.AsOf = a.Balance.ReadAt
			}
		}
		waiting, err := unanswered(ctx, o, c.Now())
		if err != nil {
			return s, err
		}
		for _, a := range waiting {
			if a.Level == alert.Interrupt {
				s.Alerts++
			}
		}
		links, err := o.store.Links(ctx)
		for _, l := range links {
			waits, _, err := c.wants(ctx, o, l)
			if err != nil {
				return s, err
			}
			if waits {
				s.Links++
			}
			if l.State == consent.Outage {
				s.Failed = append(s.Failed, l)
			}
		}
		return s, err
	})
}
