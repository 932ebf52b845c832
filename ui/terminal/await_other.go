//go:build !unix

package terminal

import (
	"context"
	"os"
)

// awaitInput does nothing: on Windows Ctrl-C ends a read by itself.
func awaitInput(context.Context, *os.File) {}
