package vault_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// cipherStages are benchStages for SQLCipher's command line: what is run before the clock
// of a stage starts, and what it then times. The first has no place in a script.
var cipherStages = []struct{ before, timed string }{
	{"", `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM n WHERE i < 99999)
INSERT INTO txn(account, day, amount, payee, memo) SELECT i*7919%12, i/40, i*31%90000-45000, 'payee '||(i*104729%3000), 'some words of memo text' FROM n;`},
	{"", cipherRepeat(benchCommits, "INSERT INTO txn(account, day, amount, payee, memo) VALUES(%[1]d%%12, 2500, %[1]d, 'payee 7', 'memo');\n")},
	{"", "SELECT count(*) FROM sqlite_master;"},
	{"", benchBalances + ";"},
	{cipherRanges, cipherRanges},
	{benchBalances + ";", strings.Repeat(benchBalances+";\n", benchTotals)},
}

var cipherRanges = cipherRepeat(benchRanges, "SELECT * FROM txn WHERE account = %[1]d%%12 AND day BETWEEN %[1]d*37%%2400 AND %[1]d*37%%2400+30;\n")

func cipherRepeat(count int, line string) string {
	text := &strings.Builder{}
	for i := range count {
		fmt.Fprintf(text, line, i)
	}
	return text.String()
}

// benchCipher runs the stages with SQLCipher where it is installed, with a raw key and, in
// the same program, without one. It returns a stage's column.
func benchCipher(b *testing.B, rounds int) func(stage int) string {
	program, err := exec.LookPath("sqlcipher")
	if err != nil {
		return func(int) string { return "not installed" }
	}
	ratios, took := make([][]float64, len(cipherStages)), make([][]time.Duration, len(cipherStages))
	for range rounds {
		dir := b.TempDir()
		var stages [2][]time.Duration
		for n, key := range []string{`PRAGMA key="x'` + strings.Repeat("5c", 32) + `'";`, ""} {
			stages[n] = cipherRound(b, program, filepath.Join(dir, fmt.Sprint(n)), key)
		}
		for i := range cipherStages {
			took[i] = append(took[i], stages[0][i])
			ratios[i] = append(ratios[i], float64(stages[0][i])/float64(stages[1][i]))
		}
	}
	return func(stage int) string {
		return fmt.Sprintf("%6.1f ms %6.2f", benchMS(took[stage]), benchMedian(ratios[stage]))
	}
}

func cipherRound(b *testing.B, program, file, key string) []time.Duration {
	// The program prints its rows: to nowhere, on both sides.
	begin := key + `
.output /dev/null
PRAGMA journal_mode=WAL; PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA synchronous=FULL;
PRAGMA cache_size=-32768; PRAGMA secure_delete=ON; PRAGMA wal_autocheckpoint=4000;
`
	run := func(script string) time.Duration {
		command := exec.Command(program, file)
		command.Stdin = strings.NewReader(begin + script)
		if out, err := command.CombinedOutput(); err != nil {
			b.Fatalf("sqlcipher: %v\n%s", err, out)
		}
		return command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	}
	run(benchSchema)
	times := make([]time.Duration, len(cipherStages))
	for i, stage := range cipherStages {
		if stage.before != "" {
			times[i] -= run(stage.before)
		}
		times[i] += run(stage.before + stage.timed)
	}
	return times
}
