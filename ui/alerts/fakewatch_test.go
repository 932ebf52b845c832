package alerts_test

import (
	"context"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
)

func (f *fake) Watchlist(context.Context) (alert.Watchlist, error) { return f.list, f.err }

func (f *fake) Watch(_ context.Context, e alert.WatchEntry) (app.WatchChange, error) {
	if f.refuse != nil {
		return app.WatchChange{}, f.refuse
	}
	switch own := e.(type) {
	case alert.WatchedMerchant:
		own.ID = "merchant:" + own.Shown
		e = own
	case alert.Trip:
		if own.ID == "" {
			own.ID = "trip:new"
		}
		e = own
	case alert.ExpectedRefund:
		own.ID = "refund:" + own.Shown
		e = own
	case alert.CancelledSeries:
		own.ID = "cancelled:" + own.Shown
		e = own
	case alert.KnownPayee:
		own.ID = "payee:" + own.Shown
		e = own
	}
	was := f.take(e.Key())
	f.list.Add(e)
	f.said = append(f.said, "watch "+e.Key())
	return app.WatchChange{Now: alert.Watched{Entry: e}, Was: alert.Watched{Entry: was}}, f.err
}

// take takes an entry out and returns it.
func (f *fake) take(key string) (was alert.WatchEntry) {
	var left alert.Watchlist
	for _, e := range f.list.Entries() {
		if e.Key() == key {
			was = e
			continue
		}
		left.Add(e)
	}
	f.list = left
	return was
}

func (f *fake) Unwatch(_ context.Context, key string) (app.WatchChange, error) {
	f.said = append(f.said, "unwatch "+key)
	return app.WatchChange{Was: alert.Watched{Entry: f.take(key)}}, f.err
}

func (f *fake) UndoWatch(_ context.Context, w app.WatchChange) error {
	if w.Now.Entry != nil {
		f.take(w.Now.Entry.Key())
	}
	if w.Was.Entry != nil {
		f.list.Add(w.Was.Entry)
	}
	f.said = append(f.said, "watch undone")
	return f.err
}

func (f *fake) Sensitivity(context.Context) (alert.Sensitivity, error) { return f.now, f.err }

func (f *fake) SetSensitivity(_ context.Context, s alert.Sensitivity) error {
	if f.err == nil {
		f.now = s
	}
	return f.err
}

func (f *fake) ExpectedAlerts(_ context.Context, s alert.Sensitivity) (app.Expected, error) {
	return f.expected[s], f.err
}

func (f *fake) Notice(context.Context) (app.NoticeKind, error) { return f.notice, f.err }

func (f *fake) SetNotice(_ context.Context, kind app.NoticeKind) error {
	if f.err == nil {
		f.notice = kind
	}
	return f.err
}

func (f *fake) Accounts(context.Context) ([]ledger.AccountView, error) {
	return []ledger.AccountView{card}, f.err
}
