package ledger

import "time"

// Write is what is saved of one read of an account, in one SQL transaction: all of it or nothing.
type Write struct {
	Account AccountID
	Plan    Plan
	Balance *Balance  // nil: as it was
	Reading *Reading  // nil: as it was
	Import  *Import   // set when the rows come from a statement file
	Gaps    []Gap     // that this read found; a Batch without one in its days closes what was open there
	Check   *Check    // nil: the balance is not held against the rows
	At      time.Time // UTC
}

// FilePart is one account of a statement file. What becomes of its rows is decided as they are saved.
type FilePart struct {
	Into    Account // made if it has no ID and no account from files has its Identity
	Batch   Batch
	Balance *Balance // kept unless the account is a bank's or a newer one is known; nil: none
	Import  Import   // Name, Format and At
}

// Written is what a Write changed, in rows.
type Written struct {
	Added, Updated, Booked, Dropped, Same int

	Import int64 // id of the import, 0 if none
}

// Reading is how far the transactions of an account have been read.
type Reading struct {
	From, To Date      // the window that is being read, or was read last
	Cursor   string    // where to go on; empty when the window of days is done. Of a bank that tells changes, its own, and Done
	Done     bool      // the window was read to its end
	At       time.Time // UTC, when this was saved
}

// ByChanges reports whether r is of a bank that tells what changed: Cursor is that of its last word.
func (r Reading) ByChanges() bool { return r.Done && r.Cursor != "" }
