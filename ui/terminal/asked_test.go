//go:build linux || darwin

package terminal_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
	"coffer/assets"
	"coffer/sync/demobank"
	"coffer/ui/holder"
	"coffer/ui/say"
	"coffer/ui/terminal"
)

// glass is a window whose person answers as they are told.
type glass struct {
	yes   bool
	asked []string
}

func (g *glass) Raise() {}

func (g *glass) Allow(_ context.Context, question func(*say.Voice) string) (bool, error) {
	v, err := say.New(assets.FS, "en")
	if err == nil {
		g.asked = append(g.asked, question(v))
	}
	return g.yes, err
}

// held opens the vault as a window does and answers at the socket; the rig's terminals ask there.
func held(t *testing.T, r *rig) (*glass, *terminal.Session) {
	t.Helper()
	g, s := listening(t, r)
	if err := s.Coffer.UnlockWithRecovery(t.Context(), secret.New(r.key)); err != nil {
		t.Fatal(err)
	}
	return g, s
}

// listening is a window on the vault, still locked, that answers at the socket.
func listening(t *testing.T, r *rig) (*glass, *terminal.Session) {
	t.Helper()
	r.holder = func(p terminal.Place) (holder.Address, error) { return holder.At(p.Dir, filepath.Join(p.Dir, "demo")) }
	at, err := r.holder(terminal.Place{Dir: r.dir, Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.open(t.Context(), terminal.Place{Dir: r.dir, Demo: true, Bank: true})
	if err != nil {
		t.Fatal(err)
	}
	l, err := holder.Listen(at)
	if err != nil {
		t.Fatal(err)
	}
	g := &glass{}
	ctx, cancel := context.WithCancel(context.Background())
	var serving sync.WaitGroup
	serving.Go(func() {
		voice := func(languages []string) (*say.Voice, error) { return say.New(assets.FS, languages...) }
		if err := terminal.Serve(ctx, l, s.Coffer, g, voice, slog.New(slog.DiscardHandler)); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		cancel()
		serving.Wait()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return g, s
}

// TestAWindowThatIsLockedLeavesTheVaultToTheTimer: it was started at login and never opened, or locked since.
func TestAWindowThatIsLockedLeavesTheVaultToTheTimer(t *testing.T) {
	r := linked(t)
	r.keyring = vault.NewKeyring(&ring{kept: map[string]string{}})
	r.hidden = []string{r.key, passphrase}
	r.ok(t, "keys", "keyring", "on")
	_, s := listening(t, r)
	for name, before := range map[string]func() error{
		"never opened": func() error { return nil },
		"locked": func() error {
			return errors.Join(s.Coffer.UnlockWithRecovery(t.Context(), secret.New(r.key)), s.Coffer.Lock())
		},
	} {
		if err := before(); err != nil {
			t.Fatal(err)
		}
		r.older(7 * time.Hour)
		contains(t, r.alone(t, terminal.ExitOK, "--json").out, `"bank": "Northlight Bank"`)
		if state, err := s.Coffer.State(); err != nil || state != app.Locked {
			t.Errorf("%s: the window's vault is in state %d, %v", name, state, err)
		}
	}
	if err := s.Coffer.UnlockWithRecovery(t.Context(), secret.New(r.key)); err != nil {
		t.Errorf("the window does not open after the timer: %v", err)
	}
}

// bare runs a command with nobody to ask for a secret.
func (r *rig) bare(t *testing.T, code int, args ...string) spoken {
	t.Helper()
	got := r.runBare(t.Context(), append([]string{"--data", r.dir, "--demo"}, args...)...)
	if got.code != code {
		t.Fatalf("coffer %v ended with %d, want %d\n%s%s", args, got.code, code, got.out, got.err)
	}
	return got
}

func TestTheWindowAnswersAsTheTerminalWould(t *testing.T) {
	commands := [][]string{
		{"balances", "--json"}, {"transactions", "--limit", "50", "--json"}, {"transactions", "--search", "coffee"}, {"banks"}, {"banks", "--json"}, {"alerts", "--json"},
		{"ledger", "--limit", "3", "--json"}, {"ledger", "--bank", "nobody"}, {"import", "missing.ofx"}, {"import", "--dry-run", "sample.ofx"}, {"alerts", "mine", "nothing"},
		{"review"}, {"review", "--decided", "--json"}, {"transfers", "--state", "linked", "--json"}, {"transfers", "--state", "odd"},
	}
	r := linked(t)
	t.Chdir(t.TempDir())
	sample, err := assets.FS.ReadFile("samples/harbour-statement.ofx")
	if err == nil {
		err = os.WriteFile("sample.ofx", sample, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	alone := make([]spoken, len(commands))
	for i, args := range commands {
		alone[i] = r.run(t.Context(), append([]string{"--without-bank"}, args...)...)
	}
	held(t, r)
	r.hidden = []string{"^C", "^C", "^C", "^C", "^C", "^C", "^C", "^C", "^C", "^C", "^C", "^C", "^C", "^C", "^C"}
	for i, args := range commands {
		if got := r.run(t.Context(), append([]string{"--without-bank"}, args...)...); got != alone[i] {
			t.Errorf("coffer %v\nthrough the window: %+v\nalone: %+v", args, got, alone[i])
		}
	}
	if len(r.hidden) != len(commands) {
		t.Error("a secret was asked for")
	}
}

func TestTheWindowIsAskedBeforeWhatCantBeTakenBack(t *testing.T) {
	r := linked(t)
	g, _ := held(t, r)
	for args, question := range map[string]string{"revoke --yes": "revoke Northlight Bank", "ledger --export csv": "export the ledger", "undo-import 1": "take 1 import back",
		"proxy set Proxy.example:3128": "by the proxy at proxy.example:3128", "proxy off": "directly, without your proxy",
	} {
		g.asked = nil
		got := r.bare(t, terminal.ExitSignIn, strings.Fields(args)...)
		contains(t, got.err, "Refused in the window")
		if len(g.asked) != 1 || !strings.Contains(g.asked[0], question) || got.out != "" {
			t.Errorf("coffer %s asked %q and printed %q", args, g.asked, got.out)
		}
	}
	contains(t, r.bare(t, terminal.ExitOK, "banks", "--json").out, `"active"`)
	contains(t, r.bare(t, terminal.ExitOK, "proxy").out, "off")
	g.yes, g.asked = true, nil
	file := filepath.Join(r.dir, "ledger.csv")
	contains(t, r.bare(t, terminal.ExitOK, "ledger", "--export", "csv", file).err, "Written to")
	if raw, err := os.ReadFile(file); err != nil || len(raw) < 1000 {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
	contains(t, r.bare(t, terminal.ExitOK, "revoke", "--yes", "--erase").out, "rased")
	if len(g.asked) != 3 {
		t.Errorf("asked %q", g.asked)
	}
}

func TestAWindowThatIsLockedIsNotAsked(t *testing.T) {
	r := linked(t)
	_, s := held(t, r)
	if err := s.Coffer.Lock(); err != nil {
		t.Fatal(err)
	}
	r.hidden = []string{"^C"}
	r.bare(t, terminal.ExitCanceled, "balances")
	r.ok(t, "balances")
}

func TestASecretNeverTravels(t *testing.T) {
	r := linked(t)
	held(t, r)
	at, err := r.holder(terminal.Place{Dir: r.dir})
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"setup"}, {"demo"}, {}, {"--passphrase-fd", "0", "setup"}, {"keys", "passphrase"}, {"keys", "keyring", "off"},
		{"keys", "recovery"}, {"keys", "rekey"}, {"lock-after", "never"}, {"backup", "--place", r.dir}, {"export", "--everything", "x.json"}, {"delete", "--everything"},
	} {
		var out, trouble strings.Builder
		code, err := holder.Ask(t.Context(), at, holder.Request{Args: args}, holder.Mine{Out: &out, Err: &trouble, Files: holder.Own{}})
		if err != nil || code != terminal.ExitLocked || !strings.Contains(trouble.String(), "in Coffer's window") {
			t.Errorf("%v: %d, %v, %s", args, code, errors.Unwrap(err), trouble.String())
		}
	}
}

// TestTheWindowIsAskedBeforeAHostIsAllowed: a yes at the terminal alone lets nothing out of a vault
// that a window holds.
func TestTheWindowIsAskedBeforeAHostIsAllowed(t *testing.T) {
	r := linked(t)
	g, _ := held(t, r)
	if err := r.bank.Move(t.Context(), demobank.MovedToken); err != nil {
		t.Fatal(err)
	}
	for _, yes := range []bool{false, true} {
		g.yes, g.asked = yes, nil
		r.in = strings.NewReader("y\n")
		code := map[bool]int{false: terminal.ExitBank, true: terminal.ExitOK}[yes]
		got := r.bare(t, code, "link", "--yes")
		contains(t, got.err, "Coffer's window asks you whether to.")
		if len(g.asked) != 1 || !strings.Contains(g.asked[0], "let the link with Northlight Bank use 127.0.0.1:") || !strings.Contains(g.asked[0], "(where tokens are given and renewed)") {
			t.Errorf("the window asked %q", g.asked)
		}
		if !yes {
			r.nothingElsewhere(t)
		}
	}
	g.asked, r.in = nil, strings.NewReader("n\n")
	r.bare(t, terminal.ExitBank, "link", "--yes")
	if len(g.asked) != 0 {
		t.Errorf("after a no the window asked %q", g.asked)
	}
}

// TestErasingThroughTheWindow: the key of a living window is not changed unasked, and backups that only what opened them then
// opens are left.
func TestErasingThroughTheWindow(t *testing.T) {
	r := linked(t)
	r.ok(t, "backup")
	r.ok(t, "revoke", "--yes", "--keep")
	r.full = fault.New(fault.DiskFull, "write", errors.New("full"))
	r.ok(t, "erase", "--yes")
	g, s := held(t, r)
	r.full = nil
	contains(t, r.bare(t, terminal.ExitOK, "erase").out, "New key: not yet")
	if len(g.asked) != 0 {
		t.Errorf("asked %q", g.asked)
	}
	if err := s.Coffer.FinishShredding(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	said := r.bare(t, terminal.ExitOK, "erase", "--backups", "rewrite")
	contains(t, said.err, "Left as it is")
	contains(t, said.out, "1 backup was made before", "under the former key")
	if len(g.asked) != 0 {
		t.Errorf("asked %q although nothing is done", g.asked)
	}
	g.yes = true
	if out := r.bare(t, terminal.ExitOK, "erase", "--backups", "delete").out; len(g.asked) != 1 || strings.Contains(out, "made before") {
		t.Errorf("asked %q:\n%s", g.asked, out)
	}
}
