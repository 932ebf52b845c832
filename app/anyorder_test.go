package app_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
)

// filesOf is what lies in a folder, with the time of each file's last change.
func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, e := range value(os.ReadDir(dir))(t) {
		info := value(e.Info())(t)
		raw := value(os.ReadFile(filepath.Join(dir, e.Name())))(t)
		all[e.Name()] = fmt.Sprintf("%x %v", sha256.Sum256(raw), info.ModTime())
	}
	return all
}

// anyOrder lets locking, saving, importing and refreshing begin at once, in a random order: each
// is done or not, nothing is written once Lock has returned, and the vault is whole.
func anyOrder(t *testing.T, r *rig, row ledger.TransactionID, n int) {
	t.Helper()
	c, ctx := r.coffer, t.Context()
	preview := value(r.preview(t, "a.ofx", sheet("1111", fmt.Sprintf("20261001|-%d.00|order-%d|Kiosk %d", n+1, n, n))))(t)
	var locked map[string]string
	works := []func() error{
		func() error {
			err := c.Lock()
			locked = filesOf(t, c.Dir())
			return err
		},
		func() error { _, err := c.SetNote(ctx, row, fmt.Sprint("note ", n)); return err },
		func() error { _, err := c.Import(ctx, preview); return err },
		func() error { return r.refresh(t) },
		func() error { _, err := c.Totals(ctx, ledger.Filter{}); return err },
	}
	var all sync.WaitGroup
	rng := rand.New(rand.NewPCG(uint64(n), 5))
	for _, at := range rng.Perm(len(works)) {
		for range rng.IntN(1 << rng.IntN(16)) { // not always at the same moment
			runtime.Gosched()
		}
		all.Go(func() {
			err := works[at]()
			if kind := fault.KindOf(err); err != nil && (at == 0 || kind != fault.Locked && kind != fault.Canceled) {
				t.Errorf("%d: work %d: %v", n, at, err)
			}
		})
	}
	all.Wait()
	for name, was := range filesOf(t, c.Dir()) {
		if locked[name] != was {
			t.Errorf("%d: %s was written after the vault was locked", n, name)
		}
	}
	must(t, r.unlock())
}

func TestLockingAmongOtherWorkInAnyOrder(t *testing.T) {
	r := linked(t)
	row := value(r.coffer.Rows(t.Context(), ledger.Filter{}, ledger.NewestFirst, 0, 1))(t)[0].ID
	n := 0
	for ; n < interleavings; n++ {
		anyOrder(t, r, row, n)
		if n%50 == 0 || n == interleavings-1 {
			for _, check := range value(r.coffer.Verify(t.Context(), nil))(t) {
				if !check.OK {
					t.Errorf("%d: %s: %v", n, check.ID, check.Err)
				}
			}
		}
		if t.Failed() {
			return
		}
	}
	t.Logf("%d interleavings, nothing written after a lock, the vault whole", n)
}
