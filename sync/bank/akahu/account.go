package akahu

import (
	"errors"
	"io"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

// readItems reads an answer with a list, and the word for its next page.
func readItems(body io.Reader, each func(reply.Fields) error) (next string, err error) {
	beside, err := reply.Read(body, reply.List{Path: "items", Each: each})
	if err == nil && beside.Get("success") == "false" {
		return "", fault.Because(fault.BankUnexpected, "bank.json", "read an answer", errors.New("it says that it failed"))
	}
	return beside.Get("cursor.next"), err
}

func readAccounts(body io.Reader) (all []bank.Account, next string, err error) {
	next, err = readItems(body, func(f reply.Fields) error {
		if f.Get("_id") == "" {
			return reply.NoID("read an account")
		}
		a, err := accountOf(f)
		a.Err = err
		all = append(all, a)
		return nil
	})
	return all, next, err
}

func accountOf(f reply.Fields) (bank.Account, error) {
	const op = "read an account"
	number := f.Get("formatted_account")
	a := bank.Account{Number: number, Account: ledger.Account{
		BankID: f.Get("_id"), Name: reply.Plain(f.First("name", "connection.name", "type")), Kind: kindOf(f.Get("type")), Masked: ledger.Mask(number),
	}}
	if number == "" {
		a.Number = "id " + a.BankID
	}
	if f.Get("status") == "INACTIVE" { // Akahu has lost it: what it still tells is old
		return a, fault.Because(fault.LoginNeeded, "account.refused", op, bank.ErrAccountGone)
	}
	var err error
	if a.Currency, err = reply.Currency(f.Get("balance.currency"), op); err != nil {
		return a, err
	}
	if a.Balance.Booked, err = reply.Decimal(f.Get("balance.current"), a.Currency, "read a balance"); err != nil {
		return a, err
	}
	for name, to := range map[string]*money.Amount{"balance.available": &a.Balance.Available, "balance.limit": &a.Balance.Limit} {
		if text := f.Get(name); text != "" {
			if *to, err = reply.Decimal(text, a.Currency, "read a balance"); err != nil {
				return a, err
			}
		}
	}
	if at, ok := reply.Instant(f.Get("refreshed.balance")); ok {
		a.Balance.AsOf = at.UTC()
	}
	return a, nil
}

func kindOf(word string) ledger.Kind {
	switch word {
	case "CHECKING":
		return ledger.Checking
	case "SAVINGS", "TERMDEPOSIT", "FOREIGN":
		return ledger.Savings
	case "CREDITCARD":
		return ledger.Card
	case "LOAN", "MORTGAGE":
		return ledger.Loan
	case "KIWISAVER", "INVESTMENT":
		return ledger.Investment
	case "WALLET":
		return ledger.Wallet
	}
	return ledger.Other
}
