package monzo_test

import (
	"encoding/json"
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
	"coffer/sync/bank/monzo"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestAccountsReadAsInTheGoldenFile(t *testing.T) {
	p := fromFiles(t)
	accounts, err := monzo.Bank{}.Accounts(t.Context(), p.Session(t))
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "accounts", tellAccounts(accounts))
	for _, a := range accounts { // a number whole is nowhere but in what identifies it
		if strings.Contains(a.Masked, "30112290") {
			t.Errorf("%+v", a.Account)
		}
	}
}

func TestTransactionsReadAsInTheGoldenFile(t *testing.T) {
	pages, err := collect(t, monzo.Bank{}, fromFiles(t).Session(t), bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 26)})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "transactions", tellPages(pages))
}

// fromFiles is a bank that answers what testdata holds.
func fromFiles(t *testing.T) *banktest.Pots {
	var balances map[string]struct {
		Status int             `json:"status"`
		Body   json.RawMessage `json:"body"`
	}
	if err := json.Unmarshal([]byte(read(t, "testdata/balances.json")), &balances); err != nil {
		t.Fatal(err)
	}
	p := banktest.FilledPots(t)
	p.Answer = func(w http.ResponseWriter, r *http.Request) bool {
		switch r.URL.Path {
		case "/balance":
			b := balances[r.URL.Query().Get("account_id")]
			w.WriteHeader(b.Status)
			_, _ = w.Write(b.Body)
		case "/accounts", "/pots", "/transactions":
			if r.URL.Path == "/pots" && r.URL.Query().Get("current_account_id") == "acc_joint" {
				_, _ = w.Write([]byte(`{"pots":[]}`))
				return true
			}
			http.ServeFile(w, r, "testdata"+r.URL.Path+".json")
		default:
			return false
		}
		return true
	}
	return p
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

var current = ledger.Account{BankID: "acc_1", Currency: "GBP", Kind: ledger.Checking}

func collect(t *testing.T, d monzo.Bank, s bank.Session, w bank.Window) ([]bank.Page, error) {
	t.Helper()
	of := current
	if !strings.Contains(s.Base, "127.0.0.1") {
		t.Fatal("no bank of the test's")
	}
	var all []bank.Page
	for page, err := range d.Transactions(t.Context(), s, of, w) {
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
		fmt.Fprintf(&b, "  booked %s, available %s\n", tell(a.Balance.Booked), tell(a.Balance.Available))
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
		fmt.Fprintf(&b, "page, next %q, partial %v\n", p.Next, p.Partial)
		for _, r := range p.Rows {
			fmt.Fprintf(&b, "%q pending %v %v at %v: %s foreign %s\n", r.SourceID, r.Pending, r.Date, r.At, tell(r.Amount), tell(r.Foreign))
			fmt.Fprintf(&b, "  payee %q text %q memo %q category %q mcc %q\n", r.Payee, r.Text, r.Memo, r.Category, r.MCC)
			for _, f := range r.Raw {
				fmt.Fprintf(&b, "    %s: %s\n", f.Name, f.Value)
			}
		}
	}
	return b.String()
}
