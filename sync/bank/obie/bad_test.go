package obie_test

import (
	"strings"
	"testing"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/obie"
)

func TestRefusalsSayWhatThePersonCanDo(t *testing.T) {
	cases := banktest.Statuses()
	said := func(code string) string {
		return `{"Code":"4111-2222","Id":"4111-2222","Message":"4111-2222","Errors":[{"ErrorCode":"` + code + `","Message":"4111-2222","Path":"4111-2222"}]}`
	}
	for name, c := range map[string]banktest.Refusal{
		"the consent is over":               {Status: 400, Body: said("UK.OBIE.Resource.InvalidConsentStatus"), Kind: fault.LoginNeeded},
		"the consent is over, version 4":    {Status: 403, Body: said("U009"), Kind: fault.LoginNeeded},
		"the bank wants a new sign-in":      {Status: 403, Body: said("UK.OBIE.Reauthenticate"), Kind: fault.LoginNeeded},
		"the account is not known":          {Status: 400, Body: said("UK.OBIE.Resource.NotFound"), Kind: fault.NotFound, Is: bank.ErrAccountGone},
		"the account is not known, too":     {Status: 400, Body: said("U011"), Kind: fault.NotFound, Is: bank.ErrAccountGone},
		"the days are refused":              {Status: 400, Body: said("UK.OBIE.Field.InvalidDate"), Kind: fault.BankUnexpected},
		"a field is refused":                {Status: 400, Body: said("UK.OBIE.Field.Invalid"), Kind: fault.BankUnexpected},
		"the bank failed":                   {Status: 500, Body: said("UK.OBIE.UnexpectedError"), Kind: fault.BankDown},
		"the bank failed, as a bad request": {Status: 400, Body: said("U000"), Kind: fault.BankDown},
		"too many, with a code":             {Status: 429, Body: said("U009"), Kind: fault.BankPaused},
		"a code of the bank's own":          {Status: 403, Body: said("4111-2222"), Kind: fault.LoginNeeded, Is: bank.ErrAccountGone},
		"the second of two codes":           {Status: 400, Body: `{"Errors":[{"ErrorCode":"4111-2222"},{"ErrorCode":"U009"}]}`, Kind: fault.LoginNeeded},
	} {
		cases[name] = c
	}
	banktest.Refusals(t, here, now, open, cases)
}

