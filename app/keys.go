package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// SlotKind says which secret opens the vault by a slot of it.
type SlotKind = vault.SlotKind

// The kinds of slots.
const (
	PassphraseSlot = vault.PassphraseSlot
	RecoverySlot   = vault.RecoverySlot
	KeyringSlot    = vault.KeyringSlot
)

// SlotInfo is one way into the vault.
type SlotInfo = vault.SlotInfo

// Keys are the ways into the open vault.
type Keys struct {
	Slots         []SlotInfo // by kind
	KeyringOnly   bool       // the keyring opens the vault and no passphrase does
	RecoveryTyped bool       // the recovery key was typed back
	RekeyDue      bool       // the data key has sealed so much that a new one is due
	Pinned        bool       // keys are kept out of swap
}

// Has reports whether there is a slot of that kind.
func (k Keys) Has(kind SlotKind) bool {
	return slices.ContainsFunc(k.Slots, func(s SlotInfo) bool { return s.Kind == kind })
}

// Keys returns the ways into the vault.
func (c *Coffer) Keys(ctx context.Context) (Keys, error) {
	return withKeys(ctx, c, "look at the keys", func(ctx context.Context, o *opened) (Keys, error) {
		typed, err := o.store.Setting(ctx, settingConfirmed)
		v := o.vault
		return Keys{
			Slots: v.Slots(), KeyringOnly: v.KeyringOnly(), RecoveryTyped: typed != "", RekeyDue: v.NeedsRekey(), Pinned: v.Pinned(),
		}, err
	})
}

// withKeys is read for what works on the vault's own keys: one at a time.
func withKeys[T any](ctx context.Context, c *Coffer, op string, work func(ctx context.Context, o *opened) (T, error)) (T, error) {
	return read(ctx, c, op, func(ctx context.Context, o *opened) (T, error) {
		select {
		case o.keys <- struct{}{}:
			defer func() { <-o.keys }()
			value, err := work(ctx, o)
			if unkept := learnAddresses(context.WithoutCancel(ctx), o.vault, o.store); unkept != nil {
				c.config.Log.Warn("where slots are reached was not kept", "err", unkept)
			}
			return value, err
		case <-ctx.Done():
			var none T
			return none, fmt.Errorf("%s: %w", op, ctx.Err())
		}
	})
}

// changeKeys is withKeys once typed is seen to open the vault.
func changeKeys[T any](ctx context.Context, c *Coffer, op string, typed secret.Text, work func(ctx context.Context, o *opened) (T, error)) (T, error) {
	return withKeys(ctx, c, op, func(ctx context.Context, o *opened) (T, error) {
		err := confirm(o, typed)
		if err == nil {
			err = ctx.Err() // a lock waits for one guess, not for the next one too
		}
		if err != nil {
			var none T
			return none, err
		}
		return work(ctx, o)
	})
}

// confirm asks for the passphrase again; where there is none, for the recovery key.
func confirm(o *opened, typed secret.Text) error {
	if o.vault.KeyringOnly() {
		return o.vault.TryRecovery(typed)
	}
	return o.vault.TryPassphrase(typed)
}

// Confirm errs with WrongPassphrase unless typed is the passphrase of the open vault, or the
// recovery key of one that has no passphrase.
func (c *Coffer) Confirm(ctx context.Context, typed secret.Text) error {
	_, err := changeKeys(ctx, c, "ask again", typed, func(context.Context, *opened) (struct{}, error) { return struct{}{}, nil })
	return err
}

