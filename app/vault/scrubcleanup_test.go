//go:build !race

package vault

import (
	"bytes"
	"runtime"
	"sync"
	"testing"
	"unsafe"
)

// TestWhatCleanupsHoldIsOverwritten has secrets that are held until the end of something dead was
// called, as crypto/ecdsa holds private keys, one behind the other. It looks at places that the heap has given
// up, which the race detector's checks of pointers end the program for.
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
