package app

import (
	"context"
	"errors"
	"fmt"
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
	exists, err := vault.Exists(c.config.Dir)
	switch {
	case err != nil:
		return NoVault, err
	case exists:
		return Locked, nil
	}
	return NoVault, nil
}

// SetUp makes the vault and opens it. The set-up ends when ConfirmRecovery is called; until then
// each opening asks for it again, with a new key.
func (c *Coffer) SetUp(ctx context.Context, passphrase secret.Text) (*RecoveryKey, error) {
	if strength := Judge(passphrase); !strength.Enough() {
		return nil, fault.New(fault.WeakPassphrase, "choose a passphrase", errors.New("the passphrase is too weak"))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open != nil {
		return nil, fault.New(fault.VaultExists, "make the vault", errors.New("a vault is open"))
	}
	v, key, err := vault.Create(c.config.Dir, passphrase, vault.Options{KDF: vault.Calibrate()})
	if err != nil {
		return nil, err
	}
	if err := c.start(ctx, v); err != nil {
		return nil, err
	}
	return key, nil
}

// Unlock opens the vault with the passphrase.
func (c *Coffer) Unlock(ctx context.Context, passphrase secret.Text) error {
	return c.unlock(ctx, func() (*vault.Vault, error) { return vault.Open(c.config.Dir, passphrase) })
}

// UnlockWithRecovery opens the vault with the recovery key as typed.
func (c *Coffer) UnlockWithRecovery(ctx context.Context, key secret.Text) error {
	return c.unlock(ctx, func() (*vault.Vault, error) { return vault.OpenWithRecovery(c.config.Dir, key) })
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
	c.scoreLater(c.scoreAll(ctx))
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
	c.open = &opened{vault: v, store: s, banks: b, ctx: life, close: end}
	if err := c.eraseWaiting(ctx, c.open); err != nil {
		c.config.Log.Error("what was to be shredded is still there", "err", err)
	}
	return nil
}

// patience is how long locking waits for what a bank is just answering: a rotated token that is
// lost on the way ends a link.
const patience = 3 * time.Second

// Lock ends running jobs (each as before, or complete), closes the vault and wipes its keys.
// It does nothing if the vault is not open.
func (c *Coffer) Lock() error {
	done := c.endJobs()
	c.mu.Lock()
	done()
	o := c.open
	c.open = nil
	if o == nil {
		c.mu.Unlock()
		return nil
	}
	o.close() // of one that was opened in between, too
	o.banks.Close()
	err := errors.Join(c.eraseWaiting(context.WithoutCancel(o.ctx), o), o.store.Close(), o.vault.Close())
	c.mu.Unlock()
	c.Changed.Lock.Tell(Locked)
	if err != nil {
		return fmt.Errorf("lock the vault: %w", err)
	}
	return nil
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

// NewRecovery replaces the recovery key; the old one opens nothing from now on. It must be
// typed back again.
func (c *Coffer) NewRecovery(ctx context.Context) (*RecoveryKey, error) {
	return read(ctx, c, "make a recovery key", func(ctx context.Context, o *opened) (*RecoveryKey, error) {
		if err := o.store.SetSetting(ctx, settingConfirmed, ""); err != nil {
			return nil, err
		}
		return o.vault.NewRecoveryKey()
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
	err := c.use(ctx, "end the set-up", func(ctx context.Context, o *opened) error {
		return o.store.SetSetting(ctx, settingConfirmed, "yes")
	})
	if err == nil {
		c.Changed.Lock.Tell(Open)
	}
	return err
}
