package terminal

import (
	"fmt"
	"os"

	"golang.org/x/term"
)

// progress returns what shows how far a long work is, on one line of a terminal, and what ends that
// line. Where nobody watches it shows nothing.
func (t *terminal) progress() (told func(label string, done, total int64), end func()) {
	screen, isFile := t.Err.(*os.File)
	if !isFile || !term.IsTerminal(int(screen.Fd())) {
		return func(string, int64, int64) {}, func() {}
	}
	before := ""
	told = func(label string, done, total int64) {
		line := label
		if total > 0 {
			line = fmt.Sprintf("%s %3d %%", label, 100*done/total)
		}
		if line != before {
			fmt.Fprintf(screen, "\r\x1b[K%s", line)
			before = line
		}
	}
	return told, func() {
		if before != "" {
			fmt.Fprint(screen, "\r\x1b[K")
		}
	}
}
