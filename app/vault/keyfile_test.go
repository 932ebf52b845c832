package vault

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"maps"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/secret"
)

// newKeys writes a whole vault to a disk in memory and returns its recovery key, which
// opens without a costly guess.
func newKeys(t testing.TB, d disk) *RecoveryKey {
	t.Helper()
	return newKeysBy(t, d, byTestRing)
}

func newKeysBy(t testing.TB, d disk, first func(*Vault) (slot, error)) *RecoveryKey {
	t.Helper()
	v := &Vault{disk: d, keys: newDataKey(), random: rand.Reader, now: time.Now}
	recovery, err := v.create(first)
	if err != nil {
		t.Fatal(err)
	}
	return recovery
}

// ringText is what the keyring of tests holds for every vault.
const ringText = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func testRing() *Keyring {
	kept := ringText
	return NewKeyring(oneKey{&kept})
}

func byTestRing(v *Vault) (slot, error) {
	return v.ringSlot([]byte("01234567890123456789012345678901"))
}

func anyPassphrase(v *Vault) (slot, error) {
	return v.passphraseSlot(secret.New("any passphrase"), floorKDF())
}

// unlockWith opens the vault on d with a recovery key, up to its data.
func unlockWith(d disk, recovery *RecoveryKey) (*Vault, error) {
	v := &Vault{disk: d, keys: newDataKey(), random: rand.Reader, now: time.Now}
	err := v.unlock(func(k *keyfile, data *dataKey) error {
		s := k.slot(RecoverySlot)
		return s.take(k.vault, recovery.slotKey(k.vault, s.salt[:]), data.key)
	})
	if err != nil {
		_ = v.keys.drop()
		return nil, asFault("open", err)
	}
	return v, nil
}

func (v *Vault) letGo() {
	vfs.take(v.name)
	v.pager.mu.Lock()
	defer v.pager.mu.Unlock()
	v.pager.release()
	_ = v.keys.drop()
}

func TestEveryBitOfTheKeyFileCounts(t *testing.T) {
	d := newMemDisk(nil)
	recovery := newKeys(t, d)
	whole := d.files()
	for bit := range len(whole[keyName]) * 8 {
		flipped := slices.Clone(whole[keyName])
		flipped[bit/8] ^= 1 << (bit % 8)
		if _, err := parseKeyfile(flipped); err == nil {
			t.Errorf("bit %d: not noticed without a key", bit)
		}
		if bit%13 != 0 {
			continue
		}
		both := maps.Clone(whole)
		both[keyName], both[spareName] = flipped, flipped
		_, err := unlockWith(newMemDisk(both), recovery)
		kind := fault.KindOf(err)
		if kind != fault.VaultDamaged && (kind != fault.VaultForeign || bit >= len(keyMagic)*8) {
			t.Errorf("bit %d in both: fault %d, %v", bit, kind, err)
		}
		one := newMemDisk(maps.Clone(whole))
		one.inodes[one.names[keyName]] = flipped
		v, err := unlockWith(one, recovery)
		if err != nil {
			t.Fatalf("bit %d in one: %v", bit, err)
		}
		if files := one.files(); !v.healed || !bytes.Equal(files[keyName], whole[keyName]) {
			t.Errorf("bit %d in one: not healed", bit)
		}
		v.letGo()
	}
}

func TestCutKeyFilesAreRefusedAndLeftAlone(t *testing.T) {
	d := newMemDisk(nil)
	recovery := newKeys(t, d)
	for cut := range d.files()[keyName] {
		files := d.files()
		files[keyName], files[spareName] = files[keyName][:cut], files[spareName][:cut]
		left := newMemDisk(files)
		_, err := unlockWith(left, recovery)
		if kind := fault.KindOf(err); kind != fault.VaultDamaged && (kind != fault.VaultForeign || cut >= len(keyMagic)) {
			t.Errorf("cut at %d: fault %d, %v", cut, kind, err)
		}
		if len(left.steps) > 0 {
			t.Errorf("cut at %d: something was written", cut)
		}
	}
}

