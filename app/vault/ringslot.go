package vault

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/fault"
)

// ErrLastSlot is why a slot stays: without it only the recovery key would open the vault.
var ErrLastSlot = errors.New("nothing but the recovery key would open the vault")

var errNoRingSlot = errors.New("the vault does not open by keyring")

// OpenWithKeyring is Open with the key that the keyring keeps. Beside the faults of Open,
// except WrongPassphrase, it errs with KeyringLocked and one of the reasons.
func OpenWithKeyring(ctx context.Context, dir string, ring *Keyring) (*Vault, error) {
	a, err := AskKeyring(ctx, dir, ring)
	if err != nil {
		return nil, err
	}
	defer a.Wipe()
	return a.Open()
}

// KeyringAnswer is the key that a keyring keeps for the vault in a folder. It must be wiped.
type KeyringAnswer struct {
	dir string
	key []byte
}

// AskKeyring asks for it. Waiting for the keyring it holds nothing: meanwhile the passphrase opens
// the vault. It errs with VaultMissing, VaultDamaged, VaultNewer, VaultForeign, or KeyringLocked and
// one of the reasons.
func AskKeyring(ctx context.Context, dir string, ring *Keyring) (*KeyringAnswer, error) {
	seen, err := Look(dir)
	if err != nil {
		return nil, err
	}
	if !seen.Has(KeyringSlot) {
		return nil, fault.Because(fault.KeyringLocked, KeyringOff, "ask the keyring for the vault's key", errNoRingSlot)
	}
	key, err := ring.key(ctx, seen.ID)
	if err != nil {
		return nil, err
	}
	return &KeyringAnswer{dir, key}, nil
}

// Wipe forgets the key.
func (a *KeyringAnswer) Wipe() { clear(a.key) }

// Open is Open with the keyring's key.
func (a *KeyringAnswer) Open() (*Vault, error) {
	return open(a.dir, func(k *keyfile, data *dataKey) error {
		err := takeRing(k, a.key, data)
		if errors.Is(err, errSealBroken) {
			return ringFault("open the vault by keyring", errRingWrong)
		}
		return err
	})
}

// takeRing opens the keyring slot with what the keyring keeps.
func takeRing(k *keyfile, key []byte, data *dataKey) error {
	s := k.slot(KeyringSlot)
	if s == nil {
		return errSealBroken
	}
	slotKey := ringKey(key, k.vault, s)
	defer clear(slotKey)
	return s.take(k.vault, slotKey, data.key)
}

// ringKey is the key of a keyring slot. What the keyring keeps has 256 random bits.
func ringKey(key []byte, vault [idBytes]byte, s *slot) []byte {
	return derive(key, s.salt[:], "coffer/1 keyring slot"+string(vault[:]))
}

// ringSlot seals the data key for what the keyring keeps.
func (v *Vault) ringSlot(key []byte) (slot, error) {
	s, err := v.newSlot(KeyringSlot, KDF{})
	if err != nil {
		return slot{}, err
	}
	slotKey := ringKey(key, v.file.vault, &s)
	defer clear(slotKey)
	return s, s.put(v.file.vault, slotKey, v.keys.key)
}

// EnableKeyring lets the keyring open the vault too. Whoever uses the person's session, and
// any program in it, can then open it. If the keyring's key is lost, calling this again
// makes a new one. It errs with KeyringLocked and a reason; then nothing has changed.
func (v *Vault) EnableKeyring(ctx context.Context, ring *Keyring) error {
	const op = "let the keyring open the vault"
	if v.keys == nil {
		return fault.New(fault.Locked, op, errClosed)
	}
	if done, err := v.opensWith(ctx, ring); done || err != nil {
		return err
	}
	key, err := ring.newKey(ctx, v.ID(), v.random)
	if err != nil {
		return err
	}
	defer clear(key)
	s, err := v.ringSlot(key)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return asFault(op, v.replaceSlot(s))
}

// opensWith reports whether the keyring opens the vault as it is. It errs when the keyring
// can't be asked at all.
func (v *Vault) opensWith(ctx context.Context, ring *Keyring) (bool, error) {
	if !v.KeyringEnabled() {
		return false, nil
	}
	err := v.TryKeyring(ctx, ring)
	if reason := reasonOf(err); reason == KeyringMissing || reason == KeyringWrong {
		return false, nil
	}
	return err == nil, err
}

// TryKeyring errs with KeyringLocked and a reason unless the keyring opens the vault, which is open
// already.
func (v *Vault) TryKeyring(ctx context.Context, ring *Keyring) error {
	key, err := ring.key(ctx, v.ID())
	if err != nil {
		return err
	}
	defer clear(key)
	data := newDataKey()
	defer func() { _ = data.drop() }()
	if takeRing(&v.file, key, data) != nil {
		return ringFault("ask the keyring", errRingWrong)
	}
	return nil
}

// DisableKeyring takes the keyring's slot out of both key files, and then its key out of the
// keyring. It wraps ErrLastSlot if there is no passphrase. After a KeyringLocked fault the
// slot is gone all the same; what the keyring still keeps opens nothing.
func (v *Vault) DisableKeyring(ctx context.Context, ring *Keyring) error {
	const op = "take the vault out of the keyring"
	if v.keys == nil {
		return fault.New(fault.Locked, op, errClosed)
	}
	if v.KeyringEnabled() {
		if v.KeyringOnly() {
			return fmt.Errorf("%s: %w", op, ErrLastSlot)
		}
		if err := v.removeSlot(KeyringSlot); err != nil {
			return asFault(op, err)
		}
	}
	return ring.remove(ctx, op, v.ID())
}

// RemovePassphrase leaves the keyring to open the vault, and the recovery key. It wraps
// ErrLastSlot if the keyring does not.
func (v *Vault) RemovePassphrase() error {
	const op = "remove the passphrase"
	switch {
	case v.keys == nil:
		return fault.New(fault.Locked, op, errClosed)
	case !v.KeyringEnabled():
		return fmt.Errorf("%s: %w", op, ErrLastSlot)
	case v.KeyringOnly():
		return nil
	}
	return asFault(op, v.removeSlot(PassphraseSlot))
}

func (v *Vault) removeSlot(kind SlotKind) error {
	next := v.file.without(kind)
	if err := saveKeys(v.disk, &next, v.keys); err != nil {
		return err
	}
	v.file = next
	return nil
}

// KeyringEnabled reports whether the vault has a slot for the keyring.
func (v *Vault) KeyringEnabled() bool { return v.file.slot(KeyringSlot) != nil }

// KeyringOnly reports whether the vault opens by keyring and has no passphrase.
func (v *Vault) KeyringOnly() bool { return v.KeyringEnabled() && v.file.slot(PassphraseSlot) == nil }
