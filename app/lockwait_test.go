package app_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
)

// deaf is a network whose refresh hears nothing but the end of its connections.
type deaf struct {
	app.Banks
	asked, closed chan struct{}
	once          sync.Once
}

func (d *deaf) Refresh(context.Context, consent.LinkID, bool, func(app.Progress)) (app.Refreshed, error) {
	close(d.asked)
	<-d.closed
	return app.Refreshed{}, fault.New(fault.Canceled, "refresh", errors.New("the door is closed"))
}

func (d *deaf) Close() {
	d.once.Do(func() { close(d.closed) })
	d.Banks.Close()
}

// Locking waits a moment for what a bank is answering, and no longer.
func TestLockingBreaksOffWhatHoldsItUp(t *testing.T) {
	r := linked(t)
	must(t, r.coffer.Lock())
	d := &deaf{asked: make(chan struct{}), closed: make(chan struct{})}
	c, err := app.New(app.Config{
		Dir: r.coffer.Dir(), Demo: true, OpenStore: r.openStore, Now: r.clock.now, OpenBrowser: r.browse,
		OpenBanks: func(ctx context.Context, s app.Store) (_ app.Banks, err error) {
			d.Banks, err = r.openBanks(ctx, s)
			return d, err
		},
	})
	must(t, err)
	r.coffer = c
	must(t, r.unlock())
	var job sync.WaitGroup
	job.Go(func() {
		if _, err := c.Refresh(context.Background(), r.id); err == nil {
			t.Error("a refresh that was broken off succeeded")
		}
	})
	<-d.asked
	began := time.Now()
	must(t, c.Lock())
	if took := time.Since(began); took < time.Second || took > 15*time.Second {
		t.Errorf("locking took %v", took)
	}
	job.Wait()
}
