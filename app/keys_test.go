package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

// ring is a keyring in memory.
type ring struct {
	mu   sync.Mutex
	kept map[string]string
	err  error         // of every call, unless nil
	once int           // if set, of so many calls of Get only
	hold chan struct{} // if set, Get waits for it
}

func (r *ring) Get(_, user string) (string, error) {
	if r.hold != nil {
		<-r.hold
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	err := r.err
	if r.once > 0 {
		if r.once--; r.once == 0 {
			r.err = nil
		}
	}
	if text, there := r.kept[user]; there || err != nil {
		return text, err
	}
	return "", keyring.ErrNotFound
}

// fail lets so many calls of Get fail.
func (r *ring) fail(err error, times int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err, r.once = err, times
}

func (r *ring) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.kept)
}

func (r *ring) Set(_, user, text string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.kept[user] = text
	}
	return r.err
}

func (r *ring) Delete(_, user string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, there := r.kept[user]; !there {
		return keyring.ErrNotFound
	}
	delete(r.kept, user)
	return r.err
}

func (r *ring) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.kept)
}

// start is the next start of the program on the rig's folder, with a keyring, in a login session.
func (r *rig) start(t *testing.T, k *ring, login string) *app.Coffer {
	t.Helper()
	must(t, r.coffer.LockBecause(app.ByExit))
	c, err := app.New(app.Config{
		Dir: filepath.Join(r.dir, "vault"), Demo: true, OpenStore: r.openStore, OpenBanks: r.openBanks, Now: r.clock.now, OpenBrowser: r.browse,
		ListBackups: store.Backups, Keyring: vault.NewKeyring(k), Login: login,
		Providers: []app.Provider{{ID: northlight, Name: "Northlight Bank", Demo: true, Days: 365, History: 3 * 366}},
	})
	must(t, err)
	r.coffer = c
	return c
}

func wantReason(t *testing.T, err error, reason string) {
	t.Helper()
	wantKind(t, err, fault.KeyringLocked)
	if got := fault.Of(err).Reason; got != reason {
		t.Errorf("reason is %q, want %q", got, reason)
	}
}

func TestThePassphraseIsAskedForAgain(t *testing.T) {
	r := fresh(t)
	k := &ring{kept: map[string]string{}}
	c, ctx := r.start(t, k, "boot/1"), t.Context()
	must(t, r.unlock())
	wrong, right := secret.New("four other words together"), secret.New(passphrase)
	next := secret.New("a new set of five words")
	for name, call := range map[string]func() error{
		"Confirm":          func() error { return c.Confirm(ctx, wrong) },
		"ChangePassphrase": func() error { return c.ChangePassphrase(ctx, wrong, next) },
		"RemovePassphrase": func() error { return c.RemovePassphrase(ctx, wrong) },
		"EnableKeyring":    func() error { return c.EnableKeyring(ctx, wrong) },
		"ReissueRecovery":  func() error { _, err := c.ReissueRecovery(ctx, wrong); return err },
		"Rekey":            func() error { _, err := c.Rekey(ctx, app.RekeyTerms{Current: wrong}); return err },
		"DeleteEverything": func() error { _, err := c.DeleteEverything(ctx, wrong); return err },
	} {
		t.Run(name, func(t *testing.T) { wantKind(t, call(), fault.WrongPassphrase) })
	}
	if k.count() != 0 {
		t.Error("a refused act left something in the keyring")
	}
	must(t, c.Confirm(ctx, right))
	wantKind(t, c.ChangePassphrase(ctx, right, secret.New("short")), fault.WeakPassphrase)
	must(t, c.ChangePassphrase(ctx, right, next))
	must(t, c.Lock())
	wantKind(t, c.Unlock(ctx, right), fault.WrongPassphrase)
	must(t, c.Unlock(ctx, next))
}

