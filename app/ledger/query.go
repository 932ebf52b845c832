package ledger

import (
	"time"

	"coffer/app/money"
)

// AccountView is an account as lists show it.
type AccountView struct {
	Account
	Balance Balance
	Pending Sum // not in the booked balance
}

// Sum is a count of rows and their amounts in one currency.
type Sum struct {
	Count   int
	In, Out money.Amount // Out is negative or zero
}

// Filter narrows the register. The zero Filter shows all.
type Filter struct {
	Account  AccountID // empty: every account
	Search   string    // words of payee, text, memo or note; also ">100", "<-50", "412"
	From, To Date      // inclusive; zero: open
	Category Category  // empty: any
	Pending  bool      // only pending rows
	Flagged  bool      // only rows with an unanswered alert
	Uncat    bool      // only rows without a category
}

// Order sorts the register. Pending rows come first only when it is by date.
type Order int

// The orders of the register. The zero Order is the newest first.
const (
	NewestFirst Order = iota
	OldestFirst
	PayeeUp
	PayeeDown
	AmountUp
	AmountDown
)

// Flag says whether a row has an unanswered alert, and how loud.
type Flag int

// The flags of a register row.
const (
	NoFlag Flag = iota
	QuietFlag
	HighFlag
)

// RegisterRow is a transaction as a list shows it.
type RegisterRow struct {
	ID       TransactionID
	Account  AccountID
	Status   Status
	Date     Date
	Amount   money.Amount
	Payee    string
	Category Category
	Flag     Flag
	Leg      bool // of a linked transfer
}

// Totals is what a filter finds: rows and sums per currency, pending and booked apart.
type Totals struct {
	Pending []Sum // dropped rows are in neither
	Booked  []Sum
}

// Count returns the number of rows in t.
func (t Totals) Count() int {
	n := 0
	for _, s := range t.Pending {
		n += s.Count
	}
	for _, s := range t.Booked {
		n += s.Count
	}
	return n
}

// DayNet is the change of booked balances in one currency on a day.
type DayNet struct {
	Day Date
	Net money.Amount
}

// MonthSum is what came and went in a month, transfers between own accounts aside.
type MonthSum struct {
	Month Month
	Sum
}

// Import is one statement file that was read.
type Import struct {
	ID      int64
	Account AccountID
	Name    string // of the file, without its folder
	Format  string
	At      time.Time // UTC
	Added   int       // rows
	Same    int       // rows that were there already
}
