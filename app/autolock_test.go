package app_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
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

// slowBanks read each link until they are stopped, and tell all the while how far they are.
type slowBanks struct {
	app.Banks
	began, ended chan time.Time
}

func (slowBanks) Close() {}

func (b slowBanks) Refresh(ctx context.Context, id consent.LinkID, _ bool, told func(app.Progress)) (app.Refreshed, error) {
	b.began <- time.Now()
	for rows := 0; ctx.Err() == nil; rows++ {
		told(app.Progress{Link: id, Account: "Everyday", AccountNo: 1, Accounts: 1, Rows: rows})
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	b.ended <- time.Now()
	return app.Refreshed{}, fault.New(fault.Canceled, "refresh a link", ctx.Err())
}

// TestABankThatIsReadByItselfKeepsNoLockAway: the vault locks at the person's time, and the reading ends with it.
func TestABankThatIsReadByItselfKeepsNoLockAway(t *testing.T) {
	r := linked(t)
	must(t, r.coffer.Lock())
	key := r.key
	synctest.Test(t, func(t *testing.T) {
		banks := slowBanks{began: make(chan time.Time, 10), ended: make(chan time.Time, 10)}
		open := func(context.Context, app.Store) (app.Banks, error) { return banks, nil }
		c, err := app.New(app.Config{Dir: r.coffer.Dir(), OpenStore: r.openStore, OpenBanks: open, Now: time.Now, OpenBrowser: r.browse})
		must(t, err)
		watching, stop := context.WithCancel(context.Background())
		var group sync.WaitGroup
		group.Go(func() { c.WatchIdle(watching) })
		group.Go(func() { c.WatchDue(watching, func(int) {}) })
		locked := make(chan time.Time, 10)
		c.Changed.Lock.Listen(watching, func(s app.State) {
			if s == app.Locked {
				locked <- time.Now()
			}
		})
		must(t, c.UnlockWithRecovery(context.Background(), key))
		last := time.Now()
		began, at := <-banks.began, <-locked
		if gone := began.Sub(last); gone <= 0 || gone >= app.DefaultLockAfter {
			t.Errorf("the bank was read %v after the last touch: nothing is shown by that", gone)
		}
		if gone := at.Sub(last); gone < app.DefaultLockAfter || gone > app.DefaultLockAfter+2*time.Second {
			t.Errorf("locked %v after the last touch", gone)
		}
		if cause, _, _ := c.LastLock(); cause != app.ByIdling {
			t.Errorf("locked by %v", cause)
		}
		if gone := (<-banks.ended).Sub(at); gone > 2*time.Second {
			t.Errorf("the reading went on for %v after the lock", gone)
		}
		stop()
		group.Wait()
	})
}
