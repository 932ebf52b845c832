package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// Restoring says which backup comes back, and what opens it.
type Restoring struct {
	Path     string
	Secret   secret.Text // of the backup's time
	Recovery bool        // Secret is the recovery key, not the passphrase
}

// Restored is what restoring a backup did.
type Restored struct {
	Aside string // the name under which the vault that stood there is kept; "" if none did
}

// Where a backup is restored to, and where it waits, whole, to be put in the vault's place.
func restoringTo(dir string) string { return dir + ".restoring" }
func restoredTo(dir string) string  { return dir + ".restored" }

// Restore makes a vault of a backup, checks it, and puts it in the place of the chosen one, which
// is locked for that and kept under another name. The vault is locked then, and opens with the
// secrets of the backup's time; every link wants a new sign-in. Whatever fails before the last step
// changes nothing. It errs with WrongPassphrase, VaultDamaged, VaultNewer, VaultForeign,
// VaultMissing for no such file, DiskFull or DiskFailed.
func (c *Coffer) Restore(ctx context.Context, r Restoring) (Restored, error) {
	select {
	case c.restoring <- struct{}{}:
		defer func() { <-c.restoring }()
	case <-ctx.Done():
		return Restored{}, ctx.Err()
	}
	dir := c.Dir()
	last, err := c.prepare(ctx, r, dir)
	if err != nil {
		return Restored{}, errors.Join(err, clearFolder(restoringTo(dir)))
	}
	if err := ctx.Err(); err != nil {
		return Restored{}, errors.Join(err, clearFolder(restoredTo(dir)))
	}
	if err := c.LockBecause(ByPerson); err != nil {
		return Restored{}, errors.Join(err, clearFolder(restoredTo(dir)))
	}
	c.mu.Lock() // nobody opens anything meanwhile
	aside, err := c.swap(dir)
	c.mu.Unlock()
	if err != nil {
		return Restored{}, err
	}
	c.remember(ctx, last)
	c.Changed.Lock.Tell(Locked)
	return Restored{Aside: aside}, nil
}

// prepare makes the vault beside dir, whole and checked.
func (c *Coffer) prepare(ctx context.Context, r Restoring, dir string) (last lastLock, err error) {
	for _, old := range []string{restoringTo(dir), restoredTo(dir)} {
		if err := clearFolder(old); err != nil {
			return last, err
		}
	}
	open := vault.RestoreBackup
	if r.Recovery {
		open = vault.RestoreBackupWithRecovery
	}
	v, err := open(ctx, r.Path, restoringTo(dir), r.Secret)
	if err != nil {
		return last, backupFault(err)
	}
	last, err = c.settle(ctx, v)
	if err = errors.Join(err, v.Close()); err != nil {
		return last, err
	}
	if err := os.Rename(restoringTo(dir), restoredTo(dir)); err != nil {
		return last, fault.New(fault.DiskFailed, "restore the backup", err)
	}
	return last, syncFolderOf(dir)
}

// backupFault marks what befell the backup and not the vault.
func backupFault(err error) error {
	switch kind := fault.KindOf(err); kind {
	case fault.WrongPassphrase, fault.VaultDamaged, fault.VaultNewer, fault.VaultForeign, fault.VaultMissing:
		if fault.Of(err).Reason == "" {
			return fault.Because(kind, "backup", "restore the backup", err)
		}
	}
	return err
}

// settle brings a restored vault's tables forward, checks them, and marks its links.
func (c *Coffer) settle(ctx context.Context, v *vault.Vault) (last lastLock, err error) {
	s, err := c.config.OpenRestored(ctx, v)
	if err != nil {
		return last, err
	}
	if err = s.CheckIntegrity(ctx); err == nil {
		err = s.Restored(ctx)
	}
	err = errors.Join(err, s.Close())
	return lastLock{cause: ByPerson, id: v.ID(), state: v.State(), keyring: v.KeyringEnabled()}, err
}

// swap puts the old vault aside and the restored one in its place. Cut off in between, the next
// start ends it: see exists.
func (c *Coffer) swap(dir string) (aside string, err error) {
	const op = "put the restored vault in its place"
	if c.open != nil { // somebody was faster
		return "", fault.New(fault.VaultInUse, op, errIsOpen)
	}
	if _, err := os.Lstat(dir); err == nil {
		aside = asidePrefix + c.Now().Format(asideTime)
		if err := os.MkdirAll(c.more(), 0o700); err != nil {
			return "", fault.New(fault.DiskFailed, op, err)
		}
		if err := os.Rename(dir, c.dirOf(aside)); err != nil {
			return "", fault.New(fault.DiskFailed, op, err)
		}
		if err := syncFolderOf(c.dirOf(aside)); err != nil {
			return "", err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fault.New(fault.DiskFailed, op, err)
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return "", fault.New(fault.DiskFailed, op, err)
	}
	if err := os.Rename(restoredTo(dir), dir); err != nil {
		return "", fault.New(fault.DiskFailed, op, err)
	}
	return aside, syncFolderOf(dir)
}

func clearFolder(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return fault.New(fault.DiskFailed, "tidy up", err)
	}
	return nil
}

// syncFolderOf makes the names beside path durable.
func syncFolderOf(path string) error {
	if err := vault.SyncFolder(filepath.Dir(path)); err != nil {
		return fault.New(fault.DiskFailed, "write the folder", err)
	}
	return nil
}
