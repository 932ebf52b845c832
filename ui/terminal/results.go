package terminal

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"syscall"

	"coffer/app"
	"coffer/ui/holder"
)

// results is the output. It remembers the first write that failed: a result that is not all there is a failure.
type results struct {
	to     io.Writer
	failed error
}

func (r *results) Write(p []byte) (int, error) {
	if r.failed != nil {
		return 0, r.failed
	}
	n, err := r.to.Write(p)
	r.failed = err
	return n, err
}

// outputError is a result that could not be written whole. The command itself has done its work.
type outputError struct{ error }

func (e outputError) Unwrap() error { return e.error }

// whole makes an error of output that is not all there; what went wrong before it comes first.
func (r *results) whole(err error) error {
	if r.failed == nil || err != nil && !errors.Is(err, r.failed) {
		return err
	}
	return outputError{r.failed}
}

// cut says that the result is not all there.
func (t *terminal) cut(err error) string {
	if errors.Is(err, syscall.ENOSPC) {
		return t.Voice.T("terminal.output-full", "The output is not all there: its disk is full. What was to be done is done; make room and look again.")
	}
	return t.Voice.T("terminal.output-failed", "The output is not all there: it could not be written. What was to be done is done; look again.")
}

// failureJSON is what a failure says with --json: one line, the last of the error output.
type failureJSON struct {
	Error string `json:"error"`
	Code  int    `json:"exit_code"`
}

// complain says why the command failed, and returns code.
func (t *terminal) complain(code int, text string) int {
	switch {
	case text == "":
	case t.json || slices.Contains(t.Args, "--json"): // a flag may be wrong before that one is read
		line, err := json.Marshal(failureJSON{text, code})
		if err == nil {
			fmt.Fprintln(t.Err, string(line))
		}
	default:
		fmt.Fprintln(t.Err, text)
	}
	return code
}

// ownFiles are the person's files, but no pipe to wait at for ever.
type ownFiles struct{ holder.Own }

// Open implements holder.Files.
func (ownFiles) Open(path string) (io.ReadCloser, error) { return app.OpenFile(path) }
