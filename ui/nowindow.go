//go:build nogui

package ui

import (
	"context"
	"errors"

	"coffer/app/fault"
)

// Run says that this build has no window.
func Run(context.Context, Config) error {
	return fault.New(fault.NoDisplay, "open the window", errors.New("built without a window"))
}
