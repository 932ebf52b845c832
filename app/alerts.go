package app

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// AlertView is an alert with the rows it is about and those it was held against.
type AlertView struct {
	alert.Alert
	Waits   bool // for an answer, now
	Account ledger.AccountView
	About   []ledger.Transaction
	Against []ledger.Transaction
	Days    []AlertDay           // what went out of the account each day, for the chart; oldest first
	Around  []ledger.Transaction // of an answer "not mine": what else went out of the account around it, what is likeliest not the person's first
}

// AlertDay is what went out of an account on one day, in positive minor units.
type AlertDay struct {
	Day   ledger.Date
	Out   int64
	About bool // a row of the alert is among it
}

// chartDays is how far the chart of an alert goes back before its newest row.
const chartDays = 90

// Alerts returns every alert, those that wait first.
func (c *Coffer) Alerts(ctx context.Context) ([]AlertView, error) {
	return read(ctx, c, "read the alerts", func(ctx context.Context, o *opened) ([]AlertView, error) {
		found, err := o.store.Alerts(ctx)
		if err != nil {
			return nil, err
		}
		return c.viewed(ctx, o, found)
	})
}

func (c *Coffer) viewed(ctx context.Context, o *opened, found []alert.Alert) ([]AlertView, error) {
	views := make([]AlertView, 0, len(found))
	for _, a := range found {
		v := AlertView{Alert: a, Waits: asks(a, c.Now())}
		var err error
		if v.About, err = transactions(ctx, o, a.Rows); err != nil {
			return nil, err
		}
		if v.Account, err = o.store.Account(ctx, a.Account); err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

// Alert returns one alert with all that explains it.
func (c *Coffer) Alert(ctx context.Context, id alert.ID) (AlertView, error) {
	return read(ctx, c, "read an alert", func(ctx context.Context, o *opened) (AlertView, error) {
		a, err := o.store.Alert(ctx, id)
		if err != nil {
			return AlertView{}, err
		}
		v := AlertView{Alert: a, Waits: asks(a, c.Now())}
		if v.About, err = transactions(ctx, o, a.Rows); err != nil {
			return v, err
		}
		if v.Against, err = transactions(ctx, o, a.Baseline); err != nil {
			return v, err
		}
		if v.Account, err = o.store.Account(ctx, a.Account); err != nil {
			return v, err
		}
		if v.Days, err = alertDays(ctx, o, a); err == nil && a.Answer == alert.NotMine {
			v.Around, err = around(ctx, o, a, v.About)
		}
		return v, err
	})
}

func transactions(ctx context.Context, o *opened, ids []ledger.TransactionID) ([]ledger.Transaction, error) {
	var all []ledger.Transaction
	for _, id := range ids {
		t, err := o.store.Transaction(ctx, id)
		if errors.Is(err, ledger.ErrNotFound) {
			continue // undone with its import since
		}
		if err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

func alertDays(ctx context.Context, o *opened, a alert.Alert) ([]AlertDay, error) {
	from := a.Day.AddDays(-chartDays)
	days := make([]AlertDay, chartDays+1)
	for i := range days {
		days[i].Day = from.AddDays(i)
	}
	about := map[ledger.TransactionID]bool{}
	for _, id := range a.Rows {
		about[id] = true
	}
	for t, err := range o.store.History(ctx, a.Account, from) {
		if err != nil {
			return nil, err
		}
		at := int(t.Date - from)
		if at < 0 || at >= len(days) || t.Amount.Minor >= 0 || t.Category == ledger.Transfer {
			continue
		}
		days[at].Out -= t.Amount.Minor
		days[at].About = days[at].About || about[t.ID]
	}
	return days, nil
}

// scoreTries is how often rows are scored that change while they are. After that they wait: who
// writes them scores when done.
const scoreTries = 3

// scoreAll finds the transfers among rows that were saved, and judges every row not yet scored, one scoring at a time. Rows and marks
// are saved together, alerts and the clearing of the mark too: a crash between loses no alert.
func (c *Coffer) scoreAll(ctx context.Context) error {
	select {
	case c.scoring <- struct{}{}:
		defer func() { <-c.scoring }()
	case <-ctx.Done():
		return fmt.Errorf("wait to look for what is unusual: %w", ctx.Err())
	}
	scored, paired := 0, false
	err := c.use(ctx, "look for what is unusual", func(ctx context.Context, o *opened) error {
		var unpaired error // keeps no alert back
		paired, unpaired = c.pairAll(ctx, o)
		for range scoreTries {
			stale, err := c.scoreMarks(ctx, o, &scored)
			if err != nil || !stale {
				return errors.Join(unpaired, err)
			}
		}
		return unpaired
	})
	if paired {
		c.Changed.Accounts.Tell("")
	}
	if scored > 0 {
		c.Changed.Alerts.Tell("")
	}
	if fault.KindOf(err) == fault.Locked {
		return nil // the marks stay: unlocking scores them
	}
	return err
}

// scoreAfter is scoreAll after a read that ended with err, which it returns if there is one: what the bank did
// counts, not that scoring was then given up.
func (c *Coffer) scoreAfter(ctx context.Context, err error) error {
	scored := c.scoreAll(ctx)
	if err == nil {
		return scored
	}
	c.scoreLater(scored)
	return err
}

// scoreLater tells the log why what was saved is not scored yet. The marks stay: nothing is lost.
func (c *Coffer) scoreLater(err error) {
	if err != nil && fault.KindOf(err) != fault.Canceled {
		c.config.Log.Warn("saved rows wait to be scored", "err", err)
	}
}

// scoreMarks scores each marked account once. Stale reports whether rows changed meanwhile.
func (c *Coffer) scoreMarks(ctx context.Context, o *opened, scored *int) (stale bool, err error) {
	marks, err := o.store.Marks(ctx)
	if err != nil {
		return false, err
	}
	feedback, err := o.store.Feedback(ctx)
	if err != nil {
		return false, err
	}
	for _, m := range marks {
		if halfRead, err := c.halfRead(ctx, o, m.Account); halfRead || err != nil {
			if err != nil {
				return false, err
			}
			continue
		}
		fresh, err := c.score(ctx, o, m, feedback)
		if err != nil {
			return false, err
		}
		if fresh {
			*scored++
		}
		stale = stale || !fresh
	}
	return stale, nil
}

// halfRead reports whether the account is just being read: its newest rows are there before the older ones that they
// are held against. The end of that read scores it.
func (c *Coffer) halfRead(ctx context.Context, o *opened, id ledger.AccountID) (bool, error) {
	if c.underRead.none() {
		return false, nil
	}
	a, err := o.store.Account(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) { // erased meanwhile
		return false, nil
	}
	return c.underRead.has(consent.LinkID(a.Link)), err
}

// score reads the rows of a mark in several turns, and writes may come between: SaveAlerts notices.
func (c *Coffer) score(ctx context.Context, o *opened, m alert.Mark, feedback []alert.Feedback) (fresh bool, err error) {
	var past []ledger.Transaction
	now := c.Now()
	for t, err := range o.store.History(ctx, m.Account, alert.JudgedFrom(m, now).AddDays(-alert.HistoryDays)) {
		if errors.Is(err, ledger.ErrNotFound) {
			return false, nil // erased meanwhile, and the mark with it
		}
		if err != nil {
			return false, err
		}
		past = append(past, t)
	}
	return o.store.SaveAlerts(ctx, m, alert.JudgedFrom(m, now), alert.Score(m, past, feedback, now))
}
