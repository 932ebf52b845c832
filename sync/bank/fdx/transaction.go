package fdx

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"net/url"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

const usualPage = 500

// Transactions yields the pages of w. The rows of one page are all that it holds at a time.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) {
		l := &list{
			ask: ask{
				purpose: "transactions", template: transactionsPath, maxBytes: transactionsBytes,
				path:  accountsPath + "/" + url.PathEscape(account.BankID) + "/transactions",
				query: url.Values{"startDate": {w.From.String()}, "endDate": {w.To.String()}},
			},
			name: "transactions", limit: usualPage, account: true,
		}
		if b.PageSize > 0 {
			l.limit = b.PageSize
		}
		var t trail
		var rows reply.Trail
		for at := cursor(w.Cursor); ; {
			read, err := b.page(ctx, s, l, at, account, w)
			if err == nil {
				err = t.next(at, read.tail)
			}
			if err == nil {
				err = rows.Again(read.Page)
			}
			if err != nil {
				yield(bank.Page{}, err)
				return
			}
			if !yield(read.Page, nil) || read.cursor == "" {
				return
			}
			at = read.cursor
		}
	}
}

type readPage struct {
	bank.Page
	tail
}

func (b Bank) page(ctx context.Context, s bank.Session, l *list, at cursor, account ledger.Account, w bank.Window) (readPage, error) {
	if err := ctx.Err(); err != nil {
		return readPage{}, fault.New(fault.Canceled, "read "+l.template, err)
	}
	var rows []ledger.Row
	p, err := b.read(ctx, s, l, at, func(f fields) error {
		if told := f.get("accountId"); told != "" && told != account.BankID {
			return misread("bank.other", "read a transaction", errors.New("it is of another account"))
		}
		row, err := rowOf(f, account.Currency)
		rows = append(rows, row)
		return cmp.Or(err, w.Full(len(rows)))
	})
	if err != nil {
		return readPage{}, err
	}
	told := bank.Page{Rows: rows, Next: string(p.cursor), Total: p.total, Partial: p.partial}
	return readPage{Page: told, tail: p.tail}, nil
}

func rowOf(f fields, currency string) (ledger.Row, error) {
	r := ledger.Row{
		SourceID: f.get("transactionId"), Names: f.get("referenceTransactionId"),
		Pending: pending(f), Payee: plain(f.get("payee")), Text: plain(f.get("description")), Memo: plain(f.get("memo")),
		Category: categoryOf(f), MCC: mcc(f), Card: ledger.Mask(f.get("cardNumberDisplay")), Channel: ledger.ChannelOf(f.get("transactionType")), Raw: f.raw(),
	}
	if r.Names == r.SourceID {
		r.Names = ""
	}
	if r.Payee == "" {
		r.Payee = r.Text
	}
	var err error
	if r.Date, err = dateOf(f, r.Pending); err != nil {
		return ledger.Row{}, err
	}
	r.At = madeAt(f)
	if r.Amount, err = amountOf(f, currency); err != nil {
		return ledger.Row{}, err
	}
	r.Foreign = foreignOf(f, r.Amount)
	return r, nil
}

// pending reads status, and where it is missing or new takes a posting date as the sign of a
// booked row.
func pending(f fields) bool {
	switch f.get("status") {
	case "POSTED":
		return false
	case "PENDING", "AUTHORIZATION", "MEMO":
		return true
	}
	return f.get("debitCreditMemo") == "MEMO" || f.get("postedTimestamp") == ""
}

// dateOf returns the booking date of a booked row, and of a pending one the date it was made.
func dateOf(f fields, pending bool) (ledger.Date, error) {
	text := f.first("postedTimestamp", "postedDate", "transactionTimestamp", "transactionDate")
	if pending {
		text = f.first("transactionTimestamp", "transactionDate", "postedTimestamp", "postedDate")
	}
	if text == "" {
		return 0, misread("fdx.date", "read a transaction", errors.New("it has no date"))
	}
	day, err := civil(text)
	if err != nil {
		return 0, misread("fdx.date", "read a transaction", errors.New("no date"))
	}
	return day, nil
}

// madeAt is the instant of the purchase. Midnight to the second is a date that was written as
// a timestamp, not an instant.
func madeAt(f fields) time.Time {
	text := f.get("transactionTimestamp")
	at, ok := instant(text)
	if !ok || strings.Contains(text, "T00:00:00") {
		return time.Time{}
	}
	return at
}

// amountOf gives the amount its sign. FDX 6: amounts are unsigned and debitCreditMemo is the
// direction; where a bank leaves that out, the transactionType or the bank's own sign is.
func amountOf(f fields, currency string) (money.Amount, error) {
	text := f.get("amount")
	if text == "" {
		if category(f) == "INVESTMENT_ACCOUNT" || f.get("units") != "" {
			return money.New(0, currency), nil // shares that moved: the bank tells no money
		}
		return money.Amount{}, misread("fdx.amount", "read a transaction", errors.New("it has no amount"))
	}
	amount, err := money.Parse(text, currency)
	if err != nil {
		return money.Amount{}, misread("fdx.amount", "read a transaction", reasonOf(err))
	}
	way := direction(f)
	if way == asTold && f.get("debitCreditMemo") != "" && amount.Minor > 0 {
		return money.Amount{}, reply.NoDirection("read a transaction") // the bank says which, in a word that is new
	}
	if way != asTold {
		amount, err = amount.Abs()
		if err == nil && way == out {
			amount, err = amount.Neg()
		}
	}
	if err != nil {
		return money.Amount{}, misread("fdx.amount", "read a transaction", reasonOf(err))
	}
	return amount, nil
}

type way int

const (
	asTold way = iota
	in
	out
)

func direction(f fields) way {
	switch f.get("debitCreditMemo") {
	case "CREDIT":
		return in
	case "DEBIT", "MEMO": // a memo is a hold on money that will go out
		return out
	}
	if strings.HasPrefix(f.get("amount"), "-") {
		return asTold
	}
	kind := f.get("transactionType")
	switch {
	case strings.HasSuffix(kind, "CREDIT"):
		return in
	case strings.HasSuffix(kind, "DEBIT"):
		return out
	}
	switch kind {
	case "PURCHASE", "FEE", "INTEREST", "CHECK", "WITHDRAWAL", "ATMWITHDRAWAL":
		if creditLine(f) {
			return out
		}
	}
	return asTold
}

// creditLine reports whether f belongs to a line of credit, where interest is paid, not earned.
func creditLine(f fields) bool {
	c := f.get("accountCategory")
	return c == "LOC_ACCOUNT" || c == ""
}

// foreignOf returns what was paid in the currency of the purchase. What can't be read there
// is left to the raw fields: the account's own amount is the one that counts.
func foreignOf(f fields, booked money.Amount) money.Amount {
	currency := f.first("foreignCurrency", "foreignCurrency.currencyCode")
	if currency == booked.Currency || f.get("foreignAmount") == "" {
		return money.Amount{}
	}
	foreign, err := money.Parse(f.get("foreignAmount"), currency)
	if err != nil {
		return money.Amount{}
	}
	if foreign, err = foreign.Abs(); err == nil && booked.Minor < 0 {
		foreign, err = foreign.Neg()
	}
	if err != nil {
		return money.Amount{}
	}
	return foreign
}

func mcc(f fields) string {
	code := f.first("merchantCategoryCode", "mcc", "payee.merchantCategoryCode")
	if len(code) == 4 && strings.Trim(code, "0123456789") == "" {
		return code
	}
	return ""
}
