package banktest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
)

// Refusal is an answer without data and what a dialect is to make of it.
type Refusal struct {
	Status int
	Body   string
	Kind   fault.Kind
	Is     error // nil: it is not about one account alone
}

// Spilled is what a Refusal's body may hold and no error may repeat.
const Spilled = "4111-2222"

// Statuses are the refusals that say the same in each dialect.
func Statuses() map[string]Refusal {
	return map[string]Refusal{
		"the account is gone":               {404, `{"message":"4111-2222 is gone"}`, fault.NotFound, bank.ErrAccountGone},
		"the token is refused":              {401, `{"message":"4111-2222"}`, fault.LoginNeeded, nil},
		"the account is not in the consent": {403, ``, fault.LoginNeeded, bank.ErrAccountGone},
		"too many calls":                    {429, `slower`, fault.BankPaused, nil},
		"the bank is down":                  {502, `<html>4111-2222</html>`, fault.BankDown, nil},
		"the bank took too long":            {408, ``, fault.BankDown, nil},
		"a status that means nothing":       {418, `{"code":"4111-2222"}`, fault.BankUnexpected, nil},
		"no content":                        {204, ``, fault.BankUnexpected, nil},
	}
}

// Refusals reads the transactions of an account at a bank that answers each of cases. d's clock must stand at now.
func Refusals(t *testing.T, d bank.Dialect, now time.Time, open func(*testing.T, *Counter) bank.Session, cases map[string]Refusal) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := Always(t, c.Status, c.Body, open).Session(t)
			_, err := Collect(t, d, s, AnAccount(), bank.Window{From: ledger.Day(2026, 11, 1), To: ledger.Day(2026, 11, 22)})
			if fault.KindOf(err) != c.Kind || c.Is != nil && !errors.Is(err, c.Is) || c.Is == nil && errors.Is(err, bank.ErrAccountGone) {
				t.Errorf("got kind %d: %v; want %d", fault.KindOf(err), err, c.Kind)
			}
			if until := now.UTC().Add(15 * time.Minute).Format(time.RFC3339); c.Kind == fault.BankPaused && fault.Of(err).Args["until"] != until {
				t.Errorf("paused until %q, want %s", fault.Of(err).Args["until"], until)
			}
			if err != nil && strings.Contains(err.Error(), Spilled) {
				t.Errorf("the error repeats the bank's words: %v", err)
			}
		})
	}
}

// AnAccount is one whose id needs care in a path.
func AnAccount() ledger.Account { return ledger.Account{BankID: "a/1", Currency: "USD"} }

// Nonsense checks that read takes each body for the bank's mistake, and for that reason.
func Nonsense(t *testing.T, read func(body string) (rows int, err error), bodies map[string]Bad) {
	t.Helper()
	for name, b := range bodies {
		t.Run(name, func(t *testing.T) {
			_, err := read(b.Body)
			f := fault.Of(err)
			if f == nil || f.Kind != fault.BankUnexpected || f.Reason != b.Reason {
				t.Errorf("got %v, want reason %s", err, b.Reason)
			}
			if err != nil && strings.Contains(err.Error(), "4111") {
				t.Errorf("the error repeats what the bank told: %v", err)
			}
		})
	}
}

// Bad is a body that makes no sense, and the reason of the fault that it is to become.
type Bad struct{ Body, Reason string }

// NotJSON are bodies that are no answer of any API.
func NotJSON() map[string]Bad {
	return map[string]Bad{
		"nothing":        {Body: ``, Reason: "bank.json"},
		"a page":         {Body: `<html>welcome</html>`, Reason: "bank.json"},
		"a text":         {Body: `"hello"`, Reason: "bank.json"},
		"another object": {Body: `{"welcome":true}`, Reason: "bank.json"},
		"cut off":        {Body: `{"data":[{"id":"1"`, Reason: "bank.json"},
	}
}
