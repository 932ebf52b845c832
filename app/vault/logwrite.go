package vault

import (
	"errors"
	"fmt"
)

// write takes a part of one frame: SQLite writes its 24 bytes and its page apart, and
// rewrites either while the transaction lasts. Frames reach the file with flush.
func (l *logFile) write(src []byte, off int64) error {
	number, from := 1+(off-headBytes)/frameBytes, (off-headBytes)%frameBytes
	if off < headBytes || from+int64(len(src)) > frameBytes {
		return errFrameShape
	}
	frame, err := l.hold(number)
	if err != nil {
		return err
	}
	copy(frame[from:], src)
	return nil
}

// hold makes frame number part of the pending run and returns its plaintext as it is now.
func (l *logFile) hold(number int64) ([]byte, error) {
	if l.kept == nil {
		l.kept = make([]byte, keptFrames*frameBytes)
	}
	l.written = true
	i := number % keptFrames
	frame := l.kept[i*frameBytes : (i+1)*frameBytes]
	if l.pending > 0 && number >= l.first && number < l.first+l.pending {
		return frame, nil
	}
	if l.pending > 0 && (number != l.first+l.pending || l.pending == runFrames) {
		if err := l.flush(); err != nil {
			return nil, err
		}
	}
	if l.number[i] != number {
		if err := l.old(frame, number); err != nil {
			return nil, err
		}
	}
	if l.pending == 0 {
		l.first = number
	}
	l.pending++
	l.number[i] = number
	if l.lastNumber == number {
		l.lastNumber = neverLogged
	}
	return frame, nil
}

// old fills dst with what frame number holds before it is overwritten. A frame that does
// not open there is the rest of an older generation or of a crash.
func (l *logFile) old(dst []byte, number int64) error {
	l.number[number%keptFrames] = neverLogged
	if number <= l.frames {
		if err := l.load(dst, number); err == nil || !errors.Is(err, errSealBroken) {
			return err
		}
	}
	clear(dst)
	return nil
}

// flush writes the pending frames. On an error they are dropped: they belong to a
// transaction that SQLite now takes back.
func (l *logFile) flush() error {
	if l.pending == 0 {
		return nil
	}
	first, pending := l.first, l.pending
	l.pending = 0
	err := l.writeRun(first, pending)
	if err != nil {
		for number := first; number < first+pending; number++ {
			l.number[number%keptFrames] = neverLogged
		}
		return err
	}
	l.frames = max(l.frames, first+pending-1)
	l.top = max(l.top, first+pending-1)
	l.dirty = true
	return nil
}

func (l *logFile) writeRun(first, pending int64) error {
	if first > l.frames+1 {
		return errFrameShape
	}
	if l.out == nil {
		l.out = make([]byte, runFrames*blockBytes)
	}
	for i := range pending {
		number := first + i
		at := number % keptFrames * frameBytes
		frame, block := l.kept[at:at+frameBytes], l.out[i*blockBytes:(i+1)*blockBytes]
		// The reserved end of a page is not stored, so it must be what load makes of it.
		if !allZero(frame[framePlain:]) {
			return errPageShape
		}
		if err := l.seal.seal(block[nonceBytes:], block[:nonceBytes], frame[:framePlain], forLog, number); err != nil {
			return err
		}
	}
	if _, err := l.file.WriteAt(l.out[:pending*blockBytes], first*blockBytes); err != nil {
		return fmt.Errorf("write frames from %d: %w", first, err)
	}
	return nil
}

// sync makes all frames written so far durable.
func (l *logFile) sync() error {
	if err := l.flush(); err != nil || !l.dirty {
		return err
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("sync log: %w", err)
	}
	l.dirty, l.committed = false, l.top
	return nil
}

// cut drops the frames behind size, which SQLite counts.
func (l *logFile) cut(size int64) error {
	if l.file == nil {
		return nil
	}
	if size == 0 {
		l.empty()
		return l.file.Truncate(0)
	}
	if l.seal == nil || size < headBytes {
		return errFrameShape
	}
	if err := l.flush(); err != nil {
		return err
	}
	l.forget()
	l.frames = (size - headBytes) / frameBytes
	l.top, l.committed = min(l.top, l.frames), min(l.committed, l.frames)
	return l.file.Truncate((l.frames + 1) * blockBytes)
}

// close wipes what it can and lets go of the file.
func (l *logFile) close() error {
	l.empty()
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}
