package investec

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

func tooFar(r reply.Refusal) error { return errors.Join(bank.ErrTooFar, r.Err()) }

func readAccounts(body io.Reader) (all []bank.Account, err error) {
	_, err = reply.Read(body, reply.List{Path: "data.accounts", Each: func(f reply.Fields) error {
		id, number := f.Get("accountId"), f.Get("accountNumber")
		if id == "" {
			return reply.NoID("read an account")
		}
		a := bank.Account{Number: number, Account: ledger.Account{
			BankID: id, Name: reply.Plain(f.First("referenceName", "productName", "accountName")), Masked: ledger.Mask(number), Kind: kindOf(f.Get("productName")),
		}}
		if number == "" {
			a.Number = "id " + id
		}
		all = append(all, a)
		return nil
	}})
	return all, err
}

// kindOf reads the name of the product: the bank tells no kind.
func kindOf(product string) ledger.Kind {
	product = strings.ToLower(product)
	for _, w := range []struct {
		piece string
		kind  ledger.Kind
	}{
		{"credit card", ledger.Card}, {"mortgage", ledger.Loan}, {"loan", ledger.Loan}, {"sav", ledger.Savings}, {"notice", ledger.Savings},
		{"deposit", ledger.Savings}, {"invest", ledger.Investment}, {"account", ledger.Checking},
	} {
		if strings.Contains(product, w.piece) {
			return w.kind
		}
	}
	return ledger.Other
}

// readBalance reads the balance of a, and its currency, which nothing else tells.
func readBalance(body io.Reader, a *bank.Account) error {
	const op = "read a balance"
	f, err := reply.Read(body)
	if err != nil {
		return err
	}
	if told := f.Get("data.accountId"); told != "" && told != a.BankID {
		return reply.NoID(op) // of another account
	}
	if a.Currency, err = reply.Currency(f.Get("data.currency"), op); err != nil {
		return err
	}
	var b ledger.Balance
	if b.Booked, err = reply.Decimal(f.Get("data.currentBalance"), a.Currency, op); err != nil {
		return err
	}
	if text := f.Get("data.availableBalance"); text != "" && a.Kind != ledger.Loan {
		if b.Available, err = reply.Decimal(text, a.Currency, op); err != nil {
			return err
		}
	}
	a.Balance = b
	return nil
}

// readRows reads a list of transactions. partial says that the bank has more pages of them than it named.
func readRows(body io.Reader, currency string) (all []ledger.Row, partial bool, err error) {
	beside, err := reply.Read(body, reply.List{Path: "data.transactions", Each: func(f reply.Fields) error {
		if never(f.Get("status")) {
			return nil
		}
		row, err := rowOf(f, currency)
		all = append(all, row)
		return err
	}})
	pages, wrong := strconv.Atoi(beside.Get("meta.totalPages"))
	return all, wrong == nil && pages > 1, err
}

// never reports a status of what moved no money.
func never(status string) bool {
	switch strings.ToUpper(status) {
	case "DECLINED", "REVERSED", "REJECTED", "CANCELLED":
		return true
	}
	return false
}

// rowOf reads a transaction. Most have no id.
func rowOf(f reply.Fields, currency string) (ledger.Row, error) {
	const op = "read a transaction"
	r := ledger.Row{
		SourceID: f.Get("uuid"), Pending: pending(f), Payee: reply.Plain(f.Get("description")), Text: reply.Plain(f.Get("description")),
		Category: categoryOf(f.Get("transactionType")), Card: ledger.Mask(f.Get("cardNumber")), Channel: ledger.ChannelOf(f.Get("transactionType")), Raw: f.Raw(),
	}
	for i := range r.Raw {
		if r.Raw[i].Name == "cardNumber" || r.Raw[i].Name == "accountNumber" {
			r.Raw[i].Value = ledger.Mask(r.Raw[i].Value)
		}
	}
	days := []string{f.Get("postingDate"), f.Get("transactionDate"), f.Get("actionDate"), f.Get("valueDate")}
	if r.Pending {
		days = []string{f.Get("transactionDate"), f.Get("actionDate"), f.Get("valueDate"), f.Get("postingDate")}
	}
	var err error
	if r.Date, err = reply.Day(op, days...); err != nil {
		return ledger.Row{}, err
	}
	if r.Amount, err = signed(f, currency, op); err == nil && r.Category == ledger.Fees && r.Amount.Minor > 0 {
		r.Category = ledger.Interest
	}
	return r, err
}

// signed gives the amount, which is told without a sign, that of its type.
func signed(f reply.Fields, currency, op string) (money.Amount, error) {
	a, err := reply.Decimal(f.Get("amount"), currency, op)
	if err != nil {
		return money.Amount{}, err
	}
	switch way := f.Get("type"); {
	case way == "CREDIT" || way == "DEBIT":
		return reply.Signed(a, way == "DEBIT", op)
	case a.Minor <= 0:
		return a, nil // the bank's own sign
	}
	return money.Amount{}, reply.NoDirection(op)
}

// pending reads status, and where it is new takes a posting date as the sign of a booked row.
func pending(f reply.Fields) bool {
	switch strings.ToUpper(f.Get("status")) {
	case "POSTED":
		return false
	case "PENDING":
		return true
	}
	return f.Get("postingDate") == ""
}

func categoryOf(kind string) ledger.Category {
	switch kind {
	case "FeesAndInterest":
		return ledger.Fees
	case "ATMWithdrawals":
		return ledger.Cash
	}
	return ledger.NoCategory
}
