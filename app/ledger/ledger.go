// Package ledger holds the nouns of money at a bank (accounts, balances, transactions,
// categories) and the pure rules on them.
package ledger

import "errors"

// ErrNotFound reports an id that is gone.
var ErrNotFound = errors.New("not found")
