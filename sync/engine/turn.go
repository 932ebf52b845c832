package engine

import (
	"context"
	"errors"

	"coffer/app/consent"
	"coffer/app/fault"
)

// turn lets one at a time work on a link.
type turn struct {
	taken chan struct{}      // holds a value while somebody works
	stop  context.CancelFunc // of the refresh at work, or nil; under Engine.mu
	held  int                // who holds or waits to hold; under Engine.mu
}

// Hold stops the refresh of link that is at work, waits for its end, and refuses others until
// release, which the caller owes. Whoever ends a link holds it, so that no refresh saves a state
// over theirs. It errs with Canceled if ctx ends first.
func (e *Engine) Hold(ctx context.Context, link consent.LinkID) (release func(), err error) {
	t := e.turn(link)
	e.mu.Lock()
	t.held++
	if t.stop != nil {
		t.stop()
	}
	e.mu.Unlock()
	letGo := func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		t.held--
	}
	select {
	case t.taken <- struct{}{}:
		return func() { letGo(); <-t.taken }, nil
	case <-ctx.Done():
		letGo()
		return nil, fault.New(fault.Canceled, "hold the link", ctx.Err())
	}
}

// enter waits for the turn of a refresh and returns the ctx that it works under.
func (e *Engine) enter(ctx context.Context, link consent.LinkID) (work context.Context, leave func(), err error) {
	t := e.turn(link)
	select {
	case t.taken <- struct{}{}:
	case <-ctx.Done():
		return nil, nil, fault.New(fault.Canceled, "wait for the link", ctx.Err())
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if t.held > 0 {
		<-t.taken
		return nil, nil, fault.New(fault.Canceled, "wait for the link", errors.New("it is being ended"))
	}
	work, t.stop = context.WithCancel(ctx)
	return work, func() { e.leave(t) }, nil
}

func (e *Engine) leave(t *turn) {
	e.mu.Lock()
	defer e.mu.Unlock()
	t.stop()
	t.stop = nil
	<-t.taken
}

func (e *Engine) turn(link consent.LinkID) *turn {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := e.turns[link]
	if t == nil {
		t = &turn{taken: make(chan struct{}, 1)}
		e.turns[link] = t
	}
	return t
}
