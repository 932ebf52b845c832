package event_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"coffer/app/event"
)

func TestListenEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var topic event.Topic[string]
		ctx, cancel := context.WithCancel(t.Context())
		var heard []string
		topic.Listen(ctx, func(id string) { heard = append(heard, "first "+id) })
		topic.Listen(t.Context(), func(id string) { heard = append(heard, "second "+id) })
		topic.Tell("a")
		cancel()
		synctest.Wait()
		topic.Tell("b")
		if want := []string{"first a", "second a", "second b"}; !slices.Equal(heard, want) {
			t.Fatalf("heard %v, want %v", heard, want)
		}
	})
}
