package vault

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

var errClosed = errors.New("the vault is closed")

// pager is the data of an open vault: the page file, its log and the map that ties them
// together. FORMAT.md argues why each step comes where it does. Its methods are called
// from SQLite's file layer, one at a time by its lock.
type pager struct {
	mu    sync.Mutex
	disk  disk
	keys  *dataKey
	pages *pageFile
	log   *logFile
	fresh *freshMap

	bound  bool // a database connection is on it
	counts bool // the format has a place for how many frames there are
	closed bool
	// broken is the first error after which the disk may hold something else than was
	// written there; nothing is written any more. Opening the vault again sorts it out.
	broken error
	// cause is the latest error that SQLite was told of by a bare number.
	cause error
}

func (p *pager) sealers(n *nonces) (main, fresh *sealer, err error) {
	if main, err = newSealer(p.keys, p.keys.id[:], "main", n); err != nil {
		return nil, nil, err
	}
	fresh, err = newSealer(p.keys, p.keys.id[:], "map", n)
	return main, fresh, err
}

// createPager writes an empty database, durable on return.
func createPager(d disk, keys *dataKey, random io.Reader) error {
	p, err := beginPager(d, keys, random)
	if err != nil {
		return err
	}
	defer p.release()
	if err := p.pages.write(firstPage(), 0); err != nil {
		return err
	}
	return p.finish()
}

// beginPager makes a page file without a page, and a map that is only in memory.
func beginPager(d disk, keys *dataKey, random io.Reader) (*pager, error) {
	p := &pager{disk: d, keys: keys}
	main, seal, err := p.sealers(&nonces{random: random})
	if err != nil {
		return nil, err
	}
	p.fresh = &freshMap{disk: d, seal: seal}
	p.pages = &pageFile{seal: main, fresh: p.fresh}
	for _, salt := range []*[saltBytes]byte{&p.fresh.current, &p.fresh.next} {
		if _, err = io.ReadFull(random, salt[:]); err != nil {
			p.release()
			return nil, fmt.Errorf("draw log salt: %w", err)
		}
	}
	file, err := d.open(mainName, true)
	if err != nil {
		p.release()
		return nil, fmt.Errorf("create %s: %w", mainName, err)
	}
	p.pages.file = file
	return p, nil
}

// finish makes what was written since beginPager durable, and the map.
func (p *pager) finish() error {
	if err := p.pages.flush(); err != nil {
		return err
	}
	if err := p.pages.file.Sync(); err != nil {
		return fmt.Errorf("sync %s: %w", mainName, err)
	}
	_, err := p.fresh.saveAll()
	return err
}

// openPager opens the data files and settles which log belongs to them. Whatever is not
// as Coffer, or a crash of it, can have left it, is errSealBroken.
func openPager(d disk, keys *dataKey, random io.Reader) (*pager, error) {
	n := &nonces{random: random}
	p := &pager{disk: d, keys: keys}
	main, seal, err := p.sealers(n)
	if err != nil {
		return nil, err
	}
	if p.fresh, err = loadMap(d, seal); err != nil {
		main.forget()
		seal.forget()
		return nil, gone(err)
	}
	p.pages = &pageFile{seal: main, fresh: p.fresh}
	p.log = newLogFile(d, keys, n)
	if err := p.openFiles(); err != nil {
		p.release()
		return nil, err
	}
	return p, nil
}

// gone turns the lack of a file that must be there into damage.
func gone(err error) error {
	if os.IsNotExist(err) || errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%w: %w", errSealBroken, err)
	}
	return err
}

func (p *pager) openFiles() error {
	file, err := p.disk.open(mainName, false)
	if err != nil {
		return gone(fmt.Errorf("open %s: %w", mainName, err))
	}
	p.pages.file = file
	size, err := file.size()
	if err != nil {
		return fmt.Errorf("measure %s: %w", mainName, err)
	}
	// SQLite would take an empty file for a new database and delete the log beside it.
	// While no log is live the file is exactly what the map says, or longer.
	if size < blockBytes || !p.fresh.live && size < p.pages.size() {
		return fmt.Errorf("%s is cut off: %w", mainName, errSealBroken)
	}
	if there, err := exists(p.disk, undoName); err != nil || there {
		if err != nil {
			return fmt.Errorf("look for %s: %w", undoName, err)
		}
		return fmt.Errorf("%s is none of ours: %w", undoName, errSealBroken)
	}
	return p.openLog()
}

