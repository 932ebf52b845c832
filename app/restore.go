package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"coffer/app/egress"
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

// besides are the folders to work in beside a vault.
func besides(dir string) []string {
	return []string{restoringTo(dir), restoredTo(dir), verifyingIn(dir)}
}

// Restore makes a vault of a backup, checks it, and puts it in the place of the chosen one, which
// is locked for that and kept under another name. The vault is locked then, and opens with the
// secrets of the backup's time; every link wants a new sign-in. Whatever fails before the last step
// changes nothing. It errs with WrongPassphrase, VaultDamaged, VaultNewer, VaultForeign,
// VaultMissing for no such file, VaultInUse if another Coffer has the vault open, DiskFull or
// DiskFailed, and with Locked if the vault locked meanwhile.
func (c *Coffer) Restore(ctx context.Context, r Restoring) (Restored, error) {
	select {
	case c.restoring <- struct{}{}:
		defer func() { <-c.restoring }()
	case <-ctx.Done():
		return Restored{}, ctx.Err()
	}
	dir := c.Dir()
	open, done := c.untilLock(ctx)
	last, err := c.prepare(open, r, dir)
	if err = done(err); err == nil {
		err = ctx.Err()
	}
	if err == nil && c.Dir() == dir {
		err = c.LockBecause(ByPerson)
	}
	if err != nil {
		return Restored{}, errors.Join(err, clearBeside(dir))
	}
	c.mu.Lock() // nobody opens anything meanwhile
	aside, err := c.swap(dir)
	c.mu.Unlock()
	if err != nil {
		return Restored{}, err
	}
	c.remember(context.WithoutCancel(ctx), last)
	c.Changed.Lock.Tell(Locked)
	return Restored{Aside: aside}, nil
}

var errLockedMeanwhile = errors.New("the vault locked meanwhile")

// untilLock returns a context that ends when the vault locks that is open now, for work on a backup
// of it: a lock leaves no keys, and the backup has the same. done says so instead of what ended by it.
func (c *Coffer) untilLock(ctx context.Context) (open context.Context, done func(error) error) {
	c.mu.RLock()
	o := c.open
	c.mu.RUnlock()
	if o == nil {
		return ctx, func(err error) error { return err }
	}
	open, end := context.WithCancel(ctx)
	stop := context.AfterFunc(o.ctx, end)
	return open, func(err error) error {
		stop()
		end()
		if o.ctx.Err() != nil && ctx.Err() == nil {
			return fault.New(fault.Locked, "work on the backup", errLockedMeanwhile)
		}
		return err
	}
}

// prepare makes the vault beside dir, whole and checked.
func (c *Coffer) prepare(ctx context.Context, r Restoring, dir string) (last lastLock, err error) {
	if err := clearBeside(dir); err != nil {
		return last, err
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
	var head egress.Head
	if err == nil {
		head, err = s.EgressHead(ctx)
	}
	err = errors.Join(err, s.Close())
	return lastLock{head: head, cause: ByPerson, id: v.ID(), state: v.State(), keyring: v.KeyringEnabled(), restored: true}, err
}

// swap puts the old vault aside and the restored one in its place. An error before that leaves
// nothing behind; cut off in between, the next start ends it: see exists.
func (c *Coffer) swap(dir string) (aside string, err error) {
	const op = "put the restored vault in its place"
	if _, err = os.Lstat(dir); err == nil {
		aside, err = c.putAside(dir)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = os.MkdirAll(filepath.Dir(dir), 0o700)
	}
	if err != nil {
		if fault.Of(err) == nil {
			err = fault.New(fault.DiskFailed, op, err)
		}
		if _, there := os.Lstat(dir); there == nil {
			err = errors.Join(err, clearBeside(dir))
		}
		return "", err
	}
	if err := os.Rename(restoredTo(dir), dir); err != nil {
		return "", fault.New(fault.DiskFailed, op, err)
	}
	return aside, syncFolderOf(dir)
}

// putAside gives the folder of a vault a name among the further ones. Nobody may have the vault
// open: whoever did would go on writing where the restored one is to be.
func (c *Coffer) putAside(dir string) (name string, err error) {
	release, err := vault.Hold(dir)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := os.MkdirAll(c.more(), 0o700); err != nil {
		return "", err
	}
	for at := c.Now(); ; at = at.Add(time.Second) { // the second may be taken
		name = asidePrefix + at.Format(asideTime)
		if _, err := os.Lstat(c.dirOf(name)); err != nil {
			break
		}
	}
	if err := move(dir, c.dirOf(name)); err != nil {
		return "", err
	}
	return name, syncFolderOf(c.dirOf(name))
}

// move renames a folder, or makes another link in place of a link, which leads nowhere from
// somewhere else.
func move(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink == 0 {
		return os.Rename(from, to)
	}
	target, err := filepath.EvalSymlinks(from)
	if err != nil {
		return err
	}
	if target, err = filepath.Abs(target); err != nil {
		return err
	}
	if err := os.Symlink(target, to); err != nil {
		return err
	}
	return os.Remove(from)
}

// clearBeside deletes what a restoring left beside dir.
func clearBeside(dir string) error {
	var err error
	for _, beside := range besides(dir) {
		err = errors.Join(err, clearFolder(beside))
	}
	return err
}

// clearStale deletes what a restoring that was cut off left beside the vault that has just opened.
// The caller holds mu; another Coffer may be at a restoring of its own.
func (c *Coffer) clearStale() {
	select {
	case c.restoring <- struct{}{}:
		defer func() { <-c.restoring }()
	default:
		return
	}
	for _, beside := range besides(c.Dir()) {
		if _, err := os.Lstat(beside); err != nil {
			continue
		}
		release, err := vault.Hold(beside)
		if err == nil {
			err = errors.Join(release(), clearFolder(beside))
		}
		if err != nil {
			c.config.Log.Warn("what a restoring left is still there", "err", err)
		}
	}
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
