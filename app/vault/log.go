package vault

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// vault.db-wal: block 0 is the header, block n is frame n, each a whole aligned block, so
// that a torn write hurts one frame only. A frame is 24 bytes of SQLite's and a page.
const (
	logMagic    = "COFFERVL"
	logVersion  = 1
	logSaltAt   = 16
	logHeadAt   = logSaltAt + saltBytes // nonce, SQLite's header, tag
	headBytes   = 32
	logHeadEnd  = logHeadAt + nonceBytes + headBytes + tagBytes
	frameHead   = 24
	frameBytes  = frameHead + blockBytes
	framePlain  = frameHead + plainBytes
	frameEnd    = nonceBytes + framePlain + tagBytes
	runFrames   = 32
	keptFrames  = 1024
	neverLogged = -1
)

var errFrameShape = errors.New("a write that is not one frame")

// logFile is SQLite's write-ahead log. Each generation of it, from one rewriting of the
// header to the next, has its own salt and so its own key.
type logFile struct {
	disk   disk
	keys   *dataKey
	nonces *nonces

	file   diskFile
	seal   *sealer         // of this generation; nil while the log counts as empty
	head   [headBytes]byte // SQLite's header of this generation
	frames int64           // whole blocks behind the header that the file may hold
	dirty  bool            // written since the last sync
	top    int64           // the highest frame written to the file by us
	// committed is what top was at the last sync: so many frames are there for good.
	committed int64
	written   bool // by us: no longer recovering what a crash left

	// kept holds the plaintext of recent frames: frame n at n modulo keptFrames.
	kept   []byte
	number [keptFrames]int64
	// pending frames, from first on, are in kept only.
	first, pending int64
	out            []byte // sealed run
	last           [frameBytes]byte
	lastNumber     int64 // frame in last, or neverLogged
	block          [blockBytes]byte
}

func newLogFile(d disk, keys *dataKey, n *nonces) *logFile {
	l := &logFile{disk: d, keys: keys, nonces: n}
	l.forget()
	return l
}

// peek opens the log, if there is one, and returns the salt of its header. ok is false
// for a log that is missing, empty, or whose header does not open.
func (l *logFile) peek() (salt [saltBytes]byte, ok bool, err error) {
	if l.file, err = l.disk.open(logName, false); os.IsNotExist(err) {
		l.file = nil
		return salt, false, nil
	} else if err != nil {
		return salt, false, fmt.Errorf("open log: %w", err)
	}
	block := make([]byte, blockBytes)
	if _, err := l.file.ReadAt(block, 0); err == io.EOF {
		return salt, false, nil
	} else if err != nil {
		return salt, false, fmt.Errorf("read log header: %w", err)
	}
	if !bytes.Equal(block[:logSaltAt], logStart()) || !allZero(block[logHeadEnd:]) {
		return salt, false, nil
	}
	copy(salt[:], block[logSaltAt:])
	seal, err := newSealer(l.keys, salt[:], "log", l.nonces)
	if err != nil {
		return salt, false, err
	}
	nonce, sealed := block[logHeadAt:logHeadAt+nonceBytes], block[logHeadAt+nonceBytes:logHeadEnd]
	if seal.open(sealed, nonce, sealed, forLog, 0) != nil {
		seal.forget()
		return salt, false, nil
	}
	copy(l.head[:], sealed)
	size, err := l.file.size()
	if err != nil {
		return salt, false, fmt.Errorf("measure log: %w", err)
	}
	l.seal, l.frames = seal, size/blockBytes-1
	return salt, true, nil
}

func logStart() []byte {
	b := append(make([]byte, 0, logSaltAt), logMagic...)
	b = binary.BigEndian.AppendUint16(b, logVersion)
	return b[:logSaltAt]
}

// empty makes the log count as empty, whatever the file holds.
func (l *logFile) empty() {
	l.seal.forget()
	l.seal, l.frames, l.pending = nil, 0, 0
	l.top, l.committed = 0, 0
	l.forget()
}

func (l *logFile) forget() {
	for i := range l.number {
		l.number[i] = neverLogged
	}
	clear(l.kept)
	clear(l.last[:])
	l.lastNumber = neverLogged
}

