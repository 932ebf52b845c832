package cdr

import (
	"io"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

// What the tests read without a bank.
var (
	ReadBalance = readBalance
	DayOf       = dayOf
)

// ReadAccounts reads a page of accounts.
func ReadAccounts(body io.Reader) ([]bank.Account, error) {
	all, _, err := readAccounts(body)
	return all, err
}

// ReadRows reads a page of transactions.
func ReadRows(body io.Reader, account ledger.Account, undated ledger.Date) ([]ledger.Row, error) {
	l, err := readRows(body, account, undated)
	return l.rows, err
}
