//go:build secretservice

package vault_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// The vault against a real gnome-keyring on a bus of its own, in a home of its own. Each step
// is a process on such a bus; what the keyring keeps lies in the home between the steps.

const startKeyring = `printf %s "$RING_PASSWORD" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$0"`

// bareBus is a bus that starts no service by itself.
const bareBus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow send_type="method_call"/></policy></busconfig>`

// onBus runs a step of ringChild with the keyring of home, unlocked with password.
func onBus(t *testing.T, home, password, step, dir string) string {
	t.Helper()
	return runStep(t, home, step, dir, password, "dbus-run-session", "--", "sh", "-c", startKeyring, os.Args[0])
}

func runStep(t *testing.T, home, step, dir, password string, command ...string) string {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + home, "XDG_RUNTIME_DIR=" + filepath.Join(home, "run"), "LANG=C.UTF-8",
		"XDG_DATA_HOME=" + filepath.Join(home, "share"), "RING_PASSWORD=" + password, childVariable + "=ring-" + step + "::" + dir,
	}
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", step, err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

func ringHome(t *testing.T) string {
	t.Helper()
	home, err := os.MkdirTemp("", "ring") // short: a socket has a path in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	if err := os.MkdirAll(filepath.Join(home, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	return home
}

func TestRealKeyring(t *testing.T) {
	dir, v, _ := createTyped(t)
	shut(t, v)
	home := ringHome(t)
	expect := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	expect(onBus(t, home, "pw", "enable", dir), "enabled")
	expect(onBus(t, home, "pw", "open", dir), "opened")
	expect(onBus(t, home, "pw", "head", dir), "head kept")
	// Locked: the daemon is started with another password, so the collection stays shut.
	expect(onBus(t, home, "other", "open", dir), vault.KeyringShut)
	expect(onBus(t, home, "pw", "lock", dir), vault.KeyringShut)
	bare := filepath.Join(home, "bus.conf")
	if err := os.WriteFile(bare, []byte(bareBus), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(runStep(t, home, "open", dir, "", "dbus-run-session", "--config-file="+bare, "--", os.Args[0]), vault.KeyringAbsent)
	expect(runStep(t, home, "open", dir, "", os.Args[0]), vault.KeyringAbsent)
	expect(onBus(t, ringHome(t), "pw", "open", dir), vault.KeyringMissing)
	expect(onBus(t, home, "pw", "spoil", dir), vault.KeyringWrong)
	expect(onBus(t, home, "pw", "stop", dir), vault.KeyringSlow)
	expect(onBus(t, home, "pw", "enable", dir), "enabled")
	expect(onBus(t, home, "pw", "disable", dir), vault.KeyringOff)
	if hits := found(t, dir, []string{"keyring", passphrase}); hits > 0 {
		t.Errorf("%d readable words beside the vault", hits)
	}
}

// ringChild does one step and says how the keyring opened the vault, or why not. Then the
// passphrase must.
func ringChild(step, dir string) error {
	ctx := context.Background()
	ring := vault.SystemKeyring()
	v, err := vault.Open(dir, secret.New(passphrase))
	if err != nil {
		return err
	}
	said := ""
	switch step {
	case "enable":
		err, said = v.EnableKeyring(ctx, ring), "enabled"
	case "disable":
		err = v.DisableKeyring(ctx, ring)
	case "spoil":
		err = keyring.Set("io.github.coffer.desktop", v.ID(), "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	case "head":
		if err = ring.KeepHead(ctx, v.ID(), "ledger", "7-abc"); err == nil {
			var head string
			if head, err = ring.Head(ctx, v.ID(), "ledger"); head == "7-abc" {
				said = "head kept"
			}
		}
	case "lock":
		err = exec.Command("dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets",
			"org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login").Run()
	case "stop":
		err = stopDaemon()
	}
	if err = errors.Join(err, v.Close()); err != nil {
		return err
	}
	if said == "" {
		said = openByRing(ctx, ring, dir)
	}
	if v, err = vault.Open(dir, secret.New(passphrase)); err != nil {
		return err
	}
	fmt.Println("\n" + said)
	return v.Close()
}

func openByRing(ctx context.Context, ring *vault.Keyring, dir string) string {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	v, err := vault.OpenWithKeyring(ctx, dir, ring)
	if err == nil {
		_ = v.Close()
		return "opened"
	}
	if f := fault.Of(err); f != nil && f.Kind == fault.KeyringLocked {
		return f.Reason
	}
	return err.Error()
}

// stopDaemon halts the keyring of this bus: it is there, and never answers.
func stopDaemon() error {
	out, err := exec.Command("dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets").Output()
	if err != nil {
		return err
	}
	fields := strings.Fields(string(out))
	return exec.Command("kill", "-STOP", fields[len(fields)-1]).Run()
}
