package vault

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	crand "crypto/rand"

	"coffer/app/fault"
)

// diskFaults are the ways a call of the disk may fail: once, or it and all after it.
var diskFaults = map[string]struct {
	err     error
	forever bool
}{
	"full once": {syscall.ENOSPC, false}, "full from then on": {syscall.ENOSPC, true},
	"half a write, once": {errHalf, false}, "half a write, then full": {errHalf, true},
	"broken once": {syscall.EIO, false}, "broken from then on": {syscall.EIO, true},
}

// failAt lets call number at of the disk fail, openings of files that are there counted in. What
// it returns says whether it came to that.
func failAt(d *memDisk, at int, err error, forever bool) (came func() bool) {
	seen := 0
	fails := func() error {
		seen++
		if seen-1 == at || forever && seen > at {
			return err
		}
		return nil
	}
	d.fail = func(step) error { return fails() }
	d.refuse = func(string) error { return fails() }
	return func() bool { d.fail, d.refuse = nil, nil; return seen > at }
}

// diskWork is one thing that a vault does with its disk. begin makes ready on a sound disk; run
// works while the disk fails; check looks at what is left, on a sound disk again.
type diskWork struct {
	begin func(t *testing.T) (d *memDisk, run func() error, check func(left *memDisk, err error) error)
}

// Each call of the disk fails in each way, in all that a vault writes: what was confirmed is
// there, or the work was never done; the error has its kind; and then the work can be done.
func TestEveryCallOfTheDiskMayFail(t *testing.T) {
	works := diskWorks(t)
	total := 0
	for _, name := range slices.Sorted(maps.Keys(works)) {
		t.Run(name, func(t *testing.T) {
			points := 0
			for how, f := range diskFaults {
				for at := 0; ; at++ {
					d, run, check := works[name].begin(t)
					came := failAt(d, at, f.err, f.forever)
					err := run()
					if !came() {
						break
					}
					points++
					if kind := fault.KindOf(asFault("test", err)); err != nil && kind != fault.DiskFull && kind != fault.DiskFailed {
						t.Errorf("%s, call %d: fault %d, %v", how, at, kind, err)
					}
					if err := check(newMemDisk(d.files()), err); err != nil {
						t.Errorf("%s, call %d: %v", how, at, err)
					}
				}
			}
			if points == 0 {
				t.Error("no call of the disk was seen")
			}
			t.Logf("%d fault points", points)
			total += points
		})
	}
	t.Logf("%d fault points in all", total)
}

// opensWhole expects one of the keys, or the keyring of tests, to open the vault with all in it.
func opensWhole(d *memDisk, key *RecoveryKey, print string) error {
	return oldOpensOrIsReplaced(d, key, print)
}

func diskWorks(t *testing.T) map[string]diskWork {
	start, key, print := ledgerVault(t)
	backedUp, _, _ := madeBackup(t)
	backed := newMemDisk(backedUp)
	backupKey := backupOn(t, backed)
	// on is a work on the open vault that leaves its rows as they are.
	on := func(work func(*Vault, *memDisk) error) diskWork {
		return diskWork{func(t *testing.T) (*memDisk, func() error, func(*memDisk, error) error) {
			d := newMemDisk(start)
			v, err := unlockWith(d, key)
			if err != nil {
				t.Fatal(err)
			}
			return d, func() error { defer v.letGo(); return work(v, d) },
				func(left *memDisk, _ error) error { return opensWhole(left, key, print) }
		}}
	}
	files, states := preparedLedger(t)
	return map[string]diskWork{
		"creation": {creation},
		"opening": {func(*testing.T) (*memDisk, func() error, func(*memDisk, error) error) {
			torn := maps.Clone(start)
			torn[spareName] = torn[spareName][:100] // so that it is written anew
			d := newMemDisk(torn)
			return d, func() error {
					v, err := unlockWith(d, key)
					if err == nil {
						v.letGo()
					}
					return err
				},
				func(left *memDisk, _ error) error { return opensWhole(left, key, print) }
		}},
		"commits, checkpoints, log restarts, map": {func(*testing.T) (*memDisk, func() error, func(*memDisk, error) error) {
			d, confirmed := newMemDisk(files), 0
			return d, func() error {
					confirmed, _ = script(d)
					return fs.ErrInvalid // SQLite's own codes: not asked for their kind
				},
				func(left *memDisk, _ error) error { return checkAfterFault(left, states, confirmed) }
		}},
		"a new recovery key": on(func(v *Vault, _ *memDisk) error { _, err := v.NewRecoveryKey(); return err }),
		"a new data key":     on(func(v *Vault, _ *memDisk) error { _, err := v.Rekey(t.Context(), rekeying()); return err }),
		"carrying to a new data key": on(func(v *Vault, _ *memDisk) error {
			return errors.Join(v.TryKeyring(t.Context(), testRing()), v.Carry(t.Context(), nil))
		}),
		"a backup": on(func(v *Vault, d *memDisk) error {
			err := v.writeBackup(t.Context(), d, backupName)
			if left := d.files(); err != nil && left[backupName] != nil { // moved, but its name not known to be durable
				d.fail, d.refuse = nil, nil
				return errors.Join(err, restoresAt(t, left, key))
			}
			return err
		}),
		"the end under an open database": {func(t *testing.T) (*memDisk, func() error, func(*memDisk, error) error) {
			d := newMemDisk(start)
			v, err := unlockWith(d, key)
			if err != nil {
				t.Fatal(err)
			}
			db := connect(t, v)
			if err := addTransaction(db, 6); err != nil {
				t.Fatal(err)
			}
			_, after, err := ledgerState(db)
			if err != nil {
				t.Fatal(err)
			}
			return d, func() error {
					v.pager.mu.Lock()
					err := v.pager.countFrames()
					v.pager.mu.Unlock()
					v.letGo()
					_ = db.Close()
					return err
				},
				func(left *memDisk, _ error) error { return opensWhole(left, key, after) }
		}},
		"a copy": {func(t *testing.T) (*memDisk, func() error, func(*memDisk, error) error) {
			v, err := unlockWith(newMemDisk(start), key)
			if err != nil {
				t.Fatal(err)
			}
			d := newMemDisk(nil)
			return d, func() error { defer v.letGo(); return v.copyTo(t.Context(), d) },
				func(left *memDisk, err error) error { return wholeOrNone(left, err, key, print) }
		}},
		"restoring a backup": {func(t *testing.T) (*memDisk, func() error, func(*memDisk, error) error) {
			b, err := openBackup(newMemDisk(backed.files()), backupName)
			if err != nil {
				t.Fatal(err)
			}
			d := newMemDisk(nil)
			v := &Vault{disk: d, keys: newDataKey(), random: crand.Reader, now: time.Now}
			if err := b.unlock(v.keys, byRecovery(backupKey)); err != nil {
				t.Fatal(err)
			}
			return d, func() error {
					err := v.restore(t.Context(), b, v.keys, b.head.keys.slots)
					if v.pager != nil {
						v.letGo()
					}
					return err
				},
				func(left *memDisk, err error) error { return wholeOrNone(left, err, backupKey, "") }
		}},
	}
}