// ChangePassphrase replaces the passphrase, or gives a vault one that the keyring alone opened.
// current may be the recovery key, for a passphrase that is lost.
// The old one opens the vault no more, but older copies and backups of it; Rekey sees to those.
func (c *Coffer) ChangePassphrase(ctx context.Context, current, next secret.Text) error {
	if !Judge(next).Enough() {
		return fault.New(fault.WeakPassphrase, "change the passphrase", errWeak)
	}
	_, err := withKeys(ctx, c, "change the passphrase", func(_ context.Context, o *opened) (struct{}, error) {
		// Trying the recovery key costs nothing, so it comes first.
		if o.vault.TryRecovery(current) != nil {
			if err := confirm(o, current); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, o.vault.SetPassphrase(next)
	})
	return err
}

// RemovePassphrase leaves the keyring to open the vault, and the recovery key. It wraps
// vault.ErrLastSlot where the keyring has no slot, and errs with KeyringLocked where it does not
// open the vault as it says.
func (c *Coffer) RemovePassphrase(ctx context.Context, current secret.Text) error {
	_, err := changeKeys(ctx, c, "remove the passphrase", current, func(ctx context.Context, o *opened) (struct{}, error) {
		if o.vault.KeyringEnabled() && c.config.Keyring != nil {
			if err := o.vault.TryKeyring(ctx, c.config.Keyring); err != nil {
				return struct{}{}, err
			}
		}
		return struct{}{}, o.vault.RemovePassphrase()
	})
	return err
}

// EnableKeyring lets the keyring of this computer open the vault, too. A KeyringLocked fault has
// the reason why it can't; nothing has changed then.
func (c *Coffer) EnableKeyring(ctx context.Context, current secret.Text) error {
	const op = "let the keyring open the vault"
	if c.config.Keyring == nil {
		return noKeyring(op)
	}
	_, err := changeKeys(ctx, c, op, current, func(ctx context.Context, o *opened) (struct{}, error) {
		return struct{}{}, o.vault.EnableKeyring(ctx, c.config.Keyring)
	})
	return err
}

// DisableKeyring ends that the keyring opens the vault. After a KeyringLocked fault it opens it
// no more, and keeps a key that opens nothing.
func (c *Coffer) DisableKeyring(ctx context.Context) error {
	const op = "take the vault out of the keyring"
	if c.config.Keyring == nil {
		return noKeyring(op)
	}
	_, err := withKeys(ctx, c, op, func(ctx context.Context, o *opened) (struct{}, error) {
		if err := o.vault.DisableKeyring(ctx, c.config.Keyring); err != nil {
			return struct{}{}, err
		}
		o.outside.set(func(x *outside) { x.head, x.ours, x.trouble = egress.Head{}, false, "" })
		return struct{}{}, c.config.Keyring.Forget(ctx, o.vault.ID(), headAsked, headLedger)
	})
	return err
}

// ReissueRecovery replaces the recovery key, which must be typed back. The old one opens older
// copies and backups, and nothing else.
func (c *Coffer) ReissueRecovery(ctx context.Context, current secret.Text) (*RecoveryKey, error) {
	return changeKeys(ctx, c, "make a recovery key", current, newRecovery)
}

// newRecovery notes first that the key was not typed back: one that nobody has seen is asked for
// again at the next opening.
func newRecovery(ctx context.Context, o *opened) (*RecoveryKey, error) {
	if err := o.store.SetSetting(ctx, settingConfirmed, ""); err != nil {
		return nil, err
	}
	return o.vault.NewRecoveryKey()
}

// RekeyTerms are how a vault gets a new data key.
type RekeyTerms struct {
	Current     secret.Text             // the passphrase; the recovery key where there is none
	DropBackups bool                    // once the new backup is checked, delete those that the old secrets open
	Told        func(done, total int64) // hears how many pages are sealed anew; may be nil
}

// Rekey seals the vault anew under a new data key and writes a new backup. What was copied before
// opens with the secrets of then and with nothing that is made from now on. It returns a new
// recovery key, which must be typed back. Interrupted, the vault is as before or rekeyed; an error
// with a key says that the vault has its new key and only the backups failed.
func (c *Coffer) Rekey(ctx context.Context, t RekeyTerms) (*RecoveryKey, error) {
	const op = "give the vault a new key"
	return changeKeys(ctx, c, op, t.Current, func(ctx context.Context, o *opened) (*RecoveryKey, error) {
		typed, err := o.store.Setting(ctx, settingConfirmed)
		if err != nil {
			return nil, err
		}
		if err := o.store.SetSetting(ctx, settingConfirmed, ""); err != nil {
			return nil, err
		}
		r := vault.Rekeying{Told: t.Told}
		if !o.vault.KeyringOnly() {
			r.Passphrase = t.Current
		}
		if o.vault.KeyringEnabled() {
			r.Ring = c.config.Keyring
		}
		key, err := o.store.Rekey(ctx, o.vault, r)
		if err != nil {
			return nil, errors.Join(err, o.store.SetSetting(context.WithoutCancel(ctx), settingConfirmed, typed))
		}
		o.care.set(func(found *Care) { found.Unkeyed = nil })
		noted := c.noteRekeyed(context.WithoutCancel(ctx), o)
		if err := errors.Join(noted, c.backUpAnew(ctx, o, t.DropBackups)); err != nil {
			return key, fmt.Errorf("back up under the new key: %w", err)
		}
		return key, nil
	})
}

func noKeyring(op string) error {
	return fault.Because(fault.KeyringLocked, vault.KeyringAbsent, op, errors.New("no keyring is known here"))
}

var errWeak = errors.New("the passphrase is too weak")
