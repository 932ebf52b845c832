package ledger

import (
	"slices"
	"time"
)

// Review is a question to the person: whether two stored rows are one movement.
type Review struct {
	Row, Other Transaction // Row came later
	Reason     Reason      // why they may be one
	Verdict    Verdict
	At         time.Time // UTC, of the verdict; zero while there is none
}

// Moot reports that nothing is left to ask: a row is gone from the question, or became something else
// surely. A pending row that booked otherwise can't be this one too, nor can a part of another hold. One that was dropped
// because the bank left it out may be.
func (r Review) Moot() bool {
	switch {
	case r.Row.ID == r.Other.ID, r.Row.Status == Dropped:
		return true
	case r.Reason.ID != ReasonMaybeBooked:
		return r.Other.Status == Dropped
	}
	return r.Other.elsewhere() || r.Other.Status == Booked || slices.ContainsFunc(r.Row.History, func(s Step) bool { return s.What == WasPart })
}

// Verdict is what the person says of a Review. Append only: it is stored.
type Verdict int

// The verdicts on a review.
const (
	Undecided Verdict = iota
	Merge             // one movement: Other takes Row's word and aliases, and Row goes
	KeepBoth          // two movements: no read asks again
)

// TransferPair is one movement of money between two own accounts, seen as two real rows. Neither row is ever made up.
type TransferPair struct {
	Out, In TransactionID // Out has the amount below zero
	Reason  Reason        // why they are a pair
	State   TransferState
	At      time.Time // UTC, of the state
}

// DeletedRow is a transaction that the person deleted, as it was.
type DeletedRow struct {
	Transaction
	At time.Time // UTC, when
}

// TransferState says how sure a TransferPair is. Append only: it is stored.
type TransferState int

// The states of a pair.
const (
	TransferProposed TransferState = iota // below the sure line: the person is asked
	TransferLinked                        // sure, or the person said so
	TransferRejected                      // the person said no: never proposed again
	NoTransfer                            // the pair is not known; never stored
)

// TransferMark says from which day on an account has rows among which transfers were not yet looked for.
type TransferMark struct {
	Account AccountID
	From    Date
	Writes  int64 // to the account so far: by it a write that comes between is noticed
}
