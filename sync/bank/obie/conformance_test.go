//go:build conformance

package obie_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/sync/bank"
	"coffer/sync/bank/obie"
)

// corpus returns a file of the folder bank-json of the corpus, which CORPUS names from the root of the project.
func corpus(t *testing.T, folder, name string) string {
	t.Helper()
	root := os.Getenv("CORPUS")
	if root == "" {
		t.Fatal("CORPUS is not set: it names the folder that holds bank-json")
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", "..", "..", root)
	}
	raw, err := os.ReadFile(filepath.Join(root, "bank-json", folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestCorpusOfAMockServerOfVersion1 reads what the first mock server of the standard's makers answers.
func TestCorpusOfAMockServerOfVersion1(t *testing.T) {
	read := func(name string) string { return corpus(t, "nitin-tiwari+reference-mock-server", name) }
	accounts, next, err := obie.ReadAccounts(strings.NewReader(read("accounts.json")))
	if err != nil || next != "" || len(accounts) != 3 || accounts[0].Number != "30854645679085 341267" || accounts[1].Masked != "8162" || accounts[2].Name != "Ms Liddell" {
		t.Errorf("accounts: %+v, %q, %v", accounts, next, err)
	}
	balances := 0
	for name, want := range map[string]struct {
		account           string
		booked, available int64
	}{
		"balances.json": {"22289", 0, 230_00}, "balances-1.json": {"22290", 4800_00, 3850_23}, "balances-2.json": {"22291", 8520_01, 8520_01}, "balances-3.json": {"22292", 0, 0}, // of the opening alone
	} {
		a := bank.Account{Account: gbp}
		a.BankID = want.account
		err := obie.ReadBalances(strings.NewReader(read(name)), &a)
		balances += strings.Count(read(name), `"CreditDebitIndicator"`)
		if b := a.Balance; err != nil || b.Booked.Minor != want.booked || b.Available.Minor != want.available || b.Available.Minor != 0 && (b.Limit.Minor != 1000_00 || b.AsOf.IsZero()) {
			t.Errorf("%s: %+v, %v", name, b, err)
		}
	}
	t.Logf("5 files of version 1: %d accounts, %d balances", len(accounts), balances)
}

// TestCorpusOfAQuickstartsBank reads the data of a mock bank that keeps all accounts in one file, account by account.
func TestCorpusOfAQuickstartsBank(t *testing.T) {
	var file struct {
		User struct {
			Accounts     []json.RawMessage `json:"obuk_accounts"`
			Balances     []json.RawMessage `json:"obuk_balances"`
			Transactions []json.RawMessage `json:"obuk_transactions"`
		} `json:"user"`
	}
	if err := json.Unmarshal([]byte(corpus(t, "cloudentity+openbanking-quickstart", "obuk-data.json")), &file); err != nil {
		t.Fatal(err)
	}
	answer := func(list string, of []json.RawMessage, account string) *strings.Reader {
		var kept []json.RawMessage
		for _, raw := range of {
			if account == "" || strings.Contains(string(raw), `"AccountId": "`+account+`"`) {
				kept = append(kept, raw)
			}
		}
		raw, err := json.Marshal(map[string]any{"Data": map[string]any{list: kept}})
		if err != nil {
			t.Fatal(err)
		}
		return strings.NewReader(string(raw))
	}
	accounts, _, err := obie.ReadAccounts(answer("Account", file.User.Accounts, ""))
	if err != nil || len(accounts) != 2 || accounts[0].Name != "Bills" || accounts[1].Masked != "3348" || accounts[1].Number != "80200110203348" {
		t.Errorf("accounts: %+v, %v", accounts, err)
	}
	t.Logf("1 file of version 3: %d accounts, %d balances, %d rows", len(file.User.Accounts), len(file.User.Balances), len(file.User.Transactions))
	for account, want := range map[string]struct {
		booked, available, limit int64
		rows                     []int64
	}{
		"22289": {0, 230_00, 1000_00, []int64{10_00}},
		"31820": {-57_36, 0, 0, []int64{-100_00, -200_00, -300_00, -33_00}},
		"31821": {-99_36, 0, 0, []int64{-33_00}},
	} {
		a := bank.Account{Account: gbp}
		a.BankID = account
		err := obie.ReadBalances(answer("Balance", file.User.Balances, account), &a)
		if b := a.Balance; err != nil || b.Booked.Minor != want.booked || b.Available.Minor != want.available || b.Limit.Minor != want.limit {
			t.Errorf("%s: %+v, %v", account, b, err)
		}
		rows, _, err := obie.ReadRows(answer("Transaction", file.User.Transactions, account), a.Account)
		if err != nil || len(rows) != len(want.rows) {
			t.Fatalf("%s: %d rows, %v", account, len(rows), err)
		}
		for i, r := range rows {
			if r.Amount.Minor != want.rows[i] || r.Pending || r.SourceID == "" || r.Text == "" || r.Payee == "" {
				t.Errorf("%s: %+v", account, r)
			}
		}
	}
}
