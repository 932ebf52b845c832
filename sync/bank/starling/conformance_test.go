//go:build conformance

package starling_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/sync/bank/starling"
)

// TestCorpusOfTheSDKsAnswers reads the answers in the tests of the bank's SDK, in the folder bank-json of the
// corpus, which CORPUS names from the root of the project.
func TestCorpusOfTheSDKsAnswers(t *testing.T) {
	root := os.Getenv("CORPUS")
	if root == "" {
		t.Fatal("CORPUS is not set: it names the folder that holds bank-json")
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", "..", "..", root)
	}
	read := func(name string) *strings.Reader {
		raw, err := os.ReadFile(filepath.Join(root, "bank-json", "starlingbank+starling-developer-sdk", name))
		if err != nil {
			t.Fatal(err)
		}
		return strings.NewReader(string(raw))
	}
	accounts, err := starling.ReadAccounts(read("v2-get-accounts.json"))
	if err != nil || len(accounts) != 1 || accounts[0].Err != nil || accounts[0].Currency != "GBP" {
		t.Errorf("accounts: %+v, %v", accounts, err)
	}
	if b, err := starling.ReadBalance(read("v2-get-account-balance.json"), "GBP"); err != nil || b.Booked.Minor != 1111 || b.Available.Minor != 2222 || b.Limit.Minor != 4444 {
		t.Errorf("balance: %+v, %v", b, err)
	}
	if goals, err := starling.ReadGoals(read("v2-get-savings-goals.json"), gbp); err != nil || len(goals) != 2 || goals[0].Balance.Booked.Minor != 11223344 {
		t.Errorf("goals: %+v, %v", goals, err)
	}
	rows, err := starling.ReadFeed(read("v2-get-feed-items.json"), "GBP")
	if err != nil || len(rows) < 3 || rows[0].Amount.Minor != -2375 || !rows[0].Pending {
		t.Errorf("feed: %+v, %v", rows, err)
	}
}
