package app_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"coffer/app"
)

func TestTheVaultLocksByItself(t *testing.T) {
	r := fresh(t)
	ctx := t.Context()
	if after := value(r.coffer.LockAfter(ctx))(t); after != 5*time.Minute {
		t.Errorf("a new vault locks after %v", after)
	}
	must(t, r.coffer.SetLockAfter(ctx, time.Minute))
	if err := r.coffer.SetLockAfter(ctx, 7*time.Second); err == nil {
		t.Error("any time at all may be chosen")
	}
	must(t, r.coffer.Lock())
	key := r.key
	synctest.Test(t, func(t *testing.T) {
		c, err := app.New(app.Config{Dir: r.coffer.Dir(), OpenStore: r.openStore, OpenBanks: noBanks, Now: time.Now, OpenBrowser: r.browse})
		must(t, err)
		watching, stop := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { defer close(done); c.WatchIdle(watching) }()
		locked := make(chan time.Time, 10)
		c.Changed.Lock.Listen(watching, func(s app.State) {
			if s == app.Locked {
				locked <- time.Now()
			}
		})
		unlock := func() {
			t.Helper()
			must(t, c.UnlockWithRecovery(context.Background(), key))
		}
		unlock()
		time.Sleep(50 * time.Second)
		c.Active()
		last := time.Now()
		if at := <-locked; at.Sub(last) < time.Minute || at.Sub(last) > time.Minute+time.Second {
			t.Errorf("locked %v after the last touch", at.Sub(last))
		}
		if cause, after, ok := c.LastLock(); cause != app.ByIdling || after != time.Minute || !ok {
			t.Errorf("last lock: %v %v %v", cause, after, ok)
		}
		unlock() // and again
		began := time.Now()
		if at := <-locked; at.Sub(began) > time.Minute+time.Second {
			t.Errorf("the second time it took %v", at.Sub(began))
		}
		unlock()
		must(t, c.SetLockAfter(context.Background(), 0))
		time.Sleep(48 * time.Hour)
		if s, err := c.State(); err != nil || s != app.Open {
			t.Errorf("locked although it is to stay open: %v %v", s, err)
		}
		must(t, c.SetLockAfter(context.Background(), app.DefaultLockAfter)) // holds at once
		began = time.Now()
		if at := <-locked; at.Sub(began) < 5*time.Minute || at.Sub(began) > 5*time.Minute+time.Second {
			t.Errorf("after the change it took %v", at.Sub(began))
		}
		stop()
		<-done
	})
}

// offline are banks that are never asked.
type offline struct{ app.Banks }

func (offline) Close() {}

func noBanks(context.Context, app.Store) (app.Banks, error) { return offline{}, nil }
