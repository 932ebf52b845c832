package berlingroup

import (
	"io"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

// ReadRows reads the rows of an answer as those of an account in currency.
func ReadRows(body io.Reader, card bool, currency string, w bank.Window, today ledger.Date) ([]ledger.Row, string, error) {
	l, err := readLists(body, card, w)
	if err != nil {
		return nil, "", err
	}
	rows, err := l.rows(currency, false, w, today)
	return rows, l.next, err
}

// ReadAccounts reads a list of accounts, and balances as those of each.
func ReadAccounts(list, balances io.ReadSeeker, cards bool) (all []bank.Account, err error) {
	found, err := readAccounts(list, cards)
	if err != nil {
		return nil, err
	}
	for _, l := range withoutSums(found) {
		if len(l.told) == 0 {
			if _, err := balances.Seek(0, io.SeekStart); err != nil {
				return nil, err
			}
			if err := readBalances(balances, &l); err != nil {
				return nil, err
			}
		}
		for _, a := range l.accounts() {
			if a.Err == nil {
				a.Err = l.fill(&a)
			}
			all = append(all, a)
		}
	}
	return all, nil
}

// What else the tests read without a bank.
var (
	ReadMade   = readMade
	ReadStatus = readStatus
	ReadEnd    = readEnd
)
