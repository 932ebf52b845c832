//go:build conformance

package ofx_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/statement"
	"coffer/app/statement/all"
)

// TestCorpus reads every OFX file of other projects' tests under $CORPUS/statements: each is
// read, or refused with a line and a reason. No row of a file that is read goes missing.
func TestCorpus(t *testing.T) {
	corpus := filepath.Join(os.Getenv("CORPUS"), "statements")
	if os.Getenv("CORPUS") == "" {
		t.Fatal("CORPUS names no folder")
	}
	table, files, refused := strings.Builder{}, 0, 0
	err := filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ext := strings.ToLower(filepath.Ext(path)); d.IsDir() || ext != ".ofx" && ext != ".qfx" {
			return nil
		}
		files++
		name, _ := filepath.Rel(corpus, path)
		line, ok := corpusFile(t, path)
		if !ok {
			refused++
		}
		fmt.Fprintf(&table, "%-62s %s\n", name, line)
		return nil
	})
	if err != nil {
		t.Fatalf("walk the corpus: %v", err)
	}
	if files == 0 {
		t.Fatalf("no OFX file under %s", corpus)
	}
	t.Logf("%d files, %d read, %d refused\n%s", files, files-refused, refused, table.String())
}

// corpusFile reads one file and describes what came of it; ok is false if it was refused.
func corpusFile(t *testing.T, path string) (described string, ok bool) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	got, err := statement.Read(t.Context(), all.Formats(), strings.NewReader(string(raw)), statement.Options{})
	if took := time.Since(began); took > time.Second {
		t.Errorf("%s took %v", path, took)
	}
	if err != nil {
		f := fault.Of(err)
		if f == nil || f.Kind != fault.BadFile || f.Args["line"] == "" || f.Reason == "" || !errors.Is(err, f) {
			t.Errorf("%s: refused without a line and a reason: %v", path, err)
			return "?", false
		}
		return fmt.Sprintf("refused: line %s, %s %s", f.Args["line"], f.Reason, f.Args["code"]), false
	}
	trades := 0
	var why []string
	for _, s := range got.Skipped {
		if s.Reason.ID == "ofx.trade" {
			trades++
			continue
		}
		why = append(why, fmt.Sprintf("line %d %s", s.Line, s.Reason.ID))
	}
	for _, s := range got.Unread {
		why = append(why, fmt.Sprintf("(line %d %s)", s.Line, s.Reason.ID))
	}
	if want := countRows(string(raw)); got.Rows()+len(got.Skipped)-trades != want {
		t.Errorf("%s: %d rows and %d skips of %d", path, got.Rows(), len(got.Skipped)-trades, want)
	}
	return fmt.Sprintf("%4d rows %3d skipped %3d trades %2d accounts %s  %s", got.Rows(),
		len(got.Skipped)-trades, trades, len(got.Statements), got.How.Encoding, strings.Join(why, ", ")), true
}
