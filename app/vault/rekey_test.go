package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
)

func connect(t testing.TB, v *Vault) *sql.DB {
	t.Helper()
	db, err := sql.Open(v.Driver(), v.DSN())
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	return db
}

// ledgerVault is a vault with a few transactions, its recovery key and what is in it.
func ledgerVault(t testing.TB) (files map[string][]byte, key *RecoveryKey, print string) {
	t.Helper()
	d := newMemDisk(nil)
	key = newKeys(t, d)
	v, err := unlockWith(d, key)
	if err != nil {
		t.Fatal(err)
	}
	db := connect(t, v)
	if err := makeLedger(db); err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= 5; n++ {
		if err := addTransaction(db, n); err != nil {
			t.Fatal(err)
		}
	}
	if _, print, err = ledgerState(db); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	v.letGo()
	return d.files(), key, print
}

func rekeying() Rekeying { return Rekeying{Ring: testRing()} }

func typedRekeying() Rekeying { return Rekeying{Passphrase: secret.New("any passphrase")} }

// onlyOneOpens expects that exactly one of the two recovery keys opens the vault, with all
// that is in it, and that it works on. It returns which.
func onlyOneOpens(left map[string][]byte, keys [2]*RecoveryKey, print string) (which int, err error) {
	which = -1
	for i, key := range keys {
		d := newMemDisk(left)
		v, err := unlockWith(d, key)
		if fault.KindOf(err) == fault.WrongPassphrase {
			continue
		}
		if err != nil {
			return i, fmt.Errorf("key %d: %w", i, err)
		}
		db, err := sql.Open(v.Driver(), v.DSN())
		if err != nil {
			return i, err
		}
		db.SetMaxOpenConns(1)
		_, got, err := ledgerState(db)
		if err == nil && got != print {
			err = fmt.Errorf("key %d opens %s, want %s", i, got, print)
		}
		if err = errors.Join(err, addTransaction(db, 1000), db.Close()); err != nil {
			return i, err
		}
		v.letGo()
		if which >= 0 {
			return i, errors.New("both keys open")
		}
		which = i
		for name := range d.files() {
			if other := v.file; name == inSecond(mainName) && !other.second || name == mainName && other.second {
				return i, fmt.Errorf("%s is left", name)
			}
		}
	}
	if which < 0 {
		return which, errors.New("neither key opens")
	}
	return which, nil
}

// Power cut at each step: the old key opens everything, or the new one does.
func TestPowerCutsDuringRekey(t *testing.T) {
	start, old, print := ledgerVault(t)
	d := newMemDisk(start)
	v, err := unlockWith(d, old)
	if err != nil {
		t.Fatal(err)
	}
	opening := len(d.steps)
	fresh, err := v.Rekey(t.Context(), rekeying())
	if err != nil || fresh == nil {
		t.Fatal(err)
	}
	v.letGo()
	var opened [2]int
	for _, how := range []sectors{{512, false}, {4096, true}} {
		for cut := opening; cut <= len(d.steps); cut++ {
			for seed := range uint64(3 * rounds) {
				rng := mrand.New(mrand.NewPCG(seed, uint64(cut)))
				left := powerCut(start, d.steps[:cut], how, rng)
				if seed%2 == 0 { // and again while it is opened
					again := newMemDisk(left)
					for _, key := range []*RecoveryKey{old, fresh} {
						if v, err := unlockWith(again, key); err == nil {
							v.letGo()
						}
					}
					left = powerCut(left, again.steps[:rng.IntN(len(again.steps)+1)], how, rng)
				}
				which, err := onlyOneOpens(left, [2]*RecoveryKey{old, fresh}, print)
				if err != nil {
					t.Errorf("sectors of %d, cut after step %d, seed %d: %v", how.size, cut, seed, err)
				} else {
					opened[which]++
				}
			}
		}
	}
	if opened[0] == 0 || opened[1] == 0 {
		t.Errorf("the old key opened %d times, the new one %d times", opened[0], opened[1])
	}
}

