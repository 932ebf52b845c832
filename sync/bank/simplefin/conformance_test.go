//go:build conformance

package simplefin_test

import (
	"testing"

	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/simplefin"
)

// month is that of the only rows.
var month = bank.Window{From: ledger.Day(1995, 2, 1), To: ledger.Day(1995, 2, 28)}

// TestCorpusOfAccountSets reads the account sets that a public client of the protocol is tested with: the accounts, and the
// rows of each.
func TestCorpusOfAccountSets(t *testing.T) {
	told := func(status int) func(*testing.T, string) string {
		return func(t *testing.T, raw string) string {
			s := newBridge(t, says(status, raw)).session(t)
			all := banktest.ToldAccounts(t, simplefin.Bank{}, s)
			accounts, _ := simplefin.Bank{}.Accounts(t.Context(), s) // whose error is told above
			for _, a := range accounts {
				all += banktest.ToldRowsOf(t, simplefin.Bank{}, s, a.Account, month)
			}
			return all
		}
	}
	banktest.Corpus(t, *update, "client", "jeeftor+simplefin4py", []banktest.Files{
		{Pattern: "402.json", Read: told(402)},
		{Pattern: "*.json", Read: told(200)},
	})
}
