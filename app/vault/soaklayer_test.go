//go:build soak

package vault

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// soakUntil is when a long test ends: TIME from now, as Go writes durations, or a minute.
func soakUntil(t *testing.T) time.Time {
	t.Helper()
	length := time.Minute
	if text := os.Getenv("TIME"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	return time.Now().Add(length)
}

func TestSoakPowerCuts(t *testing.T) {
	r, end, trials := record(t), soakUntil(t), 0
	for ; time.Now().Before(end); trials++ {
		seed := rand.Uint64()
		rng := rand.New(rand.NewPCG(seed, 1))
		how := []sectors{{512, false}, {512, true}, {4096, false}, {4096, true}}[rng.IntN(4)]
		cut := rng.IntN(len(r.disk.steps) + 1)
		if err := r.trial(cut, how, rng); err != nil {
			t.Errorf("seed %d, sectors %v, power cut after step %d: %v", seed, how, cut, err)
		}
	}
	t.Logf("%d power cuts, nothing confirmed was lost", trials)
}

func TestSoakRekey(t *testing.T) {
	start, old, print := ledgerVault(t)
	d := newMemDisk(start)
	v, err := unlockWith(d, old)
	if err != nil {
		t.Fatal(err)
	}
	opening := len(d.steps)
	fresh, err := v.Rekey(t.Context(), rekeying())
	if err != nil {
		t.Fatal(err)
	}
	v.letGo()
	end, trials := soakUntil(t), 0
	for ; time.Now().Before(end); trials++ {
		seed := rand.Uint64()
		rng := rand.New(rand.NewPCG(seed, 1))
		cut := opening + rng.IntN(len(d.steps)-opening+1)
		how := []sectors{{512, false}, {512, true}, {4096, false}, {4096, true}}[rng.IntN(4)]
		if _, err := onlyOneOpens(powerCut(start, d.steps[:cut], how, rng), [2]*RecoveryKey{old, fresh}, print); err != nil {
			t.Errorf("seed %d, sectors %v, power cut after step %d: %v", seed, how, cut, err)
		}
	}
	t.Logf("%d power cuts during a rekey: one key opens, with everything", trials)
}
