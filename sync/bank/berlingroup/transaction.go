package berlingroup

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

// lists is an answer with transactions.
type lists struct {
	booked, pending []reply.Fields
	card            bool
	own             string // IBAN of the account; may be empty
	next            string // link to the next page; may be empty
	debts           string // debitAccounting of a card: "true", "false", or empty
	signs           bool   // an answer before showed that amounts have them
}

func readLists(body io.Reader, card bool, w bank.Window) (lists, error) {
	const op = "read the rows"
	l, path, there := lists{card: card}, "transactions", false
	if card {
		path = "cardTransactions"
	}
	text := bufio.NewReader(body)
	if file(text) {
		return l, otherForm(op, errors.New("it is a statement file"))
	}
	list := func(name string, to *[]reply.Fields) reply.List {
		return reply.List{Path: path + "." + name, Optional: true, There: &there, Each: func(f reply.Fields) error {
			*to = append(*to, f)
			return w.Full(len(l.booked) + len(l.pending))
		}}
	}
	beside, err := reply.Read(text, list("booked", &l.booked), list("pending", &l.pending))
	switch {
	case err != nil:
		return l, err
	case !there && beside.First("_links.download.href", "_links.download", path+"._links.download.href") != "":
		return l, otherForm(op, errors.New("it is a file to download"))
	case !there:
		return l, fault.Because(fault.BankUnexpected, "bank.json", op, errors.New("there are none"))
	}
	l.own, l.debts = beside.Get("account.iban"), beside.Get("debitAccounting")
	l.next = beside.First(path+"._links.next.href", path+"._links.next", "_links.next.href")
	return l, nil
}

// file reports a statement file in place of JSON: camt (ISO 20022) or MT94x (SWIFT).
func file(text *bufio.Reader) bool {
	head, _ := text.Peek(512) // why there is less the reader will say
	head = bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n")
	for _, start := range []string{"<?xml", "<Document", ":20:", "{1:"} {
		if bytes.HasPrefix(head, []byte(start)) {
			return true
		}
	}
	return false
}

// rows makes rows of l. Where the account has several currencies, those in others are another account's.
func (l lists) rows(currency string, several bool, w bank.Window, today ledger.Date) ([]ledger.Row, error) {
	all := make([]ledger.Row, 0, len(l.booked)+len(l.pending))
	for _, part := range []struct {
		list, other []reply.Fields
		pending     bool
	}{{l.booked, l.pending, false}, {l.pending, l.booked, true}} {
		how := l.quoted(part.list, part.other)
		for i, f := range part.list {
			if several && f.Get(amountField+"currency") != currency {
				continue
			}
			row, err := l.row(f, currency, how, part.pending, today)
			if err != nil {
				return nil, fmt.Errorf("element %d: %w", i+1, err)
			}
			if part.pending && (row.Date < w.From || row.Date > w.To && w.To < today) {
				continue // told whatever the days that were asked for
			}
			all = append(all, row)
		}
	}
	return all, nil
}

const amountField = "transactionAmount."

// row reads a transaction, of which the description wants the amount alone.
func (l lists) row(f reply.Fields, currency string, how quoting, pending bool, today ledger.Date) (r ledger.Row, err error) {
	const op = "read a transaction"
	r = ledger.Row{
		SourceID: idOf(f), Pending: pending, Text: textOf(f), Memo: reply.Plain(f.Get("additionalInformation")),
		MCC: digits(f.Get("merchantCategoryCode"), 4), Card: ledger.Mask(f.First("maskedPAN", "maskedPan")), Raw: f.Raw(),
		Country: ledger.CountryOf(f.Get("cardAcceptorAddress.country")), Channel: ledger.ChannelOf(f.First("bankTransactionCode", "proprietaryBankTransactionCode")),
	}
	if err = f.Flat("bank.date", op, "bookingDate", "transactionDate", "valueDate"); err != nil {
		return r, err
	}
	days := []string{f.Get("bookingDate"), f.Get("transactionDate"), f.Get("valueDate")}
	if pending {
		days[0], days[1] = days[1], days[0]
	}
	if r.Date, err = reply.Day(op, days...); pending && strings.Join(days, "") == "" {
		r.Date, err = today, nil
	}
	if err != nil {
		return r, err
	}
	if at, ok := reply.Instant(f.Get("acceptorTransactionDateTime")); ok {
		r.At = at.UTC()
	}
	if err = reply.Same(f.Get(amountField+"currency"), currency, op); err != nil {
		return r, err
	}
	if r.Amount, err = reply.Decimal(f.Get(amountField+"amount"), currency, op); err == nil {
		r.Amount, err = l.directed(f, r.Amount, how, op)
	}
	if err != nil {
		return r, err
	}
	r.Payee, r.Category = payee(f, r), categoryOf(f, r.Amount)
	r.Foreign = reply.Foreign(f.Get("originalAmount.amount"), f.Get("originalAmount.currency"), r.Amount)
	return r, nil
}

// notProvided is what SEPA writes where there is nothing to say.
const notProvided = "NOTPROVIDED"

// idOf is the id that the API has for f, or the one of the bank's own books.
func idOf(f reply.Fields) string {
	for _, name := range []string{"transactionId", "cardTransactionId", "entryReference"} {
		if id := f.Get(name); id != "" && !strings.EqualFold(id, notProvided) {
			return id
		}
	}
	return ""
}

// payee is the other side: who was paid, or who paid.
func payee(f reply.Fields, r ledger.Row) string {
	names := []string{"creditorName", "ultimateCreditor"}
	if r.Amount.Minor > 0 {
		names = []string{"debtorName", "ultimateDebtor"}
	}
	for _, text := range []string{f.First(names...), f.Get("transactionDetails"), r.Text, r.Memo} {
		if text = reply.Plain(text); text != "" {
			return text
		}
	}
	return reply.Plain(f.First("cardAcceptorAddress.townName", "proprietaryBankTransactionCode", "bankTransactionCode"))
}

// mostLines bounds the lines of a remittance text that are read.
const mostLines = 20

// textOf is the remittance text: free, else the reference of a creditor.
func textOf(f reply.Fields) string {
	for _, name := range []string{"remittanceInformationUnstructured", "remittanceInformationStructured"} {
		text := f.First(name, name+".reference")
		for i := 0; text == "" || i > 0; i++ {
			line := f.First(fmt.Sprintf("%sArray[%d]", name, i), fmt.Sprintf("%sArray[%d].reference", name, i))
			if line == "" || i == mostLines {
				break
			}
			text += " " + line
		}
		if text = reply.Plain(text); text != "" && !strings.EqualFold(text, notProvided) {
			return text
		}
	}
	return reply.Plain(f.Get("transactionDetails"))
}

// digits is code if it is so many digits.
func digits(code string, count int) string {
	if len(code) == count && strings.Trim(code, "0123456789") == "" {
		return code
	}
	return ""
}
