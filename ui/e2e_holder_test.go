//go:build e2e

package ui_test

import (
	"os/exec"
	"strings"
	"testing"
)

// plain runs a command of the program with nobody at its input and no passphrase.
func (r *rig) plain(args ...string) (out, trouble string, code int) {
	r.t.Helper()
	var printed, complained strings.Builder
	cmd := exec.Command(r.program, args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = r.environment(), r.home, &printed, &complained
	if err := cmd.Run(); cmd.ProcessState == nil {
		r.t.Fatal(err)
	}
	return printed.String(), complained.String(), cmd.ProcessState.ExitCode()
}

// TestOneHolder: the open window answers the terminal, asks before what can't be taken back, and is the only one.
func TestOneHolder(t *testing.T) {
	r := newRig(t)
	w := r.open([]string{"--demo"})
	makeVault(t, w)
	linkDemo(t, w)
	through, trouble, code := r.plain("--demo", "balances", "--json")
	if code != 0 || !strings.Contains(through, "Northlight Everyday") {
		t.Fatalf("through the window: %d %s%s", code, through, trouble)
	}

	t.Log("a second window brings the first to front and ends")
	out, trouble, code := r.plain("--demo")
	if code != 0 || !strings.Contains(out, "in front now") || trouble != "" {
		t.Errorf("a second window: %d %q %q", code, out, trouble)
	}
	if found := strings.Fields(w.xdotool("search", "--onlyvisible", "--name", "^Coffer$")); len(found) != 1 {
		t.Errorf("%d windows", len(found))
	}

	t.Log("revoke: refused in the window first, then allowed")
	revoke := func(press string) (trouble string, code int) {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_, trouble, code = r.plain("--demo", "revoke", "--yes")
		}()
		w.see("A terminal of yours asks to revoke " + provider)
		w.shot("asked-by-a-terminal")
		w.click(press)
		<-ended
		w.gone("A terminal of yours")
		return trouble, code
	}
	if trouble, code := revoke("Refuse"); code != 6 || !strings.Contains(trouble, "Refused in the window") {
		t.Errorf("refused: %d %s", code, trouble)
	}
	if trouble, code := revoke("Allow"); code != 0 || !strings.Contains(trouble, "The old refresh token is refused") {
		t.Errorf("allowed: %d %s", code, trouble)
	}
	through, _, _ = r.plain("--demo", "balances", "--json")

	t.Log("locked: the terminal asks for the passphrase itself, and prints the same")
	w.key("ctrl+l")
	w.see("Coffer is locked")
	if _, _, code := r.plain("--demo", "--without-bank", "balances"); code != 3 {
		t.Errorf("without a passphrase: %d", code)
	}
	alone, code := r.run(passphrase, "--demo", "--without-bank", "balances", "--json")
	if code != 0 || alone != through {
		t.Errorf("%d, and the two differ:\n%s\n%s", code, alone, through)
	}
	w.close()
	if left, _ := exec.Command("find", r.home, "-name", "*.sock").Output(); len(left) > 0 {
		t.Errorf("left behind: %s", left)
	}
}
