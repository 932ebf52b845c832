package vault_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"coffer/app/secret"
	"coffer/app/vault"
)

// benchmarks run on a sealed and on a plain database with the same settings: what sealing
// costs is the quotient.
var benchmarks = []struct {
	name string
	run  func(b *testing.B, db *sql.DB)
}{
	{"import100k", benchImport},
	{"commit", benchCommit},
	{"cold", benchCold},
	{"balances", benchBalances},
	{"range", benchRange},
}

func BenchmarkSealed(b *testing.B) {
	for _, bench := range benchmarks {
		b.Run(bench.name, func(b *testing.B) {
			v, _, err := vault.Create(filepath.Join(b.TempDir(), "data"), secret.New(passphrase), vault.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer v.Close()
			benchOn(b, v.DSN(), bench.run)
		})
	}
}

func BenchmarkPlain(b *testing.B) {
	for _, bench := range benchmarks {
		b.Run(bench.name, func(b *testing.B) {
			benchOn(b, "file:"+filepath.Join(b.TempDir(), "plain.db")+"?_journal_mode=WAL&_pragma=locking_mode(EXCLUSIVE)"+
				"&_pragma=temp_store(MEMORY)&_pragma=cache_size(-32768)&_pragma=synchronous(FULL)&_pragma=wal_autocheckpoint(4000)"+
				"&_pragma=foreign_keys(1)&_pragma=secure_delete(FAST)", bench.run)
		})
	}
}

func benchOn(b *testing.B, dsn string, run func(*testing.B, *sql.DB)) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	benchExec(b, db, `CREATE TABLE txn(id INTEGER PRIMARY KEY, account INTEGER, day INTEGER, amount INTEGER, payee TEXT, memo TEXT)`)
	benchExec(b, db, `CREATE INDEX txn_account ON txn(account, day)`)
	benchExec(b, db, `CREATE INDEX txn_payee ON txn(payee)`)
	run(b, db)
}

func benchExec(b *testing.B, db *sql.DB, query string, args ...any) {
	if _, err := db.Exec(query, args...); err != nil {
		b.Fatal(err)
	}
}

const benchRows = 100_000

func benchFill(b *testing.B, db *sql.DB) {
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	insert, err := tx.Prepare("INSERT INTO txn(account, day, amount, payee, memo) VALUES(?,?,?,?,?)")
	if err != nil {
		b.Fatal(err)
	}
	for i := range benchRows {
		if _, err := insert.Exec(i*7919%12, i/40, i*31%90000-45000, fmt.Sprintf("payee %d", i*104729%3000), "some words of memo text"); err != nil {
			b.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

// measured runs op as often as asked and reports the processor time of each beside the clock's.
func measured(b *testing.B, op func(i int)) {
	start, i := cpuTime(), 0
	for b.Loop() {
		i++
		op(i)
	}
	b.ReportMetric(float64(cpuTime()-start)/float64(i), "cpu-ns/op")
}

func benchImport(b *testing.B, db *sql.DB) {
	measured(b, func(int) { benchFill(b, db) })
}

func benchCommit(b *testing.B, db *sql.DB) {
	benchFill(b, db)
	measured(b, func(i int) {
		benchExec(b, db, "INSERT INTO txn(account, day, amount, payee, memo) VALUES(?,?,?,?,?)", i%12, 2500, i, "payee 7", "memo")
	})
}

func benchQuery(b *testing.B, db *sql.DB, query string, args ...any) {
	rows, err := db.Query(query, args...)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}

func benchBalances(b *testing.B, db *sql.DB) {
	benchFill(b, db)
	measured(b, func(int) { benchQuery(b, db, "SELECT account, sum(amount) FROM txn GROUP BY account") })
}

// benchCold reads every row through a page cache that is too small for them.
func benchCold(b *testing.B, db *sql.DB) {
	benchFill(b, db)
	benchExec(b, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	benchExec(b, db, "PRAGMA cache_size=50")
	measured(b, func(int) { benchQuery(b, db, "SELECT account, sum(amount) FROM txn NOT INDEXED GROUP BY account") })
}

func benchRange(b *testing.B, db *sql.DB) {
	benchFill(b, db)
	measured(b, func(i int) {
		benchQuery(b, db, "SELECT * FROM txn WHERE account = ? AND day BETWEEN ? AND ?", i%12, i*37%2400, i*37%2400+30)
	})
}
