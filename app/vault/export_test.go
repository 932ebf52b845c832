package vault

import (
	"maps"
	"math/rand/v2"
	"syscall"
	"time"
)

// Dying is an open vault on a disk in memory that dies at one of its calls: nothing is written
// from there on. For tests of what lives on a vault.
type Dying struct {
	*Vault
	disk *memDisk
	key  *RecoveryKey
	from map[string][]byte
	came func() bool
}

// NewDying makes a vault; key opens it. It does not die.
func NewDying() (*Dying, error) {
	d := newMemDisk(nil)
	v := &Vault{disk: d, keys: newDataKey(), random: randomBytes{}, now: time.Now}
	key, err := v.create(byTestRing)
	if err != nil {
		return nil, err
	}
	return OpenDying(d.files(), key, -1)
}

// OpenDying opens a vault whose disk dies at call number at from then on, or never if at is below 0.
func OpenDying(files map[string][]byte, key *RecoveryKey, at int) (*Dying, error) {
	d := newMemDisk(files)
	v, err := unlockWith(d, key)
	if err != nil {
		return nil, err
	}
	dying := &Dying{Vault: v, disk: d, key: key, from: maps.Clone(files), came: func() bool { return false }}
	if at >= 0 {
		dying.came = failAt(d, at, syscall.EIO, true)
	}
	return dying, nil
}

// End ends it as a kill does. died says whether a call was refused; files are what is left by a
// kill, cut what is left by a power cut at the same moment.
func (d *Dying) End(seed uint64) (died bool, files, cut map[string][]byte) {
	died = d.came()
	d.letGo()
	rng := rand.New(rand.NewPCG(seed, 3))
	return died, d.disk.files(), powerCut(d.from, d.disk.steps, everySector[rng.IntN(len(everySector))], rng)
}

// Key opens it again.
func (d *Dying) Key() *RecoveryKey { return d.key }

// SealForTest seals and opens a page many times, into a buffer of its own.
func (v *Vault) SealForTest() error {
	plain, sealed, nonce := make([]byte, plainBytes), make([]byte, blockBytes), make([]byte, nonceBytes)
	for range 1000 {
		v.pager.mu.Lock()
		err := v.pager.pages.seal.seal(sealed, nonce, plain, forMain, 1)
		if err == nil {
			err = v.pager.pages.seal.open(plain, nonce, sealed[:plainBytes+tagBytes], forMain, 1)
		}
		v.pager.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}
