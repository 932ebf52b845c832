package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"coffer/app/ledger"
)

// Candidates for the other row of a transfer are booked so many days around it at most, and so many are offered.
const (
	candidateDays = 10
	mostOffered   = 50
)

// Candidate is a row that may be the other side of a transfer.
type Candidate struct {
	ledger.Transaction
	Account ledger.AccountView
	Same    bool // the amount is the same, in the same currency
}

// Candidates returns the rows that may be the other side of a transfer with a row: booked, of other accounts, the other
// way, and in no linked transfer. Those of the same amount come first, then the nearest in date and amount. There are
// none for a row that is not booked, or is in a linked transfer.
func (c *Coffer) Candidates(ctx context.Context, id ledger.TransactionID) ([]Candidate, error) {
	return read(ctx, c, "look for the other row of a transfer", func(ctx context.Context, o *opened) ([]Candidate, error) {
		of, err := o.store.Transaction(ctx, id)
		if err != nil || of.Status != ledger.Booked {
			return nil, err
		}
		known, err := o.store.TransfersOf(ctx, id)
		if err != nil || len(known) > 0 && known[0].State == ledger.TransferLinked {
			return nil, err
		}
		rows, _, err := o.store.TransferRows(ctx, of.Date.AddDays(-candidateDays), of.Date.AddDays(candidateDays))
		if err != nil {
			return nil, err
		}
		accounts, err := accountsByID(ctx, o)
		if err != nil {
			return nil, err
		}
		var all []Candidate
		for _, t := range rows {
			if t.Account != of.Account && opposite(t, of) {
				all = append(all, Candidate{Transaction: t, Account: accounts[t.Account], Same: t.Amount.Currency == of.Amount.Currency && t.Amount.Minor == -of.Amount.Minor})
			}
		}
		slices.SortFunc(all, func(a, b Candidate) int { return nearer(of, a, b) })
		return all[:min(len(all), mostOffered)], nil
	})
}

func opposite(a, b ledger.Transaction) bool {
	return a.Amount.Minor < 0 && b.Amount.Minor > 0 || a.Amount.Minor > 0 && b.Amount.Minor < 0
}

// nearer orders candidates for the other side of of.
func nearer(of ledger.Transaction, a, b Candidate) int {
	rank := func(c Candidate) int {
		switch {
		case c.Same:
			return 0
		case c.Amount.Currency == of.Amount.Currency:
			return 1
		}
		return 2
	}
	days := func(c Candidate) ledger.Date { return max(c.Date-of.Date, of.Date-c.Date) }
	off := func(c Candidate) int64 { return max(c.Amount.Minor+of.Amount.Minor, -c.Amount.Minor-of.Amount.Minor) }
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(days(a), days(b)), cmp.Compare(off(a), off(b)), strings.Compare(string(a.ID), string(b.ID)))
}

// MarkTransfer links two rows that the person says are one transfer between own accounts, and returns the pair and what
// it was, for DecideTransfer to take back. It errs with NotFound unless both are booked, one went out of and the other
// came into another account, and neither is in a linked transfer.
func (c *Coffer) MarkTransfer(ctx context.Context, a, b ledger.TransactionID) (p ledger.TransferPair, was ledger.TransferState, err error) {
	err = c.use(ctx, "mark a transfer", func(ctx context.Context, o *opened) error {
		out, err := o.store.Transaction(ctx, a)
		if err != nil {
			return err
		}
		in, err := o.store.Transaction(ctx, b)
		if err != nil {
			return err
		}
		if out.Amount.Minor > 0 {
			out, in = in, out
		}
		days := max(in.Date-out.Date, out.Date-in.Date)
		p = ledger.TransferPair{Out: out.ID, In: in.ID, State: ledger.TransferLinked, Reason: ledger.Reason{
			ID: ledger.ReasonMarked, Args: map[string]string{"days": strconv.Itoa(int(days))},
		}}
		if was, err = o.store.MarkTransfer(ctx, p); err != nil {
			return fmt.Errorf("mark a transfer: %w", err)
		}
		return nil
	})
	if err == nil {
		c.Changed.Accounts.Tell("")
	}
	return p, was, err
}
