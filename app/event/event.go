// Package event tells whoever listens that something changed. It carries ids, not data:
// a listener reads the store again, so it never shows a stale copy.
package event

import (
	"context"
	"slices"
	"sync"
)

// Topic is one kind of change. The zero Topic is ready; it may be used from any goroutine.
type Topic[T any] struct {
	mu        sync.Mutex
	listeners []*listener[T]
}

type listener[T any] struct{ hear func(T) }

// Listen calls hear for each Tell until ctx ends. It runs on the teller's goroutine
// and must not block.
func (t *Topic[T]) Listen(ctx context.Context, hear func(T)) {
	l := &listener[T]{hear}
	t.mu.Lock()
	t.listeners = append(t.listeners, l)
	t.mu.Unlock()
	context.AfterFunc(ctx, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.listeners = slices.DeleteFunc(slices.Clone(t.listeners), func(x *listener[T]) bool { return x == l })
	})
}

// Tell calls every listener in the order in which they came.
func (t *Topic[T]) Tell(v T) {
	t.mu.Lock()
	now := slices.Clone(t.listeners)
	t.mu.Unlock()
	for _, l := range now {
		l.hear(v)
	}
}
