package live_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"coffer/ui/live"
)

// TestActsAreUndoneOneAfterTheOther does two things, undoes both and does one again, and lets the bar end.
func TestActsAreUndoneOneAfterTheOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var heard []string
		note := func(what string) { heard = append(heard, what) }
		refuse := false
		queue := make(chan func(), 64)
		group := &live.Group{}
		a := live.Acts{
			Desk: live.Action{Group: group, OnUI: func(do func()) { queue <- do }}, Offer: func(said string) { note("said " + said) }, Hide: func() { note("hidden") },
			Fail: func(err error) { note(err.Error()) }, Changed: func() { note("read") },
		}
		settle := func() {
			for {
				synctest.Wait()
				select {
				case do := <-queue:
					do()
				default:
					return
				}
			}
		}
		expects := func(want ...string) {
			t.Helper()
			settle()
			if !slices.Equal(heard, want) {
				t.Errorf("heard %q, want %q", heard, want)
			}
			heard = nil
		}
		act := func(name string) *live.Act {
			return &live.Act{Said: name, Then: func() { note("then " + name) }, Back: func() { note("back " + name) }, Do: func(context.Context) (func(context.Context) error, error) {
				if refuse {
					return nil, errors.New("refused")
				}
				note("do " + name)
				return func(context.Context) error { note("undo " + name); return nil }, nil
			}}
		}
		ctx, leave := context.WithCancel(t.Context())
		a.Show(ctx)
		a.Perform(act("one"))
		a.Perform(act("while that is on its way"))
		expects("hidden", "do one", "then one", "said one", "read")
		time.Sleep(8 * time.Second)
		a.Perform(act("two"))
		expects("do two", "then two", "said two", "read")
		time.Sleep(9 * time.Second)
		expects()
		time.Sleep(2 * time.Second)
		expects("hidden")
		a.Undo()
		expects("undo two", "hidden", "back two", "read")
		a.Undo()
		expects("undo one", "hidden", "back one", "read")
		if a.Undo() {
			t.Error("there is more to undo")
		}
		a.Redo()
		expects("do one", "said one", "read")
		refuse = true
		a.Perform(act("three"))
		expects("refused")
		if a.Redo() || a.Busy() {
			t.Error("what is done anew leaves something to do again")
		}
		a.Forget()
		if a.Undo() {
			t.Error("what is forgotten can be undone")
		}
		leave()
		settle()
		group.Wait()
	})
}