// A disk that fails at each step: never both keys, never none.
func TestAFailingDiskDuringRekey(t *testing.T) {
	start, old, print := ledgerVault(t)
	for name, how := range map[string]error{"full": syscall.ENOSPC, "broken": syscall.EIO, "half a write": errHalf} {
		for at := 0; ; at++ {
			d := newMemDisk(start)
			v, err := unlockWith(d, old)
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			d.fail = func(step) error {
				if seen++; seen > at {
					return how
				}
				return nil
			}
			fresh, err := v.Rekey(t.Context(), rekeying())
			d.fail = nil
			v.letGo()
			if err == nil {
				if at == 0 {
					t.Fatal("no step was refused")
				}
				break
			}
			if kind := fault.KindOf(err); kind != fault.DiskFull && kind != fault.DiskFailed {
				t.Errorf("%s at %d: fault %d, %v", name, at, kind, err)
			}
			// What was made is not known after an error, so only the old key can be tried.
			if fresh != nil {
				t.Errorf("%s at %d: a key and an error", name, at)
			}
			if err := oldOpensOrIsReplaced(newMemDisk(d.files()), old, print); err != nil {
				t.Errorf("%s at step %d: %v", name, at, err)
			}
		}
	}
}

// oldOpensOrIsReplaced expects the old key to open everything, or, where the new key file was
// in place already, the keyring to.
func oldOpensOrIsReplaced(d *memDisk, old *RecoveryKey, print string) error {
	v, err := unlockWith(d, old)
	if fault.KindOf(err) == fault.WrongPassphrase {
		v = &Vault{disk: d, keys: newDataKey(), random: rand.Reader, now: time.Now}
		err = v.unlock(func(k *keyfile, data *dataKey) error {
			key, err := testRing().key(context.Background(), hex.EncodeToString(k.vault[:]))
			return errors.Join(err, takeRing(k, key, data))
		})
	}
	if err != nil {
		return err
	}
	defer v.letGo()
	db, err := sql.Open(v.Driver(), v.DSN())
	if err != nil {
		return err
	}
	_, got, err := ledgerState(db)
	if err == nil && got != print {
		err = fmt.Errorf("got %s, want %s", got, print)
	}
	return errors.Join(err, db.Close())
}

