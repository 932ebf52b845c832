package vault

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
)

// backupPages is how many pages one record of a backup holds.
const (
	backupPages  = 16
	backupRecord = nonceBytes + backupPages*plainBytes + tagBytes
)

// BackupInfo is what is known of a backup without opening it.
type BackupInfo struct {
	Info
	Made  time.Time
	Bytes int64
}

// LookBackup reads the head of a backup. It errs with VaultDamaged, VaultNewer, VaultForeign,
// VaultMissing or DiskFailed.
func LookBackup(path string) (BackupInfo, error) {
	b, err := openBackup(library{folder(filepath.Dir(path))}, filepath.Base(path))
	if err != nil {
		return BackupInfo{}, backupFault("look at the backup", err)
	}
	defer b.file.Close()
	return BackupInfo{Info: b.head.keys.info(), Made: time.Unix(b.head.made, 0).UTC(), Bytes: b.head.size()}, nil
}

func backupFault(op string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %w", errMissing, err)
	}
	return asFault(op, err)
}

// WriteBackup seals the database as it is into one new file, durable on return, which the
// passphrase and the recovery key of now open on any computer. The log must be empty: run
// PRAGMA wal_checkpoint(TRUNCATE) before. It errs with VaultExists, VaultDamaged, DiskFull
// or DiskFailed; then there is no such file.
func (v *Vault) WriteBackup(ctx context.Context, path string) error {
	const op = "write a backup"
	if v.keys == nil {
		return fault.New(fault.Locked, op, errClosed)
	}
	return asFault(op, v.writeBackup(ctx, folder(filepath.Dir(path)), filepath.Base(path)))
}

func (v *Vault) writeBackup(ctx context.Context, d disk, name string) error {
	if there, err := exists(d, name); err != nil || there {
		return errors.Join(err, errExists)
	}
	p := v.pager
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return errClosed
	case p.fresh.live || p.fresh.dirty:
		return errCheckpointFirst
	}
	head := backupHead{keys: v.file, made: max(1, v.now().Unix()), pages: p.fresh.pages()}
	head.keys.version = versionOf(head.keys.slots)
	if _, err := io.ReadFull(v.random, head.keys.file[:]); err != nil {
		return fmt.Errorf("draw backup id: %w", err)
	}
	seal, err := head.sealer(v.keys, v.random)
	if err != nil {
		return err
	}
	defer seal.forget()
	if err := p.streamBackup(ctx, d, name+".new", &head, seal, v.keys); err != nil {
		return errors.Join(err, removeIfThere(d, name+".new"))
	}
	if err := d.rename(name+".new", name); err != nil {
		return errors.Join(err, removeIfThere(d, name+".new"))
	}
	if err := d.sync(); err != nil {
		return errors.Join(err, removeIfThere(d, name))
	}
	return nil
}

func removeIfThere(d disk, name string) error {
	if err := d.remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (p *pager) streamBackup(ctx context.Context, d disk, name string, head *backupHead, seal *sealer, keys *dataKey) error {
	file, err := d.open(name, true)
	if err != nil {
		return fmt.Errorf("create backup: %w", err)
	}
	err = file.Truncate(0)
	if err == nil {
		_, err = file.WriteAt(head.encode(keys), 0)
	}
	for record := int64(0); err == nil && record < head.records(); record++ {
		if err = ctx.Err(); err == nil {
			err = p.writeRecord(file, head, seal, record)
		}
	}
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

func (p *pager) writeRecord(file diskFile, head *backupHead, seal *sealer, record int64) error {
	buffer := make([]byte, backupRecord+blockBytes)
	defer clear(buffer)
	plain := buffer[nonceBytes:]
	first, count := record*backupPages, head.pagesIn(record)
	for i := range count {
		if err := p.pages.page(plain[i*plainBytes:][:blockBytes], first+i); err != nil {
			return err
		}
	}
	plain = plain[:count*plainBytes]
	if err := seal.seal(plain, buffer[:nonceBytes], plain, forBackup, record); err != nil {
		return err
	}
	if _, err := file.WriteAt(buffer[:nonceBytes+len(plain)+tagBytes], head.at(record)); err != nil {
		return fmt.Errorf("write record %d of a backup: %w", record, err)
	}
	return nil
}

// RestoreBackup makes a vault in dir, new or empty, of a backup that the passphrase of then
// opens, and opens it: the same slots and contents, and a file of its own. It errs with
// WrongPassphrase, VaultExists, VaultDamaged, VaultNewer, VaultForeign, VaultMissing, DiskFull
// or DiskFailed; the backup stays as it is.
func RestoreBackup(ctx context.Context, path, dir string, passphrase secret.Text) (*Vault, error) {
	return restore(ctx, path, dir, byPassphrase(passphrase), nil)
}

// RestoreBackupWithRecovery is RestoreBackup with the recovery key of then as typed.
func RestoreBackupWithRecovery(ctx context.Context, path, dir string, key secret.Text) (*Vault, error) {
	recovery, err := readRecovery("restore the backup", key)
	if err != nil {
		return nil, err
	}
	return restore(ctx, path, dir, byRecovery(recovery), nil)
}

// RestoreBackup is RestoreBackup of a backup of this vault, without asking for a secret. One
// from before a Rekey is VaultDamaged here, and opens with the secrets of then.
func (v *Vault) RestoreBackup(ctx context.Context, path, dir string) (*Vault, error) {
	if v.keys == nil {
		return nil, fault.New(fault.Locked, "restore the backup", errClosed)
	}
	return restore(ctx, path, dir, func(k *keyfile, data *dataKey) error {
		if k.vault != v.file.vault {
			return errForeign
		}
		*data.key = *v.keys.key
		return nil
	}, nil)
}

// AdoptBackup is RestoreBackup of a backup of this vault from before it had its data key: typed is the
// passphrase or the recovery key of then. What it makes is sealed under the key of now, and opens with
// what opens this vault.
func (v *Vault) AdoptBackup(ctx context.Context, path, dir string, typed secret.Text) (*Vault, error) {
	if v.keys == nil {
		return nil, fault.New(fault.Locked, "take over the backup", errClosed)
	}
	return restore(ctx, path, dir, func(k *keyfile, data *dataKey) error {
		if recovery, err := parseRecovery(typed); err == nil && byRecovery(recovery)(k, data) == nil {
			return nil
		}
		return byPassphrase(typed)(k, data)
	}, v)
}

// Sealed reports whether a backup is sealed under the data key of now. The faults are those of LookBackup.
func (v *Vault) Sealed(path string) (bool, error) {
	const op = "look at the backup"
	if v.keys == nil {
		return false, fault.New(fault.Locked, op, errClosed)
	}
	b, err := openBackup(library{folder(filepath.Dir(path))}, filepath.Base(path))
	if err != nil {
		return false, backupFault(op, err)
	}
	defer b.file.Close()
	return hmac.Equal(b.head.mac(v.keys), b.head.keys.mac[:]), nil
}
