package vault

import (
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	crand "crypto/rand"
)

// memDisk is a disk in memory. It records what is done to it, so that a test can cut the
// power after any step, and it fails where a test wants it to.
type memDisk struct {
	mu     sync.Mutex
	inodes [][]byte
	names  map[string]int
	steps  []step
	// fail is asked before each step that changes something; its error is the answer.
	fail func(step) error
	// refuse is asked before each opening of a file that is there already.
	refuse func(name string) error
}

// step is one change. kind: create, write, cut, sync, rename, remove, folder (names made
// durable), lost (a sync that failed: nobody knows what of the file got there) or said (the
// test was told that transaction number is committed).
type step struct {
	kind   string
	name   string
	inode  int
	off    int64
	data   []byte
	target string
	number int
}

func newMemDisk(files map[string][]byte) *memDisk {
	d := &memDisk{names: map[string]int{}}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		d.names[name] = len(d.inodes)
		d.inodes = append(d.inodes, slices.Clone(files[name]))
	}
	return d
}

// files returns what is on the disk now.
func (d *memDisk) files() map[string][]byte {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := map[string][]byte{}
	for name, inode := range d.names {
		all[name] = slices.Clone(d.inodes[inode])
	}
	return all
}

func (d *memDisk) said(number int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.steps = append(d.steps, step{kind: "said", number: number})
}

// do records s, or errs. The caller holds mu.
func (d *memDisk) do(s step) error {
	if d.fail != nil {
		if err := d.fail(s); err != nil {
			return err
		}
	}
	s.data = slices.Clone(s.data)
	d.steps = append(d.steps, s)
	return nil
}

func (d *memDisk) open(name string, create bool) (diskFile, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	inode, there := d.names[name]
	if !there {
		if !create {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		inode = len(d.inodes)
		if err := d.do(step{kind: "create", name: name, inode: inode}); err != nil {
			return nil, err
		}
		d.inodes = append(d.inodes, nil)
		d.names[name] = inode
	} else if d.refuse != nil {
		if err := d.refuse(name); err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
	}
	return &memFile{d, name, inode}, nil
}

func (d *memDisk) rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.do(step{kind: "rename", name: from, target: to, inode: d.names[from]}); err != nil {
		return err
	}
	d.names[to] = d.names[from]
	delete(d.names, from)
	return nil
}

func (d *memDisk) remove(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, there := d.names[name]; !there {
		return fs.ErrNotExist
	}
	if err := d.do(step{kind: "remove", name: name}); err != nil {
		return err
	}
	delete(d.names, name)
	return nil
}

func (d *memDisk) sync() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.do(step{kind: "folder"})
}

type memFile struct {
	disk  *memDisk
	name  string
	inode int
}

func (f *memFile) ReadAt(b []byte, off int64) (int, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	data := f.disk.inodes[f.inode]
	if off >= int64(len(data)) {
		return 0, io.EOF
	}
	if n := copy(b, data[off:]); n < len(b) {
		return n, io.EOF
	}
	return len(b), nil
}

func (f *memFile) change(s step) error {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	s.name, s.inode = f.name, f.inode
	if err := f.disk.do(s); err != nil {
		if errors.Is(err, errHalf) && s.kind == "write" {
			s.data = s.data[:len(s.data)/2]
			f.disk.inodes[f.inode] = applied(f.disk.inodes[f.inode], s)
			f.disk.steps = append(f.disk.steps, s)
		}
		if s.kind == "sync" {
			s.kind = "lost"
			f.disk.steps = append(f.disk.steps, s)
		}
		return err
	}
	f.disk.inodes[f.inode] = applied(f.disk.inodes[f.inode], s)
	return nil
}