// backupOn puts a backup of a vault of its own on d and returns what opens it.
func backupOn(t *testing.T, d *memDisk) *RecoveryKey {
	t.Helper()
	start, key, _ := ledgerVault(t)
	v, err := unlockWith(newMemDisk(start), key)
	if err != nil {
		t.Fatal(err)
	}
	defer v.letGo()
	if err := v.writeBackup(t.Context(), d, backupName); err != nil {
		t.Fatal(err)
	}
	return key
}

func creation(*testing.T) (*memDisk, func() error, func(*memDisk, error) error) {
	d, key := newMemDisk(nil), (*RecoveryKey)(nil)
	return d, func() error {
			v := &Vault{disk: d, keys: newDataKey(), random: crand.Reader, now: time.Now}
			made, err := v.create(byTestRing)
			if v.pager != nil {
				v.letGo()
			}
			key = made
			return err
		},
		func(left *memDisk, err error) error {
			if err != nil && !errors.Is(clearLeftovers(left), errExists) {
				_, err := (&Vault{disk: left, keys: newDataKey(), random: crand.Reader, now: time.Now}).create(byTestRing)
				return err
			}
			if key == nil { // never shown to anybody: the keyring opens it
				return opensByRing(left)
			}
			v, err := unlockWith(left, key)
			if err == nil {
				v.letGo()
			}
			return err
		}
}

// opensByRing expects the keyring of tests to open the vault.
func opensByRing(d *memDisk) error {
	v := &Vault{disk: d, keys: newDataKey(), random: crand.Reader, now: time.Now}
	if err := v.unlock(func(k *keyfile, data *dataKey) error {
		return takeRing(k, []byte("01234567890123456789012345678901"), data)
	}); err != nil {
		return err
	}
	v.letGo()
	return nil
}

// wholeOrNone expects a whole vault after success, and none or a whole one after an error.
func wholeOrNone(left *memDisk, err error, key *RecoveryKey, print string) error {
	if err != nil {
		switch cleared := clearLeftovers(left); {
		case errors.Is(cleared, errExists):
		default:
			return cleared
		}
	}
	v, err := unlockWith(left, key)
	if err != nil {
		return err
	}
	_, err = v.pager.verify(neverEnds{})
	v.letGo()
	if err != nil || print == "" {
		return err
	}
	return opensWhole(left, key, print)
}

// neverEnds is a context for checks that have none.
type neverEnds struct{}

func (neverEnds) Deadline() (time.Time, bool) { return time.Time{}, false }
func (neverEnds) Done() <-chan struct{}       { return nil }
func (neverEnds) Err() error                  { return nil }
func (neverEnds) Value(any) any               { return nil }

// A call at the map fails, and then the power goes: after a failed write, sync, renaming or
// folder's sync of a checkpoint, nothing that was confirmed is lost by any power cut.
func TestAFaultAndThenAPowerCutLoseNothing(t *testing.T) {
	files, states := preparedLedger(t)
	calls := changes(t, files)
	trials, atMap := 0, 0
	for at := range calls {
		for name, f := range diskFaults {
			for seed := range uint64(2 * rounds) {
				rng := rand.New(rand.NewPCG(seed, uint64(at)))
				d := newMemDisk(files)
				came := failAt(d, at, f.err, f.forever)
				failing := d.fail
				d.fail = func(s step) error {
					err := failing(s)
					if err != nil && (s.name == mapName || s.name == mapName+".new" || s.kind == "folder") {
						atMap++
					}
					return err
				}
				confirmed, _ := script(d)
				came()
				how := everySector[rng.IntN(len(everySector))]
				left := newMemDisk(powerCut(files, d.steps, how, rng))
				if err := checkAfterFault(left, states, confirmed); err != nil {
					t.Errorf("%s at call %d, then a power cut, sectors %v, seed %d: %v", name, at, how, seed, err)
				}
				trials++
			}
		}
	}
	if atMap == 0 {
		t.Error("no call at the map failed")
	}
	t.Logf("%d faults, each followed by a power cut; %d refused calls were of the map or its folder", trials, atMap)
}
