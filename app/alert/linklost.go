package alert

import (
	"maps"
	"slices"

	"coffer/app/ledger"
)

const lostDays = 3 // without a read, where it is daily

// linkLost finds that accounts which are read daily were not read for more than three days. It tells once for each link
// and each time it stops.
func linkLost(d DayView) []Alert {
	if d.Books == nil {
		return nil
	}
	var found []Alert
	told := make(map[string]bool)
	for _, id := range slices.Sorted(maps.Keys(d.Books.Accounts)) {
		h, read := d.Books.Accounts[id], d.LastRead[id]
		if !h.Daily || h.Link == "" || read.IsZero() || told[h.Link] {
			continue
		}
		last := ledger.DateOf(read.UTC())
		days := int(d.Today - last)
		if days <= lostDays {
			continue
		}
		told[h.Link] = true
		day := last.AddDays(lostDays + 1)
		a := d.told("link-lost", h.Link, id, day, Quiet)
		a.Why = reason(WhyLinkLost, "account", h.Name, "day", last.String(), "days", digits(lostDays))
		a.Numbers = []Number{counted(DaysUnread, lostDays+1)}
		a.Normal = []ledger.Reason{reason(NormalRead, "days", digits(lostDays))}
		found = append(found, a)
	}
	return found
}
