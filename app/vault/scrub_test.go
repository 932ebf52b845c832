package vault

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"unsafe"

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

// TestWhatCleanupsHoldIsOverwritten has secrets that are held until the end of something dead was
// called, as crypto/ecdsa holds private keys, one behind the other.
func TestWhatCleanupsHoldIsOverwritten(t *testing.T) {
	secret := []byte("the vole wakes at dusk in August")
	const chain, chains = endRounds - 2, 20
	var mu sync.Mutex
	type link struct {
		text *[32]byte
		next any
	}
	held, places := map[int]link{}, []uintptr{}
	number := 0
	hold := func(next any) any {
		text, owner := new([32]byte), new([4]*byte)
		copy(text[:], secret)
		places = append(places, uintptr(unsafe.Pointer(text)))
		number++
		held[number] = link{text, next}
		runtime.AddCleanup(owner, func(n int) {
			mu.Lock()
			defer mu.Unlock()
			delete(held, n)
		}, number)
		return owner
	}
	mu.Lock()
	owners := make([]any, chains)
	for i := range owners {
		for range chain {
			owners[i] = hold(owners[i])
		}
	}
	mu.Unlock()
	count := func() (n int) {
		for _, p := range places {
			if bytes.Equal(bytesAt(p, len(secret)), secret) {
				n++
			}
		}
		return n
	}
	if before := count(); before != chain*chains {
		t.Fatalf("%d of %d secrets are where they were put, the test is blind", before, chain*chains)
	}
	runtime.KeepAlive(owners)
	owners = nil
	scrubFreed()
	if after := count(); after > 0 {
		t.Errorf("%d of %d secrets are still in memory", after, chain*chains)
	}
}

// BenchmarkScrub is what closing a vault costs beside writing it.
func BenchmarkScrub(b *testing.B) {
	for b.Loop() {
		scrubSQLite()
		scrubFreed()
	}
}
