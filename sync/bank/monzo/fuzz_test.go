package monzo_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/money"
	"coffer/sync/bank/monzo"
)

func FuzzAccounts(f *testing.F) {
	f.Add([]byte(read(f, "testdata/accounts.json")))
	f.Add([]byte(read(f, "testdata/pots.json")))
	f.Add([]byte(`{"accounts":[{"id":"a","type":"uk_loan_retail"},{"id":1}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed.Limit(t)
		accounts, err := monzo.ReadAccounts(body)
		if err != nil && fault.KindOf(err) != fault.BankUnexpected {
			t.Fatalf("kind %d: %v", fault.KindOf(err), err)
		}
		for _, a := range accounts {
			if a.BankID == "" || a.Name == "" || a.Number == "" || len([]rune(a.Masked)) > 4 || strings.ContainsAny(a.Name, "\n\u202e") {
				t.Fatalf("an account without %+v", a)
			}
		}
		pots, err := monzo.ReadPots(body)
		if err != nil && fault.KindOf(err) != fault.BankUnexpected {
			t.Fatalf("kind %d: %v", fault.KindOf(err), err)
		}
		for _, p := range pots {
			if p.Err == nil && (!money.KnownForm(p.Currency) || p.Balance.Booked.Currency != p.Currency || p.Name == "") {
				t.Fatalf("a pot without %+v", p)
			}
		}
	})
}

func FuzzTransactions(f *testing.F) {
	f.Add([]byte(read(f, "testdata/transactions.json")))
	f.Add([]byte(`{"transactions":[{"id":"t","created":"2026-01-01T00:00:00+14:00","amount":-9223372036854775808,"currency":"GBP","merchant":[]}]}`))
	f.Add([]byte(`{"transactions":[{"id":"t","created":"2026-01-01T00:00:00Z","amount":1e2,"currency":"GBP"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed.Limit(t)
		rows, err := monzo.ReadRows(body, "GBP")
		if err != nil && fault.KindOf(err) != fault.BankUnexpected {
			t.Fatalf("kind %d: %v", fault.KindOf(err), err)
		}
		for _, r := range rows {
			if r.SourceID == "" || r.Payee == "" || r.Amount.Currency != "GBP" || !r.Date.Plausible() || !utf8.ValidString(r.Payee) || strings.ContainsAny(r.Payee+r.Text+r.Memo, "\n\u202e") {
				t.Fatalf("row %+v", r)
			}
			for _, raw := range r.Raw {
				if raw.Name == "amount" && !strings.Contains(string(body), raw.Value) {
					t.Fatalf("the bank never said %q", raw.Value)
				}
			}
		}
	})
}

func FuzzRefusal(f *testing.F) {
	f.Add([]byte(`{"code":"forbidden.insufficient_permissions","message":"no"}`))
	f.Add([]byte(`{"code":"a b"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed.Limit(t)
		if code := monzo.CodeOf(body); strings.Trim(code, "abcdefghijklmnopqrstuvwxyz0123456789_.") != "" || len(code) > 80 {
			t.Fatalf("the log would hold %q", code)
		}
	})
}
