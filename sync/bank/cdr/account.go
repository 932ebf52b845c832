package cdr

import (
	"io"
	"slices"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

const (
	assumed      = "AUD"        // where an amount tells no currency
	currencyMark = "?currency=" // after the id of an account with purses, before the currency that is ours
)

func readAccounts(body io.Reader) (all []bank.Account, beside reply.Fields, err error) {
	beside, err = reply.Read(body, reply.List{Path: "data.accounts", Each: func(f reply.Fields) error {
		id := f.Get("accountId")
		if id == "" || strings.Contains(id, currencyMark) {
			return reply.NoID("read an account")
		}
		all = append(all, bank.Account{
			Number: "id " + id, // it is the same in the next consent (ID permanence), and the number is told masked alone
			Account: ledger.Account{
				BankID: id, Name: reply.Plain(f.First("nickname", "displayName", "productName", "accountId")), Masked: lastDigits(f.Get("maskedNumber")),
				Kind: kindOf(f), Closed: f.Get("openStatus") == "CLOSED",
			},
		})
		return nil
	}})
	return all, beside, err
}

// lastDigits are those of a number that is masked by letters: "xxx-xxx xxxxx1234".
func lastDigits(masked string) string {
	return ledger.Mask(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, masked))
}

// kindOf reads productCategory. It has one word for current and savings accounts, whose names tell them apart.
func kindOf(f reply.Fields) ledger.Kind {
	switch f.Get("productCategory") {
	case "TRANS_AND_SAVINGS_ACCOUNTS":
		if named := strings.ToLower(f.Get("productName") + " " + f.Get("displayName")); strings.Contains(named, "saver") || strings.Contains(named, "saving") {
			return ledger.Savings
		}
		return ledger.Checking
	case "OVERDRAFTS", "REGULATED_TRUST_ACCOUNTS":
		return ledger.Checking
	case "TERM_DEPOSITS":
		return ledger.Savings
	case "CRED_AND_CHRG_CARDS":
		return ledger.Card
	case "TRAVEL_CARDS":
		return ledger.Wallet
	case "RESIDENTIAL_MORTGAGES", "PERS_LOANS", "BUSINESS_LOANS", "MARGIN_LOANS", "LEASES", "TRADE_FINANCE", "BUY_NOW_PAY_LATER":
		return ledger.Loan
	}
	return ledger.Other
}

// readBalance returns a with its balance, and one account more for each purse in another currency. What is owed is
// told as negative.
func readBalance(body io.Reader, a bank.Account) ([]bank.Account, error) {
	const op = "read a balance"
	var purses []reply.Fields
	f, err := reply.Read(body, reply.List{Path: "data.purses", Optional: true, Each: func(f reply.Fields) error {
		purses = append(purses, f)
		return nil
	}})
	if err != nil {
		return nil, err
	}
	if id := f.Get("data.accountId"); id != "" && id != a.BankID {
		return nil, reply.Other(op)
	}
	if a.Currency, err = currencyOf(f, "data.currency", op); err != nil {
		return nil, err
	}
	if a.Balance, err = balanceOf(f, a.Account); err != nil {
		return nil, err
	}
	return withPurses(a, purses)
}

// currencyOf reads the currency at name: one that is absent, null or without a letter is the standard's default.
func currencyOf(f reply.Fields, name, op string) (string, error) {
	if err := f.Flat("bank.currency", op, name); err != nil {
		return "", err
	}
	if f.Get(name) == "" {
		return assumed, nil
	}
	return reply.Currency(f.Get(name), op)
}

func balanceOf(f reply.Fields, a ledger.Account) (b ledger.Balance, err error) {
	const op = "read a balance"
	if b.Booked, err = reply.Decimal(f.Get("data.currentBalance"), a.Currency, op); err != nil {
		return ledger.Balance{}, err
	}
	for _, part := range []struct {
		name string
		to   *money.Amount
	}{{"data.availableBalance", &b.Available}, {"data.creditLimit", &b.Limit}} {
		if text := f.Get(part.name); text != "" {
			if *part.to, err = reply.Decimal(text, a.Currency, op); err != nil {
				return ledger.Balance{}, err
			}
		}
	}
	if b.Limit.Minor <= 0 { // zero is what an absent one stands for
		b.Limit = money.Amount{}
	}
	if a.Kind == ledger.Loan || a.Kind == ledger.Card && b.Available.Minor < 0 {
		b.Available = money.Amount{} // what is owed can't be spent
	}
	return b, nil
}

// withPurses is a, or where it has purses in other currencies one account for each of its currencies.
func withPurses(a bank.Account, purses []reply.Fields) ([]bank.Account, error) {
	const op = "read a purse"
	all := []bank.Account{a}
	for _, f := range purses {
		currency, err := reply.Currency(f.Get("currency"), op)
		if err != nil {
			return nil, err
		}
		amount, err := reply.Decimal(f.Get("amount"), currency, op)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(all, func(known bank.Account) bool { return known.Currency == currency }) {
			continue
		}
		part := a
		part.Currency, part.Balance = currency, ledger.Balance{Booked: amount, Available: amount} // the one figure that is told
		all = append(all, part)
	}
	if len(all) > 1 {
		for i := range all {
			all[i].BankID = a.BankID + currencyMark + all[i].Currency
		}
	}
	return all, nil
}

// leftOut returns the purses of a that the person left out, where that is all that are known: its balance, which would
// tell of more, is not asked for then.
func leftOut(s bank.Session, a bank.Account) (all []bank.Account) {
	if s.Left == nil {
		return nil
	}
	for _, id := range s.Left(a.BankID + currencyMark) {
		part := a
		part.BankID, part.Currency, part.Err = id, strings.TrimPrefix(id, a.BankID+currencyMark), bank.ErrSkipped
		all = append(all, part)
	}
	return all
}