func TestBodiesThatMakeNoSenseAreTheBanksFault(t *testing.T) {
	row := func(fields string) string {
		return `{"Data":{"Transaction":[{"AccountId":"a-1","Status":"Booked","BookingDateTime":"2026-01-02T00:00:00Z",` + fields + `}]}}`
	}
	bodies := banktest.NotJSON()
	for name, b := range map[string]banktest.Bad{
		"an exponent":             {Body: row(`"CreditDebitIndicator":"Credit","Amount":{"Amount":"1e3","Currency":"GBP"}`), Reason: "bank.amount"},
		"a third decimal":         {Body: row(`"CreditDebitIndicator":"Credit","Amount":{"Amount":"4111.005","Currency":"GBP"}`), Reason: "bank.amount"},
		"a comma":                 {Body: row(`"CreditDebitIndicator":"Credit","Amount":{"Amount":"4,111.00","Currency":"GBP"}`), Reason: "bank.amount"},
		"null for an amount":      {Body: row(`"CreditDebitIndicator":"Credit","Amount":{"Amount":null,"Currency":"GBP"}`), Reason: "bank.amount"},
		"an amount beyond 64 bit": {Body: row(`"CreditDebitIndicator":"Credit","Amount":{"Amount":"92233720368547758.08","Currency":"GBP"}`), Reason: "bank.amount"},
		"no direction":            {Body: row(`"Amount":{"Amount":"4111.00","Currency":"GBP"}`), Reason: "bank.amount"},
		"a new direction":         {Body: row(`"CreditDebitIndicator":"Sideways","Amount":{"Amount":"4111.00","Currency":"GBP"}`), Reason: "bank.amount"},
		"another currency":        {Body: row(`"CreditDebitIndicator":"Credit","Amount":{"Amount":"1.00","Currency":"EUR"}`), Reason: "bank.currency"},
		"no amount":               {Body: row(`"CreditDebitIndicator":"Credit"`), Reason: "bank.currency"},
		"another account":         {Body: strings.Replace(row(`"CreditDebitIndicator":"Credit"`), "a-1", "a-4111", 1), Reason: "bank.other"},
		"no date":                 {Body: strings.Replace(row(`"x":1`), "2026-01-02T00:00:00Z", "", 1), Reason: "bank.date"},
		"a date out of range":     {Body: strings.Replace(row(`"x":1`), "2026", "9999", 1), Reason: "bank.date"},
		"null for the data":       {Body: `{"Data":null}`, Reason: "bank.json"},
		"a list for the data":     {Body: `{"Data":[]}`, Reason: "bank.json"},
		"an object for the list":  {Body: `{"Data":{"Transaction":{}}}`, Reason: "bank.json"},
	} {
		bodies[name] = b
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		rows, _, err := obie.ReadRows(strings.NewReader(body), gbp)
		return len(rows), err
	}, bodies)
	told := func(type_, fields string) string {
		return `{"Data":{"Balance":[{"AccountId":"a-1","CreditDebitIndicator":"Credit","Type":"` + type_ + `",` + fields + `}]}}`
	}
	banktest.Nonsense(t, func(body string) (int, error) {
		return 0, obie.ReadBalances(strings.NewReader(body), &bank.Account{Account: gbp})
	}, map[string]banktest.Bad{
		"no currency":                     {Body: told("ITBD", `"Amount":{"Amount":"4111"}`), Reason: "bank.currency"},
		"all in another currency":         {Body: told("ITBD", `"Amount":{"Amount":"4111","Currency":"EUR"}`), Reason: "bank.currency"},
		"a balance that is a text":        {Body: told("ITBD", `"Amount":{"Amount":"4111 or so","Currency":"GBP"}`), Reason: "bank.amount"},
		"another account's":               {Body: strings.Replace(told("ITBD", `"Amount":{"Amount":"1","Currency":"GBP"}`), "a-1", "a-4111", 1), Reason: "bank.other"},
		"credit in another currency":      {Body: told("ITBD", `"Amount":{"Amount":"1","Currency":"GBP"},"CreditLine":[{"Included":true,"Amount":{"Amount":"4111","Currency":"EUR"}}]`), Reason: "bank.currency"},
		"credit that is a text":           {Body: told("ITBD", `"Amount":{"Amount":"1","Currency":"GBP"},"CreditLine":[{"Included":true,"Amount":{"Amount":"4111 or so","Currency":"GBP"}}]`), Reason: "bank.amount"},
		"credit beyond what an int holds": {Body: told("ITBD", `"Amount":{"Amount":"1","Currency":"GBP"},"CreditLine":[`+line("true", "Credit", "92233720368547758.00")+`,`+line("true", "Credit", "92233720368547758.00")+`]`), Reason: "bank.amount"},
	})
	banktest.Nonsense(t, func(body string) (int, error) {
		return 0, obie.ReadBalances(strings.NewReader(body), &bank.Account{Account: ledger.Account{BankID: "a-1"}})
	}, map[string]banktest.Bad{"no currency anywhere": {Body: `{"Data":{}}`, Reason: "bank.currency"}})
	banktest.Nonsense(t, func(body string) (int, error) {
		_, _, err := obie.ReadAccounts(strings.NewReader(body))
		return 0, err
	}, map[string]banktest.Bad{"an account without an id": {Body: `{"Data":{"Account":[{"Currency":"GBP"}]}}`, Reason: "bank.account"}})
}

func FuzzRows(f *testing.F) {
	f.Add(banktest.Read(f, "transactions-v3.json"))
	f.Add(banktest.Read(f, "transactions-v4.json"))
	f.Fuzz(func(t *testing.T, body string) {
		fuzzed.Limit(t)
		rows, _, err := obie.ReadRows(strings.NewReader(body), gbp)
		banktest.Sane(t, rows, err, "GBP")
	})
}

func FuzzAccounts(f *testing.F) {
	f.Add(banktest.Read(f, "accounts-v3.json"), banktest.Read(f, "balances-v3.json"))
	f.Add(banktest.Read(f, "accounts-v4.json"), banktest.Read(f, "balances-v4.json"))
	f.Fuzz(func(t *testing.T, accounts, balances string) {
		fuzzed.Limit(t)
		all, _, err := obie.ReadAccounts(strings.NewReader(accounts))
		for i := range all {
			if all[i].Err == nil && err == nil {
				all[i].Err = obie.ReadBalances(strings.NewReader(balances), &all[i])
			}
		}
		if err == nil { // of an answer that is no list none is used
			banktest.SaneAccounts(t, all, err)
		}
	})
}
