package app

import (
	"context"
	"slices"

	"coffer/app/alert"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
)

// NewsKind is what a News tells.
type NewsKind int

// The kinds.
const (
	RefundCame NewsKind = iota // a refund of the watchlist
	MoneyCame                  // a row that may be the money of a dispute
	AnswerDue                  // the day by which the bank of a dispute should have answered
)

// News is that something came which the person waited for, or the day for it.
type News struct {
	Key     string // for PutNewsAway
	Kind    NewsKind
	Dispute dispute.ID           // of MoneyCame and AnswerDue
	Row     ledger.TransactionID // the money
	Account ledger.AccountID     // of the money, or of the dispute
	Name    string               // from whom the money is; what is disputed of AnswerDue
	Amount  money.Amount         // what came
	Day     ledger.Date          // of the row; the day by which the answer was due
}

// newsDays is how far back a refund that came is looked for, and how long one is news.
const newsDays = 180

// News returns what came of all that the person waits for and has not put away.
func (c *Coffer) News(ctx context.Context) ([]News, error) {
	return read(ctx, c, "look for what came", c.newsLeft)
}

func (c *Coffer) newsLeft(ctx context.Context, o *opened) ([]News, error) {
	all, err := c.news(ctx, o)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	away, err := o.store.NewsPutAway(ctx)
	return slices.DeleteFunc(all, func(n News) bool { return slices.Contains(away, n.Key) }), err
}

// news is all that came, put away or not.
func (c *Coffer) news(ctx context.Context, o *opened) ([]News, error) {
	all, err := c.refundsCame(ctx, o)
	if err != nil {
		return nil, err
	}
	disputes, err := o.store.Disputes(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range disputes {
		if d.Standing().Closed {
			continue
		}
		of, err := c.newsOf(ctx, o, d)
		if err != nil {
			return nil, err
		}
		all = append(all, of...)
	}
	return all, nil
}

// refundsCame are the refunds of the watchlist that came; each once, with the first row that is it.
func (c *Coffer) refundsCame(ctx context.Context, o *opened) ([]News, error) {
	list, err := o.store.Watchlist(ctx)
	if err != nil {
		return nil, err
	}
	first := c.Today().AddDays(-newsDays)
	waiting := slices.DeleteFunc(slices.Clone(list.Refunds), func(r alert.ExpectedRefund) bool { return r.Since < first })
	if len(waiting) == 0 {
		return nil, nil
	}
	since := slices.MinFunc(waiting, func(a, b alert.ExpectedRefund) int { return int(a.Since - b.Since) }).Since
	var found []News
	for rows, err := range o.store.JudgeRows(ctx, since) {
		if err != nil {
			return nil, err
		}
		for _, t := range rows {
			if t.Amount.Minor <= 0 || t.Pending {
				continue
			}
			waiting = slices.DeleteFunc(waiting, func(r alert.ExpectedRefund) bool {
				came := r.CameAs(t)
				if came {
					found = append(found, News{Key: "refund:" + r.ID, Kind: RefundCame, Row: t.ID, Account: t.Account, Name: or(r.Shown, r.Merchant), Amount: t.Amount, Day: t.Date})
				}
				return came
			})
		}
	}
	return found, nil
}

// newsOf is what came of a dispute: rows since it was opened that may be the money, until they are matched, and the day of the bank's answer.
func (c *Coffer) newsOf(ctx context.Context, o *opened, d dispute.Dispute) ([]News, error) {
	var all []News
	if by := d.Chase(); by != 0 && c.Today() >= by {
		all = append(all, News{Key: "due:" + string(d.ID) + ":" + by.String(), Kind: AnswerDue, Dispute: d.ID, Account: d.Account, Name: d.Items[0].Name(), Day: by})
	}
	var since []ledger.Transaction
	for t, err := range o.store.History(ctx, d.Account, d.Facts().Debited) {
		if err != nil {
			return nil, err
		}
		if t.Seen.After(d.Opened) {
			since = append(since, t)
		}
	}
	for _, r := range d.Refunds(since) {
		all = append(all, News{Key: "money:" + string(d.ID) + ":" + string(r.Row.ID), Kind: MoneyCame, Dispute: d.ID, Row: r.Row.ID, Account: d.Account, Name: alert.ShownOf(r.Row.Row), Amount: r.Row.Amount, Day: r.Row.Date})
	}
	return all, nil
}

// PutNewsAway takes what came off the overview.
func (c *Coffer) PutNewsAway(ctx context.Context, key string) error {
	const op = "put a notice away"
	err := c.use(ctx, op, func(ctx context.Context, o *opened) error {
		all, err := c.news(ctx, o)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(all, func(n News) bool { return n.Key == key }) {
			return fault.New(fault.NotFound, op, ledger.ErrNotFound)
		}
		return o.store.PutNewsAway(ctx, key, c.Now())
	})
	if err == nil {
		c.Changed.Alerts.Tell("")
	}
	return err
}

// takeNews returns what came and was never told, and counts it as told.
func (c *Coffer) takeNews(ctx context.Context, o *opened) ([]News, error) {
	all, err := c.news(ctx, o)
	if err != nil {
		return nil, err
	}
	keys := make([]string, len(all))
	for i, n := range all {
		keys[i] = n.Key
	}
	fresh, err := o.store.TakeNews(ctx, keys, c.Now())
	return slices.DeleteFunc(all, func(n News) bool { return !slices.Contains(fresh, n.Key) }), err
}
