// Package ui is the window: the frame around the places, its keys, and which screen shows when.
package ui

import (
	"coffer/app"
	"coffer/ui/say"
)

// Config is what main hands to the window.
type Config struct {
	Coffer  *app.Coffer
	Voice   *say.Voice
	Version string
	TryDemo func() error // opens the demo in a window of its own; nil in the demo
	Browse  func(address string) error
}
