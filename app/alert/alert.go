// Package alert finds what is unusual for the person in their own transactions, and says why:
// detectors, one file each, listed in detectors.go. Pure and incremental.
package alert

import (
	"time"

	"coffer/app/ledger"
)

// ID names an alert. It is made of the detector and the rows, so that the same finding has the
// same ID however often it is found.
type ID string

// Level says how loud an alert is. Append only: it is stored.
type Level int

// The levels.
const (
	Quiet     Level = iota // worth a look
	Interrupt              // unusual for you
)

// Answer is what the person said of an alert. Append only: it is stored.
type Answer int

// The answers.
const (
	Unanswered Answer = iota
	Mine
	NotMine
	Later
)

// Alert is one finding on one account.
type Alert struct {
	ID       ID
	Detector string // id in Detectors: "duplicate-charge"
	Level    Level
	Account  ledger.AccountID
	Rows     []ledger.TransactionID // what it is about, oldest first
	Day      ledger.Date            // of the newest of Rows
	Why      ledger.Reason          // one sentence
	More     []ledger.Reason        // further contributions, the largest first
	Numbers  []Number               // the compared numbers
	Baseline []ledger.TransactionID // the person's own earlier rows it was held against; never one of Rows
	Normal   []ledger.Reason        // what would have made this normal

	Answer   Answer
	Answered time.Time // UTC
	Until    time.Time // UTC; of Later: when to ask again
	Others   []Bound   `json:",omitempty"` // of Mine and NotMine: what the answer binds to beside the newest row

	Withdrawn bool          // it is no longer found, or its rows are gone: it waits for nothing
	Because   ledger.Reason // why it was withdrawn
}

// The reasons why an alert was withdrawn, without arguments.
const (
	WithdrawnLate     = "withdrawn-late-rows" // with rows that came later it is as usual
	WithdrawnGone     = "withdrawn-rows-gone" // a row that it was about is there no longer
	WithdrawnAnswered = "withdrawn-answered"  // the person's answer to another alert explains it
)

// Withdrawals returns the id of every reason why an alert was withdrawn.
func Withdrawals() []string { return []string{WithdrawnLate, WithdrawnGone, WithdrawnAnswered} }

// Number is one compared value: a label that ui/say has words for, and an amount or a count.
type Number struct {
	Label    string // "this-charge", "usual-here", "times-here"
	Amount   string // money.Decimal text with Currency, or empty
	Currency string
	Count    int
}

// Mark says that rows of an account from a day on are not yet scored. It is saved in the same
// transaction as the rows and cleared in that of the alerts, so that a crash between loses none.
type Mark struct {
	Account ledger.AccountID
	From    ledger.Date
	Writes  int64 // to the account so far: a score of older rows is not saved
}

// Feedback is an answer with what it binds to: the detector, the merchant and a price band,
// never the person.
type Feedback struct {
	Alert    ID
	Account  ledger.AccountID
	Day      ledger.Date            // of the newest of Rows
	Rows     []ledger.TransactionID // that the alert was about when it was answered; empty: as its ID says
	Detector string
	Answer   Answer
	At       time.Time // UTC
	Merchant string    // as MerchantOf gives it
	Minor    int64     // absolute, of the newest row
	Currency string
	Others   []Bound // what it binds to of the alert's other rows
}

// Bound is a merchant and a price that an answer binds to.
type Bound struct {
	Merchant string // as MerchantOf gives it
	Minor    int64  // absolute
	Currency string
}
