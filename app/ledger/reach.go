package ledger

import "slices"

// plainDays is how long before the first day of a batch a plain row may lie that bears on it, by any rule but the names of the
// batch: a row is corrected under its id this late, or the part of a hold that came a day before it is told with the last one.
const plainDays = max(aliasDays, waitDays+1)

// Plain reports whether all that is known of t is one word of the bank: booked as it came, under one id, named by nothing,
// and there whenever it should be. Most rows are.
func (t *Transaction) Plain() bool {
	return t.Status == Booked && t.Line == 0 && t.Names == "" && t.Missing == 0 && t.SourceID != "" &&
		len(t.Aliases) == 1 && t.Aliases[0] == t.SourceID &&
		len(t.History) == 1 && t.History[0].What == FirstSeen && t.History[0].Reason.ID == ReasonNew && len(t.History[0].Reason.Args) == 0
}

// PlainFrom returns from which day on Reconcile needs the plain rows of b.Days. Older ones bear on nothing, but for those that
// have one of b.Names. Waits says whether, of all rows that it needs otherwise, there is one that is not booked, and first the
// day of the oldest of these: what was booked from a day before it on may be a part of it. Where a bank tells booked rows alone
// and none waits, no hold has parts, and only the names of the batch reach back behind its days.
func (b Batch) PlainFrom(first Date, waits bool) Date {
	from, _ := b.Days()
	told := from.AddDays(longestWait)
	switch {
	case waits:
		return max(min(told.AddDays(-plainDays), first-1), from)
	case b.fromFile() || slices.ContainsFunc(b.Rows, func(r Row) bool { return r.Pending }):
		return max(told.AddDays(-plainDays), from)
	}
	return told
}
