//go:build secretservice

package vault_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"coffer/app/vault"
)

// The vault against a real gnome-keyring on a bus of its own, in a home of its own. Each step
// is a process on such a bus; what the keyring keeps lies in the home between the steps.

const startKeyring = `printf %s "$RING_PASSWORD" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$0"`

// bareBus is a bus that starts no service by itself.
const bareBus = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/><allow send_type="method_call"/></policy></busconfig>`

// person is somebody with a home, a vault in it, and a keyring that opens with a password.
type person struct {
	home, dir string
	password  string
	key       *vault.RecoveryKey
	nobody    bool // another user of this computer: only root can be one
}

// newPerson has an empty home.
func newPerson(t *testing.T, password string) person {
	t.Helper()
	home, err := os.MkdirTemp("", "ring") // short: a socket has a path in it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	for _, name := range []string{"run", "tmp", "share", "config", "cache"} {
		if err := os.Mkdir(filepath.Join(home, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return person{home: home, dir: filepath.Join(home, "vault"), password: password}
}

// like is a person of their own with a copy of the vault's folder and, if asked, of the keyring.
func (p person) like(t *testing.T, password string, keyring bool) person {
	t.Helper()
	q := newPerson(t, password)
	q.key = p.key
	copyFolder(t, p.dir, q.dir)
	if keyring {
		copyFolder(t, p.keyrings(), q.keyrings())
	}
	return q
}

func (p person) keyrings() string { return filepath.Join(p.home, "share", "keyrings") }

// onBus does a step of ringChild on a bus with the person's keyring.
func (p person) onBus(t *testing.T, step string) said {
	t.Helper()
	return p.step(t, step, "dbus-run-session", "--", "sh", "-c", startKeyring)
}

// onBareBus does a step on a bus where no keyring is and none is started.
func (p person) onBareBus(t *testing.T, step string) said {
	t.Helper()
	config := filepath.Join(p.home, "bus.conf")
	if err := os.WriteFile(config, []byte(bareBus), 0o644); err != nil {
		t.Fatal(err)
	}
	return p.step(t, step, "dbus-run-session", "--config-file="+config, "--")
}

// step runs ringChild in a process of its own behind command; the recovery key goes in by the
// standard input.
func (p person) step(t *testing.T, step string, command ...string) said {
	t.Helper()
	command = append(command, p.program(t))
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = p.home
	cmd.Stdin = strings.NewReader(p.key.Text().Reveal() + "\n")
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.home, "LANG=C.UTF-8", "RING_PASSWORD=" + p.password,
		"XDG_RUNTIME_DIR=" + p.in("run"), "XDG_DATA_HOME=" + p.in("share"), "XDG_CONFIG_HOME=" + p.in("config"),
		"XDG_CACHE_HOME=" + p.in("cache"), "TMPDIR=" + p.in("tmp"), childVariable + "=ring-" + step + "::" + p.dir,
	}
	if step == "dead bus" {
		cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS=unix:path="+p.in("run/bus"))
	}
	if p.nobody {
		p.handOver(t)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	var s said
	if at := strings.LastIndex(string(out), "\n{"); err != nil || at < 0 || json.Unmarshal(out[at:], &s) != nil {
		t.Fatalf("%s: %v\n%s%s", step, err, out, complaints.String())
	}
	return s
}

func (p person) in(name string) string { return filepath.Join(p.home, name) }

// program is this test's own, where the person may start it.
func (p person) program(t *testing.T) string {
	t.Helper()
	if !p.nobody {
		return os.Args[0]
	}
	own := p.in("program")
	// Written by another process: a file that this one has open for writing can't be started by a child forked meanwhile.
	if out, err := exec.Command("cp", os.Args[0], own).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return own
}

// handOver makes everything in the home the other user's.
func (p person) handOver(t *testing.T) {
	t.Helper()
	err := filepath.WalkDir(p.home, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, 65534, 65534)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// withVault makes a person whose vault their keyring opens, and tells the key that it keeps.
func withVault(t *testing.T) (p person, kept string) {
	t.Helper()
	p = newPerson(t, "pw")
	dir, v, key := createTyped(t)
	shut(t, v)
	p.key = key
	copyFolder(t, dir, p.dir)
	s := p.onBus(t, "enable")
	if s.Open != "opened" || len(s.Kept) != 1 {
		t.Fatalf("the keyring does not open the vault: %+v", s)
	}
	return p, s.Kept[0]
}

func TestRealKeyringOpensTheVaultUntilItIsTakenOut(t *testing.T) {
	t.Parallel()
	p, _ := withVault(t)
	for _, test := range []struct{ step, want string }{
		{"nothing", "opened"}, {"head", "head kept"}, {"nothing", "opened"}, {"disable", vault.KeyringOff}, {"nothing", vault.KeyringOff},
	} {
		if got := p.onBus(t, test.step); got.Open != test.want || !got.Recovery || !got.Passphrase {
			t.Errorf("%s: %+v, want %s", test.step, got, test.want)
		}
	}
}

// N3: the head of the ledger of connections lies in the keyring from one start to the next. A keyring
// that is locked, gone or absent says why, and never that it keeps none.
func TestARealKeyringKeepsTheHeadOfTheLedger(t *testing.T) {
	t.Parallel()
	p, _ := withVault(t)
	older, newer := "12-"+strings.Repeat("0a", 32), "34-"+strings.Repeat("b1", 32)
	for _, test := range []struct{ step, want string }{
		{"read head", "head "}, {"keep head " + older, "opened"}, {"read head", "head " + older}, {"keep head " + newer, "opened"},
		{"read head", "head " + newer}, {"read head locked", vault.KeyringShut}, {"read head", "head " + newer}, {"forget head", "head "},
	} {
		s := p.onBus(t, test.step)
		t.Logf("%s: %s, longest call %v", test.step, s.Open, s.Slowest.Round(time.Millisecond))
		if s.Open != test.want || s.Slowest > ringDeadline {
			t.Errorf("%s: %q, longest call %v, want %q", test.step, s.Open, s.Slowest, test.want)
		}
	}
	if s := p.onBareBus(t, "read head"); s.Open != vault.KeyringAbsent {
		t.Errorf("without a keyring: %q", s.Open)
	}
}

// L7: whoever carries the folder away has a keyring of their own, and no passphrase.
func TestACopiedFolderIsRefusedToAnotherUserWithAnotherKeyring(t *testing.T) {
	t.Parallel()
	p, kept := withVault(t)
	for name, test := range map[string]struct {
		keyring bool // the keyring's files were carried away too
		want    string
	}{
		"the folder alone":           {false, vault.KeyringMissing},
		"with the keyring's files":   {true, vault.KeyringShut},
		"the folder, and no keyring": {false, vault.KeyringAbsent},
	} {
		t.Run(name, func(t *testing.T) {
			thief := p.like(t, "theirs", test.keyring)
			thief.nobody = os.Geteuid() == 0
			ask := thief.onBus
			if test.want == vault.KeyringAbsent {
				ask = thief.onBareBus
			}
			s := ask(t, "stranger")
			if s.Open != test.want || len(s.Guesses) != 0 {
				t.Errorf("%+v, want %s and no guess that opens", s, test.want)
			}
			if !s.Passphrase {
				t.Error("not even the passphrase opens the copy: the test proves nothing")
			}
			if hits := readable(t, thief.home, secretsOf(p, kept)); len(hits) > 0 {
				t.Errorf("readable: %v", hits)
			}
			t.Logf("copied %s: %s; as another user of the computer: %v", name, s.Open, thief.nobody)
		})
	}
}
