package alert

import (
	"slices"
	"time"

	"coffer/app/ledger"
)

// Rules asks the detectors alone about rows that stand in order, without budget and answers: what each row brings, and
// what the end of the last day does.
func Rules(rows []ledger.Transaction, watch *Watchlist, books *Books, only ...string) []Alert {
	found, p := rulesOf(rows, watch, books, only)
	if len(rows) == 0 {
		return found
	}
	return append(found, looked(p, rows[len(rows)-1].Date, watch, books, nil, only)...)
}

// LookedAt is what a day brings at the end of rows.
func LookedAt(rows []ledger.Transaction, today ledger.Date, watch *Watchlist, books *Books, read map[ledger.AccountID]time.Time, only ...string) []Alert {
	_, p := rulesOf(rows, nil, books, []string{"none"})
	return looked(p, today, watch, books, read, only)
}

func rulesOf(rows []ledger.Transaction, watch *Watchlist, books *Books, only []string) (found []Alert, p *past) {
	p = newPast()
	detectors := asked(only)
	for i := range rows {
		v := p.view(&rows[i], ledger.MerchantOf(rows[i].Row), watch, books)
		for _, d := range detectors {
			if d.Find == nil {
				continue
			}
			for _, a := range d.Find(v) {
				a.Detector, a.Account, a.Day = d.ID, rows[i].Account, rows[i].Date
				a.ID = idOf(d.ID, a.Rows)
				found = append(found, a)
			}
		}
		p.add(v)
	}
	return found, p
}

func asked(only []string) []Detector {
	return slices.DeleteFunc(Detectors(), func(d Detector) bool { return len(only) > 0 && !slices.Contains(only, d.ID) })
}

func looked(p *past, today ledger.Date, watch *Watchlist, books *Books, read map[ledger.AccountID]time.Time, only []string) (found []Alert) {
	for _, d := range asked(only) {
		if d.Look != nil {
			found = append(found, d.Look(DayView{Today: today, Watch: watch, Books: books, LastRead: read, past: p})...)
		}
	}
	return found
}
