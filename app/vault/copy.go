package vault

import (
	"context"
	"errors"
	"fmt"
	"io"

	"coffer/app/fault"
)

// CopyTo makes a second vault of the same keys and contents in dir, which is new or empty,
// and reads it back to the last page. It stays sealed: the passphrase and the recovery key
// of now open it. The log must be empty: run PRAGMA wal_checkpoint(TRUNCATE) before.
// Nothing is written to the database meanwhile. It errs with VaultExists, VaultDamaged for
// either of the two, DiskFull or DiskFailed; what it left in dir is no vault then.
func (v *Vault) CopyTo(ctx context.Context, dir string) error {
	const op = "copy the vault"
	if v.keys == nil {
		return fault.New(fault.Locked, op, errClosed)
	}
	lock, err := prepareFolder(dir)
	if err != nil {
		return asFault(op, err)
	}
	defer closeLocked(lock)
	return asFault(op, v.copyTo(ctx, folder(dir)))
}

func (v *Vault) copyTo(ctx context.Context, to disk) error {
	if err := clearLeftovers(to); err != nil {
		return err
	}
	k := v.file
	k.exists = false
	k.generation++
	if err := saveKeys(to, &k, v.keys); err != nil {
		return err
	}
	if err := v.pager.copyTo(ctx, k.dataDisk(to)); err != nil {
		return err
	}
	if err := v.checkCopy(ctx, k.dataDisk(to)); err != nil {
		return err
	}
	k.exists = true
	k.generation++
	return saveKeys(to, &k, v.keys)
}

// checkCopy reads a copy to the last page. It also draws the copy another next log: no two
// vaults ever have a log in common.
func (v *Vault) checkCopy(ctx context.Context, to disk) error {
	p, err := openPager(to, v.keys, v.random)
	if err != nil {
		return err
	}
	defer p.release()
	if err := p.fresh.retire(); err != nil {
		return err
	}
	if err := p.fresh.saveSlot(); err != nil {
		return err
	}
	pages, err := p.verify(ctx)
	if err == nil && pages != v.pager.fresh.pages() {
		err = errSealBroken
	}
	return err
}

// copyTo copies the page file and the map.
func (p *pager) copyTo(ctx context.Context, to disk) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return errClosed
	case p.fresh.live || p.fresh.dirty:
		return errCheckpointFirst
	}
	size, err := p.fresh.file.size()
	if err != nil {
		return fmt.Errorf("measure map: %w", err)
	}
	if err := copyFile(ctx, to, mapName, io.NewSectionReader(p.fresh.file, 0, size)); err != nil {
		return err
	}
	if err := copyFile(ctx, to, mainName, io.NewSectionReader(p.pages.file, 0, p.pages.size())); err != nil {
		return err
	}
	return to.sync()
}

// copyFile copies what from has left, durable on return.
func copyFile(ctx context.Context, to disk, name string, from *io.SectionReader) error {
	file, err := to.open(name, true)
	if err != nil {
		return fmt.Errorf("create copy of %s: %w", name, err)
	}
	err = copyBlocks(ctx, file, from)
	if err == nil {
		err = file.Sync()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("copy %s: %w", name, err)
	}
	return nil
}

func copyBlocks(ctx context.Context, file diskFile, from *io.SectionReader) error {
	buffer := make([]byte, 64*blockBytes)
	for at := int64(0); at < from.Size(); at += int64(len(buffer)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		piece := buffer[:min(int64(len(buffer)), from.Size()-at)]
		if _, err := from.ReadAt(piece, at); err != nil {
			return errors.Join(errSealBroken, err)
		}
		if _, err := file.WriteAt(piece, at); err != nil {
			return err
		}
	}
	return nil
}

// OpenCopy opens a vault in dir that CopyTo made of this one, or one that this one was
// copied from, without asking for a passphrase. The faults are those of Open; a vault of
// other keys is VaultForeign.
func (v *Vault) OpenCopy(dir string) (*Vault, error) {
	if v.keys == nil {
		return nil, fault.New(fault.Locked, "open the copy", errClosed)
	}
	return open(dir, func(k *keyfile, data *dataKey) error {
		if k.vault != v.file.vault {
			return errForeign
		}
		*data.key = *v.keys.key
		return nil
	})
}
