// Package model says how unusual a charge is for the person who made it: a statistical model whose weights were fitted
// offline (app/alert/train) and whose answer is a sum of contributions that can be told. Pure and streaming: a row is
// judged by the rows before it, and then joins them.
package model

import "time"

// Row is what the model knows of a movement.
type Row struct {
	At       time.Time // of the day or the instant, as UTC
	Timed    bool      // the hour of At is known
	Account  string
	Size     int64 // minor units without sign
	Exponent int   // decimals of the currency
	Currency string
	Credit   bool   // money in
	Merchant string // as ledger.MerchantOf gives it, or empty
	Category string // empty if not told
	Country  string // ISO 3166-1 alpha-2 or empty
	Channel  int    // ledger.Channel
}
