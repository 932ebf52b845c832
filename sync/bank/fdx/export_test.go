package fdx

import (
	"io"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

// ReadAccounts reads the body of a list of accounts.
func ReadAccounts(body io.Reader) (all []bank.Account, err error) {
	_, err = readList(body, "accounts", func(f fields) error {
		a, err := accountOf(f)
		if err != nil {
			a = bank.Account{Account: named(f), Err: err}
		}
		all = append(all, a)
		return nil
	})
	return all, err
}

// ReadAccount reads the body of one account in full.
func ReadAccount(body io.Reader) (bank.Account, error) {
	f, err := readObject(body)
	if err != nil {
		return bank.Account{}, err
	}
	return accountOf(f)
}

// ReadRows reads the body of a list of transactions.
func ReadRows(body io.Reader, currency string) (all []ledger.Row, next string, err error) {
	end, err := readList(body, "transactions", func(f fields) error {
		row, err := rowOf(f, currency)
		all = append(all, row)
		return err
	})
	return all, string(end.cursor), err
}
