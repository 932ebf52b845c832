package vault

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"coffer/app/fault"
	"coffer/app/secret"
)

var (
	errMissing = errors.New("there is no vault")
	errNoMatch = errors.New("the slot does not open")
)

// Open opens the vault in dir with its passphrase. It errs with VaultMissing,
// VaultInUse, WrongPassphrase, VaultDamaged, VaultNewer, VaultForeign or DiskFailed.
func Open(dir string, passphrase secret.Text) (*Vault, error) {
	return open(dir, byPassphrase(passphrase))
}

// OpenWithRecovery is Open with the recovery key as typed: any case, with or without
// hyphens and spaces, O for 0, I and L for 1. The faults are the same; a WrongPassphrase
// whose Reason is "recovery.shape" is a key that misses letters or has too many.
func OpenWithRecovery(dir string, key secret.Text) (*Vault, error) {
	recovery, err := readRecovery("open the vault", key)
	if err != nil {
		return nil, err
	}
	return open(dir, byRecovery(recovery))
}

func readRecovery(op string, typed secret.Text) (*RecoveryKey, error) {
	recovery, err := parseRecovery(typed)
	return recovery, fault.Because(fault.WrongPassphrase, "recovery.shape", op, err)
}

// byPassphrase fills in the data key from the passphrase slot.
func byPassphrase(passphrase secret.Text) func(*keyfile, *dataKey) error {
	return func(k *keyfile, data *dataKey) error {
		s := k.slot(PassphraseSlot)
		if s == nil {
			return errNoMatch
		}
		key := s.kdf.stretch(passphrase, s.salt[:])
		defer clear(key)
		return s.take(k.vault, key, data.key)
	}
}

// byRecovery fills in the data key from the recovery slot.
func byRecovery(recovery *RecoveryKey) func(*keyfile, *dataKey) error {
	return func(k *keyfile, data *dataKey) error {
		s := k.slot(RecoverySlot)
		if s == nil {
			return errNoMatch
		}
		key := recovery.slotKey(k.vault, s.salt[:])
		defer clear(key)
		return s.take(k.vault, key, data.key)
	}
}

// open does all that Open and OpenWithRecovery share; unlock fills in the data key.
func open(dir string, unlock func(*keyfile, *dataKey) error) (*Vault, error) {
	const op = "open the vault"
	there, err := Exists(dir)
	if err == nil && !there {
		err = errMissing
	}
	if err != nil {
		return nil, asFault(op, err)
	}
	lock, err := takeLock(folder(dir))
	if err != nil {
		return nil, asFault(op, err)
	}
	v := &Vault{disk: folder(dir), lock: lock, keys: newDataKey(), random: rand.Reader, now: time.Now}
	if err := v.unlock(unlock); err != nil {
		_ = v.drop()
		return nil, asFault(op, err)
	}
	return v, nil
}

func (v *Vault) unlock(unlock func(*keyfile, *dataKey) error) error {
	k, stale, err := loadKeys(v.disk) // again, now that it can't change any more
	if err != nil {
		return err
	}
	if err := v.unlockBy(k, unlock); err != nil {
		if !v.unlockByOther(k, err, unlock) {
			return err
		}
		stale = true
	}
	if stale {
		if err := saveKeys(v.disk, &v.file, v.keys); err != nil {
			return err
		}
		v.healed = true
	}
	if err := v.openData(); err != nil {
		return err
	}
	v.clearOther()
	return nil
}

// unlockBy fills in the data key by one key file, and checks that it was signed with it.
func (v *Vault) unlockBy(k keyfile, unlock func(*keyfile, *dataKey) error) error {
	v.file, v.keys.id = k, k.file
	if err := unlock(&v.file, v.keys); errors.Is(err, errSealBroken) {
		return errNoMatch
	} else if err != nil {
		return err
	}
	return v.file.verify(v.keys)
}

// unlockByOther tries the copy that k, the one in force, is not. It counts only if it proves k to be
// doctored: of the same vault and files, genuine, opened by the same secret, and k not signed with its
// key. Where k is genuine, its secret was replaced, and the other copy is an older one put back.
func (v *Vault) unlockByOther(k keyfile, cause error, unlock func(*keyfile, *dataKey) error) bool {
	if !errors.Is(cause, errNoMatch) && !errors.Is(cause, errDamaged) {
		return false
	}
	other, differs := otherKeys(v.disk, k)
	if !differs || !other.exists || other.vault != k.vault || other.file != k.file {
		return false
	}
	return v.unlockBy(other, unlock) == nil && k.verify(v.keys) != nil
}

