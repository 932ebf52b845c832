package enablebanking

import (
	"io"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

// noCurrency is ISO 4217's word for none: accounts that hold several are told so.
const noCurrency = "XXX"

// readDetails reads what an account is. Its number is the IBAN, or what the bank has in its place; uid changes
// with each session, so it makes nothing the same again but where there is nothing else.
func readDetails(body io.Reader, uid string) (bank.Account, error) {
	f, err := reply.Read(body)
	if err != nil {
		return bank.Account{}, err
	}
	number := f.First("account_id.iban", "account_id.other.identification")
	a := bank.Account{Number: number, Account: ledger.Account{
		Name: reply.Plain(f.First("details", "product", "name", "cash_account_type")), Masked: ledger.Mask(number), Kind: kindOf(f.Get("cash_account_type")),
		Currency: f.Get("currency"),
	}}
	if number == "" {
		if a.Number = f.Get("identification_hash"); a.Number == "" {
			a.Number = "id " + uid
		}
	}
	if err := f.Flat("bank.currency", "read an account", "currency"); err != nil {
		return a, err
	}
	if a.Currency == noCurrency || a.Currency == "" {
		a.Currency = "" // its balances tell
	} else if _, err := reply.Currency(a.Currency, "read an account"); err != nil {
		return a, err
	}
	const limit = "credit_limit"
	if f.Get(limit+".amount") != "" && a.Currency != "" {
		a.Balance.Limit, err = amountAt(f, limit, a.Currency, "read a credit limit")
	}
	return a, err
}

func kindOf(word string) ledger.Kind { // ISO 20022 ExternalCashAccountType1Code
	switch word {
	case "CACC", "CASH", "TRAN":
		return ledger.Checking
	case "SVGS", "MOMA":
		return ledger.Savings
	case "CARD":
		return ledger.Card
	case "LOAN", "MGLD":
		return ledger.Loan
	}
	return ledger.Other
}

// amountAt reads {"currency","amount"}, decimal text with its sign.
func amountAt(f reply.Fields, name, currency, op string) (money.Amount, error) {
	if err := reply.Same(f.Get(name+".currency"), currency, op); err != nil {
		return money.Amount{}, err
	}
	return reply.Decimal(f.Get(name+".amount"), currency, op)
}

// The balance types of ISO 20022 that are used, the better first.
var (
	bookedTypes    = []string{"ITBD", "CLBD"}
	availableTypes = []string{"ITAV", "CLAV"}
)

// readBalances reads the balances of a. Of an account in several currencies those in a's count.
func readBalances(body io.Reader, a *bank.Account) error {
	const op = "read a balance"
	var told []reply.Fields
	_, err := reply.Read(body, reply.List{Path: "balances", Each: func(f reply.Fields) error {
		told = append(told, f)
		return nil
	}})
	if err != nil {
		return err
	}
	own := 0
	for _, f := range told {
		currency, err := reply.Currency(f.Get("balance_amount.currency"), op)
		if err != nil {
			return err
		}
		if a.Currency == "" {
			a.Currency = currency
		}
		if currency == a.Currency {
			own++
		}
	}
	if own == 0 { // nor any that would tell the currency
		if len(told) > 0 {
			return reply.Same(told[0].Get("balance_amount.currency"), a.Currency, op)
		}
		_, err := reply.Currency(a.Currency, op)
		return err
	}
	for _, part := range []struct {
		types []string
		to    *money.Amount
	}{{bookedTypes, &a.Balance.Booked}, {availableTypes, &a.Balance.Available}} {
		f := best(told, part.types, a.Currency)
		if f == nil {
			continue
		}
		if *part.to, err = amountAt(f, "balance_amount", a.Currency, op); err != nil {
			return err
		}
		if at, ok := reply.Instant(f.Get("last_change_date_time")); ok && a.Balance.AsOf.IsZero() {
			a.Balance.AsOf = at.UTC()
		}
	}
	return nil
}

// best returns the balance of the first of types that there is in currency.
func best(told []reply.Fields, types []string, currency string) reply.Fields {
	for _, kind := range types {
		for _, f := range told {
			if f.Get("balance_type") == kind && f.Get("balance_amount.currency") == currency {
				return f
			}
		}
	}
	return nil
}
