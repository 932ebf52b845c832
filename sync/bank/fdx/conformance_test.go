//go:build conformance

package fdx_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/sync/bank/fdx"
)

// TestAnswersThatOthersPublishedAreRead reads the answers of public FDX servers in the folder
// bank-json of the corpus, which CORPUS names from the root of the project.
func TestCorpusOfAnswersThatOthersPublished(t *testing.T) {
	if os.Getenv("CORPUS") == "" {
		t.Fatal("CORPUS is not set: it names the folder that holds bank-json")
	}
	root := os.Getenv("CORPUS")
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", "..", "..", root)
	}
	mastercard := filepath.Join(root, "bank-json", "Mastercard+Fdx-Mock-Resource-Server")
	readers := []struct {
		pattern string
		files   int // at least
		read    func(*testing.T, []byte)
	}{
		{"accounts_response.json", 1, listOfAccounts(3)},
		{"*acc_details*.json", 10, oneAccount},
		{"*Transaction*.json", 8, listOfRows},
	}
	for _, r := range readers {
		paths, err := filepath.Glob(filepath.Join(mastercard, r.pattern))
		if err != nil || len(paths) < r.files {
			t.Fatalf("%s in %s: %d files, %v; want %d or more", r.pattern, mastercard, len(paths), err, r.files)
		}
		for _, path := range paths {
			t.Run(filepath.Base(path), func(t *testing.T) { r.read(t, []byte(read(t, path))) })
		}
	}
	t.Run("fdx-data.json", func(t *testing.T) {
		quickstart(t, []byte(read(t, filepath.Join(root, "bank-json", "cloudentity+openbanking-quickstart", "fdx-data.json"))))
	})
}

func listOfAccounts(want int) func(*testing.T, []byte) {
	return func(t *testing.T, raw []byte) {
		accounts, err := fdx.ReadAccounts(bytes.NewReader(raw))
		if err != nil || len(accounts) != want {
			t.Fatalf("got %d accounts, %v", len(accounts), err)
		}
		for _, a := range accounts {
			if a.BankID == "" || a.Name == "" {
				t.Errorf("got %+v", a)
			}
		}
	}
}

func oneAccount(t *testing.T, raw []byte) {
	a, err := fdx.ReadAccount(bytes.NewReader(raw))
	if err != nil || a.BankID == "" || a.Name == "" || len(a.Masked) != 4 || a.Currency != "USD" || a.Balance.Booked.Currency != "USD" {
		t.Fatalf("got %+v, %v", a, err)
	}
	if owed := strings.Contains(string(raw), "LOAN_ACCOUNT") || strings.Contains(string(raw), "LOC_ACCOUNT"); owed != (a.Balance.Booked.Minor < 0) {
		t.Errorf("booked %v, owed %v", a.Balance.Booked, owed)
	}
}

func listOfRows(t *testing.T, raw []byte) {
	rows, _, err := fdx.ReadRows(bytes.NewReader(raw), "USD")
	if err != nil {
		t.Fatal(err)
	}
	if want := bytes.Count(raw, []byte(`"transactionId"`)); len(rows) != want {
		t.Errorf("got %d rows of %d", len(rows), want)
	}
	for _, r := range rows {
		if r.SourceID == "" || r.Pending || r.Text == "" {
			t.Errorf("got %+v", r)
		}
	}
}

func quickstart(t *testing.T, raw []byte) {
	var file struct {
		User struct {
			Accounts     json.RawMessage   `json:"fdx_accounts"`
			Details      []json.RawMessage `json:"fdx_balances"`
			Transactions json.RawMessage   `json:"fdx_transactions"`
		} `json:"user"`
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	listOfAccounts(3)(t, file.User.Accounts)
	listOfRows(t, file.User.Transactions)
	for _, one := range file.User.Details {
		a, err := fdx.ReadAccount(bytes.NewReader(one))
		if err != nil || len(a.Masked) != 4 || a.Balance.Booked.Currency != "" {
			t.Errorf("got %+v, %v", a, err)
		}
	}
	if _, next, err := fdx.ReadRows(bytes.NewReader(file.User.Transactions), "USD"); err != nil || next != "offset:2" {
		t.Errorf("next page %q, %v", next, err)
	}
}
