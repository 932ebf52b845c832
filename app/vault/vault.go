package vault

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
)

// Options are the choices at creation. The zero Options are fit for use.
type Options struct {
	KDF    KDF       // of the passphrase slot; zero is the floor
	Random io.Reader // nil is the system's

	Now func() time.Time // nil is the system's
}

// Vault is an open vault: its key, its lock, and the database that SQLite can reach
// through Driver and DSN until Close. Its methods may be called from any goroutine, but
// not two at a time.
type Vault struct {
	disk   disk
	lock   *os.File
	keys   *dataKey
	file   keyfile
	random io.Reader
	now    func() time.Time
	pager  *pager
	name   string // of the pager on the shelf
	healed bool
}

// Exists reports whether dir holds a vault: its key file says that the database exists.
// A key file that can't be read, or data without one, is an error: VaultDamaged,
// VaultNewer or VaultForeign. Then nothing may be created there.
func Exists(dir string) (bool, error) {
	k, _, err := loadKeys(folder(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return false, noOrphan(folder(dir))
	}
	if err == nil && !k.exists {
		err = noData(folder(dir))
	}
	if err != nil {
		return false, asFault("look for the vault", err)
	}
	return k.exists, nil
}

// noData errs if there is more data than an interrupted creation leaves. Whether a vault is there
// says a flag of the key file, which nothing vouches for before it is unlocked.
func noData(d disk) error {
	for _, set := range []disk{d, secondSet{d}} {
		file, err := set.open(mainName, false)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		size, err := file.size()
		_ = file.Close()
		if err != nil {
			return err
		}
		if size > blockBytes {
			return fmt.Errorf("%s, of which the key file knows nothing: %w", mainName, errDamaged)
		}
	}
	return nil
}

// noOrphan returns a fault if data lies there without any key file.
func noOrphan(d disk) error {
	for _, set := range []disk{d, secondSet{d}} {
		there, err := exists(set, mainName)
		if err == nil && there {
			err = fmt.Errorf("%s without %s: %w", mainName, keyName, errDamaged)
		}
		if err != nil {
			return asFault("look for the vault", err)
		}
	}
	return nil
}

// Create makes a vault in dir, and dir if need be, with a passphrase slot and a recovery
// slot, and opens it. Its database is empty. It errs with VaultExists, VaultInUse,
// WeakPassphrase for no passphrase at all, DiskFull or DiskFailed. Until it returns,
// nothing in dir counts: interrupted, it can be called again.
func Create(dir string, passphrase secret.Text, o Options) (*Vault, *RecoveryKey, error) {
	const op = "create the vault"
	if passphrase.Empty() {
		return nil, nil, fault.New(fault.WeakPassphrase, op, errors.New("no passphrase"))
	}
	if o.KDF == (KDF{}) {
		o.KDF = floorKDF()
	}
	if err := o.KDF.check(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w", op, err)
	}
	return create(dir, o, func(v *Vault) (slot, error) { return v.passphraseSlot(passphrase, o.KDF) })
}

// CreateWithKeyring is Create without a passphrase: the keyring opens the vault, and the
// recovery key. It errs with KeyringLocked, too.
func CreateWithKeyring(ctx context.Context, dir string, ring *Keyring, o Options) (*Vault, *RecoveryKey, error) {
	return create(dir, o, func(v *Vault) (slot, error) {
		key, err := ring.newKey(ctx, v.ID(), v.random)
		if err != nil {
			return slot{}, err
		}
		defer clear(key)
		return v.ringSlot(key)
	})
}

// create makes a vault with the slot that first makes, and a recovery slot.
func create(dir string, o Options, first func(*Vault) (slot, error)) (*Vault, *RecoveryKey, error) {
	const op = "create the vault"
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	lock, err := prepareFolder(dir)
	if err != nil {
		return nil, nil, asFault(op, err)
	}
	v := &Vault{disk: folder(dir), lock: lock, keys: newDataKey(), random: o.Random, now: o.Now}
	recovery, err := v.create(first)
	if err == nil {
		err = v.openData()
	}
	if err != nil {
		_ = v.drop()
		return nil, nil, asFault(op, err)
	}
	return v, recovery, nil
}

// prepareFolder makes dir private and takes its lock.
func prepareFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, err
	}
	return takeLock(folder(dir))
}

func takeLock(f folder) (*os.File, error) {
	file, err := openRegular(f.path(lockName), os.O_RDWR|os.O_CREATE|noFollow)
	if err != nil {
		return nil, err
	}
	if err := lockHandle(file); err != nil {
		_ = file.Close()
		return nil, err
	}
	return file, nil
}

var errExists = errors.New("there is a vault already")