// clearOther deletes the set of data files that is not in force: what an interrupted Rekey
// left. What can't be deleted now is at the next opening.
func (v *Vault) clearOther() {
	other := v.file
	other.second = !other.second
	_ = removeData(other.dataDisk(v.disk))
}

// SetPassphrase replaces the passphrase. When it returns, the old one opens neither of the
// two key files; an older copy of them, in a backup, it still opens. The cost stays what
// it was at creation.
func (v *Vault) SetPassphrase(passphrase secret.Text) error {
	const op = "change the passphrase"
	if passphrase.Empty() {
		return fault.New(fault.WeakPassphrase, op, errors.New("no passphrase"))
	}
	if v.keys == nil {
		return fault.New(fault.Locked, op, errClosed)
	}
	kdf := floorKDF()
	if old := v.file.slot(PassphraseSlot); old != nil {
		kdf = old.kdf
	}
	s, err := v.passphraseSlot(passphrase, kdf)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return asFault(op, v.replaceSlot(s))
}

// NewRecoveryKey replaces the recovery key, as SetPassphrase does the passphrase.
func (v *Vault) NewRecoveryKey() (*RecoveryKey, error) {
	const op = "change the recovery key"
	if v.keys == nil {
		return nil, fault.New(fault.Locked, op, errClosed)
	}
	s, recovery, err := v.recoverySlot()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	if err := v.replaceSlot(s); err != nil {
		return nil, asFault(op, err)
	}
	return recovery, nil
}

func (v *Vault) replaceSlot(s slot) error {
	next := v.file.with(s)
	if err := saveKeys(v.disk, &next, v.keys); err != nil {
		return err
	}
	v.file = next
	return nil
}

// Explain gives an error of the database the kind that it has for the person:
// VaultDamaged, VaultInUse, DiskFull, DiskFailed or Locked. Any other error, as of a
// constraint, comes back as it is. After DiskFailed the vault must be closed and opened
// again: it writes nothing more.
func (v *Vault) Explain(op string, err error) error {
	var from *sqlite.Error
	if !errors.As(err, &from) || fault.Of(err) != nil {
		return err
	}
	const primary = 0xff
	switch from.Code() & primary {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fault.New(fault.VaultInUse, op, err)
	case lib.SQLITE_CORRUPT, lib.SQLITE_NOTADB:
		return fault.New(fault.VaultDamaged, op, err)
	case lib.SQLITE_IOERR, lib.SQLITE_FULL, lib.SQLITE_CANTOPEN:
		v.pager.mu.Lock()
		defer v.pager.mu.Unlock()
		if v.pager.cause == nil {
			return fault.New(fault.DiskFailed, op, err)
		}
		return asFault(op, fmt.Errorf("%w: %w", err, v.pager.cause))
	}
	return err
}

// asFault gives err the kind that the person can act on. A Fault stays as it is.
func asFault(op string, err error) error {
	if err == nil || fault.Of(err) != nil {
		return err
	}
	kind := fault.DiskFailed
	switch {
	case errors.Is(err, ErrLastSlot):
		return fmt.Errorf("%s: %w", op, err)
	case errors.Is(err, errNoMatch):
		kind = fault.WrongPassphrase
	case errors.Is(err, errInUse):
		kind = fault.VaultInUse
	case errors.Is(err, errMissing):
		kind = fault.VaultMissing
	case errors.Is(err, errExists):
		kind = fault.VaultExists
	case errors.Is(err, errNewer):
		kind = fault.VaultNewer
	case errors.Is(err, errForeign):
		kind = fault.VaultForeign
	case errors.Is(err, errDamaged), errors.Is(err, errSealBroken), errors.Is(err, fs.ErrNotExist):
		kind = fault.VaultDamaged
	case errors.Is(err, errClosed):
		kind = fault.Locked
	case noSpace(err):
		kind = fault.DiskFull
	}
	return fault.New(kind, op, err)
}
