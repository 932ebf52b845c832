// Package live runs the window's slow work beside the UI goroutine and brings results back to it.
package live

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// Group counts work in flight so that closing the window can wait for it. Its zero value
// is ready. Wait must not be called while new work may still start: cancel the ctx first.
type Group struct{ running sync.WaitGroup }

// Go runs work on its own goroutine.
func (g *Group) Go(work func()) {
	g.running.Go(work)
}

// Wait returns when everything started has ended. It may be called on the UI goroutine as
// long as OnUI only queues.
func (g *Group) Wait() { g.running.Wait() }

// Stopped is what a panic in Load or in an action becomes, so that one place stops and the
// rest goes on. Its text holds no value from the panic, which may be personal data.
type Stopped struct {
	What  string // the panic's type, for example "runtime.boundsError"
	Stack []byte
}

func (s *Stopped) Error() string { return "stopped: panic of type " + s.What }

// PageStopped marks it for ui/say, which has a sentence of its own for it.
func (s *Stopped) PageStopped() {}

// Report is what the person may send: where it stopped, and no value.
func (s *Stopped) Report() string { return s.Error() + "\n\n" + string(s.Stack) }

func guard(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &Stopped{What: fmt.Sprintf("%T", p), Stack: debug.Stack()}
		}
	}()
	return work()
}

// Action says where an action's goroutine is counted and how its result gets to the UI.
type Action struct {
	Group *Group
	OnUI  func(func())
}

// Do runs work off the UI goroutine and done on it, with work's error. After ctx has ended
// done is not called: the place that asked is gone. A panic in work is a *Stopped.
func (a Action) Do(ctx context.Context, work func(context.Context) error, done func(error)) {
	a.Group.Go(func() {
		err := guard(func() error { return work(ctx) })
		a.OnUI(func() {
			if ctx.Err() == nil {
				done(err)
			}
		})
	})
}
