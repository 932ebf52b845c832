package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// State says whether there is a vault and whether it is open.
type State int

// The states of the vault.
const (
	NoVault State = iota
	Locked
	Open
)

// RecoveryKey opens the vault when the passphrase is lost. It prints [redacted].
type RecoveryKey = vault.RecoveryKey

// ErrOpen reports an unlocking of a vault that is open: nothing was checked.
var ErrOpen = errors.New("open the vault: it is open already")

const settingConfirmed = "recovery.confirmed"

// State returns where the vault stands.
func (c *Coffer) State() (State, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.open != nil {
		return Open, nil
	}
	exists, err := c.exists()
	switch {
	case err != nil:
		return NoVault, err
	case exists:
		return Locked, nil
	}
	return NoVault, nil
}

// Locking is how the person chose to lock a new vault.
type Locking struct {
	Passphrase secret.Text   // empty only with Keyring: then the keyring opens the vault, and the recovery key
	Keyring    bool          // of this computer
	After      time.Duration // one of LockChoices
}

// SetUp makes a vault that the passphrase opens and that locks after DefaultLockAfter.
func (c *Coffer) SetUp(ctx context.Context, passphrase secret.Text) (*RecoveryKey, error) {
	return c.SetUpWith(ctx, Locking{Passphrase: passphrase, After: DefaultLockAfter})
}

// SetUpWith makes the vault and opens it. The set-up ends when ConfirmRecovery is called; until then
// each opening asks for it again, with a new key. A KeyringLocked fault leaves no vault.
func (c *Coffer) SetUpWith(ctx context.Context, l Locking) (*RecoveryKey, error) {
	const op = "make the vault"
	if err := c.checkLocking(l); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open != nil {
		return nil, fault.New(fault.VaultExists, op, errors.New("a vault is open"))
	}
	v, key, err := c.create(ctx, l, c.Dir())
	if err != nil {
		return nil, err
	}
	if err := c.start(ctx, v); err != nil {
		return nil, err
	}
	return key, c.setLockAfter(ctx, c.open, l.After)
}

// checkLocking errs unless a vault can be made to lock like that.
func (c *Coffer) checkLocking(l Locking) error {
	const op = "make the vault"
	switch {
	case l.Keyring && c.config.Keyring == nil:
		return noKeyring(op)
	case l.Passphrase.Empty() && l.Keyring:
	case !Judge(l.Passphrase).Enough():
		return fault.New(fault.WeakPassphrase, "choose a passphrase", errWeak)
	}
	if !slices.Contains(LockChoices(), l.After) {
		return fmt.Errorf("%s: %w: %v", op, errLockAfter, l.After)
	}
	return nil
}

// create makes the vault's files in dir. A vault whose keyring slot failed would be half of what was asked
// for, so it goes again.
func (c *Coffer) create(ctx context.Context, l Locking, dir string) (*vault.Vault, *RecoveryKey, error) {
	o := vault.Options{KDF: vault.Calibrate()}
	if l.Passphrase.Empty() {
		return vault.CreateWithKeyring(ctx, dir, c.config.Keyring, o)
	}
	v, key, err := vault.Create(dir, l.Passphrase, o)
	if err != nil || !l.Keyring {
		return v, key, err
	}
	if err := v.EnableKeyring(ctx, c.config.Keyring); err != nil {
		return nil, nil, errors.Join(err, v.Destroy())
	}
	return v, key, nil
}

// KeyringAvailable asks the keyring of this computer for something, and errs with the KeyringLocked
// fault that says why it can't be used.
func (c *Coffer) KeyringAvailable(ctx context.Context) error {
	if c.config.Keyring == nil {
		return noKeyring("ask the keyring")
	}
	return c.config.Keyring.Probe(ctx)
}

// Ways are what can open the vault of now, as its key file says.
type Ways struct {
	Passphrase bool
	Keyring    bool
	KeyringNow bool // the keyring may be used now: not after a lock, where there is a passphrase
}

