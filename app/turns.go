package app

import (
	"context"
	"fmt"
	"math"

	"golang.org/x/sync/semaphore"
)

// turns keeps apart who compares rows with the stored ones and then writes: two at the same time
// would both find a row missing, and both would add it. Refreshes go side by side, each link has
// accounts of its own; files go one at a time, those for a linked account when no refresh runs.
type turns struct {
	files, linked *semaphore.Weighted
}

func newTurns() turns {
	return turns{semaphore.NewWeighted(1), semaphore.NewWeighted(math.MaxInt64)}
}

// refresh waits for the turn of a refresh.
func (t turns) refresh(ctx context.Context) (done func(), err error) {
	if err := t.linked.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("wait for an import: %w", err)
	}
	return func() { t.linked.Release(1) }, nil
}

// file waits for the turn of an import or of its undoing.
func (t turns) file(ctx context.Context, linked bool) (done func(), err error) {
	if err := t.files.Acquire(ctx, 1); err != nil {
		return nil, fmt.Errorf("wait for another import: %w", err)
	}
	if !linked {
		return func() { t.files.Release(1) }, nil
	}
	if err := t.linked.Acquire(ctx, math.MaxInt64); err != nil {
		t.files.Release(1)
		return nil, fmt.Errorf("wait for a refresh: %w", err)
	}
	return func() {
		t.linked.Release(math.MaxInt64)
		t.files.Release(1)
	}, nil
}
