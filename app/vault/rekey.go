package vault

import (
	"context"
	"errors"
	"fmt"
	"io"

	"coffer/app/fault"
	"coffer/app/secret"
)

// Rekeying is what a new data key is sealed for. Each secret must open the vault now: a slot
// can't be carried over without it.
type Rekeying struct {
	Passphrase secret.Text // empty only where there is none
	Recovery   secret.Text // empty: a new recovery key is made, the old one opens nothing then
	Ring       *Keyring    // nil: the keyring's slot is given up
	// Told, if set, hears how many pages are sealed anew.
	Told func(done, total int64)
}

// manySeals is when a new data key is due: half of what one may seal.
const manySeals = maxSeals/2 + 1

var errNoWayIn = fmt.Errorf("no secret to seal the new key for: %w", ErrLastSlot)

// NeedsRekey reports that the data key has sealed so many pages that a new one is due.
func (v *Vault) NeedsRekey() bool {
	if v.keys == nil {
		return false
	}
	v.pager.mu.Lock()
	defer v.pager.mu.Unlock()
	return v.pager.fresh.seals >= manySeals
}

// Rekey seals everything anew under a new data key: what opened the vault before opens older
// copies and backups of it, and nothing of what is written from now on. The database may be
// open; it waits. The log must be empty: run PRAGMA wal_checkpoint(TRUNCATE) before. It
// returns the recovery key if a new one was made. It errs with WrongPassphrase, KeyringLocked,
// DiskFull or DiskFailed, and with Canceled; interrupted, the vault is as before or rekeyed.
func (v *Vault) Rekey(ctx context.Context, r Rekeying) (*RecoveryKey, error) {
	const op = "give the vault a new key"
	if v.keys == nil {
		return nil, fault.New(fault.Locked, op, errClosed)
	}
	heir, recovery, err := v.heir(ctx, r)
	if err != nil {
		return nil, asFault(op, err)
	}
	if err := v.succeed(ctx, heir, r.Told); err != nil {
		return nil, asFault(op, errors.Join(err, heir.keys.drop()))
	}
	return recovery, nil
}

// successor makes the new data key, in memory, with no slots yet.
func (v *Vault) successor() (*Vault, error) {
	h := &Vault{disk: v.disk, keys: newDataKey(), file: v.file, random: v.random, now: v.now}
	for _, b := range [][]byte{h.keys.key[:], h.keys.id[:]} {
		if _, err := io.ReadFull(v.random, b); err != nil {
			return nil, errors.Join(fmt.Errorf("draw keys: %w", err), h.keys.drop())
		}
	}
	h.file.version, h.file.file, h.file.second, h.file.slots = keyVersion, h.keys.id, !v.file.second, nil
	h.file.generation++
	return h, nil
}

// heir makes the new data key and its slots, in memory.
func (v *Vault) heir(ctx context.Context, r Rekeying) (*Vault, *RecoveryKey, error) {
	h, err := v.successor()
	if err != nil {
		return nil, nil, err
	}
	recovery, err := h.inherit(ctx, v, r)
	if err != nil {
		return nil, nil, errors.Join(err, h.keys.drop())
	}
	return h, recovery, nil
}

// inherit makes the slots that old has, for the same secrets.
func (v *Vault) inherit(ctx context.Context, old *Vault, r Rekeying) (*RecoveryKey, error) {
	add := func(s slot, err error) error {
		if err == nil {
			generation := v.file.generation
			v.file = v.file.with(s)
			v.file.generation = generation
		}
		return err
	}
	opening := 0
	if s := old.file.slot(PassphraseSlot); s != nil {
		if err := old.tryPassphrase(s, r.Passphrase); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil { // the next guess at a passphrase takes as long again
			return nil, err
		}
		if err := add(v.passphraseSlot(r.Passphrase, s.kdf)); err != nil {
			return nil, err
		}
		opening++
	}
	if old.KeyringEnabled() && r.Ring != nil {
		if err := add(v.inheritRing(ctx, old, r.Ring)); err != nil {
			return nil, err
		}
		opening++
	}
	if opening == 0 {
		return nil, errNoWayIn
	}
	s, recovery, err := v.inheritRecovery(old, r.Recovery)
	return recovery, add(s, err)
}

// tryPassphrase errs with errNoMatch for another passphrase than the slot's.
func (v *Vault) tryPassphrase(s *slot, passphrase secret.Text) error {
	key := s.kdf.stretch(passphrase, s.salt[:])
	defer clear(key)
	return v.tryKey(s, key)
}

