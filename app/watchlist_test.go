package app_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
)

// aRow is a booked row that the filter finds, of money out or in.
func (r *rig) aRow(t *testing.T, out bool) ledger.RegisterRow {
	t.Helper()
	for _, row := range value(r.coffer.Rows(t.Context(), ledger.Filter{}, ledger.NewestFirst, 0, 500))(t) {
		if row.Status == ledger.Booked && row.Amount.Minor < 0 == out && row.Category != ledger.Transfer {
			return row
		}
	}
	t.Fatal("no such row")
	return ledger.RegisterRow{}
}

func TestWhatIsToldAheadIsKeptAndUndone(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	row := r.aRow(t, true)
	merchant := ledger.MerchantOf(value(c.Transaction(ctx, row.ID))(t).Row)
	heard := make(chan alert.ID, 64)
	c.Changed.Alerts.Listen(ctx, func(id alert.ID) { heard <- id })
	for act, want := range map[app.WatchAct]string{app.Block: "merchant:", app.Trust: "merchant:", app.ExpectRefund: "refund:", app.Cancelled: "cancelled:", app.KnowPayee: "payee:"} {
		change := value(c.WatchRow(ctx, row.ID, act))(t)
		key := change.Now.Entry.Key()
		if !strings.HasPrefix(key, want) || change.Now.Of != row.Account {
			t.Errorf("act %d made %+v", act, change)
		}
		if told := value(c.Transaction(ctx, row.ID))(t).Watched; len(told) != 1 || told[0].Key() != key {
			t.Errorf("the row knows of %+v, not of %s", told, key)
		}
		must(t, c.UndoWatch(ctx, change))
		if left := value(c.Watchlist(ctx))(t).Entries(); len(left) != 0 {
			t.Errorf("undone, there is %+v", left)
		}
	}
	if len(heard) == 0 {
		t.Error("nobody was told")
	}
	value(c.WatchRow(ctx, row.ID, app.Trust))(t)
	blocked := value(c.Watch(ctx, alert.WatchedMerchant{Merchant: merchant, Shown: row.Payee, Blocked: true}))(t)
	if list := value(c.Watchlist(ctx))(t); len(list.Merchants) != 1 || !list.Merchants[0].Blocked || blocked.Was.Of != row.Account {
		t.Errorf("two words on one merchant: %+v, was %+v", list.Merchants, blocked.Was)
	}
	must(t, c.UndoWatch(ctx, blocked))
	if m, ok := value(c.Watchlist(ctx))(t).Merchant(merchant); !ok || m.Blocked {
		t.Errorf("the trust did not come back: %+v", m)
	}
	gone := value(c.Unwatch(ctx, blocked.Now.Entry.Key()))(t)
	must(t, c.UndoWatch(ctx, gone))
	if _, ok := value(c.Watchlist(ctx))(t).Merchant(merchant); !ok {
		t.Error("what was taken off did not come back")
	}
	if marks := value(r.store.Marks(ctx))(t); len(marks) != 0 {
		t.Errorf("%d accounts wait to be scored anew", len(marks))
	}
}

