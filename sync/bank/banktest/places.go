package banktest

// Places are where a dialect's answers have what Hostile changes, as paths from their root ("data.0.amount.value").
type Places struct {
	Row     Place  // the first row of a page
	Balance Place  // the booked balance of an account
	Account string // the currency of an account
	Pending string // the list of pending rows, where it is one of its own
	Minor   bool   // amounts are whole minor units, not decimals
	Epoch   bool   // dates are seconds since 1970
	Details bool   // an account whose list tells no currency is asked for by itself, and that answer tells it
	Assumed string // the currency of an amount that tells none, where the standard has one
	Undated bool   // a pending row may have no day at all: it is of the last one that was asked for
}

// Place is one amount and what goes with it.
type Place struct {
	Amount   string
	Beside   string   // the same amount in another form, which is taken out
	Currency string   // of the amount; empty: it has the account's
	Dates    []string // all that say when; of those that are there
}
