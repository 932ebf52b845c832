package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// Layout of vault.map: two slots that are written in turns, then the tags.
const (
	mapSlotBytes = blockBytes
	mapSlotPlain = idBytes + 8 + 1 + saltBytes + saltBytes
	mapBodyAt    = 2 * mapSlotBytes
	mapBodyHead  = idBytes + 8
	mapBodyLeast = nonceBytes + mapBodyHead + tagBytes

	// mapMost bounds what is read of a map into memory before anything of it is known to be ours:
	// 16 million pages, 64 GiB of database.
	mapMost = 256 << 20

	live        = 1
	liveCounted = 2 // and what else is the next salt is how many frames there are
)

// maxSeals bounds the pages sealed under one key: random 96-bit nonces stay below a
// 2^-32 chance of any repeat up to there (NIST SP 800-38D §8.3).
const maxSeals = math.MaxUint32

var (
	errUnsynced = errors.New("log given up before the main file was durable")
	errNotLive  = errors.New("frame for a log that was not announced")
	errTooMany  = errors.New("the database has as many pages as a map may name")
	errWorn     = errors.New("the data key has sealed as many pages as is safe")
)

// freshMap is vault.map: the tag of the newest version of every page, so that an older
// one put back is noticed, and which log belongs to them.
type freshMap struct {
	disk disk
	file diskFile
	seal *sealer

	id   [idBytes]byte // of one writing of the body; a slot counts only with its own body
	seq  uint64
	slot int64 // the slot that holds the state below
	// live: the log named current must be there. Otherwise current is used up, to be
	// ignored where it still lies, and next is the only one that may be begun.
	live          bool
	current, next [saltBytes]byte
	// counted frames of the live log must all be there: it was closed with them. 0 is unknown.
	counted int64

	tags  []byte // tagBytes for each page
	seals uint64 // pages sealed so far, as known at the last writing of the body
	dirty bool   // tags differ from those on the disk
}

// loadMap reads and authenticates the map.
func loadMap(d disk, seal *sealer) (*freshMap, error) {
	raw, err := readAll(d, mapName, mapMost)
	if err != nil {
		return nil, fmt.Errorf("read map: %w", err)
	}
	if len(raw) < mapBodyAt+mapBodyLeast {
		return nil, fmt.Errorf("read map: %w", errSealBroken)
	}
	m := &freshMap{disk: d, seal: seal}
	if err := m.parseBody(raw[mapBodyAt:]); err != nil {
		return nil, fmt.Errorf("read map: %w", err)
	}
	found := false
	for i := range int64(2) {
		if m.parseSlot(i, raw[i*mapSlotBytes:(i+1)*mapSlotBytes], found) {
			found = true
		}
	}
	if !found {
		return nil, fmt.Errorf("read map slots: %w", errSealBroken)
	}
	if m.file, err = d.open(mapName, false); err != nil {
		return nil, fmt.Errorf("open map: %w", err)
	}
	return m, nil
}

func (m *freshMap) parseBody(raw []byte) error {
	plain := raw[nonceBytes : len(raw)-tagBytes]
	if len(plain[mapBodyHead:])%tagBytes != 0 {
		return errSealBroken
	}
	if err := m.seal.open(plain, raw[:nonceBytes], raw[nonceBytes:], forMapBody, 0); err != nil {
		return err
	}
	n := copy(m.id[:], plain)
	m.seals = binary.BigEndian.Uint64(plain[n:])
	m.tags = append([]byte(nil), plain[mapBodyHead:]...)
	return nil
}

// parseSlot takes over the state in a slot and reports true if it is of this body and,
// when there is a state already, newer.
func (m *freshMap) parseSlot(number int64, raw []byte, have bool) bool {
	sealed := raw[nonceBytes : nonceBytes+mapSlotPlain+tagBytes]
	plain := make([]byte, len(sealed))
	if !allZero(raw[nonceBytes+len(sealed):]) ||
		m.seal.open(plain, raw[:nonceBytes], sealed, forMapSlot, number) != nil {
		return false
	}
	seq := binary.BigEndian.Uint64(plain[idBytes:])
	if string(plain[:idBytes]) != string(m.id[:]) || have && seq < m.seq {
		return false
	}
	m.seq, m.slot = seq, number
	rest := plain[idBytes+8:]
	m.live, m.counted = rest[0] != 0, 0
	n := 1 + copy(m.current[:], rest[1:])
	copy(m.next[:], rest[n:])
	if rest[0] == liveCounted {
		m.counted = int64(binary.BigEndian.Uint64(m.next[:]))
	}
	return true
}

// sealSlot returns the block of the slot that m.slot names.
func (m *freshMap) sealSlot() ([]byte, error) {
	block := make([]byte, mapSlotBytes)
	plain := block[nonceBytes : nonceBytes+mapSlotPlain]
	n := copy(plain, m.id[:])
	binary.BigEndian.PutUint64(plain[n:], m.seq)
	next := m.next
	switch {
	case m.live && m.counted > 0:
		plain[n+8] = liveCounted
		next = [saltBytes]byte{}
		binary.BigEndian.PutUint64(next[:], uint64(m.counted))
	case m.live:
		plain[n+8] = live
	}
	n += 9
	n += copy(plain[n:], m.current[:])
	copy(plain[n:], next[:])
	return block, m.seal.seal(plain, block[:nonceBytes], plain, forMapSlot, m.slot)
}