// Ways looks at the vault without opening it. The errors are those of State, and VaultMissing.
func (c *Coffer) Ways(context.Context) (Ways, error) {
	info, err := vault.Look(c.Dir())
	if err != nil {
		return Ways{}, err
	}
	w := Ways{Passphrase: info.Has(PassphraseSlot), Keyring: info.Has(KeyringSlot) && c.config.Keyring != nil}
	cause, _, locked := c.LastLock()
	w.KeyringNow = w.Keyring && !(w.Passphrase && locked && cause != ByExit)
	return w, nil
}

// KeyringAsked is the reason of a KeyringLocked fault after a lock in this login session: the
// person is to show that it is them.
const KeyringAsked = "keyring.asked"

var errAsked = errors.New("the vault was locked: the passphrase opens it now")

// UnlockWithKeyring opens the vault with this computer's keyring: the first time after login, and
// always where there is no passphrase. It errs with KeyringLocked and a reason.
func (c *Coffer) UnlockWithKeyring(ctx context.Context) error {
	const op = "open the vault by keyring"
	w, err := c.Ways(ctx)
	if err != nil {
		return err
	}
	if c.config.Keyring == nil {
		return noKeyring(op)
	}
	if w.Passphrase && w.Keyring {
		if asked, err := c.askedInThisLogin(ctx); err != nil {
			return err
		} else if asked || !w.KeyringNow {
			return fault.Because(fault.KeyringLocked, KeyringAsked, op, errAsked)
		}
	}
	// Waiting for the keyring holds nothing: meanwhile the passphrase may open the vault.
	answer, err := vault.AskKeyring(ctx, c.Dir(), c.config.Keyring)
	if err != nil {
		return err
	}
	defer answer.Wipe()
	return c.unlock(ctx, answer.Open)
}

// Unlock opens the vault with the passphrase.
func (c *Coffer) Unlock(ctx context.Context, passphrase secret.Text) error {
	return c.unlock(ctx, func() (*vault.Vault, error) { return vault.Open(c.Dir(), passphrase) })
}

// UnlockWithRecovery opens the vault with the recovery key as typed.
func (c *Coffer) UnlockWithRecovery(ctx context.Context, key secret.Text) error {
	return c.unlock(ctx, func() (*vault.Vault, error) { return vault.OpenWithRecovery(c.Dir(), key) })
}

func (c *Coffer) unlock(ctx context.Context, open func() (*vault.Vault, error)) error {
	c.mu.Lock()
	if c.open != nil { // it would open whatever was typed
		c.mu.Unlock()
		return ErrOpen
	}
	v, err := open()
	if err == nil {
		err = c.start(ctx, v)
	}
	c.mu.Unlock()
	if err != nil {
		return err
	}
	c.Changed.Lock.Tell(Open)
	c.scoreBeside(ctx)
	return nil
}

// start opens what lives on the vault. The caller holds mu for writing.
func (c *Coffer) start(ctx context.Context, v *vault.Vault) error {
	s, err := c.config.OpenStore(ctx, v)
	if err != nil {
		return errors.Join(err, v.Close())
	}
	b, err := c.config.OpenBanks(ctx, s)
	if err != nil {
		return errors.Join(err, s.Close(), v.Close())
	}
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	c.open = &opened{vault: v, store: s, banks: b, ctx: life, close: end, keys: make(chan struct{}, 1), outside: newOutside()}
	after, err := lockAfter(ctx, s)
	if err != nil {
		c.config.Log.Error("after how long to lock was not read", "err", err)
	}
	c.idle.begin(after)
	c.Woke()
	c.clearStale()
	if err := learnAddresses(ctx, v, s); err != nil {
		c.config.Log.Warn("where slots are reached was not kept", "err", err)
	}
	if err := c.eraseWaiting(ctx, c.open); err != nil {
		c.config.Log.Error("what was to be shredded is still there", "err", err)
	}
	return nil
}

// patience is how long locking waits for what a bank is just answering: a rotated token that is
// lost on the way ends a link.
const patience = 3 * time.Second