// What opened the vault before opens nothing of it afterwards, not even with the old key file.
func TestRekeyLeavesNothingForTheOldKey(t *testing.T) {
	start, old, print := ledgerVault(t)
	d := newMemDisk(start)
	v, err := unlockWith(d, old)
	if err != nil {
		t.Fatal(err)
	}
	db := connect(t, v)
	if _, _, err := ledgerState(db); err != nil { // SQLite has pages in its cache
		t.Fatal(err)
	}
	before := v.state()
	for range 2 { // to the second set and back
		var told [][2]int64
		r := rekeying()
		r.Told = func(done, total int64) { told = append(told, [2]int64{done, total}) }
		fresh, err := v.Rekey(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		last := told[len(told)-1]
		if now := v.state(); now.keys <= before.keys || now.data <= before.data || last[0] != last[1] || last[0] != v.pager.fresh.pages() {
			t.Errorf("state %v, was %v, told %v", now, before, told)
		}
		files := d.files()
		for name := range start {
			if name != keyName && name != spareName && v.file.second && files[name] != nil {
				t.Errorf("%s is still there", name)
			}
		}
		for name, data := range files {
			for at := 0; at+blockBytes <= len(start[mainName]); at += blockBytes {
				if bytes.Contains(data, start[mainName][at:at+256]) {
					t.Errorf("%s: page %d is still sealed as before", name, at/blockBytes)
				}
			}
		}
		if _, err := unlockWith(newMemDisk(files), old); fault.KindOf(err) != fault.WrongPassphrase {
			t.Errorf("the old recovery key: %v", err)
		}
		files[keyName], files[spareName] = start[keyName], start[spareName]
		if _, err := unlockWith(newMemDisk(files), old); fault.KindOf(err) != fault.VaultDamaged {
			t.Errorf("the old key file: %v", err)
		}
		if _, got, err := ledgerState(db); err != nil || got != print {
			t.Errorf("got %s, want %s, %v", got, print, err)
		}
		if err := addTransaction(db, 1000); err != nil {
			t.Fatal(err)
		}
		if _, err := v.Rekey(t.Context(), r); !errors.Is(err, errCheckpointFirst) {
			t.Errorf("with a live log: %v", err)
		}
		if _, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			t.Fatal(err)
		}
		if _, print, err = ledgerState(db); err != nil {
			t.Fatal(err)
		}
		old, start = fresh, d.files()
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	v.letGo()
}

func TestRekeyNeedsTheSecretsOfNow(t *testing.T) {
	start, old, print := ledgerVault(t)
	d := newMemDisk(start)
	v, err := unlockWith(d, old)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.SetPassphrase(typedRekeying().Passphrase); err != nil {
		t.Fatal(err)
	}
	steps := len(d.steps)
	ended, end := context.WithCancel(t.Context())
	end()
	for name, test := range map[string]struct {
		ctx  context.Context
		r    Rekeying
		want fault.Kind
	}{
		"another passphrase":   {t.Context(), Rekeying{Passphrase: secret.New("another passphrase")}, fault.WrongPassphrase},
		"no passphrase":        {t.Context(), Rekeying{}, fault.WrongPassphrase},
		"another recovery key": {t.Context(), Rekeying{Passphrase: typedRekeying().Passphrase, Recovery: secret.New("0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ")}, fault.WrongPassphrase},
		"canceled":             {ended, typedRekeying(), fault.Canceled},
	} {
		if _, err := v.Rekey(test.ctx, test.r); fault.KindOf(err) != test.want {
			t.Errorf("%s: fault %d, %v", name, fault.KindOf(err), err)
		}
	}
	for _, s := range d.steps[steps:] {
		if s.name == keyName || s.name == mainName {
			t.Errorf("%s %s", s.kind, s.name)
		}
	}
	kept := typedRekeying()
	kept.Recovery = old.Text()
	if fresh, err := v.Rekey(t.Context(), kept); err != nil || fresh != nil {
		t.Fatalf("with the recovery key: %v, %v", fresh, err)
	}
	v.letGo()
	if which, err := onlyOneOpens(d.files(), [2]*RecoveryKey{old, old}, print); which != 1 {
		t.Error(which, err) // both are the same key here
	}
}

// The keyring's key is kept when it is asked, and the slot given up when it is not.
func TestRekeyKeepsTheKeyringsSlotIfItIsThere(t *testing.T) {
	start, old, _ := ledgerVault(t)
	v, err := unlockWith(newMemDisk(start), old)
	if err != nil {
		t.Fatal(err)
	}
	defer v.letGo()
	kept := ""
	ring := NewKeyring(oneKey{&kept})
	if err := v.EnableKeyring(t.Context(), ring); err != nil {
		t.Fatal(err)
	}
	if kept == ringText {
		t.Error("an old key was kept")
	}
	was := kept
	if err := v.RemovePassphrase(); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Rekey(t.Context(), Rekeying{}); !errors.Is(err, ErrLastSlot) || fault.Of(err) != nil {
		t.Errorf("got %v", err)
	}
	for _, ring := range []*Keyring{ring, ring} {
		if _, err := v.Rekey(t.Context(), Rekeying{Ring: ring}); err != nil || kept != was || !v.KeyringOnly() {
			t.Fatal(err)
		}
		if opens, err := v.opensWith(t.Context(), ring); !opens || err != nil {
			t.Error("the keyring does not open it", err)
		}
	}
	spoilt := ringText
	if _, err := v.Rekey(t.Context(), Rekeying{Ring: NewKeyring(oneKey{&spoilt})}); reasonOf(err) != KeyringWrong {
		t.Errorf("got %v", err)
	}
	if err := v.SetPassphrase(typedRekeying().Passphrase); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Rekey(t.Context(), typedRekeying()); err != nil || v.KeyringEnabled() {
		t.Errorf("%v, or the keyring's slot was kept unasked", err)
	}
}

func TestRekeyIsDueAtHalfOfWhatAKeyMaySeal(t *testing.T) {
	start, old, _ := ledgerVault(t)
	v, err := unlockWith(newMemDisk(start), old)
	if err != nil {
		t.Fatal(err)
	}
	defer v.letGo()
	for seals, want := range map[uint64]bool{1<<31 - 1: false, 1 << 31: true, maxSeals: true} {
		if v.pager.fresh.seals = seals; v.NeedsRekey() != want {
			t.Errorf("after %d seals: %v", seals, v.NeedsRekey())
		}
	}
	if _, err := v.Rekey(t.Context(), rekeying()); err != nil || v.NeedsRekey() || v.pager.fresh.seals != uint64(v.pager.fresh.pages()) {
		t.Errorf("%v, %d seals after", err, v.pager.fresh.seals)
	}
	if !slices.ContainsFunc(v.Slots(), func(s SlotInfo) bool { return s.Kind == KeyringSlot }) {
		t.Error("no keyring after")
	}
}

// oneKey is a keyring with one entry.
type oneKey struct{ text *string }

func (k oneKey) Get(string, string) (string, error) { return *k.text, nil }
func (k oneKey) Set(_, _ string, text string) error { *k.text = text; return nil }
func (k oneKey) Delete(string, string) error        { return nil }
