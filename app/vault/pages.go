package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A page of vault.db: plaintext 4032, tag 16, nonce 12, 36 zero bytes. SQLite leaves the
// last 64 bytes of each page alone and sees them as zero.
const (
	blockBytes   = 4096
	reserveBytes = 64
	plainBytes   = blockBytes - reserveBytes
	nonceAt      = plainBytes + tagBytes
	spareAt      = nonceAt + nonceBytes
	probeBytes   = 100
	runPages     = 32
)

var (
	errShort     = errors.New("behind the end of the file")
	errPageShape = errors.New("a page that would not survive sealing")
)

// pageFile is vault.db. Pages are sealed in place; the map has the last word on how many
// there are and which version of each is the one.
type pageFile struct {
	file  diskFile
	seal  *sealer
	fresh *freshMap
	// run holds sealed pages that follow each other, not written yet.
	run     []byte
	first   int64
	scratch [blockBytes]byte
}

func (p *pageFile) size() int64 { return p.fresh.pages() * blockBytes }

// read fills dst from off. It errs with errShort where dst goes on behind the end, the
// rest zeroed, and with errSealBroken for a page that is not the newest one written there.
func (p *pageFile) read(dst []byte, off int64) error {
	// SQLite looks at the file header before it looks for a log, when page 1 may be torn.
	// What it wants to know there is the same for every vault.
	if off == 0 && len(dst) == probeBytes {
		copy(dst, firstPage()[:probeBytes])
		return nil
	}
	for len(dst) > 0 {
		number, from := off/blockBytes, off%blockBytes
		if from == 0 && len(dst) >= blockBytes {
			if err := p.page(dst[:blockBytes], number); err != nil {
				clear(dst)
				return err
			}
			dst, off = dst[blockBytes:], off+blockBytes
			continue
		}
		if err := p.page(p.scratch[:], number); err != nil {
			clear(dst)
			return err
		}
		n := copy(dst, p.scratch[from:])
		dst, off = dst[n:], off+int64(n)
	}
	return nil
}

// page reads and opens one page in dst.
func (p *pageFile) page(dst []byte, number int64) error {
	if number >= p.fresh.pages() {
		return errShort
	}
	want := p.fresh.tag(number)
	if allZero(want) {
		clear(dst)
		return nil
	}
	if number >= p.first && number < p.first+int64(len(p.run)/blockBytes) {
		copy(dst, p.run[(number-p.first)*blockBytes:])
	} else if _, err := p.file.ReadAt(dst[:blockBytes], number*blockBytes); err == io.EOF {
		return fmt.Errorf("page %d is cut off: %w", number+1, errSealBroken)
	} else if err != nil {
		return fmt.Errorf("read page %d: %w", number+1, err)
	}
	if string(dst[plainBytes:nonceAt]) != string(want) || !allZero(dst[spareAt:blockBytes]) {
		return fmt.Errorf("page %d: %w", number+1, errSealBroken)
	}
	if err := p.seal.open(dst, dst[nonceAt:spareAt], dst[:nonceAt], forMain, number); err != nil {
		return fmt.Errorf("page %d: %w", number+1, err)
	}
	clear(dst[plainBytes:blockBytes])
	return nil
}

// write seals whole pages. They reach the file with flush.
func (p *pageFile) write(src []byte, off int64) error {
	if off%blockBytes != 0 || len(src)%blockBytes != 0 {
		return errPageShape
	}
	for ; len(src) > 0; src, off = src[blockBytes:], off+blockBytes {
		if err := p.put(src[:blockBytes], off/blockBytes); err != nil {
			return fmt.Errorf("seal page %d: %w", off/blockBytes+1, err)
		}
	}
	return nil
}

func (p *pageFile) put(src []byte, number int64) error {
	if !allZero(src[plainBytes:]) || number == 0 && !sameShape(src) {
		return errPageShape
	}
	if p.fresh.seals >= maxSeals {
		return errWorn
	}
	if count := int64(len(p.run) / blockBytes); count > 0 && (number != p.first+count || count == runPages) {
		if err := p.flush(); err != nil {
			return err
		}
	}
	if len(p.run) == 0 {
		p.first = number
	}
	at := len(p.run)
	p.run = append(p.run, src...)
	page := p.run[at:]
	if err := p.seal.seal(page, page[nonceAt:spareAt], page[:plainBytes], forMain, number); err != nil {
		p.run = p.run[:at]
		return err
	}
	p.fresh.seals++
	p.fresh.setTag(number, page[plainBytes:nonceAt])
	return nil
}

// flush writes the run. On an error it stays for the next try: its tags are in the map.
func (p *pageFile) flush() error {
	if len(p.run) == 0 {
		return nil
	}
	if _, err := p.file.WriteAt(p.run, p.first*blockBytes); err != nil {
		return fmt.Errorf("write pages from %d: %w", p.first+1, err)
	}
	p.run = p.run[:0]
	return nil
}

// truncate sets the length, which is a number of whole pages. Pages that come into being
// read as zeros.
func (p *pageFile) truncate(size int64) error {
	if err := p.flush(); err != nil {
		return err
	}
	if size%blockBytes != 0 || size == 0 {
		return errPageShape
	}
	if size == p.size() {
		return nil
	}
	if err := p.file.Truncate(size); err != nil {
		return fmt.Errorf("set length to %d pages: %w", size/blockBytes, err)
	}
	p.fresh.resize(size / blockBytes)
	return nil
}

// firstPage returns the only page of an empty database: SQLite's format with pages of
// 4096 bytes, 64 of them reserved, kept in WAL mode (https://sqlite.org/fileformat2.html).
func firstPage() []byte {
	page := make([]byte, blockBytes)
	copy(page, "SQLite format 3\x00")
	binary.BigEndian.PutUint16(page[16:], blockBytes)
	page[18], page[19] = 2, 2
	page[20] = reserveBytes
	page[21], page[22], page[23] = 64, 32, 32
	binary.BigEndian.PutUint32(page[24:], 1)
	binary.BigEndian.PutUint32(page[28:], 1)
	binary.BigEndian.PutUint32(page[44:], 4)
	binary.BigEndian.PutUint32(page[56:], 1)
	binary.BigEndian.PutUint32(page[92:], 1)
	binary.BigEndian.PutUint32(page[96:], 3054001)
	page[100] = 13
	binary.BigEndian.PutUint16(page[105:], plainBytes)
	return page
}

// sameShape reports whether page 1 still asks for what this layer gives: anything else
// would lose bytes at the next write, or the log.
func sameShape(page []byte) bool { return string(page[:24]) == string(firstPage()[:24]) }
