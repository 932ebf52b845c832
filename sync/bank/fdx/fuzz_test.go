package fdx_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank/fdx"
)

func FuzzAccounts(f *testing.F) {
	f.Add([]byte(read(f, "testdata/accounts.json")))
	f.Add([]byte(read(f, "testdata/broken-accounts.json")))
	f.Add([]byte(`[{"accountId":1,"loanAccount":{}}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed.Limit(t)
		accounts, err := fdx.ReadAccounts(bytes.NewReader(body))
		if err != nil {
			if fault.KindOf(err) != fault.BankUnexpected {
				t.Fatalf("kind %d: %v", fault.KindOf(err), err)
			}
			return
		}
		if !json.Valid(bytes.TrimSpace(body)) && !longer(body) {
			t.Fatalf("accounts out of what is no JSON: %+v", accounts)
		}
		for _, a := range accounts {
			if a.Err == nil && (!money.KnownForm(a.Currency) || a.Number == "") {
				t.Fatalf("an account without %+v", a)
			}
			if len([]rune(a.Masked)) > 4 {
				t.Fatalf("a whole number is kept: %q", a.Masked)
			}
		}
	})
}

// longer reports whether body starts with a whole JSON value: what follows one is not read.
func longer(body []byte) bool {
	var first json.RawMessage
	return json.NewDecoder(bytes.NewReader(body)).Decode(&first) == nil
}

func FuzzTransactions(f *testing.F) {
	f.Add([]byte(read(f, "testdata/transactions.json")))
	f.Add([]byte(`{"page":{"nextPageKey":"x"},"transactions":[{"amount":-0.10,"postedTimestamp":"2026-01-01T00:00:00+14:00"}]}`))
	f.Add([]byte(`[{"locTransaction":{"amount":"+.5","transactionTimestamp":"2026-01-01"}}]`))
	f.Fuzz(func(t *testing.T, body []byte) {
		fuzzed.Limit(t)
		rows, _, err := fdx.ReadRows(bytes.NewReader(body), "USD")
		if err != nil {
			if fault.KindOf(err) != fault.BankUnexpected {
				t.Fatalf("kind %d: %v", fault.KindOf(err), err)
			}
			return
		}
		for _, r := range rows {
			if r.Amount.Currency != "USD" || !r.Date.Plausible() || !utf8.ValidString(r.Payee) || strings.ContainsAny(r.Payee+r.Text, "\n\u202e") {
				t.Fatalf("row %+v", r)
			}
			if told := amounts(r.Raw); len(told) == 1 && !sameMoney(told[0], r.Amount) {
				t.Fatalf("the bank said %q, the row has %v", told[0], r.Amount)
			}
		}
	})
}

// amounts returns every amount that the bank told of a row. Of two the last counts, which may
// be beyond what is kept raw, so only a single one can be checked.
func amounts(raw []ledger.Field) []string {
	var all []string
	for _, f := range raw {
		if f.Name == "amount" {
			all = append(all, f.Value)
		}
	}
	return all
}

// sameMoney compares exact fractions, signs aside: those come from another field.
func sameMoney(told string, a money.Amount) bool {
	want, ok := new(big.Rat).SetString(told)
	if !ok {
		return false
	}
	got := big.NewRat(a.Minor, 100)
	return want.Abs(want).Cmp(got.Abs(got)) == 0
}
