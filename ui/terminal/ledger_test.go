package terminal_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app/vault"
	"coffer/ui/terminal"
)

func TestTheLedgerIsFiltered(t *testing.T) {
	r := linked(t)
	count := func(args ...string) int {
		t.Helper()
		var list []struct{ Seq int64 }
		decode(t, r.ok(t, append([]string{"ledger", "--json"}, args...)...).out, &list)
		return len(list)
	}
	all := count()
	for name, test := range map[string]struct {
		args string
		want int
	}{
		"the bank by its name":     {"--bank=Northlight Bank", all},
		"what went wrong":          {"--problems", 0},
		"until the day before":     {"--to=2020-01-01", 0},
		"from a day in the future": {"--from=2199-01-01", 0},
		"all days":                 {"--from=2020-01-01,--to=2199-01-01", all},
		"few":                      {"--limit=2", 2},
	} {
		t.Run(name, func(t *testing.T) {
			if got := count(strings.Split(test.args, ",")...); got != test.want || all < 5 {
				t.Errorf("%d of %d rows, want %d", got, all, test.want)
			}
		})
	}
	contains(t, r.ok(t, "ledger", "--problems").err, "Nothing matches")
	contains(t, r.ends(t, terminal.ExitUsage, "ledger", "--bank", "nobody").err, "which link?")
	contains(t, r.ends(t, terminal.ExitUsage, "ledger", "--from", "soon").err, "soon")
	contains(t, r.ends(t, terminal.ExitUsage, "ledger", "file").err, "--export")
}

func TestTheLedgerIsExportedAndHeldAgainstTheExport(t *testing.T) {
	r := linked(t)
	path := filepath.Join(r.dir, "ledger.json")
	contains(t, r.ok(t, "ledger", "--export", "json", path).err, "Written to", "check it by yourself")
	contains(t, r.ends(t, terminal.ExitUsage, "ledger", "--export", "json", path).err, "there already")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Head    string
		Entries []any
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Entries) < 5 {
		t.Fatalf("the file holds %d rows: %v", len(file.Entries), err)
	}
	contains(t, r.ok(t, "ledger", "--export", "csv").out, "# head: "+file.Head, "seq,started,ended")
	r.ends(t, terminal.ExitUsage, "ledger", "--export", "xml")

	contains(t, r.ok(t, "ledger", "--verify").err, "whole", file.Head, "No head is kept outside the vault")
	contains(t, r.ok(t, "ledger", "--verify", "--head", file.Head).err, "whole")
	number, sum, _ := strings.Cut(file.Head, "-")
	other := number + "-" + strings.Repeat("0", len(sum))
	contains(t, r.ends(t, terminal.ExitFailed, "ledger", "--verify", "--head", other).err, "NOT whole", "is not the one that Coffer wrote")
	cut := r.ends(t, terminal.ExitFailed, "ledger", "--verify", "--json", "--head", "9999-"+sum)
	contains(t, cut.out, `"whole": false`, `"what": "tail-cut"`, `"where": "file"`)
	contains(t, r.ends(t, terminal.ExitUsage, "ledger", "--verify", "--head", "12").err, "64 hex digits")
}

func TestTheLedgerIsHeldAgainstTheKeyring(t *testing.T) {
	r := linked(t)
	memory := &ring{kept: map[string]string{}}
	r.keyring = vault.NewKeyring(memory)
	r.hidden = []string{r.key, passphrase}
	r.ok(t, "keys", "keyring", "on")
	r.ok(t, "sync")
	contains(t, r.ok(t, "ledger", "--verify").err, "whole", "held against the head in your keyring")
	contains(t, r.ok(t, "ledger", "--verify", "--json").out, `"against": "keyring"`, `"outside_where": "keyring"`)

	memory.err = errors.New("no bus")
	locked := r.ok(t, "ledger", "--verify")
	contains(t, locked.err, "whole", "NOT held against the head in your keyring", "The keyring is locked")
	if strings.Contains(locked.err, "No head is kept") {
		t.Errorf("a locked keyring is no keyring: %s", locked.err)
	}
	memory.err = nil

	for name, text := range memory.kept {
		if strings.HasSuffix(name, "/ledger") {
			number, sum, _ := strings.Cut(text, "-")
			memory.kept[name] = number + "0-" + sum
		}
	}
	contains(t, r.ends(t, terminal.ExitFailed, "ledger", "--verify").err, "NOT whole", "was cut", "The head in your keyring shows it")
	contains(t, r.ends(t, terminal.ExitFailed, "ledger", "--verify", "--json").out, `"where": "keyring"`)
}

func TestTakingRowsOutOfTheLedgerIsAskedAbout(t *testing.T) {
	r := linked(t)
	count := func() int {
		var rows []any
		decode(t, r.ok(t, "ledger", "--limit", "100000", "--json").out, &rows)
		return len(rows)
	}
	all := count()
	tomorrow := time.Now().AddDate(0, 0, 1).Format("2006-01-02")
	r.ends(t, terminal.ExitUsage, "ledger", "--prune", "soon")
	r.ends(t, terminal.ExitUsage, "ledger", "--prune", tomorrow, "--verify")
	r.in = strings.NewReader("n\n")
	if got := r.run(t.Context(), "ledger", "--prune", tomorrow); got.code == terminal.ExitOK || count() != all {
		t.Errorf("after a no %d of %d rows are left, and it ended with %d", count(), all, got.code)
	}
	r.in = strings.NewReader("y\n")
	contains(t, r.ok(t, "ledger", "--prune", tomorrow).err, "Rows can't be brought back", "0 rows were taken out") // all are of the last hour
	r.in = nil
	if left := count(); all == 0 || left != all {
		t.Errorf("%d of %d rows are left", left, all)
	}
	r.in = strings.NewReader("y\n")
	contains(t, r.ok(t, "ledger", "--prune", "2020-01-01", "--json").out, `"rows_taken_out": 0`)
}
