package app

import (
	"context"
	"errors"
	"slices"
	"strings"

	"coffer/app/alert"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// DisputeAlert opens a dispute of the rows of an alert, which is answered NotMine by that if it wasn't, and returns
// it; one of the same rows that is open already is returned as it is.
func (c *Coffer) DisputeAlert(ctx context.Context, id alert.ID) (dispute.Dispute, error) {
	const op = "open a dispute"
	a, err := read(ctx, c, op, func(ctx context.Context, o *opened) (alert.Alert, error) { return o.store.Alert(ctx, id) })
	if err == nil && a.Answer != alert.NotMine {
		_, err = c.Answer(ctx, id, alert.NotMine)
	}
	if err != nil {
		return dispute.Dispute{}, err
	}
	return c.openDispute(ctx, op, dispute.Dispute{Alert: string(id), Answers: dispute.Answers{Pack: dispute.Unauthorised}}, a.Rows)
}

// DisputeRows opens a dispute of rows of one account and returns it; one of the same rows that is open already is
// returned as it is. BadDispute: they are of several accounts, or money that came in.
func (c *Coffer) DisputeRows(ctx context.Context, rows ...ledger.TransactionID) (dispute.Dispute, error) {
	return c.openDispute(ctx, "open a dispute", dispute.Dispute{}, rows)
}

func (c *Coffer) openDispute(ctx context.Context, op string, d dispute.Dispute, rows []ledger.TransactionID) (dispute.Dispute, error) {
	d, err := read(ctx, c, op, func(ctx context.Context, o *opened) (dispute.Dispute, error) {
		found, err := transactions(ctx, o, rows)
		if err != nil {
			return d, err
		}
		if d, err = itemsOf(op, d, found); err != nil {
			return d, err
		}
		all, err := o.store.Disputes(ctx)
		if err != nil {
			return d, err
		}
		for _, other := range all {
			if !other.Standing().Closed && other.Account == d.Account && sameRows(other, d) {
				return other, nil
			}
		}
		account, err := o.store.Account(ctx, d.Account)
		if err != nil {
			return d, err
		}
		d.Opened = c.Now()
		d.Answers.Country = c.countryOf(account.Provider)
		d.Answers.Instrument = dispute.InstrumentOf(account.Kind, found[0])
		d.Answers.Learned = dispute.DayZero(c.Now(), c.here().Location(), d.Answers.Country)
		return o.store.SaveDispute(ctx, d)
	})
	if err == nil {
		c.Changed.Disputes.Tell(d.ID)
	}
	return d, err
}

// itemsOf puts rows into d, the oldest first, each once. What is no money out is left aside if other rows are.
func itemsOf(op string, d dispute.Dispute, rows []ledger.Transaction) (dispute.Dispute, error) {
	if len(rows) == 0 {
		return d, fault.New(fault.NotFound, op, ledger.ErrNotFound)
	}
	d.Account = rows[0].Account
	for _, t := range rows {
		if t.Account != d.Account {
			return d, fault.Because(fault.BadDispute, "dispute.accounts", op, errors.New("rows of several accounts"))
		}
		if t.Amount.Minor < 0 && !d.Has(t.ID) {
			d.Items = append(d.Items, dispute.ItemOf(t))
		}
	}
	if len(d.Items) == 0 {
		return d, fault.Because(fault.BadDispute, "dispute.money-in", op, errors.New("no money went out"))
	}
	slices.SortStableFunc(d.Items, func(a, b dispute.Item) int {
		if a.Date != b.Date {
			return int(a.Date - b.Date)
		}
		return a.At.Compare(b.At)
	})
	return d, nil
}

func sameRows(a, b dispute.Dispute) bool {
	return len(a.Items) == len(b.Items) && !slices.ContainsFunc(b.Items, func(i dispute.Item) bool { return !a.Has(i.Row) })
}

// countryOf is the country of a bank if its provider file leaves no doubt; empty: the person has to say.
func (c *Coffer) countryOf(provider string) string {
	p, err := c.Provider(provider)
	if err != nil || strings.Contains(p.Country, ",") {
		return ""
	}
	answers, err := dispute.Answers{}.Set(dispute.KeyCountry, p.Country, 0)
	if err != nil {
		return ""
	}
	return answers.Country
}
