package app_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"coffer/app"
	"coffer/app/consent"
)

// hourLongBanks take an hour to read the first link that they are asked for, and the second is due by then.
type hourLongBanks struct {
	offline
	rig     *rig
	revoked chan time.Time
	reads   chan consent.LinkID
	first   atomic.Bool    // read has ended
	ended   chan time.Time // when that was
}

func (b *hourLongBanks) Refresh(ctx context.Context, id consent.LinkID, _ bool, _ func(app.Progress)) (app.Refreshed, error) {
	b.reads <- id
	if b.first.Load() {
		return app.Refreshed{}, nil
	}
	other := map[consent.LinkID]consent.LinkID{"one": "two", "two": "one"}[id]
	if err := b.rig.store.SetSetting(ctx, consent.NextSetting(other), ""); err != nil {
		return app.Refreshed{}, err
	}
	time.Sleep(time.Hour)
	b.first.Store(true)
	b.ended <- time.Now()
	return app.Refreshed{}, nil
}

func (b *hourLongBanks) Revoke(context.Context, consent.LinkID, bool, func(consent.Proof)) (consent.Receipt, error) {
	b.revoked <- time.Now()
	return consent.Receipt{}, nil
}

// TestAReadThatTakesLongHoldsNothingUp neither the revocations that are due, nor the read after it: the computer did
// not sleep.
func TestAReadThatTakesLongHoldsNothingUp(t *testing.T) {
	r := fresh(t)
	ctx := t.Context()
	must(t, r.coffer.SetLockAfter(ctx, 0))
	for _, l := range []consent.Link{{ID: "one", State: consent.Active}, {ID: "two", State: consent.Active}, {ID: "over", State: consent.RevokePending}} {
		must(t, r.store.SaveLink(ctx, l))
	}
	must(t, r.coffer.Lock())
	synctest.Test(t, func(t *testing.T) {
		b := &hourLongBanks{rig: r, revoked: make(chan time.Time, 1000), reads: make(chan consent.LinkID, 1000), ended: make(chan time.Time, 1)}
		open := func(context.Context, app.Store) (app.Banks, error) { return b, nil }
		c, err := app.New(app.Config{Dir: r.coffer.Dir(), OpenStore: r.openStore, OpenBanks: open, Now: time.Now, OpenBrowser: r.browse})
		must(t, err)
		ctx, stop := context.WithCancel(context.Background())
		must(t, c.UnlockWithRecovery(ctx, r.key))
		must(t, r.store.SetSetting(ctx, consent.NextSetting("two"), time.Now().Add(5*time.Hour).Format(time.RFC3339)))
		done := make(chan struct{})
		go func() { defer close(done); c.WatchDue(ctx, func(int) {}) }()
		<-b.reads
		began := time.Now()
		for range 30 {
			if at := <-b.revoked; at.Sub(began) > 31*time.Minute {
				t.Errorf("a revocation waited until %v after the read began", at.Sub(began))
			}
		}
		ended := <-b.ended
		<-b.reads
		if gap := time.Since(ended); gap > 0 {
			t.Errorf("the link that was due was read %v later", gap)
		}
		stop()
		<-done
		must(t, c.Lock())
	})
}
