package app

import (
	"context"
	"errors"

	"coffer/app/alert"
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

// Withdrawn returns the unanswered alerts of the last 90 days that later rows or another answer took back, the newest first; Because says why.
func (c *Coffer) Withdrawn(ctx context.Context) ([]AlertView, error) {
	return read(ctx, c, "read the alerts that were taken back", func(ctx context.Context, o *opened) ([]AlertView, error) {
		found, err := o.store.Withdrawn(ctx, c.Today().AddDays(-chartDays))
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
			v.Around, err = c.around(ctx, o, a, v.About)
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
