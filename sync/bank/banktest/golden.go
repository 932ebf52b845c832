package banktest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
)

// Golden compares got with the file name.golden in testdata, which it writes first where write is set.
func Golden(t *testing.T, write bool, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if write {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if want := Read(t, name+".golden"); got != want {
		t.Errorf("differs from %s; got:\n%s", path, got)
	}
}

// Read returns a file of testdata.
func Read(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TellAccounts writes accounts down for a golden file.
func TellAccounts(accounts []bank.Account) string {
	var b strings.Builder
	for _, a := range accounts {
		fmt.Fprintf(&b, "%s %q number %q masked %q kind %d %s closed %v\n", a.BankID, a.Name, a.Number, a.Masked, a.Kind, a.Currency, a.Closed)
		fmt.Fprintf(&b, "  booked %s, available %s, limit %s, as of %v\n", tellAmount(a.Balance.Booked), tellAmount(a.Balance.Available), tellAmount(a.Balance.Limit), a.Balance.AsOf)
		if a.Err != nil {
			fmt.Fprintf(&b, "  %v\n", a.Err)
		}
	}
	return b.String()
}

func tellAmount(a money.Amount) string {
	if a.Currency == "" {
		return "unknown"
	}
	return a.String()
}

// TellRows writes rows down for a golden file, without what is kept raw.
func TellRows(rows []ledger.Row) string {
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%q names %q pending %v %v at %v: %s foreign %s\n", r.SourceID, r.Names, r.Pending, r.Date, r.At, tellAmount(r.Amount), tellAmount(r.Foreign))
		fmt.Fprintf(&b, "  payee %q text %q memo %q category %q mcc %q card %q, %d fields", r.Payee, r.Text, r.Memo, r.Category, r.MCC, r.Card, len(r.Raw))
		if r.Country != "" || r.Channel != ledger.UnknownChannel {
			fmt.Fprintf(&b, ", country %q channel %d", r.Country, r.Channel)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Collect reads w to its end or the first error.
func Collect(t *testing.T, d bank.Dialect, s bank.Session, account ledger.Account, w bank.Window) ([]ledger.Row, error) {
	t.Helper()
	var rows []ledger.Row
	for page, err := range d.Transactions(t.Context(), s, account, w) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, page.Rows...)
	}
	return rows, nil
}

// Sane checks what a dialect read of any bytes: rows that are whole, or the bank's fault.
func Sane(t *testing.T, rows []ledger.Row, err error, currency string) {
	t.Helper()
	if err != nil {
		if fault.KindOf(err) != fault.BankUnexpected {
			t.Fatalf("kind %d: %v", fault.KindOf(err), err)
		}
		return
	}
	for _, r := range rows {
		if r.Amount.Currency != currency || !r.Date.Plausible() || !utf8.ValidString(r.Payee+r.Text+r.Memo) ||
			strings.ContainsAny(r.Payee+r.Text+r.Memo, "\n\u202e") || len([]rune(r.Card)) > 4 {
			t.Fatalf("row %+v", r)
		}
	}
}

// SaneAccounts is Sane of accounts.
func SaneAccounts(t *testing.T, accounts []bank.Account, err error) {
	t.Helper()
	if err != nil && fault.KindOf(err) != fault.BankUnexpected {
		t.Fatalf("kind %d: %v", fault.KindOf(err), err)
	}
	for _, a := range accounts {
		if a.BankID == "" || a.Err == nil && (!money.KnownForm(a.Currency) || a.Number == "") || len([]rune(a.Masked)) > 4 {
			t.Fatalf("account %+v", a)
		}
	}
}
