package app

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// AlertView is an alert with the rows it is about and those it was held against.
type AlertView struct {
	alert.Alert
	Waits   bool // for an answer, now
	Account ledger.AccountView
	About   []ledger.Transaction
	Against []ledger.Transaction         // of one alert that is read alone the largest first
	Charges []AlertCharge                // what went out of the account in 90 days, charge by charge, for the chart; oldest first
	Paid    map[ledger.TransactionID]int // of each of Against, how often its payee was paid, or paid, in the 13 months before the alert
	Around  []ledger.Transaction         // of an answer "not mine": what else went out of the account around it, what is likeliest not the person's first
}

// AlertCharge is one charge to the account of an alert, in positive minor units.
type AlertCharge struct {
	Row   ledger.TransactionID
	Day   ledger.Date
	Payee string // as it is shown
	Size  int64
	About bool // it is a row of the alert
}

// How far what explains an alert goes back before its newest row.
const (
	chartDays   = 90  // its chart
	mostCharges = 240 // bars of it
	paidDays    = 396 // how often a payee was paid
)

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

// Withdrawn returns the alerts of the last 90 days, unanswered or put off, that later rows or another answer took back, the newest first; Because says why.
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
		slices.SortStableFunc(v.Against, func(x, y ledger.Transaction) int {
			return cmp.Compare(max(y.Amount.Minor, -y.Amount.Minor), max(x.Amount.Minor, -x.Amount.Minor))
		})
		if v.Account, err = o.store.Account(ctx, a.Account); err != nil {
			return v, err
		}
		if err = lookBack(ctx, o, &v); err == nil && a.Answer == alert.NotMine {
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

// lookBack reads the rows before an alert and up to its newest: for its chart, and for how often each payee of Against was paid.
func lookBack(ctx context.Context, o *opened, v *AlertView) error {
	type way struct {
		merchant string
		in       bool
	}
	names := map[[3]string]string{} // most rows are of few merchants
	of := func(t *ledger.Transaction) way {
		texts := [...]string{t.Payee, t.Text, t.Memo}
		name, known := names[texts]
		if !known {
			name = ledger.MerchantOf(t.Row)
			names[texts] = name
		}
		return way{name, t.Amount.Minor > 0}
	}
	times, days, chart := map[way]int{}, chartDays, v.Day.AddDays(-chartDays)
	if len(v.Against) > 0 {
		days = paidDays
	}
	for rows, err := range o.store.JudgeRows(ctx, v.Day.AddDays(-days)) {
		if err != nil {
			return err
		}
		for i := range rows {
			t := &rows[i]
			about := slices.Contains(v.Rows, t.ID)
			if t.Date > v.Day {
				break
			}
			if len(v.Against) > 0 && !about {
				times[of(t)]++
			}
			if t.Account == v.Alert.Account && t.Date >= chart && t.Amount.Minor < 0 && t.Amount.Currency == v.Account.Currency && (about || t.Category != ledger.Transfer) {
				v.Charges = append(v.Charges, AlertCharge{Row: t.ID, Day: t.Date, Payee: alert.ShownOf(t.Row), Size: -t.Amount.Minor, About: about})
			}
		}
		if rows[len(rows)-1].Date > v.Day {
			break
		}
	}
	v.Charges = newestCharges(v.Charges)
	v.Paid = map[ledger.TransactionID]int{}
	for i := range v.Against {
		t := &v.Against[i]
		v.Paid[t.ID] = times[of(t)]
	}
	return nil
}

// newestCharges leaves the oldest out where there are more than a chart has room for; the alert's own stay.
func newestCharges(all []AlertCharge) []AlertCharge {
	over := len(all) - mostCharges
	return slices.DeleteFunc(all, func(c AlertCharge) bool {
		if c.About || over <= 0 {
			return false
		}
		over--
		return true
	})
}
