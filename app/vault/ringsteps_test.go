//go:build secretservice

package vault_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/zalando/go-keyring"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

const ringService = "io.github.coffer.desktop"

// said is what a step in another process tells: "opened", a reason, or an error's words.
type said struct {
	Open       string        // by keyring
	Recovery   bool          // the recovery key opens
	Passphrase bool          // the passphrase opens
	Enable     string        // the keyring asked to keep a key; empty: it does
	Create     string        // a vault asked for that only the keyring opens
	Left       int           // files that are left of it, beside its lock
	Drawn      []string      // what was drawn at random for it and is to be nowhere, if it could not be made
	Again      string        // by keyring once more, at the end
	Slowest    time.Duration // the longest call to the keyring
	Hung       time.Duration // how long it was halted
	Kept       []string      // what the keyring keeps at the end
	Guesses    []string      // wrong secrets that opened the vault
}

// ringStep is a step under way.
type ringStep struct {
	said
	dir  string
	ring *vault.Keyring
	id   string
}

// ringChild does one step and tells how the vault opens then.
func ringChild(step, dir string) error {
	recovery := secret.New(told())
	seen, err := vault.Look(dir)
	if err != nil {
		return err
	}
	s := &ringStep{dir: dir, ring: vault.SystemKeyring(), id: seen.ID}
	if err := s.prepare(step); err != nil {
		return fmt.Errorf("prepare: %w", err)
	}
	halted := time.Now()
	if s.Open == "" {
		s.Open = s.byRing()
	}
	s.Recovery = opens(vault.OpenWithRecovery(dir, recovery)) == nil
	s.byPassphrase(step)
	if step == "stranger" {
		s.guess()
	}
	if step == "stop" {
		s.Hung = time.Since(halted)
		if err := signalDaemon("-CONT"); err != nil {
			return err
		}
	}
	s.Again = s.byRing()
	if text, err := keyring.Get(ringService, s.id); err == nil {
		s.Kept = []string{text}
	}
	line, err := json.Marshal(s.said)
	fmt.Printf("\n%s\n", line)
	return err
}

// prepare brings the keyring into the state that step names.
func (s *ringStep) prepare(step string) error {
	if head, found := strings.CutPrefix(step, "keep head "); found {
		return s.ring.KeepHead(context.Background(), s.id, "ledger", head)
	}
	switch step {
	case "enable", "disable", "head":
		return s.change(step)
	case "read head":
		return s.readHead()
	case "read head locked":
		err := secretService("/org/freedesktop/secrets", "Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login")
		return errors.Join(err, s.readHead())
	case "forget head":
		return errors.Join(s.ring.Forget(context.Background(), s.id, "ledger"), s.readHead())
	case "spoil":
		return keyring.Set(ringService, s.id, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	case "scribble":
		return keyring.Set(ringService, s.id, "a password")
	case "forget": // as another program does
		return exec.Command("secret-tool", "clear", "service", ringService, "username", s.id).Run()
	case "lock":
		return secretService("/org/freedesktop/secrets", "Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login")
	case "raze":
		return secretService("/org/freedesktop/secrets/collection/login", "Collection.Delete")
	case "stop": // once it has answered: its name comes on the bus some time after its start
		err := secretService("/org/freedesktop/secrets", "Service.ReadAlias", "string:default")
		return errors.Join(err, signalDaemon("-STOP"))
	}
	return nil
}

// readHead tells the head of the ledger as the keyring does, or why it does not.
func (s *ringStep) readHead() error {
	head := ""
	s.Open = s.timed(func() (err error) {
		head, err = s.ring.Head(context.Background(), s.id, "ledger")
		return err
	})
	if s.Open == "" {
		s.Open = "head " + head
	}
	return nil
}

// change does what a person does with the vault open.
func (s *ringStep) change(step string) error {
	v, err := vault.Open(s.dir, secret.New(passphrase))
	if err != nil {
		return err
	}
	ctx := context.Background()
	switch step {
	case "enable":
		err = v.EnableKeyring(ctx, s.ring)
	case "disable":
		err = v.DisableKeyring(ctx, s.ring)
	case "head":
		if err = s.ring.KeepHead(ctx, s.id, "ledger", "7-abc"); err == nil {
			var head string
			if head, err = s.ring.Head(ctx, s.id, "ledger"); head == "7-abc" {
				s.Open = "head kept"
			}
		}
	}
	return errors.Join(err, v.Close())
}

// byPassphrase opens the vault so. The keyring is then asked to keep a key for it, and for
// another vault; each must fail as opening did, or work.
func (s *ringStep) byPassphrase(step string) {
	v, err := vault.Open(s.dir, secret.New(passphrase))
	if err != nil {
		return
	}
	if step != "stranger" && v.KeyringEnabled() {
		s.Enable = s.timed(func() error { return v.EnableKeyring(context.Background(), s.ring) })
		s.create()
	}
	s.Passphrase = v.Close() == nil
}

func (s *ringStep) create() {
	dir := filepath.Join(filepath.Dir(s.dir), "second")
	seen := &seenRandom{}
	s.Create = s.timed(func() error {
		v, _, err := vault.CreateWithKeyring(context.Background(), dir, s.ring, vault.Options{Random: seen})
		if err != nil {
			return err
		}
		return v.Close()
	})
	files, _ := os.ReadDir(dir)
	for _, file := range files {
		if file.Name() != "vault.lock" {
			s.Left++
		}
	}
	if s.Create != "" {
		s.Drawn = seen.all
	}
}

// seenRandom is real random that remembers what it gave.
type seenRandom struct{ all []string }

func (r *seenRandom) Read(b []byte) (int, error) {
	n, err := rand.Read(b)
	if n >= 16 {
		r.all = append(r.all, base64.StdEncoding.EncodeToString(b[:n]))
	}
	return n, err
}

func (s *ringStep) byRing() string {
	said := s.timed(func() error { return opens(vault.OpenWithKeyring(context.Background(), s.dir, s.ring)) })
	if said == "" {
		return "opened"
	}
	return said
}

// guess tries what somebody without the passphrase has.
func (s *ringStep) guess() {
	for _, word := range []string{"", "theirs", "pw", s.id, strings.ToUpper(passphrase)} {
		if fault.KindOf(opens(vault.Open(s.dir, secret.New(word)))) != fault.WrongPassphrase {
			s.Guesses = append(s.Guesses, word)
		}
	}
}

// timed calls the keyring and returns its reason, or nothing if it went well.
func (s *ringStep) timed(call func() error) string {
	start := time.Now()
	err := call()
	s.Slowest = max(s.Slowest, time.Since(start))
	if f := fault.Of(err); f != nil && f.Kind == fault.KeyringLocked {
		return f.Reason
	} else if err != nil {
		return err.Error()
	}
	return ""
}

func opens(v *vault.Vault, err error) error {
	if err != nil {
		return err
	}
	return v.Close()
}

// secretService calls the keyring as another program does.
func secretService(path, method string, args ...string) error {
	call := []string{"--session", "--print-reply", "--dest=org.freedesktop.secrets", path, "org.freedesktop.Secret." + method}
	return exec.Command("dbus-send", append(call, args...)...).Run()
}

// signalDaemon halts the keyring of this bus, which then is there and never answers, or lets
// it go on.
func signalDaemon(signal string) error {
	out, err := exec.Command("dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.freedesktop.secrets").Output()
	if err != nil {
		return err
	}
	fields := strings.Fields(string(out))
	return exec.Command("kill", signal, fields[len(fields)-1]).Run()
}
