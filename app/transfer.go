package app

import (
	"context"

	"coffer/app/ledger"
)

// Transfers are looked for in spans of days, so that a long history is never in memory whole. A span sees the
// rows of so many days around it: the pairs of its own days don't hang on where spans meet.
const (
	transferSpan = 92
	transferEdge = 14
)

// TransferView is a pair with its rows and their accounts.
type TransferView struct {
	ledger.TransferPair
	OutRow, InRow         ledger.Transaction
	OutAccount, InAccount ledger.AccountView
}

// Transfers returns up to limit pairs in a state, the newest first.
func (c *Coffer) Transfers(ctx context.Context, state ledger.TransferState, limit int) ([]TransferView, error) {
	return read(ctx, c, "read the transfers", func(ctx context.Context, o *opened) ([]TransferView, error) {
		found, err := o.store.Transfers(ctx, state, limit)
		if err != nil {
			return nil, err
		}
		accounts, err := accountsByID(ctx, o)
		if err != nil {
			return nil, err
		}
		views := make([]TransferView, 0, len(found))
		for _, p := range found {
			v, err := transferView(ctx, o, accounts, p)
			if err != nil {
				return nil, err
			}
			views = append(views, v)
		}
		return views, nil
	})
}

func transferView(ctx context.Context, o *opened, accounts map[ledger.AccountID]ledger.AccountView, p ledger.TransferPair) (v TransferView, err error) {
	v.TransferPair = p
	if v.OutRow, err = o.store.Transaction(ctx, p.Out); err != nil {
		return v, err
	}
	if v.InRow, err = o.store.Transaction(ctx, p.In); err != nil {
		return v, err
	}
	v.OutAccount, v.InAccount = accounts[v.OutRow.Account], accounts[v.InRow.Account]
	return v, nil
}

// DecideTransfer records what the person says of a pair, and returns what it was, for undo. It errs with NotFound
// for a pair that is not known, or if a row is a leg of another by now.
func (c *Coffer) DecideTransfer(ctx context.Context, out, in ledger.TransactionID, state ledger.TransferState) (ledger.TransferState, error) {
	was, err := read(ctx, c, "decide a transfer", func(ctx context.Context, o *opened) (ledger.TransferState, error) {
		return o.store.DecideTransfer(ctx, out, in, state)
	})
	if err == nil {
		c.Changed.Accounts.Tell("")
	}
	return was, err
}

// pairAll looks for transfers among the rows that were saved since the last look, and reports whether it found some
// or others than before.
func (c *Coffer) pairAll(ctx context.Context, o *opened) (changed bool, err error) {
	marks, err := o.store.TransferMarks(ctx)
	if err != nil || len(marks) == 0 {
		return false, err
	}
	views, err := o.store.Accounts(ctx)
	if err != nil {
		return false, err
	}
	if len(views) < 2 { // the marks of the next account reach as far as its rows
		return false, o.store.ClearTransferMarks(ctx, marks)
	}
	own := make([]ledger.Account, len(views))
	for i, a := range views {
		own[i] = a.Account
	}
	first, last, err := o.store.Days(ctx)
	if err != nil {
		return false, err
	}
	from := marks[0].From
	for _, m := range marks {
		from = min(from, m.From)
	}
	for from = max(first, from.AddDays(-transferEdge)); from <= last; from = from.AddDays(transferSpan) {
		found, err := c.pair(ctx, o, own, from)
		if err != nil {
			return changed, err
		}
		changed = changed || found
	}
	return changed, o.store.ClearTransferMarks(ctx, marks)
}

// pair looks for the transfers that begin in the span of days from from on.
func (c *Coffer) pair(ctx context.Context, o *opened, own []ledger.Account, from ledger.Date) (changed bool, err error) {
	to := from.AddDays(transferSpan - 1)
	rows, rejected, err := o.store.TransferRows(ctx, from.AddDays(-transferEdge), to.AddDays(transferEdge))
	if err != nil {
		return false, err
	}
	out := make(map[ledger.TransactionID]ledger.Date, len(rows))
	for _, t := range rows {
		out[t.ID] = t.Date
	}
	var found []ledger.TransferPair
	for _, p := range ledger.Transfers(rows, own, rejected) {
		if day := out[p.Out]; day >= from && day <= to {
			if p.State == ledger.TransferLinked {
				p.At = c.Now()
			}
			found = append(found, p)
		}
	}
	return o.store.SaveTransfers(ctx, from, to, found)
}

// transfersOf reads the pairs that a row is a leg of, rejected ones aside.
func transfersOf(ctx context.Context, o *opened, id ledger.TransactionID) ([]TransferView, error) {
	found, err := o.store.TransfersOf(ctx, id)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	accounts, err := accountsByID(ctx, o)
	if err != nil {
		return nil, err
	}
	var views []TransferView
	for _, p := range found {
		if p.State == ledger.TransferRejected || len(views) > 0 && views[0].State == ledger.TransferLinked {
			continue
		}
		v, err := transferView(ctx, o, accounts, p)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}