// saveSlot makes the state of the log durable, in the slot that is not in force.
func (m *freshMap) saveSlot() error {
	m.seq++
	m.slot ^= 1
	block, err := m.sealSlot()
	if err == nil {
		if _, err = m.file.WriteAt(block, m.slot*mapSlotBytes); err == nil {
			err = m.file.Sync()
		}
	}
	if err != nil {
		return fmt.Errorf("write map slot: %w", err)
	}
	return nil
}

// saveAll writes the whole map anew. moved is true when an error leaves it unknown
// which of the two maps a crash would find.
func (m *freshMap) saveAll() (moved bool, err error) {
	if mapBodyAt+mapBodyLeast+len(m.tags) > mapMost {
		return false, errTooMany
	}
	if _, err := io.ReadFull(m.seal.nonces.random, m.id[:]); err != nil {
		return false, fmt.Errorf("draw map id: %w", err)
	}
	m.seq++
	m.slot = 0
	head, err := m.sealSlot()
	if err != nil {
		return false, err
	}
	raw := make([]byte, mapBodyAt+mapBodyLeast+len(m.tags))
	copy(raw, head)
	nonce := raw[mapBodyAt : mapBodyAt+nonceBytes]
	plain := raw[mapBodyAt+nonceBytes : len(raw)-tagBytes]
	n := copy(plain, m.id[:])
	binary.BigEndian.PutUint64(plain[n:], m.seals)
	copy(plain[mapBodyHead:], m.tags)
	if err := m.seal.seal(plain, nonce, plain, forMapBody, 0); err != nil {
		return false, err
	}
	return m.swap(raw)
}

// swap puts raw in place of the map file. Windows does not rename over an open file.
func (m *freshMap) swap(raw []byte) (moved bool, err error) {
	if m.file != nil {
		if err := m.file.Close(); err != nil {
			return false, err
		}
	}
	moved, err = replace(m.disk, mapName, raw)
	file, openErr := m.disk.open(mapName, false)
	if err == nil && openErr != nil {
		moved, err = true, openErr
	}
	m.file = file
	if err != nil {
		return moved, fmt.Errorf("write map: %w", err)
	}
	m.dirty = false
	return false, nil
}

// settle is the end of a checkpoint: the main file is durable, so its tags are written
// and the log is used up. On an error that did not move the map, the log stays live.
func (m *freshMap) settle() (moved bool, err error) {
	if !m.dirty {
		return false, nil
	}
	was := *m
	if m.live {
		if err := m.retire(); err != nil {
			return false, err
		}
	}
	if moved, err = m.saveAll(); err != nil && !moved {
		m.live, m.next, m.counted = was.live, was.next, was.counted
		m.id, m.seq, m.slot = was.id, was.seq, was.slot
	}
	return moved, err
}

func (m *freshMap) retire() error {
	if _, err := io.ReadFull(m.seal.nonces.random, m.next[:]); err != nil {
		return fmt.Errorf("draw log salt: %w", err)
	}
	m.live, m.counted = false, 0
	return nil
}

// drain gives up the log without a checkpoint: SQLite found nothing in it worth keeping,
// or the checkpoint has run.
func (m *freshMap) drain() error {
	if !m.live {
		return nil
	}
	if m.dirty {
		return errUnsynced
	}
	if err := m.retire(); err != nil {
		return err
	}
	return m.saveSlot()
}

// announce makes next the live log. Its header is durable already; no frame of it is.
func (m *freshMap) announce() error {
	m.current, m.live, m.counted = m.next, true, 0
	return m.saveSlot()
}

// count notes durably that the live log has at least so many frames; 0 forgets it.
func (m *freshMap) count(frames int64) error {
	if !m.live || m.counted == frames {
		return nil
	}
	m.counted = frames
	return m.saveSlot()
}

func (m *freshMap) pages() int64 { return int64(len(m.tags) / tagBytes) }

// tag returns the tag of page number, from 0, which is below pages. A page that was
// never written has a zero tag.
func (m *freshMap) tag(number int64) []byte {
	return m.tags[number*tagBytes : (number+1)*tagBytes]
}

func (m *freshMap) setTag(number int64, tag []byte) {
	m.resize(max(m.pages(), number+1))
	copy(m.tag(number), tag)
	m.dirty = true
}

func (m *freshMap) resize(pages int64) {
	if have := m.pages(); pages < have {
		m.tags = m.tags[:pages*tagBytes]
		m.dirty = true
	} else if pages > have {
		m.tags = append(m.tags, make([]byte, (pages-have)*tagBytes)...)
		m.dirty = true
	}
}