// resum makes the plain sum fit again, as someone who changes a key file would.
func resum(raw []byte) []byte {
	end := len(raw) - sha256.Size
	sum := sha256.Sum256(raw[:end])
	return append(slices.Clone(raw[:end]), sum[:]...)
}

func TestDoctoredKeyFilesAreRefused(t *testing.T) {
	d := newMemDisk(nil)
	recovery := newKeysBy(t, d, anyPassphrase)
	good := d.files()[keyName]
	passphraseAt := keyHead
	edit := func(change func(b []byte)) []byte {
		b := slices.Clone(good)
		change(b)
		return resum(b)
	}
	signedOnly := map[string]bool{"another generation": true, "the other set of files": true, "another file id": true,
		"another vault id": true, "a passphrase slot edited": true}
	for name, test := range map[string]struct {
		raw  []byte
		want fault.Kind
	}{
		"newer version":            {edit(func(b []byte) { b[9] = 4 }), fault.VaultNewer},
		"the version after":        {edit(func(b []byte) { b[9] = 3 }), fault.VaultDamaged},
		"version zero":             {edit(func(b []byte) { b[9] = 0 }), fault.VaultDamaged},
		"the version before":       {edit(func(b []byte) { b[9] = 1 }), fault.VaultDamaged},
		"unknown flag":             {edit(func(b []byte) { b[11] |= 4 }), fault.VaultDamaged},
		"the other set of files":   {edit(func(b []byte) { b[11] |= 2 }), fault.VaultDamaged},
		"another generation":       {edit(func(b []byte) { b[keyHead-2]++ }), fault.VaultDamaged},
		"another file id":          {edit(func(b []byte) { b[12+idBytes] ^= 1 }), fault.VaultDamaged},
		"another vault id":         {edit(func(b []byte) { b[12] ^= 1 }), fault.WrongPassphrase},
		"two passes":               {edit(func(b []byte) { b[passphraseAt+4] = 2 }), fault.VaultDamaged},
		"a thousand passes":        {edit(func(b []byte) { b[passphraseAt+3] = 4 }), fault.VaultDamaged},
		"under 64 MiB":             {edit(func(b []byte) { binary.BigEndian.PutUint32(b[passphraseAt+5:], 64<<10-1) }), fault.VaultDamaged},
		"over 1 GiB":               {edit(func(b []byte) { binary.BigEndian.PutUint32(b[passphraseAt+5:], 1<<20+1) }), fault.VaultDamaged},
		"one lane":                 {edit(func(b []byte) { b[passphraseAt+9] = 1 }), fault.VaultDamaged},
		"slots in another order":   {edit(func(b []byte) { b[passphraseAt] = 3 }), fault.VaultDamaged},
		"a slot of unknown kind":   {edit(func(b []byte) { b[passphraseAt+slotBytes] = 9 }), fault.VaultDamaged},
		"a passphrase slot edited": {edit(func(b []byte) { b[passphraseAt+40] ^= 1 }), fault.VaultDamaged},
		"no magic":                 {append([]byte("something"), good...), fault.VaultForeign},
		"empty":                    {nil, fault.VaultForeign},
		"only the magic":           {[]byte(keyMagic), fault.VaultDamaged},
		"one byte more":            {resum(append(slices.Clone(good), 0)), fault.VaultDamaged},
	} {
		t.Run(name, func(t *testing.T) {
			// What a slot asks for must be refused before it is done.
			if _, err := parseKeyfile(test.raw); (err == nil) != signedOnly[name] {
				t.Errorf("without a key: %v", err)
			}
			files := d.files()
			files[keyName], files[spareName] = test.raw, test.raw
			if _, err := unlockWith(newMemDisk(files), recovery); fault.KindOf(err) != test.want {
				t.Errorf("got fault %d (%v), want %d", fault.KindOf(err), err, test.want)
			}
		})
	}
}

