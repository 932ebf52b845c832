package vault_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/secret"
	"coffer/app/vault"
)

const (
	benchRows    = 100_000
	benchCommits = 1_000
	benchOpens   = 10
	benchRanges  = 1_000
	benchTotals  = 20
)

const benchSchema = `CREATE TABLE txn(id INTEGER PRIMARY KEY, account INTEGER, day INTEGER, amount INTEGER, payee TEXT, memo TEXT);
CREATE INDEX txn_account ON txn(account, day);
CREATE INDEX txn_payee ON txn(payee);`

const benchBalances = "SELECT account, sum(amount) FROM txn GROUP BY account"

// benchPragmas make a plain database what a vault's is by itself.
const benchPragmas = "?_journal_mode=WAL&_pragma=locking_mode(EXCLUSIVE)&_pragma=temp_store(MEMORY)&_pragma=mmap_size(0)" +
	"&_pragma=synchronous(FULL)&_pragma=cache_size(-32768)&_pragma=secure_delete(FAST)&_pragma=foreign_keys(1)" +
	"&_pragma=trusted_schema(0)&_pragma=wal_autocheckpoint(4000)"

// benchSide is the sealed or the plain database of a round.
type benchSide struct {
	db   *sql.DB
	open func() (*sql.DB, error) // all of opening but the stretching of a passphrase
	shut func() error            // what is left when db is closed
}

// benchStages are what a round measures, in this order. Each returns the processor time of
// one run, or of one opening. most is what the sealed side may cost, in plain ones; 0 is no limit.
var benchStages = []struct {
	name string
	most float64
	run  func(b *testing.B, s *benchSide) time.Duration
}{
	{"import of 100,000 rows", 1.05, benchImport},
	{"1,000 commits of a row", 1.15, benchCommit},
	{"open to the first page", 0, benchOpen},
	{"open and balances", 0, benchCold},
	{"1,000 range queries, warm", 1.05, benchRange},
	{"20 balances, warm", 1.05, benchWarm},
}

// BenchmarkPaired runs each stage on a sealed and on a plain database of the same settings
// and disk, in turns, and which is first changes from round to round. A round is an
// iteration: take at least 7 (`make bench-vault`). What sealing costs is the median of the
// rounds' quotients, of processor time, for a clock tells little on a busy machine.
func BenchmarkPaired(b *testing.B) {
	if cpuTime() == 0 {
		b.Log("no processor time is known on this system")
		return
	}
	sealed, plain := make([][]time.Duration, len(benchStages)), make([][]time.Duration, len(benchStages))
	round := 0
	for b.Loop() {
		dir := b.TempDir()
		sides := []*benchSide{benchSealed(b, dir), benchPlain(b, dir)}
		for i, stage := range benchStages {
			took := [2]time.Duration{}
			for n := range sides {
				n = (n + round) % 2
				runtime.GC()
				took[n] = stage.run(b, sides[n])
			}
			sealed[i], plain[i] = append(sealed[i], took[0]), append(plain[i], took[1])
		}
		for _, s := range sides {
			benchMust(b, s.db.Close())
			benchMust(b, s.shut())
		}
		round++
	}
	benchReport(b, sealed, plain)
}

func benchReport(b *testing.B, sealed, plain [][]time.Duration) {
	cipher := benchCipher(b, len(sealed[0]))
	text := &strings.Builder{}
	fmt.Fprintf(text, "%d rounds, processor time, medians\n%-28s %9s %9s %6s %13s %6s   %s\n", len(sealed[0]),
		"", "sealed", "plain", "ratio", "from – to", "limit", "SQLCipher / its own plain")
	for i, stage := range benchStages {
		ratios := make([]float64, len(sealed[i]))
		for n := range ratios {
			ratios[n] = float64(sealed[i][n]) / float64(plain[i][n])
		}
		ratio, limit := benchMedian(ratios), "–"
		if stage.most > 0 {
			limit = fmt.Sprintf("%.2f", stage.most)
		}
		fmt.Fprintf(text, "%-28s %6.1f ms %6.1f ms %6.2f %6.2f – %4.2f %6s   %s\n", stage.name,
			benchMS(sealed[i]), benchMS(plain[i]), ratio, slices.Min(ratios), slices.Max(ratios), limit, cipher(i))
	}
	b.Log(text)
}