// create writes the files of a new vault. The key file comes first, saying that nothing
// exists yet, so that what lies beside it can be told from a vault that lost its key file.
func (v *Vault) create(first func(*Vault) (slot, error)) (*RecoveryKey, error) {
	k, _, err := loadKeys(v.disk)
	if err == nil && !k.exists {
		err = noData(v.disk)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := clearLeftovers(v.disk); err != nil {
		return nil, err
	}
	for _, b := range [][]byte{v.keys.key[:], v.keys.id[:], v.file.vault[:]} {
		if _, err := io.ReadFull(v.random, b); err != nil {
			return nil, fmt.Errorf("draw keys: %w", err)
		}
	}
	v.file.file, v.file.generation = v.keys.id, 1
	opening, err := first(v)
	if err != nil {
		return nil, err
	}
	spare, recovery, err := v.recoverySlot()
	if err != nil {
		return nil, err
	}
	k = v.file.with(opening)
	k = k.with(spare)
	k.generation = 1
	if err := saveKeys(v.disk, &k, v.keys); err != nil {
		return nil, err
	}
	if err := createPager(v.disk, v.keys, v.random); err != nil {
		return nil, err
	}
	k.exists = true
	k.generation++
	v.file = k
	return recovery, saveKeys(v.disk, &v.file, v.keys)
}

// clearLeftovers deletes what an interrupted creation left. It errs with errExists if a
// vault is there.
func clearLeftovers(d disk) error {
	k, _, err := loadKeys(d)
	if errors.Is(err, fs.ErrNotExist) {
		return noOrphan(d)
	}
	if err != nil {
		return err
	}
	if k.exists {
		return errExists
	}
	return errors.Join(removeData(d), removeData(secondSet{d}))
}

func (v *Vault) passphraseSlot(passphrase secret.Text, kdf KDF) (slot, error) {
	s, err := v.newSlot(PassphraseSlot, kdf)
	if err != nil {
		return slot{}, err
	}
	key := kdf.stretch(passphrase, s.salt[:])
	defer clear(key)
	return s, s.put(v.file.vault, key, v.keys.key)
}

func (v *Vault) recoverySlot() (slot, *RecoveryKey, error) {
	recovery, err := newRecoveryKey(v.random)
	if err != nil {
		return slot{}, nil, err
	}
	s, err := v.sealRecovery(recovery)
	return s, recovery, err
}

func (v *Vault) sealRecovery(recovery *RecoveryKey) (slot, error) {
	s, err := v.newSlot(RecoverySlot, KDF{})
	if err != nil {
		return slot{}, err
	}
	key := recovery.slotKey(v.file.vault, s.salt[:])
	defer clear(key)
	return s, s.put(v.file.vault, key, v.keys.key)
}

// openData opens the database files and puts them where SQLite finds them.
func (v *Vault) openData() error {
	if err := register(); err != nil {
		return err
	}
	p, err := openPager(v.file.dataDisk(v.disk), v.keys, v.random)
	if err != nil {
		return err
	}
	p.counts = v.file.version > oldVersion
	v.pager, v.name = p, vfs.put(p)
	return nil
}

// Driver is the name of the database/sql driver for DSN.
func (v *Vault) Driver() string { return "sqlite" }

// DSN is the data source name of the database. More parameters may be added behind an
// "&". Open it with one connection (SetMaxOpenConns(1)): a second one is SQLITE_BUSY.
// WAL, locking, cache and foreign keys are set already and stay so.
func (v *Vault) DSN() string { return "file:" + v.name + "?vfs=" + vfsName + lateSettings }

// ID is the vault's id, in hex. It is no secret.
func (v *Vault) ID() string { return hex.EncodeToString(v.file.vault[:]) }

// Dir is the folder of the vault.
func (v *Vault) Dir() string {
	dir, _ := v.disk.(folder)
	return string(dir)
}

// Pinned reports whether the keys are kept out of swap: the system allows a program only so
// much of that, or none.
func (v *Vault) Pinned() bool { return v.keys != nil && v.keys.safe != nil && v.keys.safe.pinned }

// Healed reports whether opening found one of the two key files missing, damaged or of an
// older generation, and wrote it anew.
func (v *Vault) Healed() bool { return v.healed }

var errStillOpen = errors.New("the database was still open")

// Close wipes the keys and drops the lock. Close the database first: if it is still open,
// Close does its work all the same and errs. Every later call on that database fails,
// nothing is written any more, and a transaction that was not committed is lost.
func (v *Vault) Close() error {
	if v.keys == nil {
		return nil
	}
	return v.drop()
}

func (v *Vault) drop() error {
	var err error
	if p := v.pager; p != nil {
		vfs.take(v.name)
		p.mu.Lock()
		if p.bound {
			err = errors.Join(errStillOpen, p.countFrames())
		}
		p.release()
		p.mu.Unlock()
	}
	if dropped := v.keys.drop(); err == nil {
		err = dropped
	}
	v.keys = nil
	overwriteFrames()
	scrubSQLite()
	scrubFreed()
	if closed := closeLocked(v.lock); err == nil {
		err = closed
	}
	return err
}
