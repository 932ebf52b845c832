package ledger

// Batch is one read of an account: what a bank page run or a statement file brought.
// A batch is from a file when a row of it has a Line. Rows without ids must come by whole days.
type Batch struct {
	Rows     []Row
	From, To Date // the days that were asked for, inclusive; To is the day of reading
	Complete bool // every row of those days is here: a pending row that is absent is gone (not so in a file)

	Removed []string // SourceIDs of rows that the bank takes back by name (Plaid's removed)
	On      Date     // the civil day of reading, where To is another; zero: To
	Before  Date     // the civil day of the read before this one; zero: not known
}

// Plan is what Reconcile decided, each with its reason. Saving it is one SQL transaction.
// Every incoming row is in exactly one of Insert, Update, Same and Review; Added gives the new ones.
type Plan struct {
	Insert []Insertion // rows that are new
	Update []Update    // stored rows that a Row matched and changed: also pending → booked
	Drop   []Change    // pending rows that are gone: Status becomes Dropped
	Absent []Change    // rows that were absent, not yet long enough to be dropped or told
	Stones []Tombstone // of Stored ones, those that gain names: the bank tells of the row otherwise now
	Told   []Change    // booked rows that stay as they are and get a step: parts of a hold, rows that vanished
	Same   []Match     // rows that were there already, unchanged
	Review []Match     // probable matches below the sure line: inserted as new (they are not in Insert), for the person to judge
	Ask    []Question  // stored rows that may be a pending row which went, for the person to judge
}

// Question is two stored rows that may be one: Row came later.
type Question struct {
	Row, Other TransactionID
	Reason     Reason
}

// Insertion is a row to store under a new id.
type Insertion struct {
	Row    Row
	Reason Reason
}

// Update is a stored transaction that takes the bank's newer word.
type Update struct {
	ID      TransactionID
	Row     Row      // what the stored row becomes, what only the old one knew included
	Came    Row      // the incoming row as it came: its Line is the file's
	Booked  bool     // it was pending or dropped and is booked now
	Aliases []string // names that it gains: the bank's ids, and Row.Print of rows without one
	Reason  Reason
}

// Change is a stored transaction and why it changes.
type Change struct {
	ID     TransactionID
	Reason Reason
	On     Date // the day of reading
}

// Match is an incoming row and the stored one that it is, or may be. ID is empty for a row that
// the person deleted, and for a pending row that another row of the same batch booked.
type Match struct {
	Row    Row
	ID     TransactionID
	Reason Reason
}

// Tombstone marks a transaction that the person deleted, or merged into another, so that no read
// brings it back.
type Tombstone struct {
	Key     int64 `json:"-"` // the store's own
	Aliases []string
	Row     Row
	Into    TransactionID `json:",omitempty"` // what it was merged into; empty where it was deleted
}
