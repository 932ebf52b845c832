package simplefin_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"unicode/utf8"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/sync/bank/simplefin"
	"coffer/sync/wire"
)

// FuzzAccountSet: never panics, and what it reads is whole and fit to show.
func FuzzAccountSet(f *testing.F) {
	f.Add(read(f, "testdata/v1.json"))
	f.Add(read(f, "testdata/v2.json"))
	f.Add(`{"accounts":[{"id":1,"transactions":[{"posted":"0","amount":-.5},null,[]]}]}`)
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		accounts, err := simplefin.ReadAccounts(strings.NewReader(body))
		if err != nil && fault.KindOf(err) != fault.BankUnexpected {
			t.Fatalf("kind %d: %v", fault.KindOf(err), err)
		}
		for _, a := range accounts {
			if key, id, ok := simplefin.PartsOf(a.BankID); !ok || id == "" || !strings.HasSuffix(a.BankID, id) || len([]rune(a.Masked)) > 4 {
				t.Fatalf("%+v is %q and %q", a, key, id)
			}
		}
		rows, err := simplefin.ReadRows(strings.NewReader(body), "USD")
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
		}
	})
}

// FuzzSetupToken: what is taken for a claim address can be asked, holds no user, and is what was encoded.
func FuzzSetupToken(f *testing.F) {
	f.Add(base64.StdEncoding.EncodeToString([]byte("https://bridge.example/simplefin/claim/x")), "https://u:p@bridge.example/simplefin")
	f.Add("aHR0cHM6Ly9hLmIvYw", "http://u:p@127.0.0.1:1/")
	f.Fuzz(func(t *testing.T, setup, access string) {
		fuzzed.Limit(t)
		if address, ok := simplefin.ClaimAddress(setup); ok {
			if _, err := wire.Origin(address); err != nil || strings.ContainsAny(address, " \n\r\t") {
				t.Fatalf("%q of %q: %v", address, setup, err)
			}
			if again, ok := simplefin.ClaimAddress(base64.URLEncoding.EncodeToString([]byte(address))); !ok || again != address {
				t.Fatalf("%q is read as %q", address, again)
			}
		}
		if base, token, ok := simplefin.Split(access); ok {
			if _, err := wire.Origin(base); err != nil || !strings.Contains(token, ":") {
				t.Fatalf("%q, %v", base, err)
			}
		}
	})
}
