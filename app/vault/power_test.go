package vault

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"testing"
)

// A ledger whose state is a function of how many transactions it has seen: a state that
// was never committed shows.

func makeLedger(db *sql.DB) error {
	_, err := db.Exec(`CREATE TABLE IF NOT EXISTS seen(n INTEGER);
		CREATE TABLE IF NOT EXISTS row(id INTEGER PRIMARY KEY, txn INTEGER, text TEXT);
		CREATE INDEX IF NOT EXISTS row_text ON row(text);
		INSERT INTO seen SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM seen)`)
	return err
}

// addTransaction commits transaction n of the given size, which is a function of n alone.
func addTransaction(db *sql.DB, n int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	rows := 1 + n*37%90
	if _, err := tx.Exec(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < ?)
		INSERT INTO row(txn, text) SELECT ?, printf('%d payee %d %.*c', i*7919 % 1000, i, 60, 'x') FROM c`, rows, n); err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM row WHERE id % 7 = ? AND txn < ?", n%7, n-3); err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE seen SET n = ?", n); err != nil {
		return err
	}
	return tx.Commit()
}

// ledgerState returns how many transactions are in and a print of all rows.
func ledgerState(db *sql.DB) (n int, print string, err error) {
	if err = db.QueryRow("SELECT n FROM seen").Scan(&n); err != nil {
		return 0, "", err
	}
	err = db.QueryRow(`SELECT count(*) || ' ' || coalesce(sum(id*31 + txn),0) || ' ' || coalesce(sum(length(text)*id % 97),0) FROM row`).Scan(&print)
	if err != nil {
		return 0, "", err
	}
	var check string
	if err = db.QueryRow("PRAGMA integrity_check").Scan(&check); err == nil && check != "ok" {
		err = fmt.Errorf("integrity_check: %s", check)
	}
	return n, print, err
}

// recording is a run of the ledger: the disk it began on, its steps, and what each
// committed state looks like.
type recording struct {
	start  map[string][]byte
	disk   *memDisk
	states map[int]string
	last   int
}

func (r *recording) add(t testing.TB, s *session, count int) {
	t.Helper()
	for range count {
		r.last++
		if err := addTransaction(s.db, r.last); err != nil {
			t.Fatal(err)
		}
		r.note(t, s)
		r.disk.said(r.last)
	}
}

func (r *recording) note(t testing.TB, s *session) {
	t.Helper()
	n, print, err := ledgerState(s.db)
	if err != nil || n != r.last {
		t.Fatalf("at %d: state %d, %v", r.last, n, err)
	}
	r.states[n] = print
}

func (r *recording) exec(t testing.TB, s *session, query string) {
	t.Helper()
	if _, err := s.db.Exec(query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func mustOpen(t testing.TB, d disk) *session {
	t.Helper()
	s, err := openSession(d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// record drives commits, checkpoints of each kind, VACUUM, a rollback, a kill, recovery
// and clean closes over one disk.
func record(t testing.TB) *recording {
	t.Helper()
	d := newDatabase(t)
	r := &recording{start: d.files(), disk: newMemDisk(d.files()), states: map[int]string{}}
	s := mustOpen(t, r.disk)
	if err := makeLedger(s.db); err != nil {
		t.Fatal(err)
	}
	r.disk.said(0)
	r.note(t, s)
	r.exec(t, s, "PRAGMA wal_autocheckpoint=40")
	r.add(t, s, 12)
	r.exec(t, s, "PRAGMA wal_checkpoint(TRUNCATE)")
	r.add(t, s, 3)
	r.exec(t, s, "VACUUM")
	r.exec(t, s, "PRAGMA wal_checkpoint(RESTART)")
	r.add(t, s, 2)
	r.exec(t, s, "PRAGMA cache_size=10; BEGIN; UPDATE row SET text='gone'; ROLLBACK; PRAGMA cache_size=-32768")
	r.add(t, s, 5)
	s.kill()
	s = mustOpen(t, r.disk)
	r.exec(t, s, "PRAGMA wal_autocheckpoint=40")
	r.add(t, s, 6)
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, r.disk)
	r.add(t, s, 4)
	r.exec(t, s, "PRAGMA wal_checkpoint(PASSIVE)")
	r.add(t, s, 2)
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	return r
}

// acknowledged is the last transaction that the recording was told of before a step.
func (r *recording) acknowledged(cut int) (n int, any bool) {
	for _, s := range r.disk.steps[:cut] {
		if s.kind == "said" {
			n, any = s.number, true
		}
	}
	return n, any
}

// checkLeft opens what a power cut left and holds it against the recording. It returns
// the session, which works on, and how many transactions are in.
func (r *recording) checkLeft(d disk, acknowledged int, any bool) (*session, int, error) {
	s, err := openSession(d)
	if err != nil {
		return nil, 0, fmt.Errorf("open: %w", err)
	}
	if !any {
		return s, -1, makeLedger(s.db)
	}
	n, print, err := ledgerState(s.db)
	switch {
	case err != nil:
		err = fmt.Errorf("read: %w (%v)", err, s.pager.cause)
	case n < acknowledged:
		err = fmt.Errorf("transaction %d was confirmed, only %d are there", acknowledged, n)
	case r.states[n] != print:
		err = fmt.Errorf("state %d is %s, was %s", n, print, r.states[n])
	}
	return s, n, err
}

// trial cuts the power after a step, sometimes a second time during recovery.
func (r *recording) trial(cut int, how sectors, rng *rand.Rand) error {
	acknowledged, any := r.acknowledged(cut)
	left := powerCut(r.start, r.disk.steps[:cut], how, rng)
	if rng.IntN(3) == 0 {
		d := newMemDisk(left)
		s, _, err := r.checkLeft(d, acknowledged, any)
		if err != nil {
			return fmt.Errorf("at first recovery: %w", err)
		}
		s.kill()
		left = powerCut(left, d.steps[:rng.IntN(len(d.steps)+1)], how, rng)
	}
	d := newMemDisk(left)
	s, n, err := r.checkLeft(d, acknowledged, any)
	if err != nil {
		return err
	}
	// It works on, and what it does now is there after the next opening.
	if n >= 0 {
		if err := addTransaction(s.db, 1000); err != nil {
			return fmt.Errorf("work on: %w", err)
		}
	}
	_, want, _ := ledgerState(s.db)
	if rng.IntN(2) == 0 {
		s.kill()
	} else if err := s.close(); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	if s, err = openSession(d); err != nil {
		return fmt.Errorf("reopen: %w", err)
	}
	defer s.kill()
	if _, got, err := ledgerState(s.db); err != nil || got != want {
		return fmt.Errorf("after working on: %q, want %q, %v", got, want, err)
	}
	return nil
}

var everySector = []sectors{{512, false}, {512, true}, {4096, false}, {4096, true}}

func TestPowerCutsLoseNothingConfirmed(t *testing.T) {
	r, trials := record(t), 0
	for _, how := range everySector {
		t.Run(fmt.Sprintf("sectors of %d, ruined %v", how.size, how.ruins), func(t *testing.T) {
			for seed := range uint64(60 * rounds) {
				rng := rand.New(rand.NewPCG(seed, uint64(how.size)))
				cut := rng.IntN(len(r.disk.steps) + 1)
				if err := r.trial(cut, how, rng); err != nil {
					t.Errorf("seed %d, power cut after step %d: %v", seed, cut, err)
				}
				trials++
			}
		})
	}
	t.Logf("%d power cuts in %d steps of a database's life", trials, len(r.disk.steps))
}

// A layer that leaves out or moves a sync must be caught: the simulator is no rubber stamp.
func TestPowerCutsFindAMissingSync(t *testing.T) {
	for name, change := range map[string]func([]step) []step{
		"no file is synced":                    func(all []step) []step { return without(all, "sync", "") },
		"no folder is synced":                  func(all []step) []step { return without(all, "folder", "") },
		"the new map is not synced":            func(all []step) []step { return without(all, "sync", mapName+".new") },
		"the map comes before the synced main": mapFirst,
		"the log is not synced":                func(all []step) []step { return without(all, "sync", logName) },
	} {
		t.Run(name, func(t *testing.T) {
			r := record(t)
			r.disk.steps = change(r.disk.steps)
			found, trials := 0, 0
			for ; trials < 600 && found < 3; trials++ {
				rng := rand.New(rand.NewPCG(uint64(trials), 7))
				how := everySector[rng.IntN(len(everySector))]
				if r.trial(rng.IntN(len(r.disk.steps)+1), how, rng) != nil {
					found++
				}
			}
			if found == 0 {
				t.Errorf("%d power cuts, and nothing was lost", trials)
			}
			t.Logf("%d of %d power cuts lost something, as they should", found, trials)
		})
	}
}

// without leaves out the steps of a kind, of one file or of all.
func without(all []step, kind, name string) (left []step) {
	for _, s := range all {
		if s.kind != kind || name != "" && s.name != name {
			left = append(left, s)
		}
	}
	return left
}

// mapFirst moves each sync of the main file behind the folder's sync that ends the map's replacement.
func mapFirst(all []step) (moved []step) {
	var held []step
	for _, s := range all {
		if s.kind == "sync" && s.name == mainName {
			held = append(held, s)
			continue
		}
		moved = append(moved, s)
		if s.kind == "folder" {
			moved, held = append(moved, held...), nil
		}
	}
	return append(moved, held...)
}
