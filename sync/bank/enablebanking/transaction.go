package enablebanking

import (
	"fmt"
	"io"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank/reply"
)

func readRows(body io.Reader, currency string) (all []ledger.Row, next string, err error) {
	beside, err := reply.Read(body, reply.List{Path: "transactions", Each: func(f reply.Fields) error {
		if never(f.Get("status")) {
			return nil
		}
		row, err := rowOf(f, currency)
		all = append(all, row)
		return err
	}})
	return all, beside.Get("continuation_key"), err
}

// never reports a status of what moved no money, or hasn't yet: it counts nowhere.
func never(status string) bool {
	switch status {
	case "RJCT", "CNCL", "SCHD":
		return true
	}
	return false
}

// rowOf reads a transaction. Its id, if there is one, is the bank's entry reference.
func rowOf(f reply.Fields, currency string) (ledger.Row, error) {
	const op = "read a transaction"
	r := ledger.Row{
		SourceID: f.Get("entry_reference"), Pending: pending(f), Text: remittance(f), Memo: reply.Plain(f.Get("note")),
		Category: reply.Category(f.Get("bank_transaction_code.description")), MCC: mcc(f.Get("merchant_category_code")), Raw: f.Raw(),
	}
	const iso = "bank_transaction_code."
	r.Channel = ledger.ChannelOf(f.Get(iso+"code")+f.Get(iso+"sub_code"), f.Get(iso+"code"), f.Get(iso+"description"))
	r.Card = card(f, "debtor_account_additional_identification")
	if r.Category == ledger.Transfer { // the bank's word for any payment
		r.Category = ledger.NoCategory
	}
	days := []string{f.Get("booking_date"), f.Get("value_date"), f.Get("transaction_date")}
	if r.Pending {
		days = []string{f.Get("transaction_date"), f.Get("value_date"), f.Get("booking_date")}
	}
	var err error
	if r.Date, err = reply.Day(op, days...); err != nil {
		return ledger.Row{}, err
	}
	if r.Amount, err = signed(f, currency, op); err != nil {
		return ledger.Row{}, err
	}
	if r.Payee = reply.Plain(f.Get("creditor.name")); r.Amount.Minor > 0 {
		r.Payee = reply.Plain(f.Get("debtor.name"))
	}
	if r.Payee == "" {
		r.Payee = r.Text
	}
	const paid = "exchange_rate.instructed_amount"
	r.Foreign = reply.Foreign(f.Get(paid+".amount"), f.Get(paid+".currency"), r.Amount)
	return r, nil
}

// signed gives the amount, which is told without a sign, that of its indicator.
func signed(f reply.Fields, currency, op string) (money.Amount, error) {
	a, err := amountAt(f, "transaction_amount", currency, op)
	if err != nil {
		return money.Amount{}, err
	}
	switch way := f.Get("credit_debit_indicator"); {
	case way == "CRDT" || way == "DBIT":
		return reply.Signed(a, way == "DBIT", op)
	case a.Minor <= 0:
		return a, nil // the bank's own sign
	}
	return money.Amount{}, reply.NoDirection(op)
}

// pending reads status, and where it is new takes a booking date as the sign of a booked row.
func pending(f reply.Fields) bool {
	switch f.Get("status") {
	case "BOOK":
		return false
	case "PDNG", "HOLD":
		return true
	}
	return f.Get("booking_date") == ""
}

func remittance(f reply.Fields) string {
	var lines []string
	for i := range 20 {
		line := f.Get(fmt.Sprintf("remittance_information[%d]", i))
		if line == "" {
			break
		}
		lines = append(lines, line)
	}
	return reply.Plain(strings.Join(lines, " "))
}

// card is the last digits of the card in a list of identifications, where one of them is a card's (ISO 20022 CPAN).
func card(f reply.Fields, list string) string {
	for i := range 10 {
		if at := fmt.Sprintf("%s[%d].", list, i); f.Get(at+"scheme_name") == "CPAN" {
			return mcc(ledger.Mask(f.Get(at + "identification")))
		}
	}
	return ""
}

// mcc returns code if it is four digits.
func mcc(code string) string {
	if len(code) == 4 && strings.Trim(code, "0123456789") == "" {
		return code
	}
	return ""
}
