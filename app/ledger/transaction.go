package ledger

import (
	"time"

	"coffer/app/money"
)

// TransactionID is our own id of a transaction; all ids the bank ever gave it are aliases.
type TransactionID string

// Status is how far a transaction has come. Append only: it is stored.
type Status int

// The states of a transaction.
const (
	Booked  Status = iota // counts in the booked balance
	Pending               // authorised, not in the booked balance
	Dropped               // was pending, never booked; kept in the history, counts nowhere
)

// Field is one raw field as the bank or the file gave it, for the person to look at.
type Field struct{ Name, Value string }

// Row is one movement as a bank or a statement file gives it, before it is ours.
type Row struct {
	SourceID string       // the provider's id (FDX transactionId, OFX FITID); may be empty or repeat
	Names    string       // the id of the pending row that this booked one names (FDX referenceTransactionId)
	Pending  bool         // authorised only
	Date     Date         // booking date; of a pending row the date it was made
	At       time.Time    // UTC instant it was made; zero if only the date is known
	Amount   money.Amount // in the account's currency; money in is positive
	Foreign  money.Amount // in the currency of the purchase; no currency if the same
	Payee    string       // who was paid or who paid, as shown
	Text     string       // the bank's own description
	Memo     string       // remittance text
	Category Category     // the bank's or file's category mapped to ours; empty if none
	MCC      string       // ISO 18245 merchant category code, four digits, or empty
	Card     string       // last digits of the card used
	Country  string       // ISO 3166-1 alpha-2, where it was bought; empty if not told
	Channel  Channel      // how it was made
	Raw      []Field      // what came, for "raw bank fields"
	Line     int          // line in the file, 0 from a bank
}

// Transaction is a movement that is ours: a Row with an id and a history.
type Transaction struct {
	ID      TransactionID
	Account AccountID
	Status  Status
	Row               // the newest word of the bank; Pending is Status == Pending
	Aliases []string  // every SourceID it ever had, oldest first
	History []Step    // how it got here, oldest first
	Note    string    // the person's
	Seen    time.Time // UTC, when Coffer first saw it
	Missing int       // days in a row on which a complete read left it out
	Missed  Date      // the last of those days; zero where Missing is 0

	Apart []TransactionID `json:"-"` // of which the person said that they are other movements; known to Reconcile alone
}

// Step is one entry of a transaction's history: what happened and because of what.
type Step struct {
	At     time.Time // UTC
	What   StepKind
	Reason Reason
}

// StepKind names a change of a transaction. Append only: it is stored.
type StepKind int

// The steps of a transaction's life.
const (
	FirstSeen StepKind = iota
	BecameBooked
	WasUpdated
	WasDropped
	CameBack
	WasMerged   // the person said that another row is this movement too
	WasPart     // a hold turned out to be booked in parts, of which this is one
	WentMissing // booked, and the bank lists it no longer; it stays
)

// Reason says why a row was matched or changed: an id that ui/say has a sentence for, and the
// values in it (amounts as money.Decimal, days as digits).
type Reason struct {
	ID   string            // "alias", "named", "amount-and-text", "ordinal", "new", "absent" …
	Args map[string]string // never nil in a stored Reason that has values
}