func TestEveryEntryIsChecked(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	day := ledger.Day(2027, time.May, 3)
	account := value(c.Accounts(ctx))(t)[0]
	for name, test := range map[string]struct {
		entry  alert.WatchEntry
		reason string // empty: it is taken
	}{
		"a name":                 {alert.WatchedMerchant{Shown: "Quay  Hardware\n"}, ""},
		"no name":                {alert.WatchedMerchant{Shown: " \t"}, app.WatchName},
		"a long name":            {alert.KnownPayee{Shown: strings.Repeat("quay ", 60)}, app.WatchLong},
		"a trip":                 {alert.Trip{From: day, To: day, Countries: []string{"pt", " ES"}}, ""},
		"a trip back in time":    {alert.Trip{From: day, To: day - 1}, app.WatchOrder},
		"a trip for life":        {alert.Trip{From: day, To: day + 400}, app.WatchTripLong},
		"a trip to no country":   {alert.Trip{From: day, To: day, Countries: []string{"E1"}}, app.WatchCountry},
		"a refund":               {alert.ExpectedRefund{Shown: "Fit Yard", Minor: 1, Currency: "USD", Account: account.ID}, ""},
		"a refund of nothing":    {alert.ExpectedRefund{Shown: "Fit Yard", Currency: "USD"}, app.WatchAmount},
		"a refund in no money":   {alert.ExpectedRefund{Shown: "Fit Yard", Minor: 1}, app.WatchCurrency},
		"a refund by last year":  {alert.ExpectedRefund{Shown: "Fit Yard", Minor: 1, Currency: "USD", By: 5}, app.WatchOrder},
		"a cancelled series":     {alert.CancelledSeries{Shown: "Lumen"}, ""},
		"a floor":                {alert.Floor{Account: account.ID, Minor: -500, Currency: account.Currency}, ""},
		"a floor in other money": {alert.Floor{Account: account.ID, Minor: 1, Currency: "XAU"}, app.WatchCurrency},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(value(c.Watchlist(ctx))(t).Entries())
			got, err := c.Watch(ctx, test.entry)
			if test.reason != "" {
				wantKind(t, err, fault.BadWatch)
				if f := fault.Of(err); f == nil || f.Reason != test.reason {
					t.Errorf("refused because of %+v, want %s", f, test.reason)
				}
				if after := len(value(c.Watchlist(ctx))(t).Entries()); after != before {
					t.Error("something was put on the list")
				}
				return
			}
			must(t, err)
			if got.Now.Entry.Key() == "" {
				t.Errorf("it has no key: %+v", got)
			}
		})
	}
	_, err := c.Watch(ctx, alert.Floor{Account: "nobody", Currency: "USD"})
	wantKind(t, err, fault.NotFound)
	_, err = c.WatchRow(ctx, r.aRow(t, false).ID, app.ExpectRefund)
	wantKind(t, err, fault.BadWatch)
	_, err = c.Unwatch(ctx, "nothing")
	wantKind(t, err, fault.NotFound)
	list := value(c.Watchlist(ctx))(t)
	if got := list.Trips[0].Countries; strings.Join(got, " ") != "ES PT" {
		t.Errorf("countries %q", got)
	}
	if got := list.Merchants[0]; got.Shown != "Quay Hardware" || got.Merchant != ledger.MerchantOf(ledger.Row{Payee: "QUAY HARDWARE #4411", Amount: money.New(-1, "USD")}) {
		t.Errorf("the merchant is %+v", got)
	}
}

func TestTwoTripsAreTwo(t *testing.T) {
	r := fresh(t)
	day := ledger.Day(2027, time.May, 3)
	for i := range 2 {
		value(r.coffer.Watch(t.Context(), alert.Trip{From: day, To: day}))(t)
		r.clock.move(time.Duration(i+1) * time.Second)
	}
	list := value(r.coffer.Watchlist(t.Context()))(t)
	if len(list.Trips) != 2 {
		t.Fatalf("%d trips", len(list.Trips))
	}
	changed := list.Trips[0]
	changed.To++
	value(r.coffer.Watch(t.Context(), changed))(t)
	if got := value(r.coffer.Watchlist(t.Context()))(t).Trips; len(got) != 2 {
		t.Errorf("changing one made %d", len(got))
	}
}

func TestSeveralAnswersAreOneStep(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	var ids []alert.ID
	for _, a := range value(c.Alerts(ctx))(t) {
		ids = append(ids, a.ID)
	}
	were := value(c.AnswerEach(ctx, ids, alert.NotMine))(t)
	blocked := len(value(c.Watchlist(ctx))(t).Merchants)
	if blocked == 0 {
		t.Error("nobody is blocked")
	}
	full := value(c.Alert(ctx, ids[0]))(t)
	for _, near := range full.Around {
		if near.Amount.Minor >= 0 || near.Account != full.Account.ID || near.Date < full.Day-14 || near.Date > full.Day+14 {
			t.Errorf("beside it stands %+v", near)
		}
	}
	if len(full.Around) == 0 || len(full.Around) > 8 {
		t.Errorf("%d rows stand beside it", len(full.Around))
	}
	history := value(c.Answers(ctx, 0, 2))(t)
	if history.All != len(ids) || len(history.Alerts) != 2 {
		t.Errorf("the history has %d, of %d", history.All, len(ids))
	}
	must(t, c.UnanswerEach(ctx, were))
	if got := value(c.Watchlist(ctx))(t).Merchants; len(got) != 0 {
		t.Errorf("taken back, %+v are blocked", got)
	}
	for _, a := range value(c.Alerts(ctx))(t) {
		if !a.Waits {
			t.Errorf("%s does not wait", a.ID)
		}
	}
}

