package live

import (
	"context"
	"errors"
	"sync"
)

// View shows what Load returns. Load runs off the UI goroutine, Show and Fail on it, and
// only the newest load is shown. Load, Show, OnUI and Group are needed; all fields are set
// before the first Refresh.
type View[T any] struct {
	Load  func(context.Context) (T, error)
	Show  func(T)
	Fail  func(error) // nil drops errors; a cancelled load never gets here
	OnUI  func(func())
	Group *Group

	mu     sync.Mutex
	newest uint64
	stop   context.CancelFunc
}

// Refresh loads again and cancels the load before it. It may be called from any goroutine.
// When ctx has ended nothing is shown.
func (v *View[T]) Refresh(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	mine := v.begin(cancel)
	v.Group.Go(func() {
		var value T
		err := guard(func() (err error) {
			value, err = v.Load(ctx)
			return err
		})
		v.OnUI(func() {
			defer cancel()
			if ctx.Err() != nil || !v.isNewest(mine) {
				return
			}
			v.give(value, err)
		})
	})
}

func (v *View[T]) give(value T, err error) {
	if err == nil {
		err = guard(func() error {
			v.Show(value)
			return nil
		})
	}
	switch {
	case err == nil:
	case errors.Is(err, context.Canceled) || v.Fail == nil:
	default:
		v.Fail(err)
	}
}

func (v *View[T]) begin(cancel context.CancelFunc) uint64 {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stop != nil {
		v.stop()
	}
	v.stop = cancel
	v.newest++
	return v.newest
}

func (v *View[T]) isNewest(n uint64) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return n == v.newest
}
