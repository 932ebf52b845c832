package terminal

import (
	"fmt"
	"os"

	"golang.org/x/term"
)

// progress returns what shows how far a long work is, on one line of a terminal, and what ends that
// line. Where nobody watches it shows nothing.
func (t *terminal) progress() (told func(label string, done, total int64), end func()) {
	screen, watched := t.screen()
	if !watched {
		return func(string, int64, int64) {}, func() {}
	}
	before := ""
	told = func(label string, done, total int64) {
		line := label
		if total > 0 {
			line = fmt.Sprintf("%s %3d %%", label, 100*done/total)
		}
		if wide, _, err := term.GetSize(int(screen.Fd())); err == nil {
			line = cutTo(line, wide-1)
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

// screen is the terminal that somebody watches.
func (t *terminal) screen() (screen *os.File, watched bool) {
	screen, isFile := t.Err.(*os.File)
	return screen, isFile && term.IsTerminal(int(screen.Fd()))
}

// cutTo keeps so many letters of a line: one that goes on in the next row of the screen can't be written over.
func cutTo(line string, wide int) string {
	if letters := []rune(line); wide > 1 && len(letters) > wide {
		return string(letters[:wide-1]) + "…"
	}
	return line
}
