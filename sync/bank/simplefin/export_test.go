package simplefin

import (
	"io"

	"coffer/app/ledger"
)

// ReadRows reads the body of an account set and returns every row of it in currency.
func ReadRows(body io.Reader, currency string) (all []ledger.Row, err error) {
	s, err := readSet(body)
	if err != nil {
		return nil, err
	}
	for _, a := range s.Accounts {
		for _, raw := range a.Rows {
			r, err := Bank{}.rowOf(raw, currency)
			if err != nil {
				return nil, err
			}
			all = append(all, r)
		}
	}
	return all, nil
}

// ReadAccounts reads the body of an account set and returns the accounts as far as they show without a currency.
func ReadAccounts(body io.Reader) (all []ledger.Account, err error) {
	s, err := readSet(body)
	if err != nil {
		return nil, err
	}
	for _, a := range s.Accounts {
		all = append(all, s.named(a).Account)
	}
	return all, nil
}

// ClaimAddress decodes a setup token.
func ClaimAddress(setup string) (string, bool) { return claimAddress(setup) }

// Split takes an access URL apart.
func Split(access string) (base, token string, ok bool) {
	g, ok := grantOf(access)
	return g.Base, g.Token.Reveal(), ok
}

// PartsOf takes a bank id apart.
func PartsOf(bankID string) (key, id string, ok bool) { return partsOf(bankID) }