func TestANewRecoveryKeyMustBeTypedBack(t *testing.T) {
	r := fresh(t)
	c, ctx, old := r.coffer, t.Context(), r.key
	first := value(c.NewRecovery(ctx))(t) // the rig's set-up was never ended
	must(t, c.ConfirmRecovery(ctx, first, first.Groups()))
	if _, err := c.NewRecovery(ctx); err == nil {
		t.Fatal("a recovery key that was typed back was replaced without the passphrase")
	}
	key := value(c.ReissueRecovery(ctx, secret.New(passphrase)))(t)
	if keys := value(c.Keys(ctx))(t); keys.RecoveryTyped || !keys.Has(app.RecoverySlot) || keys.Has(app.KeyringSlot) || keys.KeyringOnly {
		t.Errorf("keys are %+v", keys)
	}
	must(t, c.ConfirmRecovery(ctx, key, key.Groups()))
	if keys := value(c.Keys(ctx))(t); !keys.RecoveryTyped {
		t.Error("typed back, and not known")
	}
	must(t, c.Lock())
	wantKind(t, c.UnlockWithRecovery(ctx, old), fault.WrongPassphrase)
	wantKind(t, c.UnlockWithRecovery(ctx, first.Text()), fault.WrongPassphrase)
	must(t, c.UnlockWithRecovery(ctx, key.Text()))
	r.key = key.Text()
}

func TestTheKeyringServesTheFirstOpeningAfterLogin(t *testing.T) {
	r := fresh(t)
	k := &ring{kept: map[string]string{}}
	c, ctx := r.start(t, k, "boot/1"), t.Context()
	must(t, r.unlock())
	wantReason(t, c.UnlockWithKeyring(ctx), vault.KeyringOff)
	must(t, c.EnableKeyring(ctx, secret.New(passphrase)))

	c = r.start(t, k, "boot/1") // an end of the program is no lock
	if w := value(c.Ways(ctx))(t); w != (app.Ways{Passphrase: true, Keyring: true, KeyringNow: true}) {
		t.Errorf("ways are %+v", w)
	}
	must(t, c.UnlockWithKeyring(ctx))
	for _, cause := range []app.LockCause{app.ByPerson, app.ByIdling, app.ByScreen, app.BySleep} {
		must(t, c.LockBecause(cause))
		if w := value(c.Ways(ctx))(t); w.KeyringNow {
			t.Errorf("after lock %d the keyring may open", cause)
		}
		wantReason(t, c.UnlockWithKeyring(ctx), app.KeyringAsked)
		must(t, r.unlock())
	}
	must(t, c.Lock())
	c = r.start(t, k, "boot/1") // starting again is no way around the lock
	wantReason(t, c.UnlockWithKeyring(ctx), app.KeyringAsked)
	c = r.start(t, k, "boot/2")
	must(t, c.UnlockWithKeyring(ctx))

	must(t, c.DisableKeyring(ctx))
	must(t, c.Lock())
	wantReason(t, c.UnlockWithKeyring(ctx), vault.KeyringOff)
}

