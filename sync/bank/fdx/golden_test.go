package fdx_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/fdx"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	accounts, err := readAccounts(t, read(t, "testdata/accounts.json"))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "accounts", tellAccounts(accounts))
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	pages, err := readTransactions(t, read(t, "testdata/transactions.json"))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "transactions", tellPages(pages))
}

func read(t testing.TB, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := read(t, path); got != want {
		t.Errorf("differs from %s; got:\n%s", path, got)
	}
}

// answering is a bank that answers body to whatever is asked.
func answering(t testing.TB, status int, body string) *banktest.Fake {
	f := banktest.NewFake(t, 10)
	f.Script(func(banktest.Call) *banktest.Reply { return &banktest.Reply{Status: status, Body: body} })
	return f
}

func readAccounts(t *testing.T, body string) ([]bank.Account, error) {
	t.Helper()
	return fdx.Bank{}.Accounts(t.Context(), answering(t, http.StatusOK, body).Session(t))
}

var anAccount = ledger.Account{BankID: "a/1", Currency: "USD"}

func readTransactions(t *testing.T, body string) ([]bank.Page, error) {
	t.Helper()
	return collect(t, fdx.Bank{}, answering(t, http.StatusOK, body).Session(t), bank.Window{})
}

func collect(t *testing.T, d fdx.Bank, s bank.Session, w bank.Window) ([]bank.Page, error) {
	t.Helper()
	var all []bank.Page
	for page, err := range d.Transactions(t.Context(), s, anAccount, w) {
		if err != nil {
			return all, err
		}
		all = append(all, page)
	}
	return all, nil
}

func tellAccounts(accounts []bank.Account) string {
	var b strings.Builder
	for _, a := range accounts {
		fmt.Fprintf(&b, "%s %q number %q masked %q kind %d %s closed %v\n", a.BankID, a.Name, a.Number, a.Masked, a.Kind, a.Currency, a.Closed)
		fmt.Fprintf(&b, "  booked %s, available %s, limit %s, as of %v\n", tell(a.Balance.Booked), tell(a.Balance.Available), tell(a.Balance.Limit), a.Balance.AsOf)
		if a.Err != nil {
			fmt.Fprintf(&b, "  %v\n", a.Err)
		}
	}
	return b.String()
}

func tell(a money.Amount) string {
	if a.Currency == "" {
		return "unknown"
	}
	return a.String()
}

func tellPages(pages []bank.Page) string {
	var b strings.Builder
	for _, p := range pages {
		fmt.Fprintf(&b, "page of %d rows in all, next %q, partial %v\n", p.Total, p.Next, p.Partial)
		for _, r := range p.Rows {
			fmt.Fprintf(&b, "%q names %q pending %v %v at %v: %s foreign %s\n", r.SourceID, r.Names, r.Pending, r.Date, r.At, tell(r.Amount), tell(r.Foreign))
			fmt.Fprintf(&b, "  payee %q text %q memo %q category %q mcc %q card %q\n", r.Payee, r.Text, r.Memo, r.Category, r.MCC, r.Card)
			for _, f := range r.Raw {
				fmt.Fprintf(&b, "    %s: %s\n", f.Name, f.Value)
			}
		}
	}
	return b.String()
}
