package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	mrand "math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"coffer/app/fuzzed"
)

// newLayer is a pager over a new empty database, without SQLite.
func newLayer(t testing.TB) (*pager, *memDisk) {
	t.Helper()
	d := newDatabase(t)
	p, err := openPager(d, testKeys(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return p, d
}

// drawPage is a page as SQLite writes it: its reserved end is zero.
func drawPage(t *rapid.T, number int64) []byte {
	page := make([]byte, blockBytes)
	if number == 0 {
		copy(page, firstPage())
	}
	fill := rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "fill")
	for at := probeBytes; at < plainBytes; at += len(fill) {
		copy(page[at:plainBytes], fill)
	}
	return page
}

// The page file behaves as plain bytes do, whatever is written, cut, settled and reopened.
func TestPageFileIsLikePlainBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newMemDisk(nil)
		if err := createPager(d, testKeys(), rand.Reader); err != nil {
			t.Fatal(err)
		}
		p, err := openPager(d, testKeys(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		plain := firstPage()
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0, 1, 2:
				number := rapid.Int64Range(0, 50).Draw(t, "page")
				page := drawPage(t, number)
				if err := p.pages.write(page, number*blockBytes); err != nil {
					t.Fatal(err)
				}
				plain = applied(plain, step{kind: "write", off: number * blockBytes, data: page})
			case 3:
				size := rapid.Int64Range(1, 60).Draw(t, "pages") * blockBytes
				if err := p.pages.truncate(size); err != nil {
					t.Fatal(err)
				}
				plain = applied(plain, step{kind: "cut", off: size})
			case 4:
				if err := p.syncMain(); err != nil {
					t.Fatal(err)
				}
				p.release()
				if p, err = openPager(d, testKeys(), rand.Reader); err != nil {
					t.Fatal(err)
				}
			case 5:
				size := rapid.IntRange(1, 2*blockBytes).Draw(t, "length")
				off := rapid.Int64Range(0, p.pages.size()).Draw(t, "offset")
				compareRead(t, p, plain, off, size)
			}
			if p.pages.size() != int64(len(plain)) {
				t.Fatalf("size is %d, want %d", p.pages.size(), len(plain))
			}
		}
		compareRead(t, p, plain, 0, len(plain))
	})
}

func compareRead(t *rapid.T, p *pager, plain []byte, off int64, size int) {
	if off == 0 && size == probeBytes {
		size++ // answered without looking
	}
	got, want := bytes.Repeat([]byte{1}, size), make([]byte, size)
	err := p.pages.read(got, off)
	if have := copy(want, plain[off:]); have < size != errors.Is(err, errShort) || have == size && err != nil {
		t.Fatalf("read %d at %d: %v", size, off, err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("read %d at %d: other bytes than were written", size, off)
	}
}

// The log behaves as plain bytes do for writes as SQLite makes them: heads and pages of
// frames, appended or written again, with syncs and openings between.
func TestLogIsLikePlainBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newMemDisk(nil)
		if err := createPager(d, testKeys(), rand.Reader); err != nil {
			t.Fatal(err)
		}
		p, err := openPager(d, testKeys(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		var plain []byte
		for i := range rapid.IntRange(1, 60).Draw(t, "steps") {
			if i == 0 || rapid.IntRange(0, 30).Draw(t, "restart") == 0 {
				plain = rapid.SliceOfN(rapid.Byte(), headBytes, headBytes).Draw(t, "head")
				if err := p.writeLog(plain, 0); err != nil {
					t.Fatal(err)
				}
			}
			last := (int64(len(plain)) - headBytes) / frameBytes
			number := rapid.Int64Range(max(1, last-50), last+1).Draw(t, "frame")
			at := headBytes + (number-1)*frameBytes
			head := rapid.SliceOfN(rapid.Byte(), frameHead, frameHead).Draw(t, "frame head")
			page := drawPage(t, 1)
			if number > last || rapid.Bool().Draw(t, "with head") {
				plain = applied(plain, step{kind: "write", off: at, data: head})
				must(t, p.writeLog(head, at))
			}
			if number > last || rapid.Bool().Draw(t, "with page") {
				plain = applied(plain, step{kind: "write", off: at + frameHead, data: page})
				must(t, p.writeLog(page, at+frameHead))
			}
			if rapid.IntRange(0, 9).Draw(t, "sync") == 0 {
				must(t, p.syncLog())
				p.release()
				if p, err = openPager(d, testKeys(), rand.Reader); err != nil {
					t.Fatal(err)
				}
			}
		}
		// Opened again, a log may be longer: by the rest of an older generation, which does not open.
		if p.log.size() < int64(len(plain)) {
			t.Fatalf("size is %d, want %d", p.log.size(), len(plain))
		}
		got := make([]byte, headBytes)
		must(t, p.log.read(got, 0))
		for at := int64(headBytes); at < int64(len(plain)); at += frameBytes {
			frame := make([]byte, frameBytes)
			must(t, p.log.read(frame, at))
			got = append(got, frame...)
		}
		if !bytes.Equal(got, plain) {
			t.Fatal("the log reads other bytes than were written")
		}
	})
}