// A copy that was doctored, its sum made right, is told from a genuine one by the other copy, which
// heals it; unless it says to be of another vault or of other files.
func TestADoctoredCopyIsHealedFromTheOther(t *testing.T) {
	d := newMemDisk(nil)
	recovery := newKeysBy(t, d, anyPassphrase)
	whole := d.files()
	recoveryAt := keyHead + slotBytes
	for name, test := range map[string]struct {
		at, bit int
		refused fault.Kind
	}{
		"the recovery slot's salt": {recoveryAt + 12, 1, 0},
		"its sealed key":           {recoveryAt + slotBytes - 1, 1, 0},
		"the other slot":           {keyHead + 40, 1, 0},
		"a higher generation":      {keyHead - 9, 0x40, 0},
		"the other set of files":   {11, flagSecond, 0},
		"the signature":            {keyHead + 2*slotBytes, 0x80, 0},
		"another vault":            {12, 1, fault.WrongPassphrase},
		"other files":              {12 + idBytes, 1, fault.VaultDamaged},
	} {
		for _, copied := range []string{keyName, spareName} {
			t.Run(name+" in "+copied, func(t *testing.T) {
				raw := slices.Clone(whole[copied])
				raw[test.at] ^= byte(test.bit)
				files := maps.Clone(whole)
				files[copied] = resum(raw)
				left := newMemDisk(files)
				v, err := unlockWith(left, recovery)
				if test.refused != 0 && copied == keyName {
					if fault.KindOf(err) != test.refused {
						t.Errorf("got %v", err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				defer v.letGo()
				if after := left.files(); !v.healed || !bytes.Equal(after[keyName], whole[keyName]) || !bytes.Equal(after[spareName], whole[keyName]) {
					t.Error("not healed")
				}
			})
		}
	}
}

// Power cut at each step of making a vault: there is none, and it can be made, or it is whole.
func TestPowerCutsDuringCreation(t *testing.T) {
	d := newMemDisk(nil)
	recovery := newKeys(t, d)
	whole, half := 0, 0
	for cut := range len(d.steps) + 1 {
		for seed := range uint64(6 * rounds) {
			rng := mrand.New(mrand.NewPCG(seed, uint64(cut)))
			left := newMemDisk(powerCut(nil, d.steps[:cut], sectors{512, seed%2 == 0}, rng))
			if err := clearLeftovers(left); errors.Is(err, errExists) {
				whole++
				opened, err := unlockWith(left, recovery)
				if err != nil {
					t.Fatalf("cut after step %d: %v", cut, err)
				}
				opened.letGo()
				continue
			} else if err != nil {
				t.Fatalf("cut after step %d: %v", cut, err)
			}
			half++
			if err := createPager(left, testKeys(), rand.Reader); err != nil {
				t.Fatalf("cut after step %d: make it again: %v", cut, err)
			}
		}
	}
	if whole == 0 || half == 0 {
		t.Errorf("%d whole, %d to be made again: one of the two was never tried", whole, half)
	}
}

// Power cut or failing disk at each step of changing a slot: exactly the old or exactly
// the new one opens.
func TestSlotChangeIsAllOrNothing(t *testing.T) {
	first := newMemDisk(nil)
	old := newKeys(t, first)
	start := first.files()
	d := newMemDisk(start)
	v, err := unlockWith(d, old)
	if err != nil {
		t.Fatal(err)
	}
	opening := len(d.steps)
	fresh, err := v.NewRecoveryKey()
	if err != nil {
		t.Fatal(err)
	}
	v.letGo()
	check := func(what string, at int, left map[string][]byte) {
		t.Helper()
		open := 0
		for _, key := range []*RecoveryKey{old, fresh} {
			v, err := unlockWith(newMemDisk(left), key)
			if err == nil {
				open++
				v.letGo()
			} else if fault.KindOf(err) != fault.WrongPassphrase {
				t.Errorf("%s %d: %v", what, at, err)
			}
		}
		if open != 1 {
			t.Errorf("%s %d: %d of the two keys open", what, at, open)
		}
	}
	for cut := opening; cut <= len(d.steps); cut++ {
		for seed := range uint64(10 * rounds) {
			rng := mrand.New(mrand.NewPCG(seed, uint64(cut)))
			check("cut after step", cut, powerCut(start, d.steps[:cut], sectors{512, seed%2 == 0}, rng))
		}
	}
	check("after all", 0, d.files())
}

// Only one of the two key files put back is noticed: the newer one counts.
func TestOneOldKeyFilePutBackIsNotUsed(t *testing.T) {
	d := newMemDisk(nil)
	old := newKeys(t, d)
	before := d.files()
	v, err := unlockWith(d, old)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.NewRecoveryKey(); err != nil {
		t.Fatal(err)
	}
	v.letGo()
	for _, name := range []string{keyName, spareName} {
		files := d.files()
		files[name] = before[name]
		if _, err := unlockWith(newMemDisk(files), old); fault.KindOf(err) != fault.WrongPassphrase {
			t.Errorf("%s put back: %v", name, err)
		}
	}
}

// After a new data key the file of before, put back as one copy, opens nothing and ends nothing.
func TestAKeyFileFromBeforeANewKeyIsNotUsed(t *testing.T) {
	d := newMemDisk(nil)
	old := newKeys(t, d)
	before := d.files()
	v, err := unlockWith(d, old)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := v.Rekey(t.Context(), Rekeying{Ring: testRing()})
	if err != nil {
		t.Fatal(err)
	}
	v.letGo()
	for _, name := range []string{keyName, spareName} {
		files := d.files()
		files[name] = before[name]
		left := newMemDisk(files)
		if _, err := unlockWith(left, old); fault.KindOf(err) != fault.WrongPassphrase {
			t.Errorf("%s put back, the old key: %v", name, err)
		}
		v, err := unlockWith(left, fresh)
		if err != nil {
			t.Fatalf("%s put back: %v", name, err)
		}
		v.letGo()
	}
}

func TestFailedSlotChangeKeepsTheOldOne(t *testing.T) {
	first := newMemDisk(nil)
	old := newKeys(t, first)
	for at := range 3 { // create, cut and write of the first copy
		d := newMemDisk(first.files())
		v, err := unlockWith(d, old)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		d.fail = func(step) error {
			if seen++; seen > at {
				return syscall.ENOSPC
			}
			return nil
		}
		if _, err := v.NewRecoveryKey(); fault.KindOf(err) != fault.DiskFull {
			t.Errorf("got %v", err)
		}
		v.letGo()
		if v, err = unlockWith(newMemDisk(d.files()), old); err != nil {
			t.Errorf("step %d: %v", at, err)
			continue
		}
		v.letGo()
	}
}

func TestDataWithoutKeyFileIsNeverOverwritten(t *testing.T) {
	d := newMemDisk(nil)
	newKeys(t, d)
	files := d.files()
	delete(files, keyName)
	delete(files, spareName)
	v := &Vault{disk: newMemDisk(files), keys: newDataKey(), random: rand.Reader, now: time.Now}
	if _, err := v.create(anyPassphrase); fault.KindOf(err) != fault.VaultDamaged {
		t.Errorf("got %v", err)
	}
}

func FuzzKeyfile(f *testing.F) {
	d := newMemDisk(nil)
	newKeys(f, d)
	raw := d.files()[keyName]
	f.Add(raw)
	carried, err := os.ReadFile(filepath.Join("testdata", "v3", keyName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(carried)
	f.Add(raw[:keyHead+keyTail])
	f.Add([]byte(keyMagic))
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzed.Limit(t)
		for _, b := range [][]byte{raw, resummed(raw)} {
			k, err := parseKeyfile(b)
			if err == nil && !bytes.Equal(k.encode(), b) {
				t.Errorf("%x encodes to %x", b, k.encode())
			}
		}
	})
}

func resummed(raw []byte) []byte {
	if len(raw) < sha256.Size {
		return raw
	}
	return resum(raw)
}

func FuzzRecoveryKey(f *testing.F) {
	f.Add("0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ")
	f.Add("oilO iLlo")
	f.Fuzz(func(t *testing.T, typed string) {
		fuzzed.Limit(t)
		key, err := parseRecovery(secret.New(typed))
		if err != nil {
			return
		}
		again, err := parseRecovery(key.Text())
		if err != nil || again.Groups() != key.Groups() {
			t.Errorf("%q is read as %v, that as %v", typed, key.Groups(), again)
		}
	})
}
