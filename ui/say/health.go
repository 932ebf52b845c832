package say

import (
	"time"

	"coffer/app/money"
)

// HistoryBegins says that a bank has no rows of an account before a day.
func (v *Voice) HistoryBegins(account string, first time.Time) string {
	return v.T("health.begins", "{{.Account}}: the bank told nothing before {{.Day}}. What is missing there counts as unknown, not as zero.", "Account", account, "Day", v.FullDay(first))
}

// RowsMissing says that the bank left rows out from one day to another, inclusive.
func (v *Voice) RowsMissing(account string, from, to time.Time) string {
	if from.Equal(to) {
		return v.T("health.missing-day", "{{.Account}}: the bank says that rows of {{.Day}} are missing. Each refresh asks again while the bank lists that day.", "Account", account, "Day", v.FullDay(from))
	}
	return v.T("health.missing", "{{.Account}}: the bank says that rows from {{.From}} to {{.To}} are missing. Each refresh asks again while the bank lists those days.", "Account", account, "From", v.FullDay(from), "To", v.FullDay(to))
}

// RowsMoved says that an account's list changed while it was read, from one day to another, inclusive.
func (v *Voice) RowsMoved(account string, from, to time.Time) string {
	if from.Equal(to) {
		return v.T("health.moved-day", "{{.Account}}: the bank's list moved while {{.Day}} was read, so a row may be missing there. A refresh a day later reads it again.", "Account", account, "Day", v.FullDay(from))
	}
	return v.T("health.moved", "{{.Account}}: the bank's list moved while {{.From}} to {{.To}} were read, so a row may be missing there. A refresh a day later reads them again.", "Account", account, "From", v.FullDay(from), "To", v.FullDay(to))
}

// CutOff says that the last read of an account did not reach its end.
func (v *Voice) CutOff(account string) string {
	return v.T("health.cut", "{{.Account}}: the last read was cut off. What came is kept, and the next refresh goes on from there.", "Account", account)
}

// BookedOnly says what becomes of an account's pending transactions now.
func (v *Voice) BookedOnly(account string, only bool) string {
	if only {
		return v.T("pending.off", "{{.Account}}: Booked transactions alone from now on. What was pending has left the list; it comes back when the bank books it.", "Account", account)
	}
	return v.T("pending.on", "{{.Account}}: Pending transactions come with the next refresh.", "Account", account)
}

// Unlisted says that the bank lists an account no longer, when it last did, and whether it counts in net worth.
func (v *Voice) Unlisted(account string, seen time.Time, leftOut bool) string {
	if leftOut {
		return v.T("health.unlisted-out", "{{.Account}}: the bank does not list it any more, last on {{.Day}}. It is left out of net worth; its rows stay.", "Account", account, "Day", v.FullDay(seen))
	}
	return v.T("health.unlisted", "{{.Account}}: the bank does not list it any more, last on {{.Day}}. Its balance of then counts in net worth until you leave it out; its rows stay either way.", "Account", account, "Day", v.FullDay(seen))
}

// LeftOut says whether an account counts in net worth now.
func (v *Voice) LeftOut(account string, out bool) string {
	if out {
		return v.T("worth.left-out", "{{.Account}} is left out of net worth. Its rows and its balance stay.", "Account", account)
	}
	return v.T("worth.counts", "{{.Account}} counts in net worth again.", "Account", account)
}

// DifferenceKnown says that the bank's balance and its rows don't agree, of which the person knows.
func (v *Voice) DifferenceKnown(account string, stated, computed money.Amount) string {
	return v.T("health.known", "{{.Account}}: the bank says {{.Stated}}, but its rows come to {{.Computed}}. You know of it; Coffer tells you once the difference is another.",
		"Account", account, "Stated", v.Money(stated), "Computed", v.Money(computed))
}

// BalancesDiffer says that the bank's balance and its rows don't agree since a day.
func (v *Voice) BalancesDiffer(account string, stated, computed money.Amount, since time.Time) string {
	return v.T("health.differs", "{{.Account}}: the bank says {{.Stated}}, but its rows come to {{.Computed}}, since {{.Day}}. Nothing was changed. Look at the rows from that day on; the bank may not have listed one.",
		"Account", account, "Stated", v.Money(stated), "Computed", v.Money(computed), "Day", v.FullDay(since))
}
