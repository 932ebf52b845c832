package terminal

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"

	"golang.org/x/term"
)

// mostPassphrase bounds what is read from a descriptor, in bytes.
const mostPassphrase = 4096

var errNobody = errors.New("no passphrase was given and nobody can be asked")

// unlock opens the vault with the passphrase from the descriptor or the prompt.
func (t *terminal) unlock(ctx context.Context, c *app.Coffer) error {
	state, err := c.State()
	if err != nil {
		return err
	}
	if state == app.NoVault {
		return fault.New(fault.VaultMissing, "open the vault", errors.New("there is none"))
	}
	passphrase, err := t.passphrase(t.Voice.T("terminal.passphrase", "Passphrase: "))
	if err != nil {
		return err
	}
	return c.Unlock(ctx, passphrase)
}

// passphrase reads one line from --passphrase-fd, or asks without showing what is typed. It never
// comes from an argument or the environment.
func (t *terminal) passphrase(prompt string) (secret.Text, error) {
	if t.fd >= 0 {
		file := os.NewFile(uintptr(t.fd), "passphrase")
		if file == nil {
			return secret.Text{}, fault.New(fault.Locked, "read the passphrase", errNobody)
		}
		defer file.Close()
		line, err := bufio.NewReader(io.LimitReader(file, mostPassphrase)).ReadString('\n')
		if err != nil && err != io.EOF {
			return secret.Text{}, fault.New(fault.Locked, "read the passphrase", err)
		}
		return secret.New(strings.TrimRight(line, "\r\n")), nil
	}
	if t.Hidden == nil {
		return secret.Text{}, fault.New(fault.Locked, "ask for the passphrase", errNobody)
	}
	typed, err := t.Hidden(prompt)
	if err != nil {
		return secret.Text{}, fault.New(fault.Locked, "ask for the passphrase", err)
	}
	return secret.New(typed), nil
}

// lineReader reads answers a line at a time.
type lineReader struct{ from *bufio.Reader }

func newLineReader(r io.Reader) *lineReader { return &lineReader{bufio.NewReader(r)} }

func (l *lineReader) next() (string, error) {
	line, err := l.from.ReadString('\n')
	if line == "" && err != nil {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// agree asks a yes-or-no question; anything but y or yes is no.
func (t *terminal) agree(question string) (bool, error) {
	fmt.Fprint(t.Err, question+" "+t.Voice.T("terminal.yes-no", "[y/N]")+" ")
	answer, err := t.lines.next()
	if err != nil {
		return false, nil //nolint:nilerr // no answer is no
	}
	answer = strings.ToLower(answer)
	return answer == "y" || answer == "yes" || answer == t.Voice.T("terminal.yes", "yes"), nil
}

// printJSON writes v as one indented document.
func (t *terminal) printJSON(v any) error {
	e := json.NewEncoder(t.Out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// table writes rows in columns; cells are separated by tabs.
func (t *terminal) table(rows []string, flags uint) error {
	w := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', flags)
	for _, r := range rows {
		fmt.Fprintln(w, r)
	}
	return w.Flush()
}

// tell prints a line about what is going on; it is not part of the result.
func (t *terminal) tell(text string) { fmt.Fprintln(t.Err, text) }

// HiddenInput returns a way to ask on a terminal without showing what is typed, or nil if in is none.
func HiddenInput(in *os.File, out io.Writer) func(prompt string) (string, error) {
	fd := int(in.Fd())
	if !term.IsTerminal(fd) {
		return nil
	}
	return func(prompt string) (string, error) {
		fmt.Fprint(out, prompt)
		typed, err := term.ReadPassword(fd)
		fmt.Fprintln(out)
		return string(typed), err
	}
}
