package ledger_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"coffer/app/ledger"
)

// TestPeerLessonsNameTests: what users of like programs complained about is kept by tests that are there.
func TestPeerLessonsNameTests(t *testing.T) {
	text, err := os.ReadFile("testdata/peers.tsv")
	if err != nil {
		t.Fatal(err)
	}
	there := testsOfTheProject(t)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 73 {
		t.Errorf("%d lessons, want 73", len(lines))
	}
	for i, line := range lines {
		f := strings.Split(line, "\t")
		if len(f) != 4 || f[0] != strconv.Itoa(i+1) || f[1] == "" || f[2] == "" || f[3] == "" {
			t.Errorf("lesson %d is %q", i+1, line)
			continue
		}
		for name := range strings.FieldsSeq(f[3]) {
			if !there[name] {
				t.Errorf("%s (%s) names %s, which is no test", f[1], f[2], name)
			}
		}
	}
}

func testsOfTheProject(t *testing.T) map[string]bool {
	t.Helper()
	head := regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
	there := make(map[string]bool)
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if e != nil && e.IsDir() && (e.Name() == "build" || e.Name() == ".git") {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range head.FindAllSubmatch(text, -1) {
			there[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}

func TestARowDatedAheadIsNotDoubled(t *testing.T) {
	ahead := window(1, 20, "a 3 -5 Bar", "f 25 -900 Rent")
	learn(t, map[string]lesson{
		"it is one row, however often it is read": {
			[]ledger.Batch{ahead, ahead, window(1, 26, "a 3 -5 Bar", "f 25 -900 Rent")},
			"booked 2026-03-03 -5.00 Bar\nbooked 2026-03-25 -900.00 Rent", []string{"same alias", "same alias"},
		},
		"without an id as well": {
			[]ledger.Batch{window(1, 20, "- 25 -900 Rent"), window(1, 21, "- 25 -900 Rent"), window(1, 26, "- 25 -900 Rent")},
			"booked 2026-03-25 -900.00 Rent", []string{"same fingerprint"},
		},
		"and where it is pending until its day": {
			[]ledger.Batch{window(1, 20, "?f 25 -900 Rent"), window(1, 26, "g 25 -900 Rent")},
			"booked 2026-03-25 -900.00 Rent", []string{"update amount-and-text"},
		},
	})
}

// TestALegThatIsDeletedLeavesTheOther: a pair is about two rows and changes neither.
func TestALegThatIsDeletedLeavesTheOther(t *testing.T) {
	rows := moved("checking 3 -500 Transfer", "savings 4 500 Transfer")
	pairs := ledger.Transfers(rows, own, nil)
	if len(pairs) != 1 {
		t.Fatalf("paired %v", pairs)
	}
	b := books{rows: rows}
	b.remove("0")
	if len(b.rows) != 1 || b.rows[0].ID != "1" || b.rows[0].Status != ledger.Booked {
		t.Errorf("left is %+v", b.rows)
	}
	for _, decided := range [][]ledger.TransferPair{nil, pairs} {
		if again := ledger.Transfers(b.rows, own, decided); len(again) != 0 {
			t.Errorf("the row that is left is paired with %v", again)
		}
	}
}