func must(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

func TestPagesThatWouldNotSurviveAreRefused(t *testing.T) {
	p, _ := newLayer(t)
	change := func(at int, to byte) []byte { page := firstPage(); page[at] = to; return page }
	for name, page := range map[string][]byte{
		"another reserve":          change(20, 32),
		"another page size":        change(16, 0x20),
		"no log":                   change(18, 1),
		"something in the reserve": change(plainBytes, 1),
	} {
		if err := p.pages.write(page, 0); !errors.Is(err, errPageShape) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := p.pages.write(firstPage(), 100); !errors.Is(err, errPageShape) {
		t.Errorf("crooked offset: %v", err)
	}
	if err := p.pages.truncate(0); !errors.Is(err, errPageShape) {
		t.Errorf("cut to nothing: %v", err)
	}
}

func TestKeyWearsOut(t *testing.T) {
	p, _ := newLayer(t)
	p.fresh.seals = maxSeals - 1
	if err := p.pages.write(firstPage(), 0); err != nil {
		t.Fatal(err)
	}
	if err := p.pages.write(firstPage(), 0); !errors.Is(err, errWorn) {
		t.Errorf("got %v", err)
	}
}

// layerFiles is a small settled main file and a live log of two frames. They are the same
// in each process of a fuzzing run.
func layerFiles(t testing.TB) (*pager, *memDisk) {
	t.Helper()
	d, random := newMemDisk(nil), mrand.NewChaCha8([32]byte{1})
	if err := createPager(d, testKeys(), random); err != nil {
		t.Fatal(err)
	}
	p, err := openPager(d, testKeys(), random)
	if err != nil {
		t.Fatal(err)
	}
	page := make([]byte, blockBytes)
	page[0] = 7
	for _, err := range []error{
		p.pages.write(page, blockBytes), p.syncMain(),
		p.writeLog(make([]byte, headBytes), 0), p.writeLog(make([]byte, frameBytes), headBytes),
		p.writeLog(make([]byte, frameBytes), headBytes+frameBytes), p.syncLog(),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return p, d
}

func FuzzPage(f *testing.F) {
	p, d := layerFiles(f)
	good := d.files()[mainName]
	f.Add(good[blockBytes:])
	f.Add(good[:blockBytes])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzed.Limit(t)
		block := make([]byte, blockBytes)
		copy(block, raw)
		d.inodes[d.names[mainName]] = append(append([]byte(nil), good[:blockBytes]...), block...)
		got := make([]byte, blockBytes)
		err := p.pages.read(got, blockBytes)
		if same := bytes.Equal(block, good[blockBytes:]); same != (err == nil) || !same && !errors.Is(err, errSealBroken) {
			t.Errorf("the page is the one written: %v, and reads with %v", same, err)
		}
	})
}

func FuzzLogFrame(f *testing.F) {
	_, d := layerFiles(f)
	good := d.files()
	block := good[logName][blockBytes : 2*blockBytes]
	f.Add(block)
	f.Add(good[logName][2*blockBytes:])
	f.Add(good[logName][:blockBytes])
	for _, at := range []int{0, nonceBytes, frameEnd - 1, frameEnd, blockBytes - 1} {
		flipped := append([]byte(nil), block...)
		flipped[at] ^= 1
		f.Add(flipped)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		fuzzed.Limit(t)
		changed := make([]byte, blockBytes)
		copy(changed, raw)
		files := map[string][]byte{mainName: good[mainName], mapName: good[mapName],
			logName: append(append([]byte(nil), good[logName][:blockBytes]...), changed...)}
		p, err := openPager(newMemDisk(files), testKeys(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, blockBytes)
		err = p.log.read(got, headBytes+frameHead)
		if same := bytes.Equal(changed, block); same != (err == nil) || !same && !errors.Is(err, errSealBroken) {
			t.Errorf("the frame is the one written: %v, and reads with %v", same, err)
		}
	})
}

func FuzzMapAndLogHeader(f *testing.F) {
	_, d := layerFiles(f)
	good := d.files()
	f.Add(good[mapName], good[logName][:blockBytes])
	f.Add([]byte{}, []byte(logMagic))
	f.Fuzz(func(t *testing.T, freshness, log []byte) {
		fuzzed.Limit(t)
		files := map[string][]byte{mainName: good[mainName], mapName: freshness, logName: log}
		p, err := openPager(newMemDisk(files), testKeys(), rand.Reader)
		if err != nil {
			if !errors.Is(err, errSealBroken) {
				t.Error(err)
			}
			return
		}
		p.release()
		if len(freshness) < len(good[mapName]) || !bytes.Equal(freshness[mapBodyAt:], good[mapName][mapBodyAt:]) {
			t.Error("a map that Coffer did not write was taken")
		}
	})
}

func saltOf(d *memDisk) string { return string(d.files()[logName][logSaltAt:logHeadAt]) }

// A crash can leave an announced log without a frame. SQLite then writes its header again:
// with a new salt, and a power cut at any step of that leaves a vault that opens.
func TestLogWithoutFramesIsBegunAnew(t *testing.T) {
	p, d := newLayer(t)
	if err := p.writeLog(make([]byte, headBytes), 0); err != nil {
		t.Fatal(err)
	}
	p.release()
	salt, start := saltOf(d), d.files()
	again := newMemDisk(start)
	p, err := openPager(again, testKeys(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.writeLog(make([]byte, headBytes), 0); err != nil {
		t.Fatal(err)
	}
	p.release()
	if saltOf(again) == salt {
		t.Error("the salt stayed")
	}
	for cut := range len(again.steps) + 1 {
		for seed := range uint64(20) {
			rng := mrand.New(mrand.NewPCG(seed, uint64(cut)))
			left := powerCut(start, again.steps[:cut], sectors{512, seed%2 == 0}, rng)
			p, err := openPager(newMemDisk(left), testKeys(), rand.Reader)
			if err != nil {
				t.Fatalf("cut after step %d: %v", cut, err)
			}
			p.release()
		}
	}
}

// Only while SQLite reads what a crash left may a frame that does not open pass for the
// end of the log: later it would become a page of zeros.
func TestADamagedFrameIsNoEndOfTheLogWhileWriting(t *testing.T) {
	p, d := layerFiles(t)
	d.inodes[d.names[logName]][blockBytes+100] ^= 1
	p.log.forget()
	frame := make([]byte, frameBytes)
	if err := p.log.read(frame, headBytes); !errors.Is(err, errSealBroken) {
		t.Errorf("got %v", err)
	}
	p.log.written = false
	if err := p.log.read(frame, headBytes); err != nil || !allZero(frame) {
		t.Errorf("after a crash: %v", err)
	}
}

func TestFramesThatWouldNotSurviveAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		number int64
		at     int
		want   error
	}{
		"something in the reserve": {3, frameBytes - 1, errPageShape},
		"a gap before it":          {4, 0, errFrameShape},
	} {
		p, _ := layerFiles(t)
		frame := make([]byte, frameBytes)
		frame[test.at] = 1
		if err := p.writeLog(frame, headBytes+(test.number-1)*frameBytes); err != nil {
			t.Fatal(err)
		}
		if err := p.syncLog(); !errors.Is(err, test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p, _ := layerFiles(t)
	if err := p.writeLog(make([]byte, 2*frameBytes), headBytes); !errors.Is(err, errFrameShape) {
		t.Errorf("two frames in one: %v", err)
	}
}
