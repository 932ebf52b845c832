package vault_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/zalando/go-keyring"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// fakeRing is a keyring in memory. asked is called first by every call.
type fakeRing struct {
	mu    sync.Mutex
	kept  map[string]string
	asked func() error
}

func (r *fakeRing) do(work func() error) error {
	if r.asked != nil {
		if err := r.asked(); err != nil {
			return err
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return work()
}

func (r *fakeRing) Get(service, user string) (text string, err error) {
	err = r.do(func() error {
		var there bool
		if text, there = r.kept[service+" "+user]; !there {
			return keyring.ErrNotFound
		}
		return nil
	})
	return text, err
}

func (r *fakeRing) Set(service, user, text string) error {
	return r.do(func() error {
		if r.kept == nil {
			r.kept = map[string]string{}
		}
		r.kept[service+" "+user] = text
		return nil
	})
}

func (r *fakeRing) Delete(service, user string) error {
	if _, err := r.Get(service, user); err != nil {
		return err
	}
	return r.do(func() error { delete(r.kept, service+" "+user); return nil })
}

// each replaces everything that is kept.
func (r *fakeRing) each(with string) {
	for name := range r.kept {
		r.kept[name] = with
	}
}

func wantRing(t *testing.T, err error, reason string) {
	t.Helper()
	wantFault(t, err, fault.KeyringLocked)
	if f := fault.Of(err); f != nil && f.Reason != reason {
		t.Errorf("reason is %q (%v), want %q", f.Reason, err, reason)
	}
}

func TestKeyringOpensTheVaultUntilItIsTakenOut(t *testing.T) {
	dir, v, _ := createTyped(t)
	raw := &fakeRing{}
	ring := vault.NewKeyring(raw)
	db := database(t, v)
	fill(t, db, 100, "Corner Shop")
	want := ask(t, db, sumRows)
	if err := v.EnableKeyring(t.Context(), ring); err != nil || !v.KeyringEnabled() || v.KeyringOnly() {
		t.Fatalf("%v, enabled %v, only %v", err, v.KeyringEnabled(), v.KeyringOnly())
	}
	for name, text := range raw.kept {
		if name != "io.github.coffer.desktop "+v.ID() || len(text) != 44 {
			t.Errorf("%s holds %d letters", name, len(text))
		}
		if err := v.EnableKeyring(t.Context(), ring); err != nil || raw.kept[name] != text {
			t.Errorf("enabled again: %v, or another key", err)
		}
	}
	shut(t, db, v)
	opened, err := vault.OpenWithKeyring(t.Context(), dir, ring)
	if err != nil {
		t.Fatal(err)
	}
	db = database(t, opened)
	if got := ask(t, db, sumRows); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := opened.DisableKeyring(t.Context(), ring); err != nil || len(raw.kept) != 0 || opened.KeyringEnabled() {
		t.Errorf("%v, %d kept", err, len(raw.kept))
	}
	shut(t, db, opened)
	_, err = vault.OpenWithKeyring(t.Context(), dir, ring)
	wantRing(t, err, vault.KeyringOff)
	if seen, err := vault.Look(dir); err != nil || seen.Has(vault.KeyringSlot) || !seen.Has(vault.PassphraseSlot) {
		t.Errorf("%+v, %v", seen, err)
	}
}

func TestKeyringAloneNeedsNoPassphrase(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	ring := vault.NewKeyring(&fakeRing{})
	v, key, err := vault.CreateWithKeyring(t.Context(), dir, ring, vault.Options{})
	if err != nil || !v.KeyringOnly() {
		t.Fatal(err)
	}
	if err := v.DisableKeyring(t.Context(), ring); !errors.Is(err, vault.ErrLastSlot) {
		t.Errorf("got %v", err)
	}
	shut(t, v)
	if seen, err := vault.Look(dir); err != nil || !seen.KeyringOnly() {
		t.Errorf("%+v, %v", seen, err)
	}
	_, err = vault.Open(dir, secret.New(passphrase))
	wantFault(t, err, fault.WrongPassphrase)
	if v, err = vault.OpenWithRecovery(dir, key.Text()); err != nil {
		t.Fatal(err)
	}
	if err := v.SetPassphrase(secret.New(passphrase)); err != nil {
		t.Fatal(err)
	}
	if err := v.RemovePassphrase(); err != nil || !v.KeyringOnly() {
		t.Error(err)
	}
	if err := v.SetPassphrase(secret.New(passphrase)); err != nil {
		t.Fatal(err)
	}
	if err := v.DisableKeyring(t.Context(), ring); err != nil {
		t.Error(err)
	}
	if err := v.RemovePassphrase(); !errors.Is(err, vault.ErrLastSlot) {
		t.Errorf("got %v", err)
	}
	shut(t, v)
	if v, err = vault.Open(dir, secret.New(passphrase)); err != nil {
		t.Fatal(err)
	}
	shut(t, v)
}

// However the keyring fails, the reason is told, nothing is written in its stead, and the
// recovery key opens the vault.
func TestEachWayAKeyringFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	raw := &fakeRing{}
	ring := vault.NewKeyring(raw)
	v, key, err := vault.CreateWithKeyring(t.Context(), dir, ring, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shut(t, v)
	before := snapshot(t, dir)
	says := func(text string) func() { return func() { raw.asked = func() error { return errors.New(text) } } }
	for name, test := range map[string]struct {
		spoil  func()
		reason string
	}{
		"no bus":           {says(`exec: "dbus-launch": executable file not found in $PATH`), vault.KeyringAbsent},
		"no service":       {says("The name org.freedesktop.secrets was not provided by any .service files"), vault.KeyringAbsent},
		"another system":   {func() { raw.asked = func() error { return keyring.ErrUnsupportedPlatform } }, vault.KeyringAbsent},
		"locked":           {says("failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'"), vault.KeyringShut},
		"an odd answer":    {func() { raw.asked = func() error { panic("interface conversion") } }, vault.KeyringShut},
		"reset":            {func() { raw.kept = nil }, vault.KeyringMissing},
		"another key":      {func() { raw.each("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=") }, vault.KeyringWrong},
		"no key":           {func() { raw.each("a password") }, vault.KeyringWrong},
		"a key and a half": {func() { raw.each("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEy") }, vault.KeyringWrong},
	} {
		kept := raw.kept
		raw.kept = map[string]string{}
		for name, text := range kept {
			raw.kept[name] = text
		}
		test.spoil()
		_, err := vault.OpenWithKeyring(t.Context(), dir, ring)
		if wantRing(t, err, test.reason); t.Failed() {
			t.Fatal(name)
		}
		if v, err = vault.OpenWithRecovery(dir, key.Text()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		shut(t, v)
		raw.kept, raw.asked = kept, nil
	}
	after := snapshot(t, dir)
	for _, file := range []string{"vault.key", "vault.key.bak", "vault.db"} {
		if !bytes.Equal(before[file], after[file]) {
			t.Errorf("%s was changed", file)
		}
	}
}

func TestAFailedKeyringChangesNoSlot(t *testing.T) {
	dir, v, _ := createTyped(t)
	raw := &fakeRing{asked: func() error { return errors.New("it is locked") }}
	before := snapshot(t, dir)
	wantRing(t, v.EnableKeyring(t.Context(), vault.NewKeyring(raw)), vault.KeyringShut)
	forgetful := vault.NewKeyring(forgetfulRing{&fakeRing{}})
	wantRing(t, v.EnableKeyring(t.Context(), forgetful), vault.KeyringMissing)
	if !sameFiles(before, snapshot(t, dir)) || v.KeyringEnabled() {
		t.Error("something was written")
	}
}

// forgetfulRing confirms and keeps nothing.
type forgetfulRing struct{ *fakeRing }

func (forgetfulRing) Set(string, string, string) error { return nil }

// A keyring that never answers costs its own goroutine and ten seconds, nothing else.
func TestAKeyringThatNeverAnswersHoldsNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	synctest.Test(t, func(t *testing.T) {
		raw, stuck := &fakeRing{}, make(chan struct{})
		var calls atomic.Int32
		ring := vault.NewKeyring(raw)
		v, key, err := vault.CreateWithKeyring(t.Context(), dir, ring, vault.Options{})
		if err != nil {
			t.Fatal(err)
		}
		raw.asked = func() error { calls.Add(1); <-stuck; return nil }
		wantRing(t, v.KeepStanding(t.Context(), ring), vault.KeyringSlow)
		shut(t, v)
		for range 3 {
			_, err = vault.OpenWithKeyring(t.Context(), dir, ring)
			wantRing(t, err, vault.KeyringSlow)
			if v, err = vault.OpenWithRecovery(dir, key.Text()); err != nil {
				t.Fatal(err)
			}
			shut(t, v)
		}
		ended, end := context.WithCancel(t.Context())
		end()
		_, err = vault.OpenWithKeyring(ended, dir, ring)
		wantFault(t, err, fault.Canceled)
		if calls.Load() != 1 {
			t.Errorf("%d calls hang at a time", calls.Load())
		}
		close(stuck)
		synctest.Wait()
		if v, err = vault.OpenWithKeyring(t.Context(), dir, ring); err != nil {
			t.Fatal(err)
		}
		shut(t, v)
	})
}

// While the keyring is waited for, the passphrase opens the vault.
func TestNothingIsHeldWhileTheKeyringIsAsked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	raw := &fakeRing{}
	ring := vault.NewKeyring(raw)
	v, key, err := vault.CreateWithKeyring(t.Context(), dir, ring, vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shut(t, v)
	raw.asked = func() error {
		v, err := vault.OpenWithRecovery(dir, key.Text())
		if err != nil {
			t.Error(err)
			return nil
		}
		return v.Close()
	}
	if v, err = vault.OpenWithKeyring(t.Context(), dir, ring); err != nil {
		t.Fatal(err)
	}
	shut(t, v)
}

func TestAnOlderFolderPutBackIsTold(t *testing.T) {
	dir, v, key := create(t)
	raw := &fakeRing{}
	ring := vault.NewKeyring(raw)
	standing := func(want vault.Standing) {
		t.Helper()
		if got, err := v.Standing(t.Context(), ring); err != nil || got != want {
			t.Errorf("standing is %d, %v, want %d", got, err, want)
		}
	}
	keep := func() {
		t.Helper()
		if err := v.KeepStanding(t.Context(), ring); err != nil {
			t.Fatal(err)
		}
	}
	reopen := func() {
		t.Helper()
		var err error
		if v, err = vault.OpenWithRecovery(dir, key.Text()); err != nil {
			t.Fatal(err)
		}
		closer(t, v)
	}
	standing(vault.Unseen)
	keep()
	standing(vault.Newest)
	shut(t, v)
	old := t.TempDir()
	copyFolder(t, dir, old)
	reopen()
	standing(vault.Newest)
	db := database(t, v)
	fill(t, db, 10, "Corner Shop")
	shut(t, db)
	keep()
	shut(t, v)
	for _, name := range []string{"vault.db", "vault.map", "vault.key", "vault.key.bak"} {
		data, err := os.ReadFile(filepath.Join(old, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reopen()
	standing(vault.Older)
	keep() // the person knows of it
	standing(vault.Newest)
	raw.each("nonsense")
	standing(vault.Unseen)
	raw.asked = func() error { return errors.New("it is locked") }
	_, err := v.Standing(t.Context(), ring)
	wantRing(t, err, vault.KeyringShut)
}

func TestHeadsAreKeptByVaultAndName(t *testing.T) {
	raw := &fakeRing{}
	ring := vault.NewKeyring(raw)
	if got, err := ring.Head(t.Context(), "a", "ledger"); got != "" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, id := range []string{"a", "b"} {
		if err := ring.KeepHead(t.Context(), id, "ledger", "head of "+id); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := ring.Head(t.Context(), "a", "ledger"); got != "head of a" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for name := range raw.kept {
		if !strings.HasPrefix(name, "io.github.coffer.desktop ") {
			t.Error(name)
		}
	}
}