func (v *Vault) tryKey(s *slot, key []byte) error {
	data := newDataKey()
	err := s.take(v.file.vault, key, data.key)
	if errors.Is(err, errSealBroken) {
		err = errNoMatch
	}
	return errors.Join(err, data.drop())
}

func (v *Vault) inheritRing(ctx context.Context, old *Vault, ring *Keyring) (slot, error) {
	key, err := ring.key(ctx, v.ID())
	if err != nil {
		return slot{}, err
	}
	defer clear(key)
	s := old.file.slot(KeyringSlot)
	slotKey := ringKey(key, v.file.vault, s)
	defer clear(slotKey)
	if err := old.tryKey(s, slotKey); err != nil {
		return slot{}, ringFault("ask the keyring", errRingWrong)
	}
	return v.ringSlot(key)
}

func (v *Vault) inheritRecovery(old *Vault, typed secret.Text) (slot, *RecoveryKey, error) {
	if typed.Empty() {
		return v.recoverySlot()
	}
	recovery, err := parseRecovery(typed)
	if err != nil {
		return slot{}, nil, errors.Join(errNoMatch, err)
	}
	was := old.file.slot(RecoverySlot)
	if was == nil {
		return slot{}, nil, errNoMatch
	}
	key := recovery.slotKey(v.file.vault, was.salt[:])
	defer clear(key)
	if err := old.tryKey(was, key); err != nil {
		return slot{}, nil, err
	}
	s, err := v.sealRecovery(recovery)
	return s, nil, err
}

// succeed writes the other set of data files under the heir's key, checks it, and lets the
// key file name it; then the old set goes.
func (v *Vault) succeed(ctx context.Context, heir *Vault, told func(done, total int64)) error {
	p, d := v.pager, heir.file.dataDisk(v.disk)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return errClosed
	case p.broken != nil:
		return p.broken
	case p.fresh.live || p.fresh.dirty:
		return errCheckpointFirst
	}
	if err := removeData(d); err != nil {
		return err
	}
	fresh, err := p.resealed(ctx, d, heir.keys, told)
	if err != nil {
		return errors.Join(err, removeData(d))
	}
	moved, err := swapKeys(v.disk, &heir.file, heir.keys)
	if err != nil {
		fresh.release()
		if moved { // nobody knows which of the two sets a crash would find
			return p.breakOn(err)
		}
		return errors.Join(err, removeData(d))
	}
	p.letGo()
	p.disk, p.keys, p.pages, p.log, p.fresh = fresh.disk, fresh.keys, fresh.pages, fresh.log, fresh.fresh
	p.counts = true
	old := v.keys
	v.keys, v.file = heir.keys, heir.file
	// From here on the vault is rekeyed, whatever becomes of the old set: the next opening tries
	// again to delete it.
	_ = old.drop()
	v.clearOther()
	_ = v.disk.sync()
	return nil
}

// resealed writes all pages to another disk under other keys and opens what it wrote, read
// back to the last page.
func (p *pager) resealed(ctx context.Context, d disk, keys *dataKey, told func(done, total int64)) (*pager, error) {
	to, err := beginPager(d, keys, p.fresh.seal.nonces.random)
	if err != nil {
		return nil, err
	}
	to.fresh.seq = p.fresh.seq // it never goes down
	err = p.reseal(ctx, to, told)
	if err == nil {
		err = to.finish()
	}
	to.release()
	if err != nil {
		return nil, err
	}
	fresh, err := openPager(d, keys, p.fresh.seal.nonces.random)
	if err != nil {
		return nil, err
	}
	pages, err := fresh.verify(ctx)
	if err == nil && pages != p.fresh.pages() {
		err = errSealBroken
	}
	if err != nil {
		fresh.release()
		return nil, err
	}
	return fresh, nil
}

func (p *pager) reseal(ctx context.Context, to *pager, told func(done, total int64)) error {
	page := make([]byte, blockBytes)
	defer clear(page)
	total := p.fresh.pages()
	for number := range total {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := p.pages.page(page, number); err != nil {
			return err
		}
		if err := to.pages.put(page, number); err != nil {
			return fmt.Errorf("seal page %d anew: %w", number+1, err)
		}
		if done := number + 1; told != nil && (done%runPages == 0 || done == total) {
			told(done, total)
		}
	}
	return nil
}
