package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"coffer/app/consent"
	"coffer/app/vault"
)

// settingAddress begins the settings that hold the addresses of the vault's slots; the kind's number follows.
const settingAddress = "address."

// learnAddresses tells the vault which addresses of its slots were kept, and keeps what it has learnt
// since: one secret is used at a time, and a new data key is carried to all of them.
func learnAddresses(ctx context.Context, v *vault.Vault, s Store) error {
	var failed []error
	for _, kind := range []SlotKind{PassphraseSlot, RecoverySlot, KeyringSlot} {
		key := settingAddress + fmt.Sprint(int(kind))
		kept, err := s.Setting(ctx, key)
		if err == nil {
			v.KnowAddress(kind, kept)
			if now := v.Addresses()[kind]; now != "" && now != kept {
				err = s.SetSetting(ctx, key, now)
			}
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

// FinishShredding gives the vault a new data key where a shredding has not ended with one yet; else it
// does nothing. What opens the vault opens it as before, and nobody is asked. told, which may be nil, hears
// how many pages are sealed anew. Interrupted, the vault is as before or has its new key, and a later
// opening ends it. Where a secret must be used first nothing is done, as the ErasureReport says, which
// also tells why it failed.
func (c *Coffer) FinishShredding(ctx context.Context, told func(done, total int64)) error {
	const op = "end a shredding with a new key"
	done, err := withKeys(ctx, c, op, func(ctx context.Context, o *opened) (bool, error) {
		waiting, err := unkeyed(ctx, o)
		if err != nil || len(waiting) == 0 {
			return false, err
		}
		if ring := c.config.Keyring; ring != nil && slices.Contains(o.vault.Unaddressed(), KeyringSlot) {
			_ = o.vault.TryKeyring(ctx, ring) // it is asked without the person; one that can't answer is waited for
		}
		if len(o.vault.Unaddressed()) > 0 {
			return false, nil
		}
		if err = o.store.Carry(ctx, o.vault, told); err == nil {
			err = c.noteRekeyed(context.WithoutCancel(ctx), o)
		}
		o.care.set(func(found *Care) { found.Unkeyed = err })
		return err == nil, err
	})
	if done {
		c.Changed.Links.Tell("")
	}
	return err
}

// endShredding is FinishShredding as the end of something that is done: Care says what became of it.
func (c *Coffer) endShredding(ctx context.Context, told func(done, total int64)) {
	if err := c.FinishShredding(ctx, told); err != nil {
		c.config.Log.Warn("a shredding has not ended with a new key", "err", err)
	}
}

// unkeyed is what was erased and not followed by a new data key.
func unkeyed(ctx context.Context, o *opened) ([]consent.Erased, error) {
	receipts, err := o.store.Receipts(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(consent.ErasedOf(receipts), func(e consent.Erased) bool { return !e.Unkeyed() }), nil
}

// NewKey is what is known of the new data key that a shredding ends with, while there is none yet.
type NewKey struct {
	Needs  []SlotKind // secrets that must be used once before; none: it comes by itself at the next opening
	Failed error      // why it failed last; nil if it did not
}

// newKey tells what a new data key waits for.
func (c *Coffer) newKey(ctx context.Context) (NewKey, error) {
	return withKeys(ctx, c, "look at the keys", func(_ context.Context, o *opened) (NewKey, error) {
		return NewKey{Needs: o.vault.Unaddressed(), Failed: o.care.get().Unkeyed}, nil
	})
}

// sealedNow reports whether a backup is under the data key of now.
func (c *Coffer) sealedNow(ctx context.Context, path string) (bool, error) {
	return withKeys(ctx, c, "look at a backup", func(_ context.Context, o *opened) (bool, error) { return o.vault.Sealed(path) })
}