// openLog holds the log that is there against the one that must be.
func (p *pager) openLog() error {
	salt, ok, err := p.log.peek()
	if err != nil {
		return err
	}
	m := p.fresh
	switch {
	case m.live && (!ok || salt != m.current):
		return fmt.Errorf("the log is gone or another one: %w", errSealBroken)
	case m.live:
		return p.log.checkFrames(m.counted)
	case ok && salt == m.next:
		// A crash came between the header of the log and the note that it is live.
		return m.announce()
	case ok && salt != m.current:
		return fmt.Errorf("a log of another time: %w", errSealBroken)
	}
	p.log.empty()
	return nil
}

// restartLog begins a generation of the log with SQLite's header. Frames follow only when
// the map says, durably, that this log is the one.
func (p *pager) restartLog(head []byte) error {
	if err := p.fresh.drain(); err != nil {
		return p.breakOn(err)
	}
	if err := p.log.begin(p.fresh.next, head); err != nil {
		p.log.empty()
		if noSpace(err) { // not announced, so it can be begun again
			return err
		}
		return p.breakOn(err)
	}
	return p.breakOn(p.fresh.announce())
}

// breakOn remembers err as the reason to write nothing more, and returns it.
func (p *pager) breakOn(err error) error {
	if err != nil && p.broken == nil {
		p.broken = err
	}
	return err
}

// syncMain is the end of a checkpoint.
func (p *pager) syncMain() error {
	if err := p.pages.flush(); err != nil {
		return err
	}
	if err := p.pages.file.Sync(); err != nil {
		return p.breakOn(fmt.Errorf("sync %s: %w", mainName, err))
	}
	moved, err := p.fresh.settle()
	if moved {
		return p.breakOn(err)
	}
	return err
}

// syncLog is the end of a commit. After a sync that failed nobody knows what the disk holds.
func (p *pager) syncLog() error {
	if err := p.log.flush(); err != nil {
		return err
	}
	return p.breakOn(p.log.sync())
}

// writeLog takes what SQLite writes to the log at off.
func (p *pager) writeLog(src []byte, off int64) error {
	if off == 0 && len(src) == headBytes {
		return p.restartLog(src)
	}
	if !p.fresh.live || p.log.seal == nil {
		return errNotLive
	}
	return p.log.write(src, off)
}

// cutLog shortens the log. Given up wholly, the map says so first.
func (p *pager) cutLog(size int64) error {
	if size == 0 {
		if err := p.fresh.drain(); err != nil {
			return p.breakOn(err)
		}
	}
	if err := p.fresh.count(0); err != nil {
		return p.breakOn(err)
	}
	return p.log.cut(size)
}

// countFrames notes, at the end, what the log must have at the next opening.
func (p *pager) countFrames() error {
	if !p.counts || p.closed || p.broken != nil || p.log.committed == 0 {
		return nil
	}
	return p.fresh.count(max(p.log.committed, p.fresh.counted))
}

// dropLog deletes the log.
func (p *pager) dropLog() error {
	if err := p.fresh.drain(); err != nil {
		return p.breakOn(err)
	}
	if err := p.log.close(); err != nil {
		return err
	}
	if err := p.disk.remove(logName); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// release lets go of all files and wipes what plaintext the pager holds. What was not
// synced is lost, as in a crash.
func (p *pager) release() {
	p.closed = true
	p.letGo()
}

func (p *pager) letGo() {
	if p.log != nil {
		_ = p.log.close()
		clear(p.log.head[:])
	}
	if p.pages != nil {
		p.pages.seal.forget()
		clear(p.pages.scratch[:])
		if p.pages.file != nil {
			_ = p.pages.file.Close()
		}
	}
	if p.fresh != nil {
		p.fresh.seal.forget()
		if p.fresh.file != nil {
			_ = p.fresh.file.Close()
		}
	}
}
