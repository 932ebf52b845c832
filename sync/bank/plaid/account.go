package plaid

import (
	"errors"
	"io"
	"strconv"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

func readAccounts(body io.Reader) (all []bank.Account, err error) {
	_, err = reply.Read(body, reply.List{Path: "accounts", Each: func(f reply.Fields) error {
		if f.Get("account_id") == "" {
			return reply.NoID("read an account")
		}
		a, err := accountOf(f)
		a.Err = err
		all = append(all, a)
		return nil
	}})
	return all, err
}

// accountOf reads an account. Its id is another with each item, so the last digits make it the same again,
// with its kind.
func accountOf(f reply.Fields) (bank.Account, error) {
	a := bank.Account{Account: ledger.Account{
		BankID: f.Get("account_id"), Name: reply.Plain(f.First("name", "official_name", "subtype", "type")),
		Masked: ledger.Mask(f.Get("mask")), Kind: kindOf(f.Get("type"), f.Get("subtype")),
	}}
	if a.Number = a.Masked; a.Number == "" {
		a.Number = "id " + f.First("persistent_account_id", "account_id")
	}
	var err error
	if err = official(f, "balances.", "read an account"); err != nil {
		return a, err
	}
	if a.Currency, err = reply.Currency(f.Get("balances.iso_currency_code"), "read an account"); err != nil {
		return a, err
	}
	a.Balance, err = balanceOf(f, a.Currency, a.Kind)
	return a, err
}

// official is a fault of an amount in a currency that is none of ISO 4217's, of which Plaid tells the code beside it
// (unofficial_currency_code): a cryptocurrency, as a rule.
func official(f reply.Fields, at, op string) error {
	if f.Get(at+"iso_currency_code") == "" && f.Get(at+"unofficial_currency_code") != "" {
		return fault.Because(fault.BankUnexpected, "plaid.currency", op, errors.New("its currency is none of ISO 4217's (unofficial_currency_code)"))
	}
	return nil
}

func kindOf(kind, sub string) ledger.Kind {
	switch kind {
	case "depository":
		switch sub {
		case "savings", "cd", "money market", "hsa":
			return ledger.Savings
		case "paypal", "ebt":
			return ledger.Wallet
		}
		return ledger.Checking
	case "credit":
		return ledger.Card
	case "loan":
		return ledger.Loan
	case "investment", "brokerage":
		return ledger.Investment
	}
	return ledger.Other
}

// balanceOf reads balances. What is owed on a card or loan is told as positive. Each may be null.
func balanceOf(f reply.Fields, currency string, kind ledger.Kind) (b ledger.Balance, err error) {
	const op = "read a balance"
	read := reply.Decimal
	if kind == ledger.Investment {
		read = reply.Holding
	}
	for _, part := range []struct {
		name string
		to   *money.Amount
	}{{"current", &b.Booked}, {"available", &b.Available}, {"limit", &b.Limit}} {
		text := f.Get("balances." + part.name)
		if text == "" {
			continue
		}
		if *part.to, err = read(text, currency, op); err != nil {
			return ledger.Balance{}, err
		}
	}
	if kind == ledger.Card || kind == ledger.Loan {
		if b.Booked, err = reply.Turned(b.Booked, op); err != nil {
			return ledger.Balance{}, err
		}
	}
	if kind == ledger.Loan {
		b.Available = money.Amount{} // what is owed can't be spent
	}
	if at, ok := reply.Instant(f.Get("balances.last_updated_datetime")); ok {
		b.AsOf = at.UTC()
	}
	return b, nil
}

// readRows reads a page of the transactions of account, and how many there are in all.
func readRows(body io.Reader, account ledger.Account) (all []ledger.Row, total int, err error) {
	const op = "read a transaction"
	beside, err := reply.Read(body, reply.List{Path: "transactions", Each: func(f reply.Fields) error {
		if err := ofAccount(f, account, op); err != nil {
			return err
		}
		row, err := rowOf(f, account.Currency)
		all = append(all, row)
		return err
	}})
	if err != nil {
		return nil, 0, err
	}
	total, err = reply.Count(beside.Get("total_transactions"), "read a list")
	return all, total, err
}

// ofAccount is a fault of what is told of another account than the one that was asked for.
func ofAccount(f reply.Fields, account ledger.Account, op string) error {
	if told := f.Get("account_id"); told != "" && told != account.BankID {
		return reply.Other(op)
	}
	return nil
}

// rowOf reads a transaction. A posted one has another id than it had while it was pending, which it names.
// Money out is positive.
func rowOf(f reply.Fields, currency string) (ledger.Row, error) {
	const op = "read a transaction"
	r := ledger.Row{
		SourceID: f.Get("transaction_id"), Names: f.Get("pending_transaction_id"), Pending: f.Get("pending") == "true",
		Text: reply.Plain(f.First("original_description", "name")), Memo: reply.Plain(f.First("payment_meta.reason", "payment_meta.reference_number")),
		Category: categoryOf(f), Country: ledger.CountryOf(f.Get("location.country")),
		Channel: ledger.ChannelOf(f.Get("transaction_code"), f.Get("payment_channel")), Raw: f.Raw(),
	}
	if r.SourceID == "" {
		return ledger.Row{}, reply.NoID(op)
	}
	var err error
	if r.Date, err = reply.Day(op, f.Get("date")); err != nil {
		return ledger.Row{}, err
	}
	if at, ok := reply.Instant(f.First("authorized_datetime", "datetime")); ok && at.UTC() != ledger.DateOf(at.UTC()).Time() {
		r.At = at.UTC()
	}
	if err := official(f, "", op); err != nil {
		return ledger.Row{}, err
	}
	if err := reply.Same(f.Get("iso_currency_code"), currency, op); err != nil {
		return ledger.Row{}, err
	}
	if r.Amount, err = reply.Decimal(f.Get("amount"), currency, op); err != nil {
		return ledger.Row{}, err
	}
	r.Amount, err = reply.Turned(r.Amount, op)
	r.Payee = payeeOf(f, r.Amount.Minor > 0)
	return r, err
}

const mostCounterparties = 10 // of one transaction

// payeeOf is who was paid, or who paid where money came in: by Plaid's own name for them, else the bank's.
func payeeOf(f reply.Fields, in bool) string {
	names := []string{f.Get("merchant_name")}
	for i := range mostCounterparties {
		at := "counterparties[" + strconv.Itoa(i) + "]."
		switch f.Get(at + "type") { // an app, a terminal or a bank between the two is none of them
		case "merchant", "marketplace", "income_source":
			names = append(names, f.Get(at+"name"))
		}
	}
	other := "payment_meta.payee"
	if in {
		other = "payment_meta.payer"
	}
	for _, name := range append(names, f.Get(other), f.Get("name"), f.Get("original_description")) {
		if text := reply.Plain(name); text != "" {
			return text
		}
	}
	return ""
}
