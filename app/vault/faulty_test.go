package vault

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
)

// errHalf makes memDisk write the first half and then find the disk full.
var errHalf = errors.Join(errors.New("short write"), syscall.ENOSPC)

// script is a small life of a database; it stops at the first error and returns how many
// transactions were confirmed.
func script(d disk) (confirmed int, err error) {
	s, err := openSession(d)
	if err != nil {
		return 0, err
	}
	defer s.kill()
	if _, err := s.db.Exec("PRAGMA wal_autocheckpoint=30"); err != nil {
		return 0, err
	}
	for n := 1; n <= 6; n++ {
		if err := addTransaction(s.db, n); err != nil {
			return confirmed, err
		}
		confirmed = n
		if n == 3 {
			if _, err := s.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
				return confirmed, err
			}
		}
	}
	return confirmed, s.db.Close()
}

// preparedLedger returns the files of an empty ledger, and what it looks like after each
// transaction of script.
func preparedLedger(t *testing.T) (files map[string][]byte, states map[int]string) {
	t.Helper()
	d := newDatabase(t)
	s := mustOpen(t, d)
	if err := makeLedger(s.db); err != nil {
		t.Fatal(err)
	}
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	files = d.files()
	r := &recording{disk: newMemDisk(files), states: map[int]string{}}
	s = mustOpen(t, r.disk)
	r.note(t, s)
	r.add(t, s, 6)
	s.kill()
	return files, r.states
}

// changes counts the steps that a disk may refuse.
func changes(t *testing.T, files map[string][]byte) int {
	t.Helper()
	d := newMemDisk(files)
	if n, err := script(d); err != nil || n != 6 {
		t.Fatal(n, err)
	}
	return len(d.steps)
}

func TestAFailingDiskLosesNothingConfirmed(t *testing.T) {
	files, states := preparedLedger(t)
	steps := changes(t, files)
	for name, how := range map[string]struct {
		err     error
		forever bool
	}{
		"full from then on":       {syscall.ENOSPC, true},
		"full once":               {syscall.ENOSPC, false},
		"half a write, then full": {errHalf, true},
		"one failed operation":    {syscall.EIO, false},
		"dead from then on":       {syscall.EIO, true},
	} {
		for at := range steps {
			d := newMemDisk(files)
			seen := 0
			d.fail = func(step) error {
				seen++
				if seen-1 == at || how.forever && seen > at {
					return how.err
				}
				return nil
			}
			confirmed, err := script(d)
			d.fail = nil
			if err == nil && confirmed != 6 {
				t.Fatalf("%s at %d: stopped without an error", name, at)
			}
			if err := checkAfterFault(d, states, confirmed); err != nil {
				t.Errorf("%s at step %d: %v", name, at, err)
			}
		}
	}
}

// checkAfterFault opens the disk, now sound, and expects what was confirmed, or that and
// the one transaction whose confirmation failed.
func checkAfterFault(d *memDisk, states map[int]string, confirmed int) error {
	s, err := openSession(d)
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	defer s.kill()
	n, print, err := ledgerState(s.db)
	switch {
	case err != nil:
		return fmt.Errorf("read: %w", err)
	case n != confirmed && n != confirmed+1:
		return fmt.Errorf("%d transactions are there, %d were confirmed", n, confirmed)
	case print != states[n]:
		return fmt.Errorf("a state that never was: %s", print)
	}
	if err := addTransaction(s.db, 1000); err != nil {
		return fmt.Errorf("work on: %w", err)
	}
	return nil
}

// A full disk is no reason to open the vault again: when there is room, work goes on.
func TestWorkGoesOnWhenThereIsRoomAgain(t *testing.T) {
	files, _ := preparedLedger(t)
	for name, full := range map[string]func(step) bool{
		"nothing can be written": func(s step) bool { return s.kind == "write" },
		"the log can't begin":    func(s step) bool { return s.name == logName && s.kind == "write" && s.off == 0 },
		"the log can't grow":     func(s step) bool { return s.name == logName && s.off > 0 },
		"the map can't be made":  func(s step) bool { return s.name == mapName+".new" },
		"the map can't be moved": func(s step) bool { return s.kind == "rename" },
		"pages can't be written": func(s step) bool { return s.name == mainName && s.kind == "write" },
	} {
		for _, begun := range []bool{true, false} {
			d := newMemDisk(files)
			s := mustOpen(t, d)
			n := workOnFull(t, fmt.Sprintf("%s, log begun %v", name, begun), s, d, full, begun)
			s.kill()
			s = mustOpen(t, d)
			if have, _, err := ledgerState(s.db); have != n || err != nil {
				t.Errorf("%s: %d of %d are there, %v", name, have, n, err)
			}
			s.kill()
		}
	}
}

// workOnFull works on a disk that is full for a while and returns what was confirmed last.
func workOnFull(t *testing.T, name string, s *session, d *memDisk, full func(step) bool, begun bool) (n int) {
	t.Helper()
	n = 1
	if err := addTransaction(s.db, n); err != nil {
		t.Fatal(err)
	}
	if !begun {
		if _, err := s.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			t.Fatal(err)
		}
	}
	failed := false
	d.fail = func(s step) error {
		if full(s) {
			failed = true
			return syscall.ENOSPC
		}
		return nil
	}
	if addTransaction(s.db, n+1) == nil {
		n++
	}
	_, _ = s.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	d.fail = nil
	if !failed && !begun {
		t.Errorf("%s: the disk was never full", name)
	}
	for range 3 {
		if err := addTransaction(s.db, n+1); err != nil {
			t.Fatalf("%s: with room again: %v (%v)", name, err, s.pager.cause)
		}
		n++
	}
	if _, err := s.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		t.Fatalf("%s: with room again: %v (%v)", name, err, s.pager.cause)
	}
	if err := addTransaction(s.db, n+1); err != nil {
		t.Fatalf("%s: after the checkpoint: %v (%v)", name, err, s.pager.cause)
	}
	return n + 1
}

// Without syncs nothing may be taken for durable: the log is not given up.
func TestSynchronousOffIsRefused(t *testing.T) {
	files, _ := preparedLedger(t)
	d := newMemDisk(files)
	s := mustOpen(t, d)
	defer s.kill()
	if _, err := s.db.Exec("PRAGMA synchronous=OFF"); err != nil {
		t.Fatal(err)
	}
	if err := addTransaction(s.db, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err == nil {
		t.Error("the log was given up although the main file was never synced")
	}
	if err := addTransaction(s.db, 2); !errors.Is(s.pager.cause, errUnsynced) {
		t.Errorf("got %v, %v", err, s.pager.cause)
	}
}

// What could not be written is not what the log says from then on.
func TestFramesThatFailedAreForgotten(t *testing.T) {
	p, d := layerFiles(t)
	frame := make([]byte, frameBytes)
	frame[0] = 9
	if err := p.writeLog(frame, headBytes); err != nil {
		t.Fatal(err)
	}
	d.fail = func(step) error { return syscall.ENOSPC }
	if err := p.syncLog(); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
	d.fail = nil
	if err := p.syncLog(); err != nil {
		t.Error(err)
	}
	if err := p.log.read(frame, headBytes); err != nil || frame[0] != 0 {
		t.Errorf("reads %d, %v", frame[0], err)
	}
}
