//go:build !race

package app_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"coffer/app/secret/leak"

	"golang.org/x/sys/unix"
)

// clearBlock is a piece of a file as it once was, and the start of the next piece, so that no
// needle falls between two.
type clearBlock struct {
	order int // of being seen
	path  string
	after string // the step before it was seen
	data  []byte
}

const (
	clearBlockBytes = 4096
	clearOverlap    = 256
	clearLongest    = 96 // characters of a needle that count
	clearShortest   = leak.Shortest
	clearSentinel   = ".clear-"
	clearEvents     = unix.IN_CREATE | unix.IN_MODIFY | unix.IN_CLOSE_WRITE | unix.IN_MOVED_TO
	clearEventBytes = unix.SizeofInotifyEvent
)

// clearTree keeps every distinct block that the files below root were seen to hold, at any time:
// it reads a file whenever the system says that it was written, and all of them on look.
type clearTree struct {
	root   string
	fd     int
	events *os.File
	ended  chan struct{}
	seed   maphash.Seed
	buffer []byte // of who holds mu

	mu      sync.Mutex
	step    string
	dirs    map[int32]string
	kept    map[uint64]clearBlock
	files   map[string]bool // every name that was ever there
	reads   int             // of whole files
	waiting map[string]chan struct{}
	written func(name string) // hears of each write; may be nil
	errs    []error
}

func newClearTree(t *testing.T, folders ...string) *clearTree {
	t.Helper()
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	must(t, err)
	c := &clearTree{
		root: t.TempDir(), fd: fd, events: os.NewFile(uintptr(fd), "inotify"), ended: make(chan struct{}), seed: maphash.MakeSeed(), step: "nothing",
		dirs: map[int32]string{}, kept: map[uint64]clearBlock{}, files: map[string]bool{}, waiting: map[string]chan struct{}{},
	}
	for _, folder := range folders {
		must(t, os.MkdirAll(filepath.Join(c.root, folder), 0o700))
	}
	c.enter(c.root)
	go c.watch()
	t.Cleanup(func() {
		must(t, c.events.Close())
		<-c.ended
	})
	return c
}

func (c *clearTree) watch() {
	defer close(c.ended)
	raw := make([]byte, 64<<10)
	for {
		n, err := c.events.Read(raw)
		if err != nil {
			if !errors.Is(err, os.ErrClosed) {
				c.fail(err)
			}
			return
		}
		c.mu.Lock()
		c.take(raw[:n])
		c.mu.Unlock()
	}
}

func (c *clearTree) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.errs = append(c.errs, err)
}

// take works on a batch of events: a file that was written often is read once.
func (c *clearTree) take(raw []byte) {
	var dirty []string
	for len(raw) >= clearEventBytes {
		watch, mask := int32(binary.NativeEndian.Uint32(raw)), binary.NativeEndian.Uint32(raw[4:])
		end := clearEventBytes + int(binary.NativeEndian.Uint32(raw[12:]))
		path := filepath.Join(c.dirs[watch], string(bytes.TrimRight(raw[clearEventBytes:end], "\x00")))
		raw = raw[end:]
		switch {
		case mask&unix.IN_Q_OVERFLOW != 0:
			c.errs = append(c.errs, errors.New("the system dropped events"))
		case mask&unix.IN_IGNORED != 0 || mask&clearEvents == 0:
		case strings.HasPrefix(filepath.Base(path), clearSentinel):
			if waits, ok := c.waiting[path]; ok {
				close(waits)
				delete(c.waiting, path)
			}
		case mask&unix.IN_ISDIR != 0:
			c.enter(path)
		default:
			c.files[c.name(path)] = true
			if c.written != nil && mask&unix.IN_MODIFY != 0 {
				c.written(c.name(path))
			}
			if !slices.Contains(dirty, path) {
				dirty = append(dirty, path)
			}
		}
	}
	for _, path := range dirty {
		c.keep(path)
	}
}

func (c *clearTree) name(path string) string {
	name, err := filepath.Rel(c.root, path)
	if err != nil {
		return path
	}
	return name
}

// enter watches a folder and all in it.
func (c *clearTree) enter(path string) {
	watch, err := unix.InotifyAddWatch(c.fd, path, clearEvents)
	if err != nil {
		if !errors.Is(err, unix.ENOENT) {
			c.errs = append(c.errs, fmt.Errorf("watch %s: %w", path, err))
		}
		return
	}
	c.dirs[int32(watch)] = path
	entries, err := os.ReadDir(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.errs = append(c.errs, err)
	}
	for _, e := range entries {
		at := filepath.Join(path, e.Name())
		switch {
		case e.IsDir():
			c.enter(at)
		case !strings.HasPrefix(e.Name(), clearSentinel):
			c.files[c.name(at)] = true
			c.keep(at)
		}
	}
}

