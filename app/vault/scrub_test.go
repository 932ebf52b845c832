package vault

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"modernc.org/libc"
)

// TestWhatSQLiteFreedIsOverwritten has memory of every size written to and freed, some of it between
// what stays, and looks whether any of it comes back as it was.
func TestWhatSQLiteFreedIsOverwritten(t *testing.T) {
	tls := libc.NewTLS()
	defer tls.Close()
	secret := []byte("the marmot sleeps at noon in June")
	random := rand.New(rand.NewPCG(1, 1))
	sizes := make([]int, 3000)
	for i := range sizes {
		sizes[i] = 64 << random.IntN(9) // up to 16 KiB
		if i%40 == 0 {
			sizes[i] = 20_000 << random.IntN(8) // up to 2.5 MB
		}
		sizes[i] += random.IntN(32)
	}
	take := func() (all []uintptr) {
		for _, size := range sizes {
			p := libc.Xmalloc(tls, libc.Tsize_t(size))
			if p == 0 {
				t.Fatal("no memory")
			}
			all = append(all, p)
		}
		return all
	}
	kept, freed := 0, take()
	for i, p := range freed {
		for b := bytesAt(p, sizes[i]); len(b) > len(secret); b = b[len(secret):] {
			copy(b, secret)
		}
	}
	for i, p := range freed {
		if i%7 == 0 && sizes[i] < largestPlace {
			clear(bytesAt(p, sizes[i]))
			kept++ // the region of its neighbours stays
			continue
		}
		libc.Xfree(tls, p)
	}
	control := libc.Xmalloc(tls, 8<<10)
	if !bytes.Contains(bytesAt(control, 8<<10), secret[8:]) {
		t.Error("freed memory does not come back, the test is blind")
	}
	libc.Xfree(tls, control)

	scrubSQLite()
	found := 0
	for i, p := range take() {
		if bytes.Contains(bytesAt(p, sizes[i]), secret[16:]) {
			found++
		}
		libc.Xfree(tls, p)
	}
	if found > 0 {
		t.Errorf("%d of %d come back as they were", found, len(sizes)-kept)
	}
}

// TestScrubbingLeavesTheProcessors as they were, with several vaults that close at once.
func TestScrubbingLeavesTheProcessors(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	var closing sync.WaitGroup
	for range 4 {
		closing.Go(scrubFreed)
	}
	closing.Wait()
	if after := runtime.GOMAXPROCS(0); after != before {
		t.Errorf("%d processors, were %d", after, before)
	}
}

// BenchmarkScrub is what closing a vault costs beside writing it.
func BenchmarkScrub(b *testing.B) {
	for b.Loop() {
		scrubSQLite()
		scrubFreed()
	}
}
