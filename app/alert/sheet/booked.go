package sheet

import (
	"coffer/app/ledger"
	"coffer/app/money"
)

// Booked is the line as the account's row that a bank would have told.
func (l *Line) Booked() ledger.Transaction {
	r := &l.Row
	t := ledger.Transaction{ID: ledger.TransactionID(l.ID), Account: ledger.AccountID(r.Account), Status: ledger.Booked}
	t.Date, t.Payee, t.Category = ledger.DateOf(r.At), l.Merchant, ledger.Category(r.Category)
	t.Country, t.Channel = r.Country, ledger.Channel(r.Channel)
	if t.Amount = money.New(-r.Size, r.Currency); r.Credit {
		t.Amount = money.New(r.Size, r.Currency)
	}
	if r.Timed {
		t.At = r.At
	}
	return t
}
