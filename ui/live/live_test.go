package live_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"coffer/ui/live"
)

// desk is the UI goroutine: what is put on it runs in order, one at a time.
type desk struct{ queue chan func() }

func newDesk(ctx context.Context, group *live.Group) *desk {
	d := &desk{queue: make(chan func(), 64)}
	group.Go(func() {
		for {
			select {
			case f := <-d.queue:
				f()
			case <-ctx.Done():
				return
			}
		}
	})
	return d
}

func (d *desk) onUI(f func()) { d.queue <- f }

func TestOnlyTheNewestLoadIsShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var ui, group live.Group
		var shown []time.Duration
		delays := make(chan time.Duration, 3)
		view := live.View[time.Duration]{
			Group: &group, OnUI: newDesk(ctx, &ui).onUI,
			Load: func(context.Context) (time.Duration, error) {
				d := <-delays
				time.Sleep(d) // deaf to its ctx, as a slow library is
				return d, nil
			},
			Show: func(d time.Duration) { shown = append(shown, d) },
		}
		for _, d := range []time.Duration{3 * time.Second, 2 * time.Second, time.Second} {
			delays <- d
			view.Refresh(ctx)
			synctest.Wait()
		}
		group.Wait()
		synctest.Wait()
		if !slices.Equal(shown, []time.Duration{time.Second}) {
			t.Errorf("shown %v", shown)
		}
		cancel()
		ui.Wait()
	})
}

func TestANewRefreshCancelsTheLoadBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var group live.Group
		ended := make(chan error, 2)
		shown := 0
		view := live.View[int]{
			Group: &group, OnUI: func(f func()) { f() },
			Load: func(ctx context.Context) (int, error) {
				select {
				case <-ctx.Done():
					ended <- ctx.Err()
					return 0, ctx.Err()
				case <-time.After(time.Minute):
					return 1, nil
				}
			},
			Show: func(int) { shown++ },
			Fail: func(err error) { t.Errorf("a cancelled load is silent, got %v", err) },
		}
		view.Refresh(t.Context())
		synctest.Wait()
		view.Refresh(t.Context())
		group.Wait()
		if len(ended) != 1 || shown != 1 {
			t.Errorf("%d cancelled, %d shown", len(ended), shown)
		}
	})
}

func TestNothingIsShownAfterThePlaceIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		var group live.Group
		view := live.View[int]{
			Group: &group, OnUI: func(f func()) { f() },
			Load: func(context.Context) (int, error) { time.Sleep(time.Second); return 1, nil },
			Show: func(int) { t.Error("shown after leaving") },
			Fail: func(error) { t.Error("failed after leaving") },
		}
		view.Refresh(ctx)
		live.Action{Group: &group, OnUI: view.OnUI}.Do(ctx,
			func(context.Context) error { time.Sleep(time.Second); return nil },
			func(error) { t.Error("done after leaving") })
		synctest.Wait()
		leave()
		group.Wait()
	})
}

func TestWaitReturnsWhenAllWorkHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var group live.Group
		start := time.Now()
		action := live.Action{Group: &group, OnUI: func(f func()) { f() }}
		for _, d := range []time.Duration{time.Second, 5 * time.Second, 3 * time.Second} {
			action.Do(t.Context(), func(context.Context) error { time.Sleep(d); return nil }, func(error) {})
		}
		group.Wait()
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("waited %v", took)
		}
	})
}

func TestErrorsReachTheUI(t *testing.T) {
	broken := errors.New("no answer")
	type outcome struct{ err error }
	for name, c := range map[string]struct {
		work func(context.Context) error
		ok   func(error) bool
	}{
		"success is nil":        {func(context.Context) error { return nil }, func(err error) bool { return err == nil }},
		"an error is handed on": {func(context.Context) error { return broken }, func(err error) bool { return errors.Is(err, broken) }},
		"a panic becomes Stopped, without its value": {func(context.Context) error { panic("4417 Nora") }, func(err error) bool {
			var s *live.Stopped
			return errors.As(err, &s) && len(s.Stack) > 0 && !strings.Contains(err.Error(), "Nora")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var group live.Group
			var fromAction, fromView *outcome
			onUI := func(f func()) { f() }
			live.Action{Group: &group, OnUI: onUI}.Do(t.Context(), c.work, func(err error) { fromAction = &outcome{err} })
			view := live.View[int]{
				Group: &group, OnUI: onUI,
				Load: func(ctx context.Context) (int, error) { return 0, c.work(ctx) },
				Show: func(int) { fromView = &outcome{} },
				Fail: func(err error) { fromView = &outcome{err} },
			}
			view.Refresh(t.Context())
			group.Wait()
			for where, got := range map[string]*outcome{"action": fromAction, "view": fromView} {
				if got == nil || !c.ok(got.err) {
					t.Errorf("%s: got %v", where, got)
				}
			}
		})
	}
}
