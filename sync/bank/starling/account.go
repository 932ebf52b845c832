package starling

import (
	"io"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

func readAccounts(body io.Reader) (all []bank.Account, err error) {
	_, err = reply.Read(body, reply.List{Path: "accounts", Each: func(f reply.Fields) error {
		const op = "read an account"
		id, category := f.Get("accountUid"), f.Get("defaultCategory")
		if id == "" || category == "" || strings.Contains(id+category, idMark) {
			return reply.NoID(op)
		}
		a := bank.Account{Account: ledger.Account{BankID: id + idMark + category, Name: reply.Plain(f.Get("name")), Kind: kindOf(f.Get("accountType"))}}
		if a.Name == "" {
			a.Name = "Starling"
		}
		// The uid is the account's own and the same for every token; a number would take one more right.
		a.Number = "id " + id
		a.Currency, a.Err = reply.Currency(f.Get("currency"), op)
		all = append(all, a)
		return nil
	}})
	return all, err
}

func kindOf(word string) ledger.Kind {
	switch word {
	case "LOAN":
		return ledger.Loan
	case "SAVINGS", "FIXED_TERM_DEPOSIT":
		return ledger.Savings
	}
	return ledger.Checking // PRIMARY, ADDITIONAL, and accounts told without a type, as all were once
}

// readBalance reads what has cleared, and what can be spent with what is pending. An overdraft that the bank
// has agreed to is the limit; effectiveBalance is without it.
func readBalance(body io.Reader, currency string) (b ledger.Balance, err error) {
	f, err := reply.Read(body)
	if err != nil {
		return b, err
	}
	const op = "read a balance"
	if b.Booked, err = amountAt(f, "clearedBalance", currency, op); err != nil {
		return ledger.Balance{}, err
	}
	for name, to := range map[string]*money.Amount{"effectiveBalance": &b.Available, "acceptedOverdraft": &b.Limit} {
		if f.Get(name+".minorUnits") == "" {
			continue
		}
		if *to, err = amountAt(f, name, currency, op); err != nil {
			return ledger.Balance{}, err
		}
	}
	if b.Limit.IsZero() {
		b.Limit = money.Amount{}
	}
	return b, nil
}

func amountAt(f reply.Fields, name, currency, op string) (money.Amount, error) {
	if err := reply.Same(f.Get(name+".currency"), currency, op); err != nil {
		return money.Amount{}, err
	}
	return reply.Minor(f.Get(name+".minorUnits"), currency, op)
}

// readGoals reads the savings goals of account.
func readGoals(body io.Reader, account ledger.Account) (all []bank.Account, err error) {
	_, err = reply.Read(body, reply.List{Path: "savingsGoalList", Each: func(f reply.Fields) error {
		const op = "read a savings goal"
		id := f.Get("savingsGoalUid")
		if id == "" || strings.Contains(id, idMark) {
			return reply.NoID(op)
		}
		a := bank.Account{Number: "id " + id, Account: ledger.Account{
			BankID: accountOf(account.BankID) + idMark + id, Name: reply.Plain(f.Get("name")), Kind: ledger.Savings, Currency: account.Currency,
			Closed: f.Get("state") == "ARCHIVED",
		}}
		if a.Name == "" {
			a.Name = account.Name
		}
		a.Balance.Booked, a.Err = amountAt(f, "totalSaved", a.Currency, op)
		all = append(all, a)
		return nil
	}})
	return all, err
}
