package app

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
	"coffer/app/whole"
)

// Exporting says where everything goes, for anybody to read.
type Exporting struct {
	Path    string
	Over    bool                    // a file that is there is replaced
	Current secret.Text             // what Confirm wants
	Told    func(done, total int64) // hears how many rows are written; may be nil
}

// ExportEverything writes every row of the open vault into a file that only the person's account
// may read, but that is sealed by nothing: all that Coffer knows, but what opens links. The file is
// there whole or not at all. It errs with WrongPassphrase, with fs.ErrExist where a file is there
// already, with DiskFull or DiskFailed.
func (c *Coffer) ExportEverything(ctx context.Context, x Exporting) error {
	_, err := changeKeys(ctx, c, "export everything", x.Current, func(ctx context.Context, o *opened) (struct{}, error) {
		return struct{}{}, writeWhole(x.Path, x.Over, func(w io.Writer) error { return o.store.WriteEverything(ctx, w, x.Told) })
	})
	return err
}

// writeWhole writes a file that is there when it is on the disk, and not before.
func writeWhole(path string, over bool, write func(io.Writer) error) error {
	const op = "write a file"
	file, err := whole.Create(path, over)
	if err != nil {
		return diskFault(op, err)
	}
	if err := write(file); err != nil {
		return diskFault(op, errors.Join(err, file.Remove()))
	}
	return diskFault(op, file.Close())
}

// diskFault leaves an error that has its kind, one of a context, and one of a file that is there.
func diskFault(op string, err error) error {
	switch {
	case errors.Is(err, fs.ErrExist) || fault.Of(err) != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, syscall.ENOSPC):
		return fault.New(fault.DiskFull, op, err)
	}
	return fault.New(fault.DiskFailed, op, err)
}

// Bringing says how a vault is made of a file of ExportEverything.
type Bringing struct {
	Locking Locking // of the new vault
	Path    string
	Told    func(done, total int64) // hears how many bytes of the file are read, of how many; may be nil
}

var errNoExports = errors.New("no export comes back here")

// CheckExport reads a file of ExportEverything to its end. It errs as SetUpFrom does.
func (c *Coffer) CheckExport(ctx context.Context, path string, told func(done, total int64)) error {
	const op = "read an export"
	if c.config.CheckEverything == nil {
		return fault.New(fault.VaultForeign, op, errNoExports)
	}
	return withExport(path, told, func(r io.Reader) error { return c.config.CheckEverything(ctx, r) })
}

// SetUpFrom makes the chosen vault, which must not be there yet, of a file of ExportEverything, and
// opens it: every row is as it was, and each link wants a new sign-in. The recovery key is a new
// one, which must be typed back. It errs with VaultExists and, the reason being "backup", with
// VaultForeign, VaultNewer, VaultDamaged or VaultMissing for the file; then there is no vault.
func (c *Coffer) SetUpFrom(ctx context.Context, b Bringing) (*RecoveryKey, error) {
	const op = "make a vault of an export"
	if err := c.checkLocking(b.Locking); err != nil {
		return nil, err
	}
	if c.config.FillFrom == nil {
		return nil, fault.New(fault.VaultForeign, op, errNoExports)
	}
	select {
	case c.restoring <- struct{}{}:
		defer func() { <-c.restoring }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if state, err := c.State(); err != nil {
		return nil, err
	} else if state != NoVault {
		return nil, fault.New(fault.VaultExists, op, errors.New("there is one"))
	}
	dir := c.Dir()
	key, err := c.prepareFrom(ctx, b, dir)
	if err != nil {
		return nil, errors.Join(err, clearFolder(restoringTo(dir)))
	}
	c.mu.Lock()
	_, err = c.swap(dir)
	c.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if b.Locking.Passphrase.Empty() {
		return key, c.UnlockWithKeyring(ctx)
	}
	return key, c.Unlock(ctx, b.Locking.Passphrase)
}

// prepareFrom makes the vault beside dir, whole and checked.
func (c *Coffer) prepareFrom(ctx context.Context, b Bringing, dir string) (*RecoveryKey, error) {
	for _, old := range []string{restoringTo(dir), restoredTo(dir)} {
		if err := clearFolder(old); err != nil {
			return nil, err
		}
	}
	v, key, err := c.create(ctx, b.Locking, restoringTo(dir))
	if err != nil {
		return nil, err
	}
	if err := c.fill(ctx, v, b); err != nil {
		if v.KeyringEnabled() {
			err = errors.Join(err, c.config.Keyring.Forget(context.WithoutCancel(ctx), v.ID()))
		}
		return nil, errors.Join(err, v.Close())
	}
	if err := v.Close(); err != nil {
		return nil, err
	}
	if err := os.Rename(restoringTo(dir), restoredTo(dir)); err != nil {
		return nil, fault.New(fault.DiskFailed, "make a vault of an export", err)
	}
	return key, syncFolderOf(dir)
}

func (c *Coffer) fill(ctx context.Context, v *vault.Vault, b Bringing) error {
	err := withExport(b.Path, b.Told, func(r io.Reader) error { return c.config.FillFrom(ctx, v, r) })
	if err != nil {
		return err
	}
	if _, err := c.settle(ctx, v); err != nil {
		return err
	}
	s, err := c.config.OpenStore(ctx, v)
	if err != nil {
		return err
	}
	// The file tells of another vault's recovery key.
	_, _, err = s.CheckRows(ctx)
	if err == nil {
		err = s.SetSetting(ctx, settingConfirmed, "")
	}
	if err == nil {
		err = learnAddresses(ctx, v, s)
	}
	return errors.Join(err, s.Close())
}

// withExport opens a file and gives what is wrong with it the reason of a backup.
func withExport(path string, told func(done, total int64), read func(io.Reader) error) error {
	const op = "read an export"
	file, err := OpenFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return backupFault(fault.New(fault.VaultMissing, op, err))
	}
	if errors.Is(err, errOdd) {
		return backupFault(fault.New(fault.VaultForeign, op, err))
	}
	if err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return fault.New(fault.DiskFailed, op, err)
	}
	return backupFault(read(&telling{from: file, total: info.Size(), told: told}))
}

// telling tells how much of a file is read.
type telling struct {
	from        io.Reader
	done, total int64
	told        func(done, total int64)
}

func (t *telling) Read(p []byte) (int, error) {
	n, err := t.from.Read(p)
	t.done += int64(n)
	if t.told != nil {
		t.told(t.done, t.total)
	}
	return n, err
}