func (f *memFile) WriteAt(b []byte, off int64) (int, error) {
	if err := f.change(step{kind: "write", off: off, data: b}); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (f *memFile) Truncate(size int64) error { return f.change(step{kind: "cut", off: size}) }
func (f *memFile) Sync() error               { return f.change(step{kind: "sync"}) }
func (f *memFile) Close() error              { return nil }

func (f *memFile) size() (int64, error) {
	f.disk.mu.Lock()
	defer f.disk.mu.Unlock()
	return int64(len(f.disk.inodes[f.inode])), nil
}

// applied returns data after a write or a cut.
func applied(data []byte, s step) []byte {
	size := s.off
	if s.kind == "write" {
		size = max(int64(len(data)), s.off+int64(len(s.data)))
	} else if s.kind != "cut" {
		return data
	}
	if size > int64(len(data)) {
		data = append(data, make([]byte, size-int64(len(data)))...)
	}
	data = data[:size]
	copy(data[s.off:], s.data)
	return data
}

// sectors is what a power cut does to a write that was under way: each sector of it is
// there or not, and one that is not may be ruined.
type sectors struct {
	size  int64
	ruins bool
}

// powerCut returns what may be left on the disk when the power goes after steps, which
// began on the disk start. Only what was synced is sure to be there.
func powerCut(start map[string][]byte, steps []step, s sectors, r *rand.Rand) map[string][]byte {
	old := newMemDisk(start)
	durable, pending := old.inodes, make([][]step, len(old.inodes))
	now, sure := old.names, maps.Clone(old.names)
	var moves []step // of names, not durable yet
	for _, step := range steps {
		switch step.kind {
		case "create":
			durable, pending = append(durable, nil), append(pending, nil)
			moves, now[step.name] = append(moves, step), step.inode
		case "write", "cut":
			pending[step.inode] = append(pending[step.inode], step)
		case "sync":
			for _, p := range pending[step.inode] {
				durable[step.inode] = applied(durable[step.inode], p)
			}
			pending[step.inode] = nil
		case "lost":
			// The system may forget what it could not write, and say nothing at the next sync.
			pending[step.inode] = forgetSome(pending[step.inode], r)
		case "rename", "remove":
			moves = append(moves, step)
			moveName(now, step)
		case "folder":
			sure, moves = maps.Clone(now), nil
		}
	}
	for _, move := range moves[:r.IntN(len(moves)+1)] {
		moveName(sure, move)
	}
	left := map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(sure)) {
		left[name] = torn(durable[sure[name]], pending[sure[name]], s, r)
	}
	return left
}

func forgetSome(pending []step, r *rand.Rand) []step {
	return slices.DeleteFunc(slices.Clone(pending), func(s step) bool { return s.kind == "write" && r.IntN(2) == 0 })
}

func moveName(names map[string]int, s step) {
	switch s.kind {
	case "create":
		names[s.name] = s.inode
	case "rename":
		names[s.target] = s.inode
		delete(names, s.name)
	case "remove":
		delete(names, s.name)
	}
}

func torn(data []byte, pending []step, s sectors, r *rand.Rand) []byte {
	data = slices.Clone(data)
	share := []float64{0, 0.5, 0.5, 1}[r.IntN(4)] // none, some or all of it is there
	for _, p := range pending {
		if p.kind == "cut" {
			if r.Float64() < share {
				data = applied(data, p)
			}
			continue
		}
		for at, end := p.off, p.off+int64(len(p.data)); at < end; {
			next := min(end, (at/s.size+1)*s.size)
			if r.Float64() < share {
				data = applied(data, step{kind: "write", off: at, data: p.data[at-p.off : next-p.off]})
			} else if s.ruins && r.IntN(6) == 0 {
				ruin := make([]byte, s.size)
				_, _ = crand.Read(ruin)
				data = applied(data, step{kind: "write", off: at / s.size * s.size, data: ruin})
			}
			at = next
		}
	}
	return data
}

// testKeys are fixed, so that a test needs no key file.
func testKeys() *dataKey {
	k := &dataKey{key: new([keyBytes]byte)} // in Go's memory: nobody drops it
	for i := range k.key {
		k.key[i] = byte(i + 1)
	}
	copy(k.id[:], "the test's own id")
	return k
}

// session is a database over a disk, without a Vault around it.
type session struct {
	pager *pager
	name  string
	db    *sql.DB
}

func openSession(d disk) (*session, error) {
	if err := register(); err != nil {
		return nil, err
	}
	p, err := openPager(d, testKeys(), crand.Reader)
	if err != nil {
		return nil, err
	}
	s := &session{pager: p, name: vfs.put(p)}
	v := Vault{name: s.name}
	if s.db, err = sql.Open(v.Driver(), v.DSN()); err != nil {
		return nil, err
	}
	s.db.SetMaxOpenConns(1)
	return s, nil
}

// kill ends the session as the end of the process would: nothing more is written.
func (s *session) kill() {
	s.pager.mu.Lock()
	s.pager.release()
	s.pager.mu.Unlock()
	_ = s.db.Close()
	vfs.take(s.name)
}

// close ends the session in order.
func (s *session) close() error {
	err := s.db.Close()
	s.kill()
	return err
}

func newDatabase(t testing.TB) *memDisk {
	t.Helper()
	d := newMemDisk(nil)
	if err := createPager(d, testKeys(), crand.Reader); err != nil {
		t.Fatal(err)
	}
	return d
}
