package all_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"coffer/sync/bank/all"
)

// TestTheTableOfConformanceSaysWhatTheGoldenFilesHold: the counts in ARCHITECTURE.md are those of the golden files that
// make conformance compares with, and each call that Prism saw stands among the endpoints.
func TestTheTableOfConformanceSaysWhatTheGoldenFilesHold(t *testing.T) {
	raw, err := os.ReadFile("../../../ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) == 5 {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			rows[strings.Trim(cells[0], "`")] = cells
		}
	}
	for _, d := range all.Dialects() {
		calls, described := describedCalls(t, d.Name())
		cells := rows[d.Name()]
		if want := []string{filesRead(t, d.Name()), described, faultsRead(t, d.Name())}; cells == nil || !slices.Equal(cells[2:], want) {
			t.Errorf("the table of conformance has %q of %s, and the golden files %q", cells, d.Name(), want)
			continue
		}
		for _, c := range calls {
			if _, path, _ := strings.Cut(c, " "); !strings.Contains(cells[1], "`"+path+"`") {
				t.Errorf("%s is not among the endpoints of %s: %s", c, d.Name(), cells[1])
			}
		}
	}
}

// filesRead are the files of others that a room reads, of those of its standard.
func filesRead(t *testing.T, room string) string {
	read, left := 0, 0
	for _, line := range goldenLines(t, filepath.Join("..", room, "testdata", "conformance", "*.golden")) {
		switch {
		case strings.HasPrefix(line, "== "):
			read++
		case strings.HasPrefix(line, "-- ") && !strings.HasSuffix(line, "of another standard") && !strings.HasSuffix(line, "for the quickstart's own use"):
			left++
		}
	}
	if read == 0 {
		return "–"
	}
	return fmt.Sprintf("%d of %d", read, read+left)
}

// describedCalls are the calls of a dialect that Prism found as they are described, and how many in which description.
func describedCalls(t *testing.T, dialect string) (calls []string, told string) {
	paths, err := filepath.Glob(filepath.Join("testdata", "conformance", dialect+"*.golden"))
	if err != nil {
		t.Fatal(err)
	}
	var counts []string
	for _, path := range paths {
		lines := goldenLines(t, path)
		lines = lines[1:slices.Index(lines, "")]
		calls = append(calls, lines...)
		version := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(path), ".golden"), dialect)
		counts = append(counts, strings.TrimSpace(fmt.Sprintf("%d %s", len(lines), strings.TrimPrefix(version, "-"))))
	}
	if len(counts) == 0 {
		return nil, "–"
	}
	for i, c := range counts {
		if n, version, versioned := strings.Cut(c, " "); versioned {
			counts[i] = n + " (" + version + ")"
		}
	}
	return calls, strings.Join(counts, ", ")
}

// faultsRead is how many faults of the demo's banks a dialect was read through.
func faultsRead(t *testing.T, dialect string) string {
	lines := goldenLines(t, filepath.Join("..", "..", "engine", "testdata", "conformance", dialect+".golden"))
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.Contains(line, "has no such switch") })
	if len(lines) == 0 {
		return "–"
	}
	return fmt.Sprint(len(lines))
}

func goldenLines(t *testing.T, pattern string) (all []string) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")...)
	}
	return all
}

// TestEveryDialectHasFixturesOfItsOwn, so that the test suite covers it without anything from elsewhere.
func TestEveryDialectHasFixturesOfItsOwn(t *testing.T) {
	for _, d := range all.Dialects() {
		for _, kind := range []string{"*.json", "*.golden"} { // of accounts and of rows
			files, err := filepath.Glob(filepath.Join("..", d.Name(), "testdata", kind))
			if err != nil || len(files) < 2 {
				t.Errorf("%s has %d files %s in testdata, %v", d.Name(), len(files), kind, err)
			}
		}
	}
}
