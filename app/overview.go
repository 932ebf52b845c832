package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/money"
)

// Overview is everything the first place shows, from the vault alone.
type Overview struct {
	Now      time.Time // UTC, of reading this
	Today    ledger.Date
	Accounts []ledger.AccountView
	Worth    []Worth // the currency with most accounts first; never converted
	Month    []ledger.MonthSum
	Latest   []ledger.RegisterRow
	Alerts   []alert.Alert                  // unanswered, gravest first
	Links    []consent.Link                 // that need the person: sign in again, ends soon, revocation pending
	Silent   []ledger.Silence               // accounts that used to have movements, and that the person has not put away
	News     []News                         // what came of what the person waits for
	Care     Care                           // what the vault itself wants
	Waiting  Waiting                        // rows that may be there twice, and transfers that may be some
	Unlisted map[ledger.AccountID]time.Time // accounts that their banks list no longer, with when each was last seen, UTC
	AsOf     time.Time                      // UTC, of the newest read; zero if there was none
}

// Worth is the sum of the booked balances in one currency, and how it came there.
type Worth struct {
	Now    money.Amount
	Month  money.Amount // change in the last 30 days
	Points []WorthPoint // one a day, oldest first, today last
}

// WorthPoint is the sum at the end of a day.
type WorthPoint struct {
	Day ledger.Date
	Sum money.Amount
}

// worthDays is how far back the curve of the overview goes.
const worthDays = 3 * 366

const latestRows = 5

// Overview reads the first place.
func (c *Coffer) Overview(ctx context.Context) (Overview, error) {
	return read(ctx, c, "read the overview", func(ctx context.Context, o *opened) (Overview, error) {
		view := Overview{Now: c.Now(), Today: c.Today(), Care: o.care.get()}
		var err error
		if view.Accounts, err = o.store.Accounts(ctx); err != nil {
			return view, err
		}
		for _, a := range view.Accounts {
			if a.Balance.ReadAt.After(view.AsOf) {
				view.AsOf = a.Balance.ReadAt
			}
		}
		nets, err := o.store.Nets(ctx, view.Today.AddDays(-worthDays), view.Today)
		if err != nil {
			return view, err
		}
		if view.Worth, err = worthOf(view.Accounts, nets, view.Today); err != nil {
			return view, err
		}
		month := view.Today.Month()
		if view.Month, err = o.store.Months(ctx, month, month); err != nil {
			return view, err
		}
		if view.Latest, err = o.store.Latest(ctx, latestRows); err != nil {
			return view, err
		}
		if view.Alerts, err = unanswered(ctx, o, c.Now()); err != nil {
			return view, err
		}
		if view.Silent, err = silent(ctx, o, view.Accounts, view.Today); err != nil {
			return view, err
		}
		if view.Waiting, err = waiting(ctx, o); err != nil {
			return view, err
		}
		if view.Unlisted, err = unlisted(ctx, o); err != nil {
			return view, err
		}
		if view.News, err = c.newsLeft(ctx, o); err != nil {
			return view, err
		}
		view.Links, err = c.needy(ctx, o)
		return view, err
	})
}

// worthOf turns today's balances and the daily changes into a curve per currency. Accounts
// without a balance, closed ones and those that the person leaves out are not in it, and the store leaves their rows out of nets.
func worthOf(accounts []ledger.AccountView, nets []ledger.DayNet, today ledger.Date) ([]Worth, error) {
	now, count := map[string]money.Amount{}, map[string]int{}
	for _, a := range accounts {
		if a.Balance.Booked.Currency == "" || a.Closed || a.LeftOut {
			continue
		}
		sum, err := now[a.Currency].Add(a.Balance.Booked)
		if err != nil {
			return nil, err
		}
		now[a.Currency] = sum
		count[a.Currency]++
	}
	var all []Worth
	for currency, sum := range now {
		w, err := curve(sum, nets, today)
		if err != nil {
			return nil, err
		}
		w.Now = money.New(sum.Minor, currency)
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b Worth) int {
		return cmp.Or(count[b.Now.Currency]-count[a.Now.Currency], cmp.Compare(a.Now.Currency, b.Now.Currency))
	})
	return all, nil
}

// curve walks back from today's sum, taking away what each day brought.
func curve(sum money.Amount, nets []ledger.DayNet, today ledger.Date) (Worth, error) {
	byDay := map[ledger.Date]money.Amount{}
	first := today
	for _, n := range nets {
		if n.Net.Currency != sum.Currency || n.Day > today {
			continue
		}
		byDay[n.Day] = n.Net
		first = min(first, n.Day)
	}
	w := Worth{Now: sum, Month: money.New(0, sum.Currency)}
	at := sum
	for day := today; day >= first; day-- {
		w.Points = append(w.Points, WorthPoint{day, at})
		if day == today.AddDays(-30) {
			change, err := sum.Sub(at)
			if err != nil {
				return w, err
			}
			w.Month = change
		}
		before, err := at.Sub(byDay[day])
		if err != nil {
			return w, err
		}
		at = before
	}
	slices.Reverse(w.Points)
	return w, nil
}

func unanswered(ctx context.Context, o *opened, now time.Time) ([]alert.Alert, error) {
	all, err := o.store.Alerts(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(a alert.Alert) bool { return !asks(a, now) }), nil
}

// asks reports whether a waits for an answer now.
func asks(a alert.Alert, now time.Time) bool {
	return !a.Withdrawn && (a.Answer == alert.Unanswered || a.Answer == alert.Later && !now.Before(a.Until))
}

func (c *Coffer) needy(ctx context.Context, o *opened) ([]consent.Link, error) {
	links, err := o.store.Links(ctx)
	if err != nil {
		return nil, err
	}
	var all []consent.Link
	for _, l := range links {
		waits, _, err := c.wants(ctx, o, l)
		if err != nil {
			return nil, err
		}
		if waits {
			all = append(all, l)
		}
	}
	return all, nil
}

// NeedsPerson reports whether a link asks for something only the person can do. The zone of now is
// the person's.
func NeedsPerson(l consent.Link, now time.Time) bool {
	switch l.State {
	case consent.NeedsLogin, consent.RevokePending, consent.RevokedAtBank, consent.Lapsed, consent.Unapproved:
		return true
	case consent.Active, consent.Outage, consent.Paused:
		return len(l.Waiting()) > 0 || consent.EndingOf(l.Expires, now).Due()
	}
	return false
}
