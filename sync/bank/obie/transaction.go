package obie

import (
	"io"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/sync/bank/reply"
)

func readRows(body io.Reader, account ledger.Account) (all []ledger.Row, next string, err error) {
	beside, err := reply.Read(body, reply.List{Path: "Data.Transaction", Omitted: true, Each: func(f reply.Fields) error {
		if never(f.Get("Status")) {
			return nil
		}
		row, err := rowOf(f, account)
		all = append(all, row)
		return err
	}})
	return all, beside.Get("Links.Next"), err
}

// never reports a status of what moved no money, or hasn't yet: it counts nowhere.
func never(status string) bool {
	switch status {
	case "Rejected", "RJCT", "FUTR", "INFO":
		return true
	}
	return false
}

// rowOf reads a transaction. Its id may be missing, and be another once a pending one is booked.
func rowOf(f reply.Fields, account ledger.Account) (ledger.Row, error) {
	const op = "read a transaction"
	if err := ofAccount(f, account.BankID, op); err != nil {
		return ledger.Row{}, err
	}
	r := ledger.Row{
		SourceID: f.Get("TransactionId"), Pending: pending(f), Text: reply.Plain(f.Get("TransactionInformation")),
		Memo: reply.Plain(f.Get("TransactionReference")), Category: categoryOf(f),
		MCC: digits(f.Get("MerchantDetails.MerchantCategoryCode")), Card: digits(ledger.Mask(f.Get("CardInstrument.Identification"))), Raw: f.Raw(),
	}
	const code = "BankTransactionCode."
	r.Channel = ledger.ChannelOf(f.Get(code+"SubCode"), f.Get("CardInstrument.AuthorisationType"), f.Get(code+"Code"),
		"PMNT"+f.Get(code+"Code")+f.Get(code+"SubCode"))
	if r.Memo == r.Text || r.Memo == r.SourceID {
		r.Memo = ""
	}
	var err error
	if r.Date, err = reply.Day(op, f.Get("BookingDateTime"), f.Get("ValueDateTime")); err != nil {
		return ledger.Row{}, err
	}
	if at, ok := reply.Instant(f.Get("BookingDateTime")); ok && at.Format(time.TimeOnly) != "00:00:00" { // midnight is a day that was written as an instant
		r.At = at.UTC()
	}
	if r.Amount, err = signed(f, account.Currency, op); err != nil {
		return ledger.Row{}, err
	}
	other := []string{"CreditorAccount.Name", "UltimateCreditor.Name"}
	if r.Amount.Minor > 0 {
		other = []string{"DebtorAccount.Name", "UltimateDebtor.Name"}
	}
	for _, name := range []string{f.First(append([]string{"MerchantDetails.MerchantName"}, other...)...), r.Text, r.Memo} {
		if r.Payee == "" {
			r.Payee = reply.Plain(name)
		}
	}
	const paid = "CurrencyExchange.InstructedAmount"
	r.Foreign = reply.Foreign(f.Get(paid+".Amount"), f.Get(paid+".Currency"), r.Amount)
	return r, nil
}

// pending reads Status, and where it is new takes a row that may still change for one: it is in no balance yet.
func pending(f reply.Fields) bool {
	switch f.Get("Status") {
	case "Booked", "BOOK":
		return false
	case "Pending", "PDNG":
		return true
	}
	return f.Get("TransactionMutability") != "Immutable"
}

// purposes are the codes of version 4's CategoryPurposeCode (ISO 20022) that are categories of ours.
var purposes = map[string]ledger.Category{
	"SALA": ledger.Salary, "BONU": ledger.Salary, "INTE": ledger.Interest, "DIVI": ledger.Interest, "PENS": ledger.OtherIncome,
}

func categoryOf(f reply.Fields) ledger.Category {
	if c := purposes[f.Get("CategoryPurposeCode")]; c != ledger.NoCategory {
		return c
	}
	c := reply.Category(f.Get("ProprietaryBankTransactionCode.Code"), f.Get("BankTransactionCode.SubCode"))
	if c == ledger.Transfer { // the banks' word for any payment
		return ledger.NoCategory
	}
	return c
}

// digits returns text if it is four digits.
func digits(text string) string {
	if len(text) == 4 && strings.Trim(text, "0123456789") == "" {
		return text
	}
	return ""
}
