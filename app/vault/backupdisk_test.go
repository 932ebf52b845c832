package vault

import (
	"bytes"
	"errors"
	"maps"
	mrand "math/rand/v2"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"coffer/app/fault"
	"coffer/app/fuzzed"
)

const backupName = "one.backup"

// madeBackup is a vault with a backup beside it, and the steps that made it.
func madeBackup(t testing.TB) (start map[string][]byte, steps []step, key *RecoveryKey) {
	t.Helper()
	start, key, _ = ledgerVault(t)
	d := newMemDisk(start)
	v, err := unlockWith(d, key)
	if err != nil {
		t.Fatal(err)
	}
	defer v.letGo()
	opening := len(d.steps)
	if err := v.writeBackup(t.Context(), d, backupName); err != nil {
		t.Fatal(err)
	}
	return start, d.steps[opening:], key
}

// restoresAt restores the backup on a disk to another one, without SQLite.
func restoresAt(t testing.TB, files map[string][]byte, key *RecoveryKey) error {
	t.Helper()
	b, err := openBackup(newMemDisk(files), backupName)
	if err != nil {
		return asFault("open", err)
	}
	v := &Vault{disk: newMemDisk(nil), keys: newDataKey(), random: randomBytes{}}
	if err := b.unlock(v.keys, byRecovery(key)); err != nil {
		return asFault("unlock", errors.Join(err, v.keys.drop()))
	}
	if err := v.restore(t.Context(), b, v.keys, b.head.keys.slots); err != nil {
		return asFault("restore", errors.Join(err, v.keys.drop()))
	}
	v.letGo()
	return nil
}

// randomBytes are as good as random for a file that nobody keeps.
type randomBytes struct{}

func (randomBytes) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(mrand.Uint32())
	}
	return len(b), nil
}

// Power cut while a backup is written: it is not there, or it is whole.
func TestABackupIsWholeOrNotThere(t *testing.T) {
	start, steps, key := madeBackup(t)
	whole, none := 0, 0
	for cut := range len(steps) + 1 {
		for seed := range uint64(4 * rounds) {
			rng := mrand.New(mrand.NewPCG(seed, uint64(cut)))
			left := powerCut(start, steps[:cut], sectors{512, seed%2 == 0}, rng)
			if left[backupName] == nil {
				none++
			} else if err := restoresAt(t, left, key); err != nil {
				t.Errorf("cut after step %d, seed %d: %v", cut, seed, err)
			} else {
				whole++
			}
		}
	}
	if whole == 0 || none == 0 {
		t.Errorf("%d whole, %d not there: one of the two was never tried", whole, none)
	}
}

func TestAFailingDiskLeavesNoHalfBackup(t *testing.T) {
	start, steps, key := madeBackup(t)
	for name, how := range map[string]error{"full": syscall.ENOSPC, "broken": syscall.EIO, "half a write": errHalf} {
		for at := range len(steps) {
			d := newMemDisk(start)
			v, err := unlockWith(d, key)
			if err != nil {
				t.Fatal(err)
			}
			seen := 0
			d.fail = func(step) error {
				if seen++; seen-1 == at {
					return how
				}
				return nil
			}
			err = asFault("write", v.writeBackup(t.Context(), d, backupName))
			d.fail = nil
			v.letGo()
			if kind := fault.KindOf(err); kind != fault.DiskFull && kind != fault.DiskFailed {
				t.Errorf("%s at %d: fault %d, %v", name, at, kind, err)
			}
			if files := d.files(); files[backupName] != nil || files[backupName+".new"] != nil {
				t.Errorf("%s at step %d: something of it is left", name, at)
			}
		}
	}
}

func TestEveryBitOfABackupsHeadCounts(t *testing.T) {
	start, steps, key := madeBackup(t)
	d := newMemDisk(powerCut(start, steps, sectors{512, false}, mrand.New(mrand.NewPCG(1, 1))))
	raw := d.files()[backupName]
	head, err := parseBackup(raw)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range int(head.length()) * 8 {
		flipped := slices.Clone(raw)
		flipped[bit/8] ^= 1 << (bit % 8)
		if _, err := parseBackup(flipped); err == nil {
			t.Errorf("bit %d: not noticed without a key", bit)
		}
		// Whoever makes the plain sum fit again meets the MAC.
		if end := int(head.length()); bit%5 == 0 && bit/8 >= len(backupMagic)+4 && bit/8 < end-64 {
			doctored := append(resum(flipped[:end]), flipped[end:]...)
			files := maps.Clone(start)
			files[backupName] = doctored
			err := restoresAt(t, files, key)
			if kind := fault.KindOf(err); kind != fault.VaultDamaged && kind != fault.WrongPassphrase {
				t.Errorf("bit %d doctored: fault %d, %v", bit, kind, err)
			}
		}
	}
	for cut := range int(head.length()) {
		if _, err := parseBackup(raw[:cut]); err == nil {
			t.Errorf("cut at %d: not noticed", cut)
		}
	}
}

func FuzzBackup(f *testing.F) {
	start, steps, key := madeBackup(f)
	raw := powerCut(start, steps, sectors{512, false}, mrand.New(mrand.NewPCG(1, 1)))[backupName]
	head, err := parseBackup(raw)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(raw[:head.length()])
	f.Add([]byte(backupMagic))
	carried, err := loadKey(folder(filepath.Join("testdata", "v3")), keyName)
	if err != nil {
		f.Fatal(err)
	}
	head.keys.slots = carried.slots
	f.Add(head.raw())
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzed.Limit(t)
		h, err := parseBackup(raw)
		if err == nil && !bytes.HasPrefix(raw, h.raw()) {
			t.Errorf("%x encodes to %x", raw, h.raw())
		}
		if len(raw) > len(backupMagic)+4 && err == nil {
			_ = restoresAt(t, map[string][]byte{backupName: raw}, key)
		}
	})
}
