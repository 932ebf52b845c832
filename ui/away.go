//go:build !nogui

package ui

import (
	"context"
	"errors"

	"coffer/app"
	"coffer/ui/lock"
	"coffer/ui/session"
)

// watchAway locks the vault when the person is away for as long as they chose, and reads what is due while it is open.
func (f *frame) watchAway() {
	f.desk.Group.Go(func() { f.config.Coffer.WatchIdle(f.ctx) })
	f.desk.Group.Go(func() {
		f.config.Coffer.WatchDue(f.ctx, func(int) {}) // of what came WatchAlerts tells, whoever had it read
	})
	f.desk.Group.Go(func() {
		f.config.Coffer.WatchAlerts(f.ctx, func(t app.Told) { f.desk.OnUI(func() { f.tellAlerts(t) }) })
	})
}

// watchDesktop locks the vault with the screen, and before the computer sleeps.
func (f *frame) watchDesktop(b session.Buses) {
	because := func(cause app.LockCause) func() {
		return func() {
			if err := f.config.Coffer.LockBecause(cause); err != nil && !errors.Is(err, context.Canceled) {
				f.desk.OnUI(func() { f.lockScreen(err) })
			}
		}
	}
	f.desk.Group.Go(func() {
		session.Watch(f.ctx, b, session.Told{Screen: because(app.ByScreen), Sleep: because(app.BySleep), Wake: f.config.Coffer.Woke, Online: f.online})
	})
}

// online lets banks that could not be reached be read again by themselves.
func (f *frame) online() {
	f.desk.Do(f.ctx, f.config.Coffer.Reachable, func(error) {}) // a locked vault: opening it looks anyway
}

// locked is the lock screen. Only the first of a start asks the keyring by itself.
func (f *frame) locked(trouble error) screen {
	_, _, before := f.config.Coffer.LastLock()
	fresh := !before && !f.asked
	f.asked = true
	return lock.New(f.config.Coffer, f.voice, f.desk, lock.Go{
		Opened: f.open, Chosen: func() { f.lookAgain() }, Restore: f.restore, Trouble: trouble, Fresh: fresh,
	})
}

// lookAgain shows the first screen of the vault that is chosen now.
func (f *frame) lookAgain() {
	f.mode, f.asked = atNothing, false
	f.state.Refresh(f.ctx)
}
