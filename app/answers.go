package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// Answer records what the person says of an alert and returns the alert as it was, for undo.
// Later asks again tomorrow at 09:00 by the computer's zone. "Not mine" of a charge keeps its merchant blocked on the
// watchlist for as long as that is the answer.
func (c *Coffer) Answer(ctx context.Context, id alert.ID, answer alert.Answer) (alert.Alert, error) {
	were, err := c.AnswerEach(ctx, []alert.ID{id}, answer)
	if err != nil {
		return alert.Alert{}, err
	}
	return were[0], nil
}

// AnswerEach is Answer for several alerts: all are answered, or none.
func (c *Coffer) AnswerEach(ctx context.Context, ids []alert.ID, answer alert.Answer) ([]alert.Alert, error) {
	return c.answerEach(ctx, ids, answer, c.until(answer))
}

func (c *Coffer) answerEach(ctx context.Context, ids []alert.ID, answer alert.Answer, until time.Time) ([]alert.Alert, error) {
	were, err := read(ctx, c, "answer alerts", func(ctx context.Context, o *opened) ([]alert.Alert, error) {
		return o.store.AnswerEach(ctx, ids, answer, c.Now(), until)
	})
	if err == nil {
		c.answered(ids...)
		c.scoreLater(c.scoreUnlessBusy(ctx)) // an answer says something of other rows, too
	}
	return were, err
}

// mostPutOff is how many days ahead alerts can be put off.
const mostPutOff = 366

// PutOff is AnswerEach with Later that asks again at 09:00 of day by the computer's zone. It errs with BadDay for one that isn't ahead, or far too much.
func (c *Coffer) PutOff(ctx context.Context, ids []alert.ID, day ledger.Date) ([]alert.Alert, error) {
	const op = "put alerts off"
	if today := c.Today(); day <= today || day > today.AddDays(mostPutOff) {
		return nil, fault.New(fault.BadDay, op, errors.New("the day has passed, or is too far ahead"))
	}
	return c.answerEach(ctx, ids, alert.Later, c.morningOf(day))
}

// Unanswer takes an answer back: the alert is as was says.
func (c *Coffer) Unanswer(ctx context.Context, was alert.Alert) error {
	return c.UnanswerEach(ctx, []alert.Alert{was})
}

// UnanswerEach takes answers back, all or none.
func (c *Coffer) UnanswerEach(ctx context.Context, were []alert.Alert) error {
	err := c.use(ctx, "take answers back", func(ctx context.Context, o *opened) error { return o.store.RestoreAnswers(ctx, were) })
	if err == nil {
		ids := make([]alert.ID, len(were))
		for i, w := range were {
			ids[i] = w.ID
		}
		c.answered(ids...)
		c.scoreLater(c.scoreUnlessBusy(ctx))
	}
	return err
}

// answered tells who listens: the alerts, and the watchlist that an answer may have changed.
func (c *Coffer) answered(ids ...alert.ID) {
	id := alert.ID("")
	if len(ids) == 1 {
		id = ids[0]
	}
	c.Changed.Alerts.Tell(id)
}

// until is when an answer asks again; zero for one that doesn't.
func (c *Coffer) until(answer alert.Answer) time.Time {
	if answer != alert.Later {
		return time.Time{}
	}
	return c.morningOf(c.Today().AddDays(1))
}

// morningOf is 09:00 of a day by the computer's zone.
func (c *Coffer) morningOf(day ledger.Date) time.Time {
	of := day.Time()
	return time.Date(of.Year(), of.Month(), of.Day(), 9, 0, 0, 0, c.here().Location()).UTC()
}

// Answers is a page of the history of answers.
type Answers struct {
	Alerts []AlertView // the last answer first
	All    int         // how many were ever answered
}

// Answers returns limit answered alerts from offset on, however long ago they were answered.
func (c *Coffer) Answers(ctx context.Context, offset, limit int) (Answers, error) {
	return read(ctx, c, "read the answers", func(ctx context.Context, o *opened) (a Answers, err error) {
		found, all, err := o.store.Answered(ctx, offset, limit)
		if err != nil {
			return a, err
		}
		a.All = all
		a.Alerts, err = c.viewed(ctx, o, found)
		return a, err
	})
}

// aroundDays is how far before and after an alert its related rows are looked for, and mostAround how many are shown.
const (
	aroundDays = 14
	mostAround = 8
)

// around are the rows that left the account of an alert around it, but its own: those of the same merchant first, then those that
// stand in an alert, then by size.
func (c *Coffer) around(ctx context.Context, o *opened, a alert.Alert, about []ledger.Transaction) ([]ledger.Transaction, error) {
	merchants := map[string]bool{}
	for _, t := range about {
		merchants[ledger.MerchantOf(t.Row)] = true
	}
	alerts, err := o.store.Alerts(ctx)
	if err != nil {
		return nil, err
	}
	odd := map[ledger.TransactionID]bool{}
	for _, other := range alerts {
		for _, id := range other.Rows {
			odd[id] = other.Answer != alert.Mine
		}
	}
	var found []ledger.Transaction
	for t, err := range o.store.History(ctx, a.Account, a.Day.AddDays(-aroundDays)) {
		if err != nil {
			return nil, err
		}
		if t.Date <= a.Day.AddDays(aroundDays) && t.Amount.Minor < 0 && t.Status != ledger.Dropped && t.Category != ledger.Transfer && !slices.Contains(a.Rows, t.ID) {
			found = append(found, t)
		}
	}
	scores, err := c.suspicion(ctx, o, a.Account, a.Day.AddDays(-aroundDays), a.Day.AddDays(aroundDays))
	if err != nil {
		return nil, err
	}
	rank := func(t ledger.Transaction) (n int) {
		if merchants[ledger.MerchantOf(t.Row)] {
			n -= 2
		}
		if odd[t.ID] {
			n--
		}
		return n
	}
	slices.SortStableFunc(found, func(x, y ledger.Transaction) int {
		return cmp.Or(rank(x)-rank(y), cmp.Compare(unusual(scores, y.ID), unusual(scores, x.ID)), cmp.Compare(x.Amount.Minor, y.Amount.Minor), cmp.Compare(y.Date, x.Date))
	})
	return found[:min(len(found), mostAround)], nil
}
