package say

import (
	"time"
)

// daysTo is the civil days from now to at on the person's calendar; 0 is today.
func daysTo(at, now time.Time) int {
	civil := func(t time.Time) int64 {
		year, month, day := t.Local().Date()
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60)
	}
	return int(civil(at) - civil(now))
}

func (v *Voice) ends(days int, over bool) string {
	switch {
	case over:
		return v.T("state.ended", "Ended")
	case days <= 0:
		return v.T("state.ends-today", "Ends today")
	}
	return v.N("state.ends", "Ends in {{.N}} day", "Ends in {{.N}} days", days)
}

// LinkEnds says that the link to a bank ends, or has: "Azulejo link ends in 9 days".
func (v *Voice) LinkEnds(bank string, expires, now time.Time) string {
	days := daysTo(expires, now)
	switch {
	case !now.Before(expires):
		return v.T("look.ended", "The link to {{.Bank}} has ended", "Bank", bank)
	case days <= 0:
		return v.T("look.ends-today", "{{.Bank}} link ends today", "Bank", bank)
	}
	return v.N("look.ends", "{{.Bank}} link ends in {{.N}} day", "{{.Bank}} link ends in {{.N}} days", days, "Bank", bank)
}

// Unread says that one account was left out while its link works; reason is that of the fault, "" if it
// has none.
func (v *Voice) Unread(account, reason string) string {
	why := v.Reason(reason, nil)
	if why == "" {
		why = v.T("unread.odd", "What the bank answered about it can't be used.")
	}
	return v.T("unread", "{{.Account}} was not read. {{.Why}} The link works, and the other accounts are as new as it says.", "Account", account, "Why", why)
}

// Silent says that an account has no movements any more: since which day, for how many days, and how many
// there are from one to the next as a rule.
func (v *Voice) Silent(account string, last, today time.Time, days, usual int) (title, line string) {
	title = v.T("silent", "No movements on {{.Account}} since {{.Day}}", "Account", account, "Day", v.Day(last, today))
	if usual <= 1 {
		return title, v.N("silent.daily", "{{.N}} day; usually one a day.", "{{.N}} days; usually one a day.", days)
	}
	return title, v.N("silent.usual", "{{.N}} day; usually every {{.Usual}} days.", "{{.N}} days; usually every {{.Usual}} days.", days, "Usual", v.Count(usual))
}
