package app_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// waited is a vault with a refund that is expected, and a charge that is disputed of which the bank was told today.
func waited(t *testing.T) (*rig, ledger.AccountID, dispute.ID) {
	t.Helper()
	r := fresh(t)
	ctx := t.Context()
	r.imports(t, "all.ofx", wide("1111", habits(6)...))
	id := value(r.coffer.Accounts(ctx))(t)[0].ID
	value(r.coffer.Watch(ctx, alert.ExpectedRefund{Shown: "Fit Yard", Minor: 3900, Currency: "USD", Account: id, Since: r.coffer.Today()}))(t)
	r.bringRows(t, id, payment(r.coffer.Today(), -61240, "Voltbay"))
	row := value(r.coffer.Rows(ctx, ledger.Filter{Search: "Voltbay", From: r.coffer.Today()}, ledger.NewestFirst, 0, 1))(t)[0]
	d := value(r.coffer.DisputeRows(ctx, row.ID))(t)
	must(t, r.coffer.NoteDispute(ctx, d.ID, dispute.Event{What: dispute.Reported}))
	value(r.coffer.TakeTold(ctx))(t)
	return r, id, d.ID
}

func (r *rig) told(t *testing.T) app.Told {
	t.Helper()
	return value(r.coffer.TakeTold(t.Context()))(t)
}

// TestWhatIsWaitedForIsToldOnceWhenItComes brings a refund that is expected and the money of a dispute.
func TestWhatIsWaitedForIsToldOnceWhenItComes(t *testing.T) {
	r, id, of := waited(t)
	ctx, today := t.Context(), r.coffer.Today()
	if told := r.told(t); told.Any() || len(value(r.coffer.News(ctx))(t)) != 0 {
		t.Fatalf("before anything came %+v is told", told)
	}
	r.clock.move(time.Minute)
	r.bringRows(t, id, payment(today, 1200, "Fit Yard"), payment(today, 3900, "Somebody else"))
	if told := r.told(t); told.Came != 0 {
		t.Errorf("other money is told: %+v", told)
	}
	r.bringRows(t, id, payment(today, 3850, "Fit Yard"), payment(today, 61240, "Voltbay refunds"))
	if told := r.told(t); told.Came != 2 || told.Due != 0 || told.News != nil {
		t.Errorf("told %+v", told)
	}
	must(t, r.reopen())
	must(t, r.unlock())
	if told := r.told(t); told.Any() {
		t.Errorf("after a restart it is told again: %+v", told)
	}
	news := value(r.coffer.Overview(ctx))(t).News
	if len(news) != 2 || news[0].Kind != app.RefundCame || news[0].Name != "Fit Yard" || news[0].Amount.Minor != 3850 || news[1].Kind != app.MoneyCame || news[1].Dispute != of {
		t.Fatalf("the overview has %+v", news)
	}
	must(t, r.coffer.PutNewsAway(ctx, news[0].Key))
	must(t, r.coffer.MatchRefund(ctx, of, news[1].Row))
	if told, left := r.told(t), value(r.coffer.News(ctx))(t); told.Any() || len(left) != 0 {
		t.Errorf("told %+v, and %+v is left", told, left)
	}
	wantKind(t, r.coffer.PutNewsAway(ctx, news[1].Key), fault.NotFound)
}

// TestTheDayOfTheBanksAnswerIsTold lives up to it, under each choice of how much is told.
func TestTheDayOfTheBanksAnswerIsTold(t *testing.T) {
	for kind, named := range map[app.NoticeKind]int{app.NoticeCount: 0, app.NoticeMore: 1, app.NoticeNone: 0} {
		r, _, of := waited(t)
		ctx := t.Context()
		must(t, r.coffer.SetNotice(ctx, kind))
		by := value(r.coffer.Dispute(ctx, of))(t).Chase
		r.clock.move(time.Duration(by-r.coffer.Today()-1) * 24 * time.Hour)
		if told := r.told(t); told.Due != 0 {
			t.Fatalf("%q: the day before, %+v is told", kind, told)
		}
		r.clock.move(24 * time.Hour)
		due := 1
		if kind == app.NoticeNone {
			due = 0
		}
		if told := r.told(t); told.Due != due || len(told.News) != named || r.told(t).Any() {
			t.Errorf("%q: told %+v", kind, told)
		}
		if news := value(r.coffer.News(ctx))(t); len(news) != 1 || news[0].Kind != app.AnswerDue || news[0].Day != by {
			t.Errorf("%q: %+v is news", kind, news)
		}
		must(t, r.coffer.NoteDispute(ctx, of, dispute.Event{What: dispute.Resolved, Outcome: dispute.Paid}))
		if news := value(r.coffer.News(ctx))(t); len(news) != 0 {
			t.Errorf("%q: after the answer %+v is news", kind, news)
		}
	}
}

func TestTheDayOfTheBanksAnswerIsToldWhileTheWindowIsOpen(t *testing.T) {
	r, _, _ := waited(t)
	must(t, r.coffer.Lock())
	synctest.Test(t, func(t *testing.T) {
		open := func(context.Context, app.Store) (app.Banks, error) { return offline{}, nil }
		begun := time.Now()
		now := func() time.Time { return r.clock.now().Add(time.Since(begun)) }
		c, err := app.New(app.Config{Dir: r.coffer.Dir(), OpenStore: r.openStore, OpenBanks: open, Now: now, OpenBrowser: r.browse})
		must(t, err)
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		due, heard := 0, 0
		done := make(chan struct{})
		go func() { defer close(done); c.WatchAlerts(ctx, func(t app.Told) { due += t.Due }) }()
		must(t, c.UnlockWithRecovery(ctx, r.key))
		must(t, c.SetLockAfter(ctx, 0))
		c.Changed.Disputes.Listen(ctx, func(dispute.ID) { heard++ })
		time.Sleep(40 * 24 * time.Hour)
		synctest.Wait()
		if due != 1 || heard < 30 {
			t.Errorf("%d told, who listens heard of %d new days", due, heard)
		}
		must(t, c.Lock())
		stop()
		<-done
	})
}