// Lock is LockBecause the person asked for it.
func (c *Coffer) Lock() error { return c.LockBecause(ByPerson) }

// LockBecause ends running jobs (each as before, or complete), closes the vault and wipes its keys.
// It does nothing if the vault is not open.
func (c *Coffer) LockBecause(cause LockCause) error {
	_, err := c.shut(cause, (*vault.Vault).Close)
	return err
}

// shut ends everything on the vault, and the vault by end. It reports whether one was open.
func (c *Coffer) shut(cause LockCause, end func(*vault.Vault) error) (was bool, err error) {
	done := c.endJobs()
	c.mu.Lock()
	done()
	o := c.open
	c.open = nil
	if o == nil {
		c.mu.Unlock()
		return false, nil
	}
	o.close() // of one that was opened in between, too
	o.banks.Close()
	err = c.eraseWaiting(context.WithoutCancel(o.ctx), o)
	looked := c.lookedAt(context.WithoutCancel(o.ctx), o)
	head := c.headAtLock(context.WithoutCancel(o.ctx), o)
	o.judge = judge{} // the names of merchants and what was paid there are gone before the vault sweeps memory
	err = errors.Join(err, o.store.Close())
	last := lastLock{head: head, cause: cause, after: c.idle.length(), state: o.vault.State(), id: o.vault.ID(), keyring: o.vault.KeyringEnabled(), looked: looked}
	err = errors.Join(err, end(o.vault))
	c.locked(last)
	c.mu.Unlock()
	c.Changed.Lock.Tell(Locked)
	c.remember(context.WithoutCancel(o.ctx), last)
	if err != nil {
		return true, fmt.Errorf("lock the vault: %w", err)
	}
	return true, nil
}

// endJobs stops the jobs, so that the lock is soon to be had, and breaks off connections that
// hold it up all the same, unless it is called back before.
func (c *Coffer) endJobs() (done func()) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	o := c.open
	if o == nil {
		return func() {}
	}
	o.close()
	broken := make(chan struct{})
	late := time.AfterFunc(patience, func() { defer close(broken); o.banks.Close() })
	return func() {
		if !late.Stop() {
			<-broken
		}
	}
}

// NeedsRecovery reports whether the recovery key was never typed back.
func (c *Coffer) NeedsRecovery(ctx context.Context) (bool, error) {
	return read(ctx, c, "look at the set-up", func(ctx context.Context, o *opened) (bool, error) {
		confirmed, err := o.store.Setting(ctx, settingConfirmed)
		return confirmed == "", err
	})
}

var errConfirmed = errors.New("the recovery key was typed back: ask for the passphrase to replace it")

// NewRecovery replaces a recovery key that was never typed back; that one opens nothing from now
// on. ReissueRecovery is for one that was.
func (c *Coffer) NewRecovery(ctx context.Context) (*RecoveryKey, error) {
	return withKeys(ctx, c, "make a recovery key", func(ctx context.Context, o *opened) (*RecoveryKey, error) {
		confirmed, err := o.store.Setting(ctx, settingConfirmed)
		if err == nil && confirmed != "" {
			err = errConfirmed
		}
		if err != nil {
			return nil, err
		}
		return newRecovery(ctx, o)
	})
}

// ConfirmRecovery ends the set-up: every group of key was typed back right.
func (c *Coffer) ConfirmRecovery(ctx context.Context, key *RecoveryKey, typed [8]string) error {
	for i, group := range typed {
		if !key.MatchGroup(i, group) {
			return fault.With(fault.WrongPassphrase, "type the recovery key back",
				errors.New("a group does not match"), "group", fmt.Sprint(i+1))
		}
	}
	_, err := withKeys(ctx, c, "end the set-up", func(ctx context.Context, o *opened) (struct{}, error) {
		if err := o.vault.TryRecovery(key.Text()); err != nil { // another was made since this one was shown
			return struct{}{}, err
		}
		return struct{}{}, o.store.SetSetting(ctx, settingConfirmed, "yes")
	})
	if err == nil {
		c.Changed.Lock.Tell(Open)
	}
	return err
}
