package vault

import (
	"runtime"
	"runtime/debug"

	"golang.org/x/crypto/argon2"
	"modernc.org/libc"
)

// Argon2id leaves its result in dead frames of the stack. They are overwritten here, which
// works only on the same stack: a growing or shrinking one moves, and leaves the old one
// behind. So a large frame is held below the computation, too large for the collector to
// shrink the stack, and what it overwrites afterwards fits into the room that is left.
const (
	heldBytes  = 40 << 10
	scrubBytes = 16 << 10
)

// argon runs Argon2id and scrubs the stack below it.
//
//go:noinline
func (k KDF) argon(text, salt []byte) []byte {
	var held [heldBytes]byte
	scrub(byte(len(salt))) // grows the stack now rather than later
	key := argon2.IDKey(text, salt, k.Time, k.MemoryKiB, k.Threads, keyBytes)
	held[int(salt[0])] = scrub(0)
	return key[:keyBytes-int(held[heldBytes-1])] // uses held, which is zero there
}

// scrub overwrites the stack that its caller's callees used.
//
//go:noinline
func scrub(with byte) byte {
	var room [scrubBytes]byte
	for i := range room {
		room[i] = with
	}
	return room[int(with)]
}

// What the collector frees keeps its bytes until it is handed out again. Text that can't be
// wiped in place, as a typed passphrase and what hashes it, lies in objects of at most this
// many bytes; the gaps between live objects of one size come to less than this together.
const (
	largestObject = 1024
	freedPerSize  = 1 << 20
)

// scrubFreed overwrites small objects that are dead, by having all of their places handed out
// anew as zeros, and gives large ones back to the system, as the memory of a passphrase guess.
func scrubFreed() {
	runtime.GC()
	step := 8 // as the sizes go that objects are given places of
	for size := 16; size <= largestObject; size += step {
		if size == 32 || size == 256 || size == 512 {
			step *= 2
		}
		handed := make([][]byte, freedPerSize/size)
		for i := range handed {
			handed[i] = make([]byte, size)
		}
		runtime.KeepAlive(handed)
	}
	debug.FreeOSMemory()
}

// scrubSQLite overwrites what SQLite has freed, its page cache above all, in the same way. Its
// memory comes in places of powers of two, and a region that holds nothing any more goes back to
// the system; free places are left only between live ones, which come to less than this a size.
func scrubSQLite() {
	tls := libc.NewTLS()
	defer tls.Close()
	var handed []uintptr
	for size := smallestPlace; size <= largestPlace; size *= 2 {
		most := placesEach
		if size == pagePlace {
			most = placesOfPages
		}
		for range max(most/size, fewestPlaces) {
			if p := libc.Xcalloc(tls, 1, libc.Tsize_t(size-smallestPlace/2)); p != 0 {
				handed = append(handed, p)
			}
		}
	}
	for _, p := range handed {
		libc.Xfree(tls, p)
	}
}

// Places are handed out up to so many bytes of a size, most of them pages.
const (
	smallestPlace = 32
	largestPlace  = 32 << 10
	pagePlace     = 8 << 10 // a page and what SQLite keeps beside it
	placesEach    = 1 << 20
	placesOfPages = 4 << 20
	fewestPlaces  = 64
)
