// Package ui is the window: the frame around the places, its keys, and which screen shows when.
package ui

import (
	"context"

	"coffer/app"
	"coffer/ui/say"
)

// Config is what main hands to the window.
type Config struct {
	Coffer  *app.Coffer
	Voice   *say.Voice
	Version string
	TryDemo func() error // opens the demo in a window of its own; nil in the demo
	Hidden  bool         // it starts in the tray, locked, where there is one
	Browse  func(address string) error
	Serve   func(ctx context.Context, f Front) error // answers the person's terminals until ctx ends; nil: nobody can ask
}

// Front is the window, seen by what answers terminals. Both may be called from any goroutine.
type Front interface {
	// Raise shows the window and brings it to front.
	Raise()
	// Allow asks the person; no answer in time is no, and so is a vault that locks meanwhile. It errs when ctx ends.
	Allow(ctx context.Context, question func(v *say.Voice) string) (bool, error)
}
