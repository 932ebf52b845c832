package terminal

import (
	"cmp"

	"coffer/app"
	"coffer/app/ledger"
)

// doing says of the accounts of a link what is known to be missing, or not to agree.
func (t *terminal) doing(l app.LinkView, health []app.AccountHealth) (lines []string) {
	v := t.Voice
	for _, h := range health {
		if h.Account.Link != string(l.ID) {
			continue
		}
		name := accountName(h.Account.Account)
		switch {
		case h.Known:
			lines = append(lines, v.DifferenceKnown(name, h.Stated, h.Computed))
		case h.Differs:
			lines = append(lines, v.BalancesDiffer(name, h.Stated, h.Computed, h.Since.Local()))
		}
		if !h.Unlisted.IsZero() {
			lines = append(lines, v.Unlisted(name, h.Unlisted.Local(), h.Account.LeftOut))
			if !h.Account.LeftOut {
				lines = append(lines, v.T("worth.leave-out-with", "To leave it out of net worth: coffer accounts leave-out {{.Account}}", "Account", cmp.Or(h.Account.Masked, h.Account.Name)))
			}
		}
		if h.Unended {
			lines = append(lines, v.CutOff(name))
		}
		for _, g := range h.Gaps {
			switch g.Why {
			case ledger.GapRefused:
				lines = append(lines, v.HistoryBegins(name, g.To.AddDays(1).Time()))
			case ledger.GapMoved:
				lines = append(lines, v.RowsMoved(name, g.From.Time(), g.To.Time()))
			default:
				lines = append(lines, v.RowsMissing(name, g.From.Time(), g.To.Time()))
			}
		}
	}
	return lines
}
