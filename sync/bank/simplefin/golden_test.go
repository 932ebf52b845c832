package simplefin_test

import (
	"flag"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/simplefin"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestASetReadsAsInTheGoldenFiles: accounts of each kind that a name shows, and rows that are booked, pending, told twice under
// one id, and of no day.
func TestASetReadsAsInTheGoldenFiles(t *testing.T) {
	d := simplefin.Bank{Now: func() time.Time { return time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC) }}
	s := newBridge(t, says(200, banktest.Read(t, "set.json"))).session(t)
	accounts, err := d.Accounts(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "accounts", banktest.TellAccounts(accounts))
	rows, err := banktest.Collect(t, d, s, accounts[0].Account, bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)})
	if err != nil {
		t.Fatal(err)
	}
	banktest.Golden(t, *update, "transactions", banktest.TellRows(rows))
}
