//go:build !nogui && !e2e

package ui

import (
	"context"

	"coffer/ui/live"

	"fyne.io/fyne/v2"
)

// inspect tells nobody what the window shows; the end-to-end build has another.
func inspect(context.Context, live.Action, fyne.Window) {}

// hurry changes nothing; the end-to-end build has another.
func hurry(*frame) {}