func TestAKeyringAloneOpensAfterALock(t *testing.T) {
	r, err := build(t.TempDir(), new(clock))
	must(t, err)
	r.cleanUp(t)
	k := &ring{kept: map[string]string{}, err: errors.New("the collection is locked")}
	c, ctx := r.start(t, k, "boot/1"), t.Context()
	wantReason(t, c.KeyringAvailable(ctx), vault.KeyringShut)
	_, err = c.SetUpWith(ctx, app.Locking{Keyring: true, After: 0})
	wantReason(t, err, vault.KeyringShut)
	_, err = c.SetUpWith(ctx, app.Locking{Keyring: true, Passphrase: secret.New(passphrase), After: time.Minute})
	wantReason(t, err, vault.KeyringShut)
	if s := value(c.State())(t); s != app.NoVault {
		t.Fatalf("a set-up whose keyring failed left state %d", s)
	}
	k.err = nil
	must(t, c.KeyringAvailable(ctx))
	key := value(c.SetUpWith(ctx, app.Locking{Keyring: true, After: 0}))(t)
	must(t, c.ConfirmRecovery(ctx, key, key.Groups()))
	if keys := value(c.Keys(ctx))(t); !keys.KeyringOnly {
		t.Errorf("keys are %+v", keys)
	}
	if after := value(c.LockAfter(ctx))(t); after != 0 {
		t.Errorf("locks after %v", after)
	}
	wantKind(t, c.Confirm(ctx, secret.New(passphrase)), fault.WrongPassphrase)
	must(t, c.Confirm(ctx, key.Text()))
	must(t, c.Lock())
	must(t, c.UnlockWithKeyring(ctx))

	must(t, c.ChangePassphrase(ctx, key.Text(), secret.New(passphrase))) // gives it one
	must(t, c.Lock())
	wantReason(t, c.UnlockWithKeyring(ctx), app.KeyringAsked)
	must(t, c.Unlock(ctx, secret.New(passphrase)))
	must(t, c.RemovePassphrase(ctx, secret.New(passphrase)))
	must(t, c.Lock())
	must(t, c.UnlockWithKeyring(ctx))
}

// Whichever comes first opens; a keyring that answers when the vault is open changes nothing.
func TestThePassphraseOpensWhileTheKeyringIsWaitedFor(t *testing.T) {
	r := fresh(t)
	k := &ring{kept: map[string]string{}}
	c, ctx := r.start(t, k, ""), t.Context()
	must(t, r.unlock())
	must(t, c.EnableKeyring(ctx, secret.New(passphrase)))
	c = r.start(t, k, "")
	k.hold = make(chan struct{})
	answered := make(chan error, 1)
	go func() { answered <- c.UnlockWithKeyring(context.Background()) }()
	must(t, r.unlock())
	close(k.hold)
	if err := <-answered; !errors.Is(err, app.ErrOpen) {
		t.Errorf("the late keyring said %v", err)
	}
	if s := value(c.State())(t); s != app.Open {
		t.Errorf("state is %d", s)
	}
}

func TestANewDataKeyLeavesOldBackupsToOldSecrets(t *testing.T) {
	r := fresh(t)
	k := &ring{kept: map[string]string{}}
	c, ctx := r.start(t, k, "boot/1"), t.Context()
	must(t, r.unlock())
	must(t, c.EnableKeyring(ctx, secret.New(passphrase)))
	old := value(c.BackUp(ctx))(t)
	if len(old.Today) != 3 {
		t.Errorf("%d secrets of today open the backup of today, want 3", len(old.Today))
	}
	earlier := filepath.Join(filepath.Dir(old.Path), "coffer-20261101T070000Z.backup") // as one of another day, which is kept
	must(t, os.Rename(old.Path, earlier))
	pages := int64(0)
	key := value(c.Rekey(ctx, app.RekeyTerms{Current: secret.New(passphrase), Told: func(done, total int64) { pages = total }}))(t)
	if pages == 0 {
		t.Error("no progress was told")
	}
	must(t, c.ConfirmRecovery(ctx, key, key.Groups()))
	all := value(c.Backups(ctx))(t)
	if len(all) != 2 || len(all[0].Today) != 3 || len(all[1].Today) != 0 {
		t.Fatalf("backups are %+v", all)
	}
	value(c.Rekey(ctx, app.RekeyTerms{Current: secret.New(passphrase), DropBackups: true}))(t)
	all = value(c.Backups(ctx))(t)
	if len(all) != 1 || len(all[0].Today) != 3 {
		t.Errorf("after dropping: %+v", all)
	}
	if _, err := os.Stat(earlier); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old backup is still there: %v", err)
	}
	c = r.start(t, k, "boot/2")
	wantKind(t, c.UnlockWithRecovery(ctx, r.key), fault.WrongPassphrase)
	must(t, c.UnlockWithKeyring(ctx))
}
