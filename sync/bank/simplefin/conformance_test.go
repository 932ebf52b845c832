//go:build conformance

package simplefin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/sync/bank/simplefin"
)

// TestCorpusOfAccountSets reads the account sets that others published, in the folder bank-json of the corpus,
// which CORPUS names from the root of the project.
func TestCorpusOfAccountSets(t *testing.T) {
	root := os.Getenv("CORPUS")
	if root == "" {
		t.Fatal("CORPUS is not set: it names the folder that holds bank-json")
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", "..", "..", root)
	}
	paths, err := filepath.Glob(filepath.Join(root, "bank-json", "jeeftor+simplefin4py", "*.json"))
	if err != nil || len(paths) < 3 {
		t.Fatalf("%d files, %v; want 3 or more", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			raw := read(t, path)
			accounts, err := simplefin.ReadAccounts(strings.NewReader(raw))
			if want := strings.Count(raw, `"balance-date"`); err != nil || len(accounts) != want {
				t.Fatalf("%d accounts of %d, %v", len(accounts), want, err)
			}
			rows, err := simplefin.ReadRows(strings.NewReader(raw), "USD")
			if want := strings.Count(raw, `"posted"`); err != nil || len(rows) != want {
				t.Fatalf("%d rows of %d, %v", len(rows), want, err)
			}
		})
	}
}
