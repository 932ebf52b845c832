package terminal_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"coffer/assets"
	"coffer/ui/terminal"
)

// A pipe that nobody writes to, a device or a folder is refused in words, by the terminal itself and through the window.
func TestWhatIsNoFileIsRefused(t *testing.T) {
	r := linked(t)
	t.Chdir(t.TempDir())
	sample, err := assets.FS.ReadFile("samples/harbour-statement.ofx")
	if err == nil {
		err = errors.Join(os.WriteFile("statement.ofx", sample, 0o600), os.Symlink("statement.ofx", "link.ofx"), os.Mkdir("folder.ofx", 0o700),
			syscall.Mkfifo("pipe.ofx", 0o600), os.Symlink("pipe.ofx", "link-to-pipe.ofx"))
	}
	if err != nil {
		t.Fatal(err)
	}
	odd := []string{"pipe.ofx", "link-to-pipe.ofx", "folder.ofx", "/dev/zero"}
	refused := func(t *testing.T) (said []string) {
		for _, name := range odd {
			got := r.ends(t, terminal.ExitUsage, "import", "--dry-run", name)
			contains(t, got.err, name+": it is a pipe, a device or a folder, not a file; save it as a file first")
			said = append(said, got.err)
		}
		contains(t, r.ok(t, "import", "--dry-run", "link.ofx").out, "link.ofx, nothing stored yet: 6 new")
		return said
	}
	alone := refused(t)
	contains(t, r.ends(t, terminal.ExitFailed, "restore", "pipe.ofx").err, "This file is not a backup of Coffer")
	held(t, r)
	for i, through := range refused(t) {
		if through != alone[i] {
			t.Errorf("through the window it says %q, else %q", through, alone[i])
		}
	}
}

// Every command that prints ends with a failure where the output takes nothing, or only its beginning.
func TestOutputThatIsNotAllThereIsAFailure(t *testing.T) {
	r := linked(t)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	commands := [][]string{
		{"balances"}, {"balances", "--json"}, {"transactions"}, {"transactions", "--json"}, {"banks"}, {"banks", "--json"}, {"ledger"},
		{"ledger", "--export", "csv"}, {"ledger", "--export", "json", "-"}, {"lock-after"}, {"help"}, {"--version"}, {"vaults", "--json"},
		{"import", "--dry-run", "../../assets/samples/harbour-statement.ofx"}, {"keys"}, {"alerts", "--json"},
	}
	fails := func(t *testing.T, out io.Writer, want string) {
		r.out = out
		defer func() { r.out = nil }()
		for _, args := range commands {
			contains(t, r.ends(t, terminal.ExitFailed, args...).err, "The output is not all there: "+want)
		}
	}
	fails(t, full, "its disk is full")
	fails(t, &brief{}, "it could not be written")
	commands = [][]string{{"balances"}, {"balances", "--json"}, {"ledger"}}
	held(t, r)
	fails(t, full, "its disk is full")
}

// brief takes a few bytes, once for all.
type brief struct{ taken int }

func (b *brief) Write(p []byte) (int, error) {
	n := min(len(p), 5-b.taken)
	b.taken += n
	if n < len(p) {
		return n, syscall.EIO
	}
	return n, nil
}

// With --json a failure is one document, the last line of the error output.
func TestAFailureIsJSONWithJSON(t *testing.T) {
	r := linked(t)
	missing := filepath.Join(t.TempDir(), "missing.ofx")
	for _, test := range []struct {
		code int
		says string
		args []string
	}{
		{terminal.ExitUsage, "no such file", []string{"import", missing, "--json"}},
		{terminal.ExitFile, "doesn't know this kind of file", []string{"--json", "import", "results_linux_test.go"}},
		{terminal.ExitUsage, "unknown flag: --wrong", []string{"balances", "--wrong", "--json"}},
		{terminal.ExitUsage, "unknown command", []string{"--json", "balanced"}},
		{terminal.ExitFailed, "The output is not all there", []string{"balances", "--json"}},
	} {
		r.out = nil
		if test.code == terminal.ExitFailed {
			r.out = &brief{}
		}
		got := r.ends(t, test.code, test.args...)
		lines := strings.Split(strings.TrimRight(got.err, "\n"), "\n")
		var said struct {
			Error string `json:"error"`
			Code  int    `json:"exit_code"`
		}
		decode(t, lines[len(lines)-1], &said)
		if !strings.Contains(said.Error, test.says) || said.Code != test.code || len(lines) != 1 {
			t.Errorf("coffer %v says\n%s", test.args, got.err)
		}
	}
	r.out, r.hidden = nil, []string{"not the passphrase"}
	r.key = ""
	contains(t, r.ends(t, terminal.ExitLocked, "balances", "--json").err, `{"error":"That doesn't open the vault.`, `"exit_code":3}`)
}
