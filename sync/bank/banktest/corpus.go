//go:build conformance

package banktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
)

// Files are those of a folder of the corpus whose names match Pattern (path.Match).
type Files struct {
	Pattern string
	// Read tells what the dialect reads in a file, as from a server: for the golden file.
	Read func(t *testing.T, raw string) string
	// Why a file is not read, where Read is nil: it is no answer about accounts, balances or transactions.
	Why string
}

// CorpusRoot is the folder that CORPUS names, from the root of the project, seen from a room of a dialect.
func CorpusRoot(t *testing.T) string {
	t.Helper()
	root := os.Getenv("CORPUS")
	if root == "" {
		t.Fatal("CORPUS is not set: it names the folder that holds bank-json and specs")
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", "..", "..", root)
	}
	return root
}

// Corpus reads every file of a folder of bank-json, each by the first of kinds that its name matches, and compares with
// the golden file conformance/name, which it writes first where write is set. A file that nothing matches, and a pattern that
// matches nothing, fails.
func Corpus(t *testing.T, write bool, name, folder string, kinds []Files) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(CorpusRoot(t), "bank-json", folder))
	if err != nil {
		t.Fatal(err)
	}
	var told strings.Builder
	used := make([]bool, len(kinds))
	read, left := 0, 0
	for _, e := range entries {
		if e.Name() == "LICENSE" {
			continue
		}
		at := kindOfFile(t, kinds, e.Name())
		if at < 0 {
			t.Errorf("%s/%s is neither read nor named among those that are not", folder, e.Name())
			continue
		}
		used[at] = true
		if kinds[at].Read == nil {
			left++
			fmt.Fprintf(&told, "-- %s/%s: not read, %s\n", folder, e.Name(), kinds[at].Why)
			continue
		}
		read++
		fmt.Fprintf(&told, "== %s/%s\n%s", folder, e.Name(), kinds[at].Read(t, CorpusFile(t, folder, e.Name())))
	}
	for i, k := range kinds {
		if !used[i] {
			t.Errorf("no file of %s is called %s", folder, k.Pattern)
		}
	}
	Golden(t, write, "conformance/"+name, told.String())
	t.Logf("%s: %d files read to golden text, %d are no answers that a dialect reads", folder, read, left)
}

// CorpusFile is one file of bank-json.
func CorpusFile(t *testing.T, folder, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(CorpusRoot(t), "bank-json", folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func kindOfFile(t *testing.T, kinds []Files, name string) int {
	t.Helper()
	for i, k := range kinds {
		if fits, err := path.Match(k.Pattern, name); err != nil {
			t.Fatal(err)
		} else if fits {
			return i
		}
	}
	return -1
}

// Answering is a bank on loopback that answers each path, which begins with base, with the text of answers, and any other
// with 404. A path may name its query.
func Answering(t *testing.T, base string, answers map[string]string) *Counter {
	return NewCounter(t, &Counter{Base: base, Answer: func(q Question) (int, any) {
		if body, known := answers[q.URL.Path+"?"+q.URL.RawQuery]; known {
			return http.StatusOK, body
		}
		if body, known := answers[q.URL.Path]; known {
			return http.StatusOK, body
		}
		return http.StatusNotFound, map[string]any{}
	}})
}

// ToldAccounts is what d lists, for a golden file.
func ToldAccounts(t *testing.T, d bank.Dialect, s bank.Session) string {
	t.Helper()
	accounts, err := d.Accounts(t.Context(), s)
	return TellAccounts(accounts) + ToldFault(err)
}

// ToldRows is what d reads of account in the days that any corpus has, for a golden file.
func ToldRows(t *testing.T, d bank.Dialect, s bank.Session, account ledger.Account) string {
	t.Helper()
	return ToldRowsOf(t, d, s, account, bank.Window{From: ledger.Day(1990, 1, 1), To: ledger.Day(2026, 11, 27)})
}

// ToldRowsOf is ToldRows of the days of w.
func ToldRowsOf(t *testing.T, d bank.Dialect, s bank.Session, account ledger.Account, w bank.Window) string {
	t.Helper()
	var rows []ledger.Row
	var err error
	partial := ""
	for page, wrong := range d.Transactions(t.Context(), s, account, w) {
		if err = wrong; err != nil {
			break
		}
		if rows = append(rows, page.Rows...); page.Partial {
			partial = ", of which some may be missing"
		}
	}
	return fmt.Sprintf("rows of %s%s\n", account.BankID, partial) + TellRows(rows) + ToldFault(err)
}

// ToldAnswer is what a bank said to a call that proves something, for a golden file.
func ToldAnswer(a bank.Answer, err error) string {
	return fmt.Sprintf("status %d %s\n", a.Status, a.Code) + ToldFault(err)
}

// ToldFault is what err says, for a golden file; nothing where there is none.
func ToldFault(err error) string {
	if err == nil {
		return ""
	}
	f := fault.Of(err)
	if f == nil {
		return fmt.Sprintf("no fault: %v\n", err)
	}
	return fmt.Sprintf("fault of kind %d %s: %v\n", f.Kind, f.Reason, err)
}

// Part returns what stands at a place in raw, as JSON: "user.fdx_accounts". What is not there is empty.
func Part(t *testing.T, raw, place string) string {
	t.Helper()
	for name := range strings.SplitSeq(place, ".") {
		var parts map[string]json.RawMessage
		if err := json.Unmarshal([]byte(raw), &parts); err != nil {
			t.Fatalf("%s: %v", place, err)
		}
		if raw = string(parts[name]); raw == "" {
			return ""
		}
	}
	return raw
}

// Parts are the elements of a list in JSON.
func Parts(t *testing.T, raw string) (all []string) {
	t.Helper()
	var parts []json.RawMessage
	if err := json.Unmarshal([]byte(raw), &parts); err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		all = append(all, string(p))
	}
	return all
}