func TestTheSensitivityHoldsFromTodayOn(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	e := value(c.ExpectedAlerts(ctx, alert.Usual))(t)
	if !e.Known() || e.Unusual+e.Quiet == 0 {
		t.Errorf("expected %+v of a life with alerts", e)
	}
	if keen := value(c.ExpectedAlerts(ctx, alert.Keen))(t); !keen.Known() || keen.Unusual+keen.Quiet < e.Unusual+e.Quiet {
		t.Errorf("expected %+v where less is needed, %+v as it is usual", keen, e)
	}
	for _, s := range []alert.Sensitivity{alert.Calm, alert.Keen} {
		must(t, c.SetSensitivity(ctx, s))
		r.clock.move(24 * time.Hour)
	}
	text := value(r.store.Setting(ctx, "alerts.sensitivity"))(t)
	if text != "2026-11-22 1,2026-11-23 2" {
		t.Errorf("kept as %q", text)
	}
	must(t, c.SetSensitivity(ctx, alert.Usual))
	must(t, c.SetSensitivity(ctx, alert.Calm)) // the last word of a day
	if text := value(r.store.Setting(ctx, "alerts.sensitivity"))(t); !strings.HasSuffix(text, ",2026-11-24 1") || strings.Count(text, ",") != 2 {
		t.Errorf("kept as %q", text)
	}
	if got := value(c.Sensitivity(ctx))(t); got != alert.Calm {
		t.Errorf("it is %d", got)
	}
	if err := c.SetSensitivity(ctx, 77); err == nil {
		t.Error("there is no such sensitivity")
	}
	must(t, r.store.SetSetting(ctx, "alerts.sensitivity", "nonsense,2026-11-22 9, ,2026-13-40 1"))
	if got := value(c.Sensitivity(ctx))(t); got != alert.Usual {
		t.Errorf("nonsense means %d", got)
	}
}

// loud adds alerts that interrupt.
func (r *rig) loud(t *testing.T, names ...alert.ID) {
	t.Helper()
	ctx := t.Context()
	about := value(r.coffer.Alerts(ctx))(t)[0].Alert
	var found []alert.Alert
	for _, name := range names {
		a := about
		a.ID, a.Level = name, alert.Interrupt
		found = append(found, a)
	}
	due, today := value(r.store.Due(ctx))(t), r.coffer.Today()
	if !value(r.store.SaveScored(ctx, alert.Scored{Marks: due.Marks, Epoch: due.Epoch, From: today.AddDays(1), Found: found, Looked: today}))(t) {
		t.Fatal("the score is stale")
	}
}

func TestTheDesktopIsToldOnceAndNoMoreThanIsWanted(t *testing.T) {
	r := linked(t)
	ctx := t.Context()
	value(r.coffer.TakeTold(ctx))(t)
	r.loud(t, "one", "two")
	told := value(r.coffer.TakeTold(ctx))(t)
	if told.Count != 2 || told.Alerts != nil {
		t.Errorf("told %d, with %d named", told.Count, len(told.Alerts))
	}
	must(t, r.reopen())
	must(t, r.unlock())
	if told := value(r.coffer.TakeTold(ctx))(t); told.Count != 0 {
		t.Errorf("after a restart %d are told again", told.Count)
	}
	for kind, want := range map[app.NoticeKind]int{app.NoticeMore: 1, app.NoticeNone: 0} {
		r.loud(t, alert.ID("for "+kind))
		must(t, r.coffer.SetNotice(ctx, kind))
		told := value(r.coffer.TakeTold(ctx))(t)
		if told.Count != want || len(told.Alerts) != want {
			t.Errorf("%q: told %d, %d of them named, want %d", kind, told.Count, len(told.Alerts), want)
		}
		if told := value(r.coffer.TakeTold(ctx))(t); told.Count != 0 {
			t.Errorf("%q: %d are told again", kind, told.Count)
		}
	}
	if err := r.coffer.SetNotice(ctx, "loudly"); err == nil {
		t.Error("there is no such kind")
	}
	must(t, r.coffer.Lock())
	_, err := r.coffer.TakeTold(ctx)
	wantKind(t, err, fault.Locked)
}

func TestAnAlertAsksAgainWhileTheWindowIsOpen(t *testing.T) {
	r := linked(t)
	value(r.coffer.TakeTold(t.Context()))(t)
	r.loud(t, "one", "two")
	must(t, r.coffer.Lock())
	synctest.Test(t, func(t *testing.T) {
		open := func(context.Context, app.Store) (app.Banks, error) { return offline{}, nil }
		c, err := app.New(app.Config{Dir: r.coffer.Dir(), OpenStore: r.openStore, OpenBanks: open, Now: time.Now, OpenBrowser: r.browse})
		must(t, err)
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		var told []int
		done := make(chan struct{})
		go func() { defer close(done); c.WatchAlerts(ctx, func(t app.Told) { told = append(told, t.Count) }) }()
		must(t, c.UnlockWithRecovery(ctx, r.key))
		must(t, c.SetLockAfter(ctx, 0))
		heard := 0
		c.Changed.Alerts.Listen(ctx, func(alert.ID) { heard++ })
		value(c.Answer(ctx, "one", alert.Later))(t)
		synctest.Wait()
		if len(told) != 1 || told[0] != 1 {
			t.Errorf("told %v, want the other one", told)
		}
		heard = 0
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		if heard != 1 {
			t.Errorf("who listens was told %d times that it asks again", heard)
		}
		if len(told) != 2 || told[1] != 1 {
			t.Errorf("told %v", told)
		}
		must(t, c.Lock())
		stop()
		<-done
	})
}
