package vault

import (
	"errors"
	"fmt"
	"os"

	"coffer/app/fault"
	"coffer/app/secret"
)

// TryPassphrase errs with WrongPassphrase unless passphrase opens the vault, which is open
// already. It takes as long as opening does.
func (v *Vault) TryPassphrase(passphrase secret.Text) error {
	return v.try("ask for the passphrase again", byPassphrase(passphrase))
}

// TryRecovery is TryPassphrase for the recovery key as typed.
func (v *Vault) TryRecovery(key secret.Text) error {
	const op = "ask for the recovery key again"
	recovery, err := readRecovery(op, key)
	if err != nil {
		return err
	}
	return v.try(op, byRecovery(recovery))
}

// try opens a slot of the open vault into a data key that is dropped at once.
func (v *Vault) try(op string, unlock func(*keyfile, *dataKey) error) error {
	if v.keys == nil {
		return fault.New(fault.Locked, op, errClosed)
	}
	data := newDataKey()
	err := unlock(&v.file, data)
	if errors.Is(err, errSealBroken) {
		err = errNoMatch
	}
	return asFault(op, errors.Join(err, data.drop()))
}

// Destroy deletes the vault for good and closes it: first both key files, without which nobody
// reads the rest, then the data. Close the database first. What it could not delete it returns
// as DiskFailed; without key files that is sealed bytes for ever.
func (v *Vault) Destroy() error {
	const op = "delete the vault"
	if v.keys == nil {
		return fault.New(fault.Locked, op, errClosed)
	}
	dir, isFolder := v.disk.(folder)
	var err error
	for _, name := range []string{keyName, spareName, keyName + ".new", spareName + ".new"} {
		err = errors.Join(err, removeIfThere(v.disk, name))
	}
	if err == nil {
		err = v.disk.sync()
	}
	err = errors.Join(err, v.Close())
	if err == nil {
		err = errors.Join(removeData(v.disk), removeData(secondSet{v.disk}), removeIfThere(v.disk, lockName))
	}
	if err == nil && isFolder {
		err = os.Remove(string(dir))
	}
	return asFault(op, err)
}

// State numbers what is on the disk, as KeepStanding lets a keyring remember it. It is no
// secret. Ask when the database is closed, which writes last, and before Close.
func (v *Vault) State() string { return v.state().String() }

// FoundBackup is one file in a folder of backups.
type FoundBackup struct {
	Path       string
	BackupInfo       // Made is by its name
	Before     bool  // it was made before a migration and is never rotated away
	Problem    error // why it can't be read, or nil
}

// CheckKeyFiles reads both key files again and expects in each what opened the vault. It errs with
// VaultDamaged, VaultNewer, VaultForeign or DiskFailed.
func (v *Vault) CheckKeyFiles() error {
	const op = "check the key files"
	if v.keys == nil {
		return fault.New(fault.Locked, op, errClosed)
	}
	for _, name := range []string{keyName, spareName} {
		k, err := loadKey(v.disk, name)
		if err == nil {
			err = k.verify(v.keys)
		}
		if err == nil && k.generation != v.file.generation {
			err = fmt.Errorf("%s is of another time: %w", name, errDamaged)
		}
		if err != nil {
			return asFault(op, err)
		}
	}
	return nil
}

// SyncFolder makes the names in a folder durable.
func SyncFolder(path string) error { return syncFolder(path) }

// Hold keeps everybody, this process too, from opening the vault in dir until release is called, so
// that its folder can be moved. It errs with VaultInUse or DiskFailed.
func Hold(dir string) (release func() error, err error) {
	const op = "hold the vault"
	var held []interface{ Close() error }
	release = func() (err error) {
		for _, h := range held {
			err = errors.Join(err, h.Close())
		}
		held = nil
		return err
	}
	lock, err := takeLock(folder(dir))
	if err != nil {
		return nil, asFault(op, err)
	}
	held = append(held, lock)
	for _, set := range []disk{folder(dir), secondSet{folder(dir)}} { // the lock file may have been deleted
		file, err := set.open(mainName, false)
		switch {
		case err == nil:
			held = append(held, file)
		case errors.Is(err, errInUse):
			return nil, errors.Join(asFault(op, err), release())
		}
	}
	if !movesHeld { // there an open file keeps its folder in place by itself
		return release, release()
	}
	return release, nil
}
