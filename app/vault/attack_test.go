package vault

import (
	"bytes"
	crand "crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// scene is one vault at moments of its life, each a copy of all files with the number of
// transactions in it.
type scene struct {
	states map[int]string
	at     map[string]moment
}

type moment struct {
	files map[string][]byte
	n     int
}

// play makes a scene: closed is a clean close; live1, live1more and live2, live3 are crashes
// with a log of that generation; used1 and used3 are crashes just after its checkpoint.
func play(t testing.TB) *scene {
	t.Helper()
	d := newDatabase(t)
	r := &recording{disk: d, states: map[int]string{}}
	sc := &scene{states: r.states, at: map[string]moment{}}
	take := func(name string) { sc.at[name] = moment{d.files(), r.last} }
	s := mustOpen(t, d)
	if err := makeLedger(s.db); err != nil {
		t.Fatal(err)
	}
	r.add(t, s, 40)
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	take("closed0")
	s = mustOpen(t, d)
	r.exec(t, s, "PRAGMA wal_autocheckpoint=100000")
	r.add(t, s, 2)
	take("live1")
	r.add(t, s, 2)
	take("live1more")
	r.exec(t, s, "PRAGMA wal_checkpoint(PASSIVE)")
	take("used1")
	r.add(t, s, 2)
	take("live2")
	r.exec(t, s, "PRAGMA wal_checkpoint(PASSIVE)")
	r.add(t, s, 3)
	take("live3")
	r.exec(t, s, "PRAGMA wal_checkpoint(PASSIVE)")
	take("used3")
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	take("closed")
	return sc
}

func (sc *scene) files(name string) map[string][]byte {
	files := maps.Clone(sc.at[name].files)
	for name, data := range files {
		files[name] = slices.Clone(data)
	}
	return files
}

// with returns the files of a moment, some of them exchanged for those of another one.
func (sc *scene) with(name, from string, exchanged ...string) map[string][]byte {
	files := sc.files(name)
	for _, file := range exchanged {
		delete(files, file)
		if data, there := sc.at[from].files[file]; there {
			files[file] = slices.Clone(data)
		}
	}
	return files
}

const refused = -1

// outcome opens files and reads all: refused, or the number of transactions in a state
// that was committed once. Anything else fails the test.
func (sc *scene) outcome(t testing.TB, what string, files map[string][]byte) int {
	t.Helper()
	s, err := openSession(newMemDisk(files))
	if err != nil {
		if !errors.Is(err, errSealBroken) {
			t.Errorf("%s: open: %v", what, err)
		}
		return refused
	}
	defer s.kill()
	n, print, err := ledgerState(s.db)
	if err == nil {
		if print != sc.states[n] {
			t.Errorf("%s: a state that never was: %d %s", what, n, print)
		}
		_, err = s.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	}
	if err == nil {
		_, err = s.pager.verify(t.Context())
	}
	if err == nil {
		return n
	}
	if !errors.Is(s.pager.cause, errSealBroken) && !errors.Is(err, errSealBroken) {
		t.Errorf("%s: an error that is no detection: %v (%v)", what, err, s.pager.cause)
	}
	return refused
}

func TestEveryMomentOpensAsItWas(t *testing.T) {
	sc := play(t)
	for name, m := range sc.at {
		if got := sc.outcome(t, name, sc.files(name)); got != m.n {
			t.Errorf("%s opens at %d, was %d", name, got, m.n)
		}
	}
	if pages := len(sc.at["closed"].files[mainName]) / blockBytes; pages < 20 {
		t.Errorf("only %d pages: too few for the attacks", pages)
	}
}

func pageOf(file []byte, number int) []byte {
	return file[number*blockBytes : (number+1)*blockBytes]
}

// Each attack must be refused. A live log heals a page that it holds, so there the present
// state will do as well.
func TestReplacedFilesAreRefused(t *testing.T) {
	sc := play(t)
	type files = map[string][]byte
	drop := func(name, file string) files { f := sc.files(name); delete(f, file); return f }
	put := func(name, file string, data []byte) files { f := sc.files(name); f[file] = data; return f }
	cutTail := func(name, file string, by int) files {
		f := sc.files(name)
		f[file] = f[file][:len(f[file])-by]
		return f
	}
	for what, attacked := range map[string]files{
		"older main file":                      sc.with("closed", "closed0", mainName),
		"older map":                            sc.with("closed", "closed0", mapName),
		"older map, live":                      sc.with("live3", "live1", mapName),
		"map deleted":                          drop("closed", mapName),
		"map emptied":                          put("closed", mapName, nil),
		"map cut":                              cutTail("closed", mapName, 16),
		"main file deleted":                    drop("closed", mainName),
		"main file emptied":                    put("closed", mainName, nil),
		"main file emptied, live":              put("live3", mainName, nil),
		"last page cut":                        cutTail("closed", mainName, blockBytes),
		"last byte cut":                        cutTail("closed", mainName, 1),
		"a journal added":                      put("closed", undoName, []byte("x")),
		"live log deleted":                     drop("live3", logName),
		"live log emptied":                     put("live3", logName, nil),
		"log of an older generation, live":     sc.with("live3", "live1", logName),
		"log of an older generation, used":     sc.with("used3", "live1", logName),
		"log put back after a clean close":     sc.with("closed", "live1", logName),
		"last log put back into an older one":  sc.with("closed0", "live3", logName),
		"log and main file of an earlier time": sc.with("live3", "live1", logName, mainName),
	} {
		if got := sc.outcome(t, what, attacked); got != refused {
			t.Errorf("%s: opens at %d", what, got)
		}
	}
}

func TestUsedLogIsIgnored(t *testing.T) {
	sc := play(t)
	if got := sc.outcome(t, "used", sc.with("closed", "used3", logName)); got != refused && got != sc.at["closed"].n {
		t.Errorf("opens at %d", got)
	}
	used := sc.at["used3"]
	files := sc.files("used3")
	delete(files, logName)
	if got := sc.outcome(t, "used log deleted", files); got != used.n {
		t.Errorf("opens at %d, was %d", got, used.n)
	}
}

func TestMovedAndOldPagesAreRefused(t *testing.T) {
	sc := play(t)
	for _, base := range []string{"closed", "used3", "live3"} {
		for number := range len(sc.at[base].files[mainName]) / blockBytes {
			now := sc.at[base].files[mainName]
			attacks := map[string][]byte{
				"zeroed":    make([]byte, blockBytes),
				"exchanged": pageOf(now, (number+1)%(len(now)/blockBytes)),
			}
			if old := sc.at["closed0"].files[mainName]; number < len(old)/blockBytes {
				attacks["old"] = pageOf(old, number)
			}
			for what, page := range attacks {
				if bytes.Equal(page, pageOf(now, number)) {
					continue
				}
				files := sc.files(base)
				copy(pageOf(files[mainName], number), page)
				got := sc.outcome(t, fmt.Sprintf("%s: page %d %s", base, number+1, what), files)
				if got != refused && (base != "live3" || got != sc.at[base].n) {
					t.Errorf("%s: page %d %s opens at %d", base, number+1, what, got)
				}
			}
		}
	}
}

// bigDatabase returns the files of a closed database of more than 200 pages.
func bigDatabase(t testing.TB) *memDisk {
	t.Helper()
	d := newDatabase(t)
	s := mustOpen(t, d)
	if _, err := s.db.Exec(`CREATE TABLE big(id INTEGER PRIMARY KEY, text TEXT);
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < 8000)
		INSERT INTO big SELECT i, printf('%d %.*c', i, 100, 'y') FROM c; DELETE FROM big WHERE id > 7000`); err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	return d
}

// readBig returns what the database says, or an error, and whether the walk over all
// pages finds it whole.
func readBig(t testing.TB, files map[string][]byte) (answer string, err, verified error) {
	t.Helper()
	s, err := openSession(newMemDisk(files))
	if err != nil {
		return "", err, err
	}
	defer s.kill()
	err = s.db.QueryRow("SELECT count(*) || ' ' || sum(id) || ' ' || sum(length(text)) FROM big").Scan(&answer)
	_, verified = s.pager.verify(t.Context())
	return answer, err, verified
}

func TestAnyBitFlippedInAPageIsNoticed(t *testing.T) {
	d := bigDatabase(t)
	files := d.files()
	want, err, verified := readBig(t, files)
	if err != nil || verified != nil {
		t.Fatal(err, verified)
	}
	r := rand.New(rand.NewPCG(1, 2))
	pages := len(files[mainName]) / blockBytes
	if pages < 200 {
		t.Fatalf("only %d pages", pages)
	}
	for number := range pages {
		flipped := maps.Clone(files)
		flipped[mainName] = slices.Clone(files[mainName])
		bit := r.IntN(blockBytes * 8)
		pageOf(flipped[mainName], number)[bit/8] ^= 1 << (bit % 8)
		answer, err, verified := readBig(t, flipped)
		if verified == nil {
			t.Errorf("page %d bit %d: not noticed", number+1, bit)
		}
		if err == nil && answer != want {
			t.Errorf("page %d bit %d: a wrong answer", number+1, bit)
		}
	}
}

func TestOneBitInEachOfTenThousandPagesIsNoticed(t *testing.T) {
	const pages = 10_000
	p, d := newLayer(t)
	page := make([]byte, blockBytes)
	for number := range int64(pages) {
		page[0] = byte(number)
		copy(page, firstPage()[:24]) // page 1 needs it, the others don't mind
		if err := p.pages.write(page, number*blockBytes); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.syncMain(); err != nil {
		t.Fatal(err)
	}
	file := d.inodes[d.names[mainName]]
	r := rand.New(rand.NewPCG(9, 10))
	for number := range int64(pages) {
		if err := p.pages.page(page, number); err != nil {
			t.Fatalf("page %d before: %v", number+1, err)
		}
		bit := r.IntN(blockBytes * 8)
		flip := &file[number*blockBytes+int64(bit/8)]
		*flip ^= 1 << (bit % 8)
		if err := p.pages.page(page, number); !errors.Is(err, errSealBroken) {
			t.Errorf("page %d bit %d: %v", number+1, bit, err)
		}
	}
}

func TestMapFlipsNeverGiveAnotherState(t *testing.T) {
	sc := play(t)
	r := rand.New(rand.NewPCG(3, 4))
	for _, base := range []string{"closed", "live3", "used3"} {
		found := 0
		for range 60 * rounds {
			files := sc.files(base)
			at := r.IntN(len(files[mapName]))
			files[mapName][at] ^= 1 << r.IntN(8)
			switch got := sc.outcome(t, fmt.Sprintf("%s: map byte %d", base, at), files); got {
			case refused:
				found++
			case sc.at[base].n:
			default:
				t.Errorf("%s: map byte %d flipped opens at %d, was %d", base, at, got, sc.at[base].n)
			}
		}
		if found == 0 {
			t.Errorf("%s: no flip was noticed", base)
		}
	}
}

// A log that is cut or flipped gives an error or exactly an earlier commit: see FORMAT.md,
// what is not promised.
func TestLiveLogDamageNeverMixesStates(t *testing.T) {
	sc := play(t)
	r := rand.New(rand.NewPCG(5, 6))
	whole := sc.at["live3"].files[logName]
	for cut := 0; cut < len(whole); cut += 512 {
		files := sc.files("live3")
		files[logName] = files[logName][:cut]
		if got := sc.outcome(t, fmt.Sprintf("log cut at %d", cut), files); got > sc.at["live3"].n {
			t.Errorf("log cut at %d: a future state", cut)
		}
	}
	for i := range 160 * rounds {
		files := sc.files("live3")
		at := r.IntN(len(whole))
		if i < 100 {
			at = i * 41 // in the header
		}
		files[logName][at] ^= 1 << r.IntN(8)
		got := sc.outcome(t, fmt.Sprintf("log byte %d", at), files)
		if at < blockBytes && got != refused {
			t.Errorf("log header byte %d flipped opens at %d", at, got)
		}
	}
}

func TestMainFileCutAnywhereIsRefused(t *testing.T) {
	sc := play(t)
	live := sc.files("live3")
	live[mainName] = nil
	if _, err := openPager(newMemDisk(live), testKeys(), crand.Reader); !errors.Is(err, errSealBroken) {
		t.Errorf("emptied beside a live log: not refused at once: %v", err)
	}
	r := rand.New(rand.NewPCG(7, 8))
	size := len(sc.at["closed"].files[mainName])
	var cuts []int
	for at := 0; at < size; at += blockBytes {
		cuts = append(cuts, at)
	}
	for range 1000 {
		cuts = append(cuts, r.IntN(size))
	}
	for _, cut := range cuts {
		files := sc.files("closed")
		files[mainName] = files[mainName][:cut]
		if _, err := openPager(newMemDisk(files), testKeys(), crand.Reader); !errors.Is(err, errSealBroken) {
			t.Errorf("cut at %d: not refused at once: %v", cut, err)
		}
		if got := sc.outcome(t, fmt.Sprintf("cut at %d", cut), files); got != refused {
			t.Errorf("cut at %d opens at %d", cut, got)
		}
		files = sc.files("closed")
		files[mapName] = files[mapName][:min(cut, len(files[mapName])-1)]
		if got := sc.outcome(t, fmt.Sprintf("map cut at %d", cut), files); got != refused {
			t.Errorf("map cut at %d opens at %d", cut, got)
		}
	}
}