// keep reads a file and keeps the blocks that were not seen before.
func (c *clearTree) keep(path string) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return // gone again; its name stays on the list
	}
	if err != nil {
		c.errs = append(c.errs, err)
		return
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		c.errs = append(c.errs, fmt.Errorf("%s is no plain file: %w", path, err))
		return
	}
	c.buffer = slices.Grow(c.buffer[:0], int(info.Size())+1)
	b := bytes.NewBuffer(c.buffer)
	if _, err := b.ReadFrom(file); err != nil {
		c.errs = append(c.errs, err)
	}
	all := b.Bytes()
	c.buffer = all[:0]
	c.reads++
	for at := 0; at < len(all); at += clearBlockBytes {
		piece := all[at:min(at+clearBlockBytes+clearOverlap, len(all))]
		hash := maphash.Bytes(c.seed, piece)
		if _, known := c.kept[hash]; !known {
			c.kept[hash] = clearBlock{len(c.kept), c.name(path), c.step, bytes.Clone(piece)}
		}
	}
}

// look waits until every event up to now was heard, reads every file; what is seen from now on
// is seen after step.
func (c *clearTree) look(t *testing.T, step string) {
	t.Helper()
	sentinel, seen := filepath.Join(c.root, clearSentinel+"seen"), make(chan struct{})
	c.mu.Lock()
	c.waiting[sentinel] = seen
	c.mu.Unlock()
	must(t, os.WriteFile(sentinel, nil, 0o600))
	select {
	case <-seen:
	case <-c.ended:
		t.Fatal("the watch ended")
	}
	must(t, os.Remove(sentinel))
	c.mu.Lock()
	defer c.mu.Unlock()
	must(t, filepath.WalkDir(c.root, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			c.files[c.name(path)] = true
			c.keep(path)
		}
		return err
	}))
	must(t, errors.Join(c.errs...))
	c.step = step
}

func (c *clearTree) hear(written func(name string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.written = written
}

// clearNeedle is a text that must be nowhere, or a word of a database that is not sealed.
type clearNeedle struct{ Kind, Text string }

// clearPattern is one way in which a needle may be written.
type clearPattern struct {
	clearNeedle
	form  string
	bytes string
}

// patterns returns each way to write n that differs from the others.
func (n clearNeedle) patterns() []clearPattern {
	text := n.Text
	if letters := []rune(text); len(letters) > clearLongest {
		text = string(letters[:clearLongest])
	}
	forms := leak.Plain(text)
	if slices.Contains([]string{"token", "passphrase", "recovery key", "authorization"}, n.Kind) {
		forms = leak.Forms(text)
	}
	all := make([]clearPattern, len(forms))
	for i, f := range forms {
		all[i] = clearPattern{n, f.Name, f.Bytes}
	}
	return all
}

// clearHits is where each pattern was found first.
type clearHits map[clearPattern]clearBlock

// scan looks for all patterns in all that was kept, and says how many bytes that was.
func (c *clearTree) scan(patterns []clearPattern) (hits clearHits, scanned int64) {
	const bits, mask = 20, 1<<(8*clearShortest) - 1
	maybe := make([]bool, 1<<bits)
	byStart := map[uint64][]clearPattern{}
	place := func(start uint64) uint64 { return start * 0x9e3779b97f4a7c15 >> (64 - bits) }
	for _, p := range patterns {
		start := binary.LittleEndian.Uint64(append([]byte(p.bytes), 0, 0)) & mask
		byStart[start] = append(byStart[start], p)
		maybe[place(start)] = true
	}
	hits = clearHits{}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, block := range c.kept {
		data := append(block.data[:len(block.data):len(block.data)], make([]byte, 8)...)
		scanned += int64(len(block.data))
		for i := range block.data {
			start := binary.LittleEndian.Uint64(data[i:]) & mask
			if !maybe[place(start)] {
				continue
			}
			for _, p := range byStart[start] {
				if first, found := hits[p]; bytes.HasPrefix(data[i:], []byte(p.bytes)) && (!found || block.order < first.order) {
					hits[p] = block
				}
			}
		}
	}
	return hits, scanned
}