func benchMedian[T int | float64 | time.Duration](all []T) T {
	all = slices.Sorted(slices.Values(all))
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

func benchMS(all []time.Duration) float64 {
	return float64(benchMedian(all)) / float64(time.Millisecond)
}

func benchMust(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func benchSealed(b *testing.B, dir string) *benchSide {
	dir = filepath.Join(dir, "data")
	v, recovery, err := vault.Create(dir, secret.New(passphrase), vault.Options{})
	benchMust(b, err)
	benchMust(b, v.Close())
	s := &benchSide{shut: func() error { return v.Close() }}
	s.open = func() (*sql.DB, error) {
		if v, err = vault.OpenWithRecovery(dir, recovery.Text()); err != nil {
			return nil, err
		}
		return sql.Open(v.Driver(), v.DSN())
	}
	benchBegin(b, s)
	return s
}

func benchPlain(b *testing.B, dir string) *benchSide {
	s := &benchSide{shut: func() error { return nil }}
	s.open = func() (*sql.DB, error) {
		return sql.Open("sqlite", "file:"+filepath.Join(dir, "plain.db")+benchPragmas)
	}
	benchBegin(b, s)
	return s
}

func benchBegin(b *testing.B, s *benchSide) {
	var err error
	s.db, err = s.open()
	benchMust(b, err)
	s.db.SetMaxOpenConns(1)
	_, err = s.db.Exec(benchSchema)
	benchMust(b, err)
}

// again closes the database and returns what opening and what first takes.
func (s *benchSide) again(b *testing.B, first string) time.Duration {
	benchMust(b, s.db.Close())
	benchMust(b, s.shut())
	start := cpuTime()
	var err error
	s.db, err = s.open()
	benchMust(b, err)
	s.db.SetMaxOpenConns(1)
	benchQuery(b, s.db, first)
	return cpuTime() - start
}

func benchQuery(b *testing.B, db *sql.DB, query string, args ...any) {
	rows, err := db.Query(query, args...)
	benchMust(b, err)
	defer rows.Close()
	for rows.Next() {
	}
	benchMust(b, rows.Err())
}

func benchImport(b *testing.B, s *benchSide) time.Duration {
	start := cpuTime()
	tx, err := s.db.Begin()
	benchMust(b, err)
	insert, err := tx.Prepare("INSERT INTO txn(account, day, amount, payee, memo) VALUES(?,?,?,?,?)")
	benchMust(b, err)
	for i := range benchRows {
		_, err := insert.Exec(i*7919%12, i/40, i*31%90000-45000, fmt.Sprintf("payee %d", i*104729%3000), "some words of memo text")
		benchMust(b, err)
	}
	benchMust(b, tx.Commit())
	return cpuTime() - start
}

func benchCommit(b *testing.B, s *benchSide) time.Duration {
	start := cpuTime()
	for i := range benchCommits {
		_, err := s.db.Exec("INSERT INTO txn(account, day, amount, payee, memo) VALUES(?,?,?,?,?)", i%12, 2500, i, "payee 7", "memo")
		benchMust(b, err)
	}
	return cpuTime() - start
}

func benchOpen(b *testing.B, s *benchSide) time.Duration {
	var all time.Duration
	for range benchOpens {
		all += s.again(b, "SELECT count(*) FROM sqlite_schema")
	}
	return all / benchOpens
}

func benchCold(b *testing.B, s *benchSide) time.Duration { return s.again(b, benchBalances) }

func benchRange(b *testing.B, s *benchSide) time.Duration {
	run := func() {
		for i := range benchRanges {
			benchQuery(b, s.db, "SELECT * FROM txn WHERE account = ? AND day BETWEEN ? AND ?", i%12, i*37%2400, i*37%2400+30)
		}
	}
	run() // the pages come into the cache
	start := cpuTime()
	run()
	return cpuTime() - start
}

func benchWarm(b *testing.B, s *benchSide) time.Duration {
	benchQuery(b, s.db, benchBalances)
	start := cpuTime()
	for range benchTotals {
		benchQuery(b, s.db, benchBalances)
	}
	return cpuTime() - start
}
