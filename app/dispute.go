package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"coffer/app/consent"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// The rows beside a dispute.
const (
	relatedDays = 14 // before the oldest and after the newest item
	mostRelated = 20
)

// DisputeView is a dispute with all that is to be done about it.
type DisputeView struct {
	dispute.Dispute
	Standing dispute.Standing
	Account  ledger.AccountView
	Steps    []dispute.Step
	Clocks   []dispute.Clock // the person's own first
	Shares   []dispute.Share

	Phone   string    // of the bank, as the person typed it; empty: none
	PhoneAt time.Time // UTC

	Chase   ledger.Date          // when to ask again if the bank has not answered; zero: it was not told yet, or it has
	Related []ledger.Transaction // what else went out around the items, what stands out most first
	Scores  map[ledger.TransactionID]int
	Refunds []dispute.Refund       // rows that may be the money coming back
	Back    []ledger.Transaction   // rows that were matched and are there still
	Gone    []ledger.TransactionID // items whose row is no longer there

	Link consent.Link // that reads the account; zero where none does
}

// Disputes returns every dispute, the open ones first, then the last opened.
func (c *Coffer) Disputes(ctx context.Context) ([]DisputeView, error) {
	return read(ctx, c, "read the disputes", func(ctx context.Context, o *opened) ([]DisputeView, error) {
		all, err := o.store.Disputes(ctx)
		if err != nil {
			return nil, err
		}
		accounts, err := accountsByID(ctx, o)
		if err != nil {
			return nil, err
		}
		views := make([]DisputeView, len(all))
		for i, d := range all {
			views[i] = plainView(d)
			views[i].Account = accounts[d.Account]
		}
		slices.SortStableFunc(views, func(a, b DisputeView) int { return closedLast(a) - closedLast(b) })
		return views, nil
	})
}

func closedLast(v DisputeView) int {
	if v.Standing.Closed {
		return 1
	}
	return 0
}

// plainView is what can be told of d from itself alone.
func plainView(d dispute.Dispute) DisputeView {
	f := d.Known()
	return DisputeView{
		Dispute: d, Standing: d.Standing(), Steps: dispute.Steps(f), Clocks: dispute.Clocks(f), Shares: dispute.Shares(f),
		Chase: d.Chase(),
	}
}

// Dispute returns one dispute with the rows around it. It wraps ledger.ErrNotFound.
func (c *Coffer) Dispute(ctx context.Context, id dispute.ID) (DisputeView, error) {
	return read(ctx, c, "read a dispute", func(ctx context.Context, o *opened) (DisputeView, error) {
		d, err := o.store.Dispute(ctx, id)
		if err != nil {
			return DisputeView{}, err
		}
		v := plainView(d)
		if v.Account, err = o.store.Account(ctx, d.Account); err != nil {
			return v, err
		}
		if v.Phone, v.PhoneAt, err = o.store.BankPhone(ctx, d.Account); err != nil {
			return v, err
		}
		if v.Account.Link != "" {
			v.Link, err = o.store.Link(ctx, consent.LinkID(v.Account.Link))
			if err != nil && !errors.Is(err, ledger.ErrNotFound) {
				return v, err
			}
		}
		return v, c.surround(ctx, o, &v)
	})
}

// surround reads the rows beside the items of v, and what may have come back since.
func (c *Coffer) surround(ctx context.Context, o *opened, v *DisputeView) error {
	f := v.Facts()
	there := map[ledger.TransactionID]bool{}
	var since []ledger.Transaction
	for t, err := range o.store.History(ctx, v.Dispute.Account, f.Debited.AddDays(-relatedDays)) {
		if err != nil {
			return err
		}
		there[t.ID] = true
		since = append(since, t)
		if t.Amount.Minor < 0 && t.Date <= f.LastPaid.AddDays(relatedDays) && !v.Has(t.ID) && t.Status != ledger.Dropped && t.Category != ledger.Transfer {
			v.Related = append(v.Related, t)
		}
	}
	for _, item := range v.Items {
		if !there[item.Row] {
			v.Gone = append(v.Gone, item.Row)
		}
	}
	v.Refunds = v.Dispute.Refunds(since)
	for _, e := range v.Standing.Refunds {
		i := slices.IndexFunc(since, func(t ledger.Transaction) bool { return t.ID == e.Row })
		if i >= 0 {
			v.Back = append(v.Back, since[i])
		}
	}
	var err error
	if v.Scores, err = alerted(ctx, o, v.Related); err != nil {
		return err
	}
	scores, err := c.suspicion(ctx, o, v.Dispute.Account, f.Debited.AddDays(-relatedDays), f.LastPaid.AddDays(relatedDays))
	if err != nil {
		return err
	}
	bySuspicion(v.Related, v.Scores, scores)
	v.Related = v.Related[:min(len(v.Related), mostRelated)]
	return nil
}

