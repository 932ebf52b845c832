package monzo

import (
	"bytes"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

// ReadAccounts reads the body of a list of accounts.
func ReadAccounts(body []byte) (all []bank.Account, err error) {
	var told struct {
		Accounts *[]account `json:"accounts"`
	}
	if err := decode(body, "read", &told); err != nil {
		return nil, err
	}
	listed, err := distinct(told.Accounts, "read")
	for _, a := range listed {
		all = append(all, a.noun())
	}
	return all, err
}

// ReadPots reads the body of a list of pots.
func ReadPots(body []byte) (all []bank.Account, err error) {
	var told struct {
		Pots []pot `json:"pots"`
	}
	err = decode(body, "read", &told)
	for _, p := range told.Pots {
		all = append(all, p.noun())
	}
	return all, err
}

// ReadRows reads the body of a list of transactions.
func ReadRows(body []byte, currency string) (all []ledger.Row, err error) {
	err = rowsIn(bytes.NewReader(body), "read", func(raw []byte) error {
		t, err := readTransaction(raw)
		if err != nil {
			return err
		}
		row, counts, err := t.row(currency)
		if counts {
			all = append(all, row)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// CodeOf reads the code of an error's body.
func CodeOf(body []byte) string { return codeOf(body) }
