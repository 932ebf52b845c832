package alert

import (
	"maps"
	"slices"

	"coffer/app/ledger"
)

const lostDays = 3 // without a read, where it is daily

// linkLost finds that no account of a link which is read daily was read for more than three days. It tells once for each link
// and each time it stops.
func linkLost(d DayView) []Alert {
	if d.Books == nil {
		return nil
	}
	var found []Alert
	told, newest := make(map[string]bool), make(map[string]ledger.Date)
	for id, read := range d.LastRead {
		if link := d.Books.Accounts[id].Link; !read.IsZero() {
			newest[link] = max(newest[link], ledger.DateOf(read.UTC()))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(d.Books.Accounts)) {
		h := d.Books.Accounts[id]
		last, read := newest[h.Link]
		if !h.Daily || h.Link == "" || !read || told[h.Link] {
			continue
		}
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
