package live

import (
	"context"
	"errors"
	"time"
)

// UndoTime is how long what was done is offered to be undone.
const UndoTime = 10 * time.Second

// Act is something that the person did, and how it is taken back.
type Act struct {
	Said string // what was done, for the undo bar
	Do   func(ctx context.Context) (undo func(context.Context) error, err error)
	Then func() // once it was done, before it is said; nil for nothing. Doing it again leaves that out
	Back func() // once it was taken back; nil for nothing

	undo func(ctx context.Context) error // nil until it was done
}

// Acts are what was done in a place, to undo and to do again: one at a time, while the place is shown. All fields are set before
// the first Show. Its methods are for the UI goroutine.
type Acts struct {
	Desk    Action
	Offer   func(said string) // shows the undo bar
	Hide    func()            // takes it away
	Fail    func(error)
	Changed func() // reads again what an act may have changed

	ctx          context.Context
	busy         bool
	done, undone []*Act // newest last
	bar          context.CancelFunc
}

// Show begins a time that the place is shown, until ctx ends. What was done before can still be undone.
func (a *Acts) Show(ctx context.Context) {
	a.ctx, a.busy = ctx, false
	a.Hide()
}

// Busy reports whether an act is on its way.
func (a *Acts) Busy() bool { return a.busy }

// Forget leaves nothing to undo, as where the place shows something else.
func (a *Acts) Forget() { a.done, a.undone = nil, nil }

// Perform does what can be undone and says so; nothing while another is on its way.
func (a *Acts) Perform(act *Act) {
	if a.busy {
		return
	}
	a.undone = nil
	a.carryOut(act, act.Then)
}

func (a *Acts) carryOut(act *Act, then func()) {
	a.busy = true
	a.Desk.Do(a.ctx, func(ctx context.Context) (err error) {
		act.undo, err = act.Do(ctx)
		return err
	}, func(err error) {
		a.busy = false
		if err != nil {
			a.Fail(err)
			return
		}
		a.done = append(a.done, act)
		if then != nil {
			then()
		}
		a.offer(act.Said)
		a.Changed()
	})
}

// Undo takes the last act back.
func (a *Acts) Undo() bool {
	n := len(a.done) - 1
	if n < 0 || a.busy {
		return false
	}
	last := a.done[n]
	a.busy = true
	a.Desk.Do(a.ctx, last.undo, func(err error) {
		a.busy = false
		if err != nil {
			a.Fail(err)
			return
		}
		a.done, a.undone = a.done[:n], append(a.undone, last)
		a.Hide()
		if last.Back != nil {
			last.Back()
		}
		a.Changed()
	})
	return true
}

// Redo does again what was undone last.
func (a *Acts) Redo() bool {
	n := len(a.undone) - 1
	if n < 0 || a.busy {
		return false
	}
	again := a.undone[n]
	a.undone = a.undone[:n]
	a.carryOut(again, nil)
	return true
}

// offer shows the undo bar for its time; a later one has its own.
func (a *Acts) offer(said string) {
	if a.bar != nil {
		a.bar()
	}
	ctx, end := context.WithTimeout(a.ctx, UndoTime)
	a.bar = end
	a.Offer(said)
	a.Desk.Do(a.ctx, func(context.Context) error {
		<-ctx.Done()
		return ctx.Err()
	}, func(err error) {
		if errors.Is(err, context.DeadlineExceeded) {
			a.Hide()
		}
	})
}
