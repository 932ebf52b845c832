package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"maps"
	mrand "math/rand/v2"
	"slices"
	"testing"
)

// Each bit of page 1, of the log's header block and of both slots of the map: an error, or exactly
// the state that was there.
func TestEveryBitOfTheHeadersCounts(t *testing.T) {
	sc := play(t)
	for _, base := range []string{"closed", "live3", "used3"} {
		refusedBits, harmless := 0, 0
		d := newMemDisk(sc.files(base))
		good, err := openPager(d, testKeys(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		tags, live := good.fresh.tags, good.log.seal != nil
		good.release()
		for name, end := range map[string]int{logName: blockBytes, mapName: mapBodyAt} {
			whole, there := sc.at[base].files[name]
			if !there || len(whole) < end {
				continue
			}
			stride := 1
			if base != "live3" && rounds == 1 {
				stride = 9 // so that each byte and each bit of one has its turn
			}
			for bit := 0; bit < end*8; bit += stride {
				for file, data := range sc.at[base].files {
					if file != mainName { // opening may note that a log is live
						d.inodes[d.names[file]] = append(d.inodes[d.names[file]][:0], data...)
					}
				}
				d.steps = nil
				d.inodes[d.names[name]][bit/8] ^= 1 << (bit % 8)
				p, err := openPager(d, testKeys(), rand.Reader)
				switch {
				case errors.Is(err, errSealBroken):
					refusedBits++
					continue
				case err != nil:
					t.Fatalf("%s: %s bit %d: %v", base, name, bit, err)
				case !bytes.Equal(p.fresh.tags, tags) || (p.log.seal != nil) != live:
					t.Errorf("%s: %s bit %d: another state", base, name, bit)
				}
				harmless++
				p.release()
			}
		}
		if refusedBits == 0 {
			t.Errorf("%s: nothing was refused", base)
		}
		t.Logf("%s: %d bits refused, %d opened as it was (by the other slot, or with a log that is used up)", base, refusedBits, harmless)
	}
	p, d := layerFiles(t)
	file, page := d.inodes[d.names[mainName]], make([]byte, blockBytes)
	for bit := range blockBytes * 8 {
		file[bit/8] ^= 1 << (bit % 8)
		if err := p.pages.page(page, 0); !errors.Is(err, errSealBroken) {
			t.Errorf("page 1 bit %d: %v", bit, err)
		}
		file[bit/8] ^= 1 << (bit % 8)
	}
}

// Each page in the place of the next one, and an older copy of each.
func TestTenThousandPagesMovedAndPutBackAreRefused(t *testing.T) {
	const pages = 10_000
	p, d := newLayer(t)
	fill := func(with byte) {
		page := make([]byte, blockBytes)
		for number := range int64(pages) {
			page[99] = with
			copy(page, firstPage()[:24])
			if err := p.pages.write(page, number*blockBytes); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.syncMain(); err != nil {
			t.Fatal(err)
		}
	}
	fill(1)
	old := slices.Clone(d.inodes[d.names[mainName]])
	fill(2)
	file := d.inodes[d.names[mainName]]
	now := slices.Clone(file)
	page, tried := make([]byte, blockBytes), 0
	for number := range pages {
		for what, from := range map[string][]byte{"of an older time": pageOf(old, number), "of another place": pageOf(now, (number+1)%pages)} {
			copy(pageOf(file, number), from)
			if err := p.pages.page(page, int64(number)); !errors.Is(err, errSealBroken) {
				t.Errorf("page %d %s: %v", number+1, what, err)
			}
			tried++
		}
		copy(pageOf(file, number), pageOf(now, number))
		if err := p.pages.page(page, int64(number)); err != nil {
			t.Fatalf("page %d as it was: %v", number+1, err)
		}
	}
	t.Logf("%d pages moved or put back, all refused", tried)
}

// Log and key files cut at each 4 KiB and at a thousand random places, and a backup: a fault, or
// exactly an earlier commit, and what is there is left as it is.
func TestFilesCutAnywhere(t *testing.T) {
	sc, r := play(t), mrand.New(mrand.NewPCG(15, 16))
	places := func(size int) (all []int) {
		for at := 0; at < size; at += blockBytes {
			all = append(all, at)
		}
		for range 1000 {
			all = append(all, r.IntN(size))
		}
		return all
	}
	log := sc.at["live3"].files[logName]
	earlier, refusedCuts := 0, 0
	for _, cut := range places(len(log)) {
		files := sc.files("live3")
		files[logName] = files[logName][:cut]
		if sc.outcome(t, "log cut", files) == refused {
			refusedCuts++
		} else {
			earlier++
		}
	}
	t.Logf("log: %d cuts refused, %d open as an earlier commit", refusedCuts, earlier)
	start, steps, key := madeBackup(t)
	raw := powerCut(start, steps, sectors{512, false}, r)[backupName]
	cuts := places(len(raw))
	for _, cut := range cuts {
		d := newMemDisk(map[string][]byte{backupName: raw[:cut]})
		if b, err := openBackup(d, backupName); err == nil {
			_ = b.file.Close()
			t.Errorf("backup cut at %d is taken", cut)
		}
		if len(d.steps) > 0 || !bytes.Equal(d.files()[backupName], raw[:cut]) {
			t.Errorf("backup cut at %d: something was written", cut)
		}
	}
	for _, cut := range places(len(start[keyName])) {
		files := maps.Clone(start)
		files[keyName], files[spareName] = files[keyName][:cut], files[spareName][:cut]
		d := newMemDisk(files)
		if _, err := unlockWith(d, key); err == nil || len(d.steps) > 0 {
			t.Errorf("key files cut at %d: %v, %d steps", cut, err, len(d.steps))
		}
	}
	t.Logf("backup: %d cuts refused, key files: 1,001 cuts refused", len(cuts))
}

// countingDisk keeps nothing of the main file but the nonces that pages were sealed with.
type countingDisk struct {
	disk
	seen   map[[nonceBytes]byte]struct{}
	writes int
}

type countingFile struct {
	diskFile
	disk *countingDisk
}

func (d *countingDisk) open(name string, create bool) (diskFile, error) {
	f, err := d.disk.open(name, create)
	if err != nil || name != mainName {
		return f, err
	}
	return countingFile{f, d}, nil
}

func (f countingFile) WriteAt(b []byte, _ int64) (int, error) {
	for at := 0; at < len(b); at += blockBytes {
		f.disk.seen[[nonceBytes]byte(b[at+nonceAt:at+spareAt])] = struct{}{}
		f.disk.writes++
	}
	return len(b), nil
}

func (f countingFile) ReadAt([]byte, int64) (int, error) { return 0, io.EOF }

// Pages sealed a million times over, with the map written in between: no nonce comes back.
func TestAMillionPageWritesUseNoNonceTwice(t *testing.T) {
	count := 200_000
	if rounds > 1 {
		count = 1_000_000
	}
	d := &countingDisk{disk: newDatabase(t), seen: make(map[[nonceBytes]byte]struct{}, count)}
	p, err := openPager(d, testKeys(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	page := make([]byte, blockBytes)
	for n := range count {
		if err := p.pages.write(page, int64(1+n%5000)*blockBytes); err != nil {
			t.Fatal(err)
		}
		if n%5000 == 4999 {
			if err := p.syncMain(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := p.syncMain(); err != nil {
		t.Fatal(err)
	}
	if d.writes != count || len(d.seen) != count || p.fresh.seals < uint64(count) {
		t.Errorf("%d page writes, %d different nonces, %d counted in the map", d.writes, len(d.seen), p.fresh.seals)
	}
	t.Logf("%d page writes, %d repeats", d.writes, d.writes-len(d.seen))
}

// Calibrate's price is logged, not judged: the machine may be busy.
func BenchmarkGuess(b *testing.B) {
	k := Calibrate()
	salt := make([]byte, slotSaltBytes)
	for b.Loop() {
		clear(k.argon([]byte("a guess at a passphrase"), salt))
	}
	b.ReportMetric(float64(k.MemoryKiB)/1024, "MiB")
	b.ReportMetric(float64(k.Time), "passes")
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/guess")
}
