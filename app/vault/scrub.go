package vault

import (
	"bytes"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"time"

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

// What the collector frees keeps its bytes until it is handed out again. Text that can't be wiped
// in place, as a typed passphrase, what hashes it, or a statement that was read, lies in objects of
// certain sizes; the gaps between live objects of one size come to less than this together.
const freedPerSize = 1 << 20

// scrubFreed overwrites objects that are dead, by having all of their places handed out anew as
// zeros, and gives larger ones than have places back to the system, as the memory of a passphrase
// guess.
//
// Each processor of Go's keeps a region of each size at hand, with the dead places in it, and hands
// them out to nobody else: so there is only one meanwhile.
func scrubFreed() {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	collectAll()
	for _, size := range placeSizes() {
		handed := make([][]byte, freedPerSize/size)
		for i := range handed {
			handed[i] = make([]byte, size)
		}
		runtime.KeepAlive(handed)
	}
	debug.FreeOSMemory()
}

// What an object that is dead has asked for at its end runs beside everything else, and may hold more:
// crypto/ecdsa keeps a copy of a private key until such a call forgets it. On a crowded computer it has
// not run when the collector is through.
const (
	endRounds = 8               // dead objects whose ends hold others, one behind the other
	endWait   = 2 * time.Second // for the calls of one round: one that hangs must not stop a lock
	endPause  = 50 * time.Microsecond
)

// collectAll collects until nothing more is to be called at the end of what was found dead.
func collectAll() {
	for range endRounds {
		before := endsCalled()
		runtime.GC()
		late := time.Now().Add(endWait)
		now := endsCalled()
		for ; now.waiting() && time.Now().Before(late); now = endsCalled() {
			time.Sleep(endPause)
		}
		if now == before {
			return
		}
	}
}

// ends are how many finalizers and cleanups were due since the program began, and have run.
type ends struct{ dueFinal, ranFinal, dueClean, ranClean uint64 }

func (e ends) waiting() bool { return e.dueFinal > e.ranFinal || e.dueClean > e.ranClean }

func endsCalled() ends {
	told := []metrics.Sample{
		{Name: "/gc/finalizers/queued:finalizers"}, {Name: "/gc/finalizers/executed:finalizers"},
		{Name: "/gc/cleanups/queued:cleanups"}, {Name: "/gc/cleanups/executed:cleanups"},
	}
	metrics.Read(told)
	return ends{told[0].Value.Uint64(), told[1].Value.Uint64(), told[2].Value.Uint64(), told[3].Value.Uint64()}
}

// placeSizes are the sizes of the places that objects are given. The runtime tells most of them.
func placeSizes() []int {
	var told runtime.MemStats
	runtime.ReadMemStats(&told)
	sizes := []int{20480, 21760, 24576, 27264, 28672, 32768} // those that it does not tell
	for _, class := range told.BySize {
		if size := int(class.Size); size > 0 && !slices.Contains(sizes, size) {
			sizes = append(sizes, size)
		}
	}
	return sizes
}

// scrubSQLite overwrites what SQLite has freed, its page cache above all. Its memory comes in places
// of powers of two, up to 16 KiB, that lie in regions of 64 KiB. A region that holds nothing any more
// waits to be used again, for places of another size or, from there on, for something of its own.
func scrubSQLite() {
	tls := libc.NewTLS()
	defer tls.Close()
	for size := regionBytes; size <= largestRegion; size *= 2 {
		scrubPlaces(tls, size-regionHead, 0, max(1, cleanBytes/size))
	}
	for size := smallestPlace; size <= largestPlace; size *= 2 {
		most := placesEach
		if size == pagePlace {
			most = placesOfPages
		}
		scrubPlaces(tls, size, most/size, regionBytes/size)
	}
}

// scrubPlaces has places of one size handed out, at least so many, and then until so many new ones
// have come one after the other: used ones are handed out before new ones, but for those that are
// left in one region. Only what is not zero is written, for the rest may not be in memory at all.
func scrubPlaces(tls *libc.TLS, size, least, clean int) {
	nothing := make([]byte, blockBytes)
	var handed []uintptr
	for left := least + clean; left > 0; left-- {
		p := libc.Xmalloc(tls, libc.Tsize_t(size))
		if p == 0 {
			break
		}
		handed = append(handed, p)
		for b := bytesAt(p, size)[linkBytes:]; len(b) > 0; {
			part := b[:min(blockBytes, len(b))]
			if b = b[len(part):]; !bytes.Equal(part, nothing[:len(part)]) {
				clear(part)
				left = max(left, clean+1)
			}
		}
	}
	for _, p := range slices.Backward(handed) {
		libc.Xfree(tls, p)
	}
}

// Places are handed out up to at least so many bytes of a size, most of them pages.
const (
	smallestPlace = 32
	largestPlace  = 16 << 10
	pagePlace     = 8 << 10 // a page and what SQLite keeps beside it
	placesEach    = 1 << 20
	placesOfPages = 4 << 20
	linkBytes     = 16 // of a free place, which lead to others

	regionBytes   = 64 << 10
	regionHead    = 32
	largestRegion = 32 << 20
	cleanBytes    = 256 << 10
)
