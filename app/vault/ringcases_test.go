//go:build secretservice

package vault_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app/vault"
)

// ringDeadline is how long a call may take: the vault's ten seconds, and a busy computer's.
const ringDeadline = 13 * time.Second

type ringCase struct {
	step     string // what ringChild does first
	password string // another one than the keyring's
	reset    bool   // the keyring's files are gone
	bus      string // none, dead, bare; else one with the keyring
	want     string // the reason
	renews   bool   // asked to, the vault makes the keyring a new key
}

// L6: a keyring is a convenience. However it fails, the reason comes back in time, the
// passphrase and the recovery key open the vault, and no key is written in its stead.
func TestARealKeyringIsNeverTheOnlyWayIn(t *testing.T) {
	t.Parallel()
	p, kept := withVault(t)
	for name, c := range map[string]ringCase{
		"absent: no bus":                  {bus: "none", want: vault.KeyringAbsent},
		"absent: a bus that has gone":     {step: "dead bus", bus: "none", want: vault.KeyringAbsent},
		"absent: no service on the bus":   {bus: "bare", want: vault.KeyringAbsent},
		"locked: by its own command":      {step: "lock", want: vault.KeyringShut},
		"locked: since the login":         {password: "other", want: vault.KeyringShut},
		"reset: the entry deleted":        {step: "forget", want: vault.KeyringMissing, renews: true},
		"reset: the keyring made anew":    {reset: true, password: "new", want: vault.KeyringMissing, renews: true},
		"reset: the collection deleted":   {step: "raze", want: vault.KeyringShut},
		"wrong: another key in its place": {step: "spoil", want: vault.KeyringWrong, renews: true},
		"wrong: a word in its place":      {step: "scribble", want: vault.KeyringWrong, renews: true},
		"slow: hangs for 30 s":            {step: "stop", want: vault.KeyringSlow},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.check(t, p, kept)
		})
	}
}

func (c ringCase) check(t *testing.T, p person, kept string) {
	t.Helper()
	q := p.like(t, p.password, !c.reset)
	if c.password != "" {
		q.password = c.password
	}
	before := snapshot(t, q.dir)
	s := c.ask(t, q)
	t.Logf("%s: %s, longest call %v", strings.ReplaceAll(path.Base(t.Name()), "_", " "), s.Open, s.Slowest.Round(time.Millisecond))
	if s.Open != c.want {
		t.Errorf("the keyring said %q, want %q", s.Open, c.want)
	}
	if !s.Recovery || !s.Passphrase {
		t.Errorf("recovery key opened: %v, passphrase: %v", s.Recovery, s.Passphrase)
	}
	if s.Slowest > ringDeadline {
		t.Errorf("a call took %v", s.Slowest)
	}
	after := snapshot(t, q.dir)
	if c.renews {
		if s.Enable != "" || s.Again != "opened" || len(s.Kept) != 1 || s.Kept[0] == kept {
			t.Errorf("no new key was made: %+v", s)
		}
	} else {
		if s.Enable != c.want || s.Create != c.want || s.Left != 0 {
			t.Errorf("enabled: %q, created: %q with %d files, want %q and none", s.Enable, s.Create, s.Left, c.want)
		}
		for _, file := range []string{"vault.key", "vault.key.bak"} {
			if !bytes.Equal(before[file], after[file]) {
				t.Errorf("%s was changed", file)
			}
		}
	}
	if c.step == "stop" && (s.Again != "opened" || s.Hung < 30*time.Second) {
		t.Errorf("hung for %v, and then: %s", s.Hung, s.Again)
	}
	if !c.renews && len(s.Drawn) < 2 {
		t.Errorf("%d keys were drawn: the scan looks for none of them", len(s.Drawn))
	}
	words := secretsOf(p, append(append(s.Drawn, s.Kept...), kept)...)
	if hits := readable(t, q.home, words); len(hits) > 0 {
		t.Errorf("readable: %v", hits)
	}
	theScanSees(t, q.in("cache/planted"), q.home, words)
}

func (c ringCase) ask(t *testing.T, q person) said {
	t.Helper()
	step := c.step
	if step == "" {
		step = "nothing"
	}
	switch c.bus {
	case "none":
		return q.step(t, step)
	case "bare":
		return q.onBareBus(t, step)
	}
	return q.onBus(t, step)
}

// secretsOf lists what may stand nowhere in the clear: the keyring's keys in each spelling,
// the passphrase and the recovery key.
func secretsOf(p person, kept ...string) (words []string) {
	recovery := p.key.Text().Reveal()
	words = []string{passphrase, recovery, strings.ReplaceAll(recovery, "-", "")}
	for _, text := range kept {
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) < 16 {
			continue
		}
		words = append(words, text, strings.TrimRight(text, "="), string(key), hex.EncodeToString(key),
			base64.RawURLEncoding.EncodeToString(key))
	}
	return words
}

// readable names the files below home that hold one of the words.
func readable(t *testing.T, home string, words []string) (hits []string) {
	t.Helper()
	err := filepath.WalkDir(home, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // a daemon that ends takes its sockets away
			return nil
		}
		if err != nil || !e.Type().IsRegular() || e.Name() == "program" { // a copy of this test
			return err
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		for n, word := range words {
			if bytes.Contains(data, []byte(word)) {
				hits = append(hits, filepath.Base(path)+" holds word "+string(rune('A'+n)))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hits
}

// theScanSees plants each word in a file and wants it found.
func theScanSees(t *testing.T, file, home string, words []string) {
	t.Helper()
	for _, word := range words {
		if err := os.WriteFile(file, []byte("some "+word+" more"), 0o600); err != nil {
			t.Fatal(err)
		}
		if len(readable(t, home, []string{word})) == 0 {
			t.Error("a planted word is not found: the scan is blind")
		}
	}
}
