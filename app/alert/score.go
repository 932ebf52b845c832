package alert

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"coffer/app/ledger"
)

// The days by which rows are judged and remembered.
const (
	// memory is how far back a row's past reaches. With rationDays it stays within HistoryDays, so
	// that a row is judged by the same past wherever the mark lies.
	memory     = 365
	freshDays  = 120 // older rows are learnt from, not judged (but for the ration that the limit falls in): an import of years is no storm
	rationDays = 30  // one interruption by statistics in each of these
)

// HistoryDays is how many days of the account before JudgedFrom Score must be given.
const HistoryDays = 400

// JudgedFrom returns the first day whose rows Score judges: that of the mark, but rows that are older
// than 150 days are not judged (from 120 on, by rations). What was found on earlier days stands.
func JudgedFrom(mark Mark, now time.Time) ledger.Date {
	return max(mark.From, rationOf(ledger.DateOf(now.UTC()).AddDays(-freshDays)))
}

// Score judges the rows of one account from JudgedFrom on, each by what came before it, and returns
// what is unusual, oldest first. History holds the account's rows from HistoryDays before JudgedFrom
// on, in any order; dropped rows and rows of other accounts are passed over. It is pure: the same
// rows, feedback and day give the same alerts with the same IDs, however the rows arrived.
func Score(mark Mark, history []ledger.Transaction, feedback []Feedback, now time.Time) []Alert {
	rows := inOrder(mark.Account, history)
	heard := hear(feedback)
	from := JudgedFrom(mark, now)
	start := rationOf(from) // the ration is counted from the start of its days
	p, detectors := newPast(), Detectors()
	var found []Alert
	rationed := make(map[ledger.Date]bool)
	for i := range rows {
		t := &rows[i]
		v := p.view(t, ledger.MerchantOf(t.Row), nil, nil)
		if t.Date >= start {
			for _, a := range judge(v, detectors, heard) {
				a = ration(a, rationed)
				if a.Day >= from {
					found = append(found, a)
				}
			}
		}
		if !heard.notMine[t.ID] {
			p.add(v)
		}
	}
	return found
}

// judge asks every detector about one row.
func judge(v View, detectors []Detector, heard hearing) []Alert {
	var found []Alert
	for _, d := range detectors {
		if d.Find == nil {
			continue
		}
		for _, a := range d.Find(v) {
			a.Detector, a.Account, a.Day = d.ID, v.Row.Account, v.Row.Date
			a.ID = idOf(d.ID, a.Rows)
			if !heard.silences(d.ID, v) {
				found = append(found, a)
			}
		}
	}
	return found
}

// ration makes every interruption by statistics quiet but the first of its days.
func ration(a Alert, taken map[ledger.Date]bool) Alert {
	if a.Level != Interrupt || ruled(a.Detector) {
		return a
	}
	days := rationOf(a.Day)
	if taken[days] {
		a.Level = Quiet
	}
	taken[days] = true
	return a
}

func ruled(id string) bool {
	return slices.ContainsFunc(Detectors(), func(d Detector) bool { return d.ID == id && d.Ruled })
}

// rationOf returns the first of the fixed 30 days that day lies in.
func rationOf(day ledger.Date) ledger.Date {
	r := day % rationDays
	if r < 0 {
		r += rationDays
	}
	return day - r
}

// idOf names a finding by its detector and rows; rowsOf reads them back.
func idOf(detector string, rows []ledger.TransactionID) ID {
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = string(r)
	}
	return ID(detector + ":" + strings.Join(names, "+"))
}

func rowsOf(id ID) []ledger.TransactionID {
	_, names, _ := strings.Cut(string(id), ":")
	var rows []ledger.TransactionID
	for _, name := range strings.Split(names, "+") {
		rows = append(rows, ledger.TransactionID(name))
	}
	return rows
}

// inOrder returns the rows that count, by day, hour where known, and then by what they say, never by
// when they arrived. Of one moment, money in comes first: a refund is seen before what it refunds again.
func inOrder(account ledger.AccountID, history []ledger.Transaction) []ledger.Transaction {
	rows := slices.Clone(history)
	rows = slices.DeleteFunc(rows, func(t ledger.Transaction) bool {
		return t.Status == ledger.Dropped || t.Account != account
	})
	slices.SortFunc(rows, func(a, b ledger.Transaction) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), a.At.Compare(b.At), cmp.Compare(b.Amount.Minor, a.Amount.Minor),
			strings.Compare(a.Payee, b.Payee), strings.Compare(a.Text, b.Text), strings.Compare(a.SourceID, b.SourceID),
			strings.Compare(string(a.ID), string(b.ID)))
	})
	return rows
}
