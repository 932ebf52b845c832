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

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"

	"golang.org/x/term"
)

// mostPassphrase bounds what is read from a descriptor, in bytes.
const mostPassphrase = 4096

var errNobody = errors.New("no passphrase was given and nobody can be asked")

// unlock opens the vault with the passphrase, or the recovery key, from the descriptor or the prompt.
func (t *terminal) unlock(ctx context.Context, c *app.Coffer) error {
	state, err := c.State()
	if err != nil {
		return err
	}
	switch state {
	case app.NoVault:
		return fault.New(fault.VaultMissing, "open the vault", errors.New("there is none"))
	case app.Open: // by whoever handed it in
		return nil
	}
	if opened, err := t.byKeyring(ctx, c); opened || err != nil {
		return errors.Join(err, t.endSetUpIf(ctx, c, opened))
	}
	prompt, open := t.Voice.T("terminal.passphrase", "Passphrase: "), c.Unlock
	if t.lost {
		prompt, open = t.Voice.T("terminal.recovery-key", "Recovery key: "), c.UnlockWithRecovery
	}
	typed, err := t.passphrase(prompt)
	if err != nil {
		return err
	}
	if err := open(ctx, typed); err != nil {
		return err
	}
	if t.lost {
		t.saved = typed
	} else {
		t.given = typed
	}
	return t.endSetUp(ctx, c)
}

// endSetUp asks for the recovery key again if it was never typed back. Where nobody can be asked it
// only says so.
func (t *terminal) endSetUp(ctx context.Context, c *app.Coffer) error {
	open, err := c.NeedsRecovery(ctx)
	if err != nil || !open {
		return err
	}
	if t.fd >= 0 || t.Hidden == nil {
		t.tell(t.Voice.T("terminal.no-recovery", "The recovery key of this vault was never typed back. Any command without --passphrase-fd makes a new one."))
		return nil
	}
	t.tell(t.Voice.T("terminal.recovery-again", "The recovery key was never typed back. This new one replaces it."))
	key, err := c.NewRecovery(ctx)
	if err != nil {
		return err
	}
	return t.typeBack(ctx, c, key, t.made())
}

// passphrase reads one line from --passphrase-fd, or asks without showing what is typed. It never
// comes from an argument or the environment.
func (t *terminal) passphrase(prompt string) (secret.Text, error) {
	if t.Asked != nil { // a secret is typed where the vault is, never sent there; descriptors are the window's own
		return secret.Text{}, t.inWindow()
	}
	if t.fd >= 0 {
		if !t.typed.Empty() { // it is asked for again in the same run
			return t.typed, nil
		}
		var err error
		t.typed, err = fromDescriptor(t.fd)
		return t.typed, err
	}
	if t.Hidden == nil {
		return secret.Text{}, fault.New(fault.Locked, "ask for the passphrase", errNobody)
	}
	typed, err := t.Hidden(prompt)
	if errors.Is(err, io.EOF) { // Ctrl-C or Ctrl-D
		return secret.Text{}, fault.New(fault.Canceled, "ask for the passphrase", context.Canceled)
	}
	if err != nil {
		return secret.Text{}, fault.New(fault.Locked, "ask for the passphrase", err)
	}
	return secret.New(typed), nil
}

// fromDescriptor reads one line.
func fromDescriptor(fd int) (secret.Text, error) {
	file := os.NewFile(uintptr(fd), "passphrase")
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

// lineReader reads answers a line at a time.
type lineReader struct {
	from *bufio.Reader
	file *os.File // what from reads, if it is one
}

func newLineReader(r io.Reader) *lineReader {
	file, _ := r.(*os.File)
	return &lineReader{bufio.NewReader(r), file}
}

// next waits for a line until ctx ends.
func (l *lineReader) next(ctx context.Context) (string, error) {
	if l.file != nil && l.from.Buffered() == 0 {
		awaitInput(ctx, l.file)
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	line, err := l.from.ReadString('\n')
	if line == "" && err != nil {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// agree asks a yes-or-no question; anything but y or yes is no, and so is no answer.
func (t *terminal) agree(ctx context.Context, question string) (bool, error) {
	fmt.Fprint(t.Err, question+" "+t.Voice.T("terminal.yes-no", "[y/N]")+" ")
	answer, err := t.lines.next(ctx)
	if ctx.Err() != nil || errors.Is(err, io.EOF) {
		fmt.Fprintln(t.Err)
		return false, ctx.Err()
	}
	if err != nil {
		return false, fault.New(fault.DiskFailed, "read an answer", err)
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

// tell prints a line about what is going on; it is not part of the result.
func (t *terminal) tell(text string) { fmt.Fprintln(t.Err, text) }

// HiddenInput returns a way to ask on a terminal without showing what is typed, or nil if in is
// none. Ctrl-C and Ctrl-D give io.EOF.
func HiddenInput(in *os.File, out io.Writer) func(prompt string) (string, error) {
	fd := int(in.Fd())
	if !term.IsTerminal(fd) {
		return nil
	}
	screen := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, "") // kept, for it may hold what was typed ahead
	return func(prompt string) (string, error) {
		before, err := term.MakeRaw(fd)
		if err != nil {
			return "", fmt.Errorf("hide what is typed: %w", err)
		}
		typed, err := screen.ReadPassword(prompt)
		return typed, errors.Join(err, term.Restore(fd, before))
	}
}
