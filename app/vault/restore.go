package vault

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"time"
)

// restore makes a vault in dir of a backup; unlock fills in the data key. It has the keys and slots of
// the backup or, where there is an owner, those of the owner, whose backup it must be.
func restore(ctx context.Context, path, dir string, unlock func(*keyfile, *dataKey) error, owner *Vault) (*Vault, error) {
	const op = "restore the backup"
	b, err := openBackup(library{folder(filepath.Dir(path))}, filepath.Base(path))
	if err != nil {
		return nil, backupFault(op, err)
	}
	defer b.file.Close()
	v, from := &Vault{disk: folder(dir), keys: newDataKey(), random: rand.Reader, now: time.Now}, newDataKey()
	err = b.unlock(from, unlock)
	*v.keys.key = *from.key
	slots := b.head.keys.slots
	if err == nil && owner != nil {
		if b.head.keys.vault != owner.file.vault {
			err = errForeign
		}
		*v.keys.key, slots = *owner.keys.key, slices.Clone(owner.file.slots)
	}
	if err == nil {
		v.lock, err = prepareFolder(dir)
	}
	if err == nil {
		err = v.restore(ctx, b, from, slots)
	}
	if err = errors.Join(err, from.drop()); err != nil {
		return nil, asFault(op, errors.Join(err, v.abandon()))
	}
	return v, nil
}

// abandon is drop for a vault that may have no lock yet.
func (v *Vault) abandon() error {
	if v.lock == nil {
		return v.keys.drop()
	}
	return v.drop()
}

// unlock fills in the data key of a backup, and checks its head with it.
func (b *backupFile) unlock(data *dataKey, unlock func(*keyfile, *dataKey) error) error {
	if err := unlock(&b.head.keys, data); errors.Is(err, errSealBroken) {
		return errNoMatch
	} else if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(b.head.mac(data), b.head.keys.mac[:]) != 1 {
		return errDamaged
	}
	return nil
}

// restore writes the files of a vault from a backup that from unlocked, in the order of creation.
func (v *Vault) restore(ctx context.Context, b *backupFile, from *dataKey, slots []slot) error {
	if err := clearLeftovers(v.disk); err != nil {
		return err
	}
	if _, err := io.ReadFull(v.random, v.keys.id[:]); err != nil {
		return fmt.Errorf("draw file id: %w", err)
	}
	k := keyfile{vault: b.head.keys.vault, file: v.keys.id, version: versionOf(slots), generation: 1, slots: slots}
	if err := saveKeys(v.disk, &k, v.keys); err != nil {
		return err
	}
	if err := v.restoreData(ctx, b, from); err != nil {
		return err
	}
	k.exists = true
	k.generation++
	v.file = k
	if err := saveKeys(v.disk, &v.file, v.keys); err != nil {
		return err
	}
	return v.openData()
}

// restoreData writes page file and map and reads them back.
func (v *Vault) restoreData(ctx context.Context, b *backupFile, from *dataKey) error {
	seal, err := b.head.sealer(from, v.random)
	if err != nil {
		return err
	}
	defer seal.forget()
	to, err := beginPager(v.disk, v.keys, v.random)
	if err != nil {
		return err
	}
	for record := int64(0); err == nil && record < b.head.records(); record++ {
		if err = ctx.Err(); err == nil {
			err = b.restoreRecord(to, seal, record)
		}
	}
	if err == nil {
		err = to.finish()
	}
	to.release()
	if err != nil {
		return err
	}
	again, err := openPager(v.disk, v.keys, v.random)
	if err != nil {
		return err
	}
	defer again.release()
	_, err = again.verify(ctx)
	return err
}

func (b *backupFile) restoreRecord(to *pager, seal *sealer, record int64) error {
	count := b.head.pagesIn(record)
	raw := make([]byte, nonceBytes+count*plainBytes+tagBytes)
	defer clear(raw)
	if _, err := b.file.ReadAt(raw, b.head.at(record)); err == io.EOF {
		return errSealBroken
	} else if err != nil {
		return fmt.Errorf("read record %d of a backup: %w", record, err)
	}
	plain := raw[nonceBytes:]
	if err := seal.open(plain, raw[:nonceBytes], plain, forBackup, record); err != nil {
		return fmt.Errorf("record %d of a backup: %w", record, err)
	}
	page := make([]byte, blockBytes)
	defer clear(page)
	for i := range count {
		copy(page[:plainBytes], plain[i*plainBytes:])
		if err := to.pages.put(page, record*backupPages+i); err != nil {
			return err
		}
	}
	return nil
}