// begin starts a generation: a durable header of the given salt, and no frame.
func (l *logFile) begin(salt [saltBytes]byte, head []byte) error {
	l.empty()
	seal, err := newSealer(l.keys, salt[:], "log", l.nonces)
	if err != nil {
		return err
	}
	if err := l.create(); err != nil {
		return err
	}
	block := append(logStart(), salt[:]...)
	block = append(block, make([]byte, blockBytes-len(block))...)
	nonce := block[logHeadAt : logHeadAt+nonceBytes]
	if err := seal.seal(block[logHeadAt+nonceBytes:], nonce, head, forLog, 0); err != nil {
		return err
	}
	if _, err := l.file.WriteAt(block, 0); err != nil {
		return fmt.Errorf("write log header: %w", err)
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("sync log header: %w", err)
	}
	copy(l.head[:], head)
	l.seal, l.written, l.dirty = seal, true, false
	return nil
}

// create makes the file, its name durable, if there is none.
func (l *logFile) create() error {
	if l.file != nil {
		return nil
	}
	file, err := l.disk.open(logName, true)
	if err != nil {
		return fmt.Errorf("create log: %w", err)
	}
	if err := l.disk.sync(); err != nil {
		_ = file.Close()
		return fmt.Errorf("sync folder of log: %w", err)
	}
	l.file = file
	return nil
}

// size is the length that SQLite sees.
func (l *logFile) size() int64 {
	if l.seal == nil {
		return 0
	}
	return headBytes + max(l.frames, l.first+l.pending-1)*frameBytes
}

// read fills dst, which lies in the header or in one frame, as SQLite reads.
func (l *logFile) read(dst []byte, off int64) error {
	clear(dst)
	if off >= l.size() {
		return errShort
	}
	if off < headBytes {
		if copy(dst, l.head[off:]) < len(dst) {
			return errShort
		}
		return nil
	}
	number, from := 1+(off-headBytes)/frameBytes, (off-headBytes)%frameBytes
	if from+int64(len(dst)) > frameBytes {
		return errFrameShape
	}
	frame, err := l.frame(number)
	// Reading the log after a crash, SQLite asks for whole frames. One that was being
	// written then does not open, and zeros are to SQLite the end of the log.
	if errors.Is(err, errSealBroken) && !l.written && len(dst) == frameBytes {
		return nil
	}
	if err != nil {
		return err
	}
	copy(dst, frame[from:])
	return nil
}

// frame returns the plaintext of a frame, valid until the next call.
func (l *logFile) frame(number int64) ([]byte, error) {
	if i := number % keptFrames; l.number[i] == number {
		return l.kept[i*frameBytes : (i+1)*frameBytes], nil
	}
	if l.lastNumber == number {
		return l.last[:], nil
	}
	l.lastNumber = neverLogged
	if err := l.load(l.last[:], number); err != nil {
		return nil, err
	}
	l.lastNumber = number
	return l.last[:], nil
}

// checkFrames errs with errSealBroken unless the first count frames are there.
func (l *logFile) checkFrames(count int64) error {
	for number := int64(1); number <= count; number++ {
		if err := l.load(l.last[:], number); err != nil {
			return err
		}
	}
	clear(l.last[:])
	return nil
}

// load reads and opens a frame into dst.
func (l *logFile) load(dst []byte, number int64) error {
	block := l.block[:]
	if _, err := l.file.ReadAt(block, number*blockBytes); err == io.EOF {
		return fmt.Errorf("frame %d is cut off: %w", number, errSealBroken)
	} else if err != nil {
		return fmt.Errorf("read frame %d: %w", number, err)
	}
	if !allZero(block[frameEnd:]) {
		return fmt.Errorf("frame %d: %w", number, errSealBroken)
	}
	if err := l.seal.open(dst[:framePlain+tagBytes], block[:nonceBytes], block[nonceBytes:frameEnd], forLog, number); err != nil {
		return fmt.Errorf("frame %d: %w", number, err)
	}
	clear(dst[framePlain:frameBytes])
	return nil
}