// Evidence returns the rows of the evidence: those that are disputed, those around them, and the money that came.
func (v DisputeView) Evidence() []dispute.Proof {
	var all []dispute.Proof
	for _, item := range v.Items {
		all = append(all, item.Proof())
	}
	for _, t := range v.Related {
		all = append(all, dispute.ProofOf(dispute.Related, t))
	}
	for _, t := range v.Back {
		all = append(all, dispute.ProofOf(dispute.MoneyIn, t))
	}
	return all
}

// SetDisputeAnswer sets one of dispute.Keys; an empty text takes it back. It returns the answers as they were, for
// PutDisputeAnswers. BadDispute: that is no answer to it, as a day that is still to come: limits would be counted from it.
func (c *Coffer) SetDisputeAnswer(ctx context.Context, id dispute.ID, key, text string) (was dispute.Answers, err error) {
	err = c.changeDispute(ctx, "answer a question of a dispute", id, func(d dispute.Dispute) (dispute.Dispute, error) {
		was = d.Answers
		d.Answers, err = d.Answers.Set(key, text, d.Facts().Debited)
		if newest := d.Answers.Newest(); err == nil && newest > was.Newest() && newest > c.latestDay() {
			err = fmt.Errorf("%s on %s, which is still to come: %w", key, newest, dispute.ErrAnswer)
		}
		return d, err
	})
	return was, err
}

// latestDay is the newest day on which anything has happened: at a bank to the east it may be tomorrow.
func (c *Coffer) latestDay() ledger.Date { return c.Today().AddDays(1) }

// PutDisputeAnswers puts answers back as SetDisputeAnswer returned them.
func (c *Coffer) PutDisputeAnswers(ctx context.Context, id dispute.ID, was dispute.Answers) error {
	return c.changeDispute(ctx, "take an answer of a dispute back", id, func(d dispute.Dispute) (dispute.Dispute, error) {
		d.Answers = was
		return d, nil
	})
}

// BankPhone is the number of an account's bank as the person typed it; empty: none.
type BankPhone struct {
	Number string
	At     time.Time // UTC
}

// BankPhone returns it. It wraps ledger.ErrNotFound if there is no such account.
func (c *Coffer) BankPhone(ctx context.Context, id ledger.AccountID) (BankPhone, error) {
	return read(ctx, c, "read the number of a bank", func(ctx context.Context, o *opened) (p BankPhone, err error) {
		if _, err = o.store.Account(ctx, id); err == nil {
			p.Number, p.At, err = o.store.BankPhone(ctx, id)
		}
		return p, err
	})
}

// SetBankPhone keeps the number of an account's bank as the person types it from a card or a statement; an empty one
// forgets it. It returns the one before. BadDispute: that is no phone number.
func (c *Coffer) SetBankPhone(ctx context.Context, id ledger.AccountID, number string) (string, error) {
	const op = "keep the number of a bank"
	number, err := dispute.Phone(number)
	if err != nil {
		return "", fault.Because(fault.BadDispute, "dispute.phone", op, err)
	}
	was, err := read(ctx, c, op, func(ctx context.Context, o *opened) (string, error) {
		return o.store.SetBankPhone(ctx, id, number, c.Now())
	})
	if err == nil {
		c.Changed.Disputes.Tell("")
	}
	return was, err
}

// DeleteDispute forgets a dispute; what the person said of its alert stays. It returns it for RestoreDispute.
func (c *Coffer) DeleteDispute(ctx context.Context, id dispute.ID) (dispute.Dispute, error) {
	was, err := read(ctx, c, "delete a dispute", func(ctx context.Context, o *opened) (dispute.Dispute, error) {
		return o.store.DeleteDispute(ctx, id)
	})
	if err == nil {
		c.Changed.Disputes.Tell(id)
	}
	return was, err
}

// RestoreDispute brings a deleted dispute back as it was.
func (c *Coffer) RestoreDispute(ctx context.Context, was dispute.Dispute) error {
	err := c.use(ctx, "bring a dispute back", func(ctx context.Context, o *opened) error {
		return o.store.RestoreDispute(ctx, was)
	})
	if err == nil {
		c.Changed.Disputes.Tell(was.ID)
	}
	return err
}

// changeDispute changes a dispute in one step and tells it. What doesn't fit is BadDispute.
func (c *Coffer) changeDispute(ctx context.Context, op string, id dispute.ID, change func(dispute.Dispute) (dispute.Dispute, error)) error {
	err := c.use(ctx, op, func(ctx context.Context, o *opened) error {
		_, err := o.store.ChangeDispute(ctx, id, change)
		return err
	})
	switch {
	case errors.Is(err, dispute.ErrAnswer):
		return fault.Because(fault.BadDispute, "dispute.answer", op, err)
	case errors.Is(err, dispute.ErrNotNow):
		return fault.Because(fault.BadDispute, "dispute.not-now", op, err)
	case err == nil:
		c.Changed.Disputes.Tell(id)
	}
	return err
}
