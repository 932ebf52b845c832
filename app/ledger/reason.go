package ledger

// The ids of the reasons that Reconcile gives. Screens have a sentence for each; the arguments
// are named beside it. Amounts are money.Decimal text with "currency", days and counts digits.
const (
	ReasonNew        = "new"             // no stored row comes near
	ReasonAlias      = "alias"           // the bank's id, amount and date are known: id
	ReasonNamed      = "named"           // the booked row names the pending one: id, days, was, now, currency
	ReasonSettled    = "settled"         // the pending row's own id came back booked: id, days, was, now, currency
	ReasonMatch      = "amount-and-text" // amount, day and text come close: days, was, now, currency
	ReasonTip        = "tip"             // as amount-and-text, the amount grew as a tip does: days, was, now, currency
	ReasonForeign    = "foreign"         // as amount-and-text, the exchange rate moved it: days, was, now, currency
	ReasonFirstPart  = "first-part"      // as amount-and-text, a part of what was held: days, was, now, currency, day (of the hold)
	ReasonPrint      = "fingerprint"     // same day, amount and text
	ReasonOrdinal    = "ordinal"         // one of several equal rows: n, of
	ReasonIDChanged  = "id-changed"      // same day, amount and text, under a new id of the bank: n, of
	ReasonCorrected  = "corrected"       // same id and text, the bank changed the amount: id, was, now, currency
	ReasonSuperseded = "superseded"      // a pending row that is booked already
	ReasonDeleted    = "deleted"         // the person deleted it

	ReasonMaybeSame   = "maybe-same"   // to review, perhaps the same movement: days
	ReasonMaybeFixed  = "maybe-fixed"  // to review, perhaps the same row, of which the bank changed the amount: days, was, now, currency
	ReasonMaybeBooked = "maybe-booked" // to review, perhaps that pending row: days, was, now, currency

	ReasonAbsent    = "absent"    // a pending row was not in complete reads: times, days
	ReasonStale     = "stale"     // a pending row was absent too old to wait longer: times, days
	ReasonWithdrawn = "withdrawn" // the bank took a pending row back by its id: id
	ReasonVanished  = "vanished"  // the bank lists a booked row no longer: days
	ReasonOverdue   = "overdue"   // a pending row waits longer than most do: days

	ReasonBookedOnly = "booked-only" // the person wants no pending rows of the account

	ReasonPart   = "part"   // one of several rows that a hold became: was, currency, day (2006-01-02)
	ReasonParts  = "parts"  // a pending row whose parts are booked, all of them as rows of their own: was, currency, of
	ReasonBeside = "beside" // a pending row that was listed beside the row that it became, and that row: was, currency, day
	ReasonMerged = "merged" // the person said that it is the same movement: was, now, currency, days

	ReasonTransfer        = "transfer"         // the same amount left one own account and came into another: days
	ReasonTransferForeign = "transfer-foreign" // the same across two currencies: days
	ReasonMarked          = "marked"           // the person said that the two are one: days
	ReasonMaybeTransfer   = "maybe-transfer"   // to review, perhaps such a pair: days, of (pairs that are as near)
)

// ReasonIDs returns every id that a Reason of this room can have.
func ReasonIDs() []string {
	return []string{
		ReasonNew, ReasonAlias, ReasonNamed, ReasonSettled, ReasonMatch, ReasonTip, ReasonForeign, ReasonFirstPart, ReasonPrint,
		ReasonOrdinal, ReasonIDChanged, ReasonCorrected, ReasonSuperseded, ReasonDeleted,
		ReasonMaybeSame, ReasonMaybeFixed, ReasonMaybeBooked, ReasonAbsent, ReasonStale, ReasonWithdrawn, ReasonVanished, ReasonOverdue, ReasonBookedOnly,
		ReasonPart, ReasonParts, ReasonBeside, ReasonMerged, ReasonTransfer, ReasonTransferForeign, ReasonMarked, ReasonMaybeTransfer,
	}
}
