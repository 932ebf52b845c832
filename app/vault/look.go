package vault

import (
	"encoding/hex"
	"errors"
	"io/fs"
	"slices"
	"time"
)

// SlotKind says which secret opens a slot. The numbers are part of the format.
type SlotKind byte

// The kinds of slots.
const (
	PassphraseSlot SlotKind = 1
	RecoverySlot   SlotKind = 2
	KeyringSlot    SlotKind = 3
)

// Look says what can be known of the vault in dir without opening it: it may also be open
// elsewhere, or changed by somebody who can write there. The errors are those of Exists, and
// VaultMissing.
func Look(dir string) (Info, error) {
	const op = "look at the vault"
	k, _, err := loadKeys(folder(dir))
	if errors.Is(err, fs.ErrNotExist) {
		if err = noOrphan(folder(dir)); err == nil {
			err = errMissing
		}
	} else if err == nil && !k.exists {
		err = errMissing
	}
	if err != nil {
		return Info{}, asFault(op, err)
	}
	return k.info(), nil
}

// Info is what is known of a vault without its key.
type Info struct {
	ID    string // in hex
	Slots []SlotInfo
	salts [][slotSaltBytes]byte // of the slots: they tell one passphrase from the next
}

// Shared lists the ways into i that open other, too: of a backup and the vault of now, what a
// person can be told to use. A passphrase changed since is not among them.
func (i Info) Shared(other Info) []SlotInfo {
	var shared []SlotInfo
	for n, s := range i.Slots {
		if slices.Contains(other.salts, i.salts[n]) && i.ID == other.ID {
			shared = append(shared, s)
		}
	}
	return shared
}

// Has reports whether there is a slot of that kind.
func (i Info) Has(kind SlotKind) bool {
	for _, s := range i.Slots {
		if s.Kind == kind {
			return true
		}
	}
	return false
}

// KeyringOnly reports whether the keyring opens the vault and no passphrase does.
func (i Info) KeyringOnly() bool { return i.Has(KeyringSlot) && !i.Has(PassphraseSlot) }

func (k *keyfile) info() Info {
	i := Info{ID: hex.EncodeToString(k.vault[:])}
	for _, s := range k.slots {
		one := SlotInfo{Kind: s.kind}
		if s.made > 0 {
			one.Created = time.Unix(s.made, 0).UTC()
		}
		i.Slots, i.salts = append(i.Slots, one), append(i.salts, s.salt)
	}
	return i
}

// SlotInfo is one way in.
type SlotInfo struct {
	Kind    SlotKind
	Created time.Time // zero where it is not known
}

// Info is what Look says of the vault.
func (v *Vault) Info() Info { return v.file.info() }

// Slots lists the ways in, by kind.
func (v *Vault) Slots() []SlotInfo { return v.Info().Slots }
