package alert

import (
	"math/bits"
	"slices"
	"time"

	"coffer/app/ledger"
)

// The reach of answers.
const (
	bandDays  = 180 // "mine": trusted up to half as much again
	priceDays = 730 // "mine": trusted at that price: the same finding stays silent two years
	easeDays  = 60  // "mine": the log-odds of its kind are lower, fading
	ease      = 1.0
	heatDays  = 3 // "not mine": the log-odds on its account are higher, after the alert and after the answer
	heat      = 2.0
)

// duplicate is the one detector whose earlier rows stay the person's when the alert is not theirs.
const duplicate = "duplicate-charge"

// hearing is what the person's answers mean to rows. An answer counts for the rows that come after the alert's newest row,
// whenever it was given: what the person said of a pattern is true of it from then on.
type hearing struct {
	waiting map[ledger.TransactionID][]Feedback // by the row after which they count
	later   []Feedback                          // of waiting, by rising day
	told    map[ID][]Feedback                   // all, by alert
	leaves  map[ledger.TransactionID]bool       // rows that are not the person's: they are never learnt
	others  map[ledger.TransactionID]bool       // of leaves, those that somebody else made, not one whom the person paid before
	owned   map[ledger.TransactionID]bool       // rows that the person called their own
	spoken  map[ledger.TransactionID]bool       // rows that were answered as a rule found them

	mine    map[string][]Feedback // by merchant: those that count now
	eases   []Feedback            // of mine: those of statistics
	notMine []Feedback
	easedOn ledger.Date // the day that eased is of
	eased   float64
}

// hear reads the answers as they stand before the rows of day.
func hear(feedback []Feedback, day ledger.Date) *hearing {
	h := &hearing{
		waiting: map[ledger.TransactionID][]Feedback{}, told: map[ID][]Feedback{}, leaves: map[ledger.TransactionID]bool{},
		others: map[ledger.TransactionID]bool{},
		owned:  map[ledger.TransactionID]bool{}, spoken: map[ledger.TransactionID]bool{}, mine: map[string][]Feedback{},
	}
	for _, f := range feedback {
		if f.Answer != Mine && f.Answer != NotMine {
			continue
		}
		if len(f.Rows) == 0 {
			f.Rows = rowsOf(f.Alert)
		}
		h.keep(f)
		if f.Day < day {
			h.count(f)
			continue
		}
		last := f.Rows[len(f.Rows)-1]
		h.waiting[last] = append(h.waiting[last], f)
		h.later = append(h.later, f)
	}
	slices.SortStableFunc(h.later, func(a, b Feedback) int { return int(a.Day) - int(b.Day) })
	return h
}

// hear adds an answer that was just given.
func (h *hearing) hear(f Feedback) {
	if f.Answer == Mine || f.Answer == NotMine {
		h.keep(f)
		h.count(f)
	}
}

func (h *hearing) keep(f Feedback) {
	h.told[f.Alert] = append(h.told[f.Alert], f)
	if !statistical(f.Detector) {
		h.spoken[f.Rows[len(f.Rows)-1]] = true
	}
	if f.Answer == NotMine {
		h.leave(f)
		return
	}
	for _, id := range f.Rows {
		h.owned[id] = true
	}
}

func (h *hearing) leave(f Feedback) {
	rows := f.Rows
	if f.Detector == duplicate {
		rows = rows[len(rows)-1:]
	}
	billed := bills(f.Detector)
	for _, id := range rows {
		h.leaves[id] = true
		h.others[id] = h.others[id] || !billed
	}
}

func (h *hearing) count(f Feedback) {
	if f.Answer == NotMine {
		if !bills(f.Detector) {
			h.notMine = append(h.notMine, f)
		}
		return
	}
	for _, b := range append([]Bound{{f.Merchant, f.Minor, f.Currency}}, f.Others...) {
		if b.Merchant != "" {
			of := f
			of.Merchant, of.Minor, of.Currency = b.Merchant, b.Minor, b.Currency
			h.mine[b.Merchant] = append(h.mine[b.Merchant], of)
		}
	}
	if statistical(f.Detector) {
		h.eases, h.easedOn = append(h.eases, f), firstDay
	}
}

// passed lets the answers count that wait for a row, and reports whether one of them says that an interruption by statistics was right.
func (h *hearing) passed(row ledger.TransactionID) (right bool) {
	for _, f := range h.waiting[row] {
		h.count(f)
		right = right || f.right()
	}
	delete(h.waiting, row)
	return right
}

// right reports whether an answer says that what statistics found was not the person's.
func (f Feedback) right() bool { return f.Answer == NotMine && statistical(f.Detector) }

// reached lets the answers count that wait for rows of days before day which never came: they are gone.
func (h *hearing) reached(day ledger.Date) (right bool) {
	for len(h.later) > 0 && h.later[0].Day < day {
		right = h.passed(h.later[0].Rows[len(h.later[0].Rows)-1]) || right
		h.later = h.later[1:]
	}
	return right
}

// answered reports whether there is an answer to the alert; covered, whether it was of the row, too.
func (h *hearing) answered(id ID) bool { return len(h.told[id]) > 0 }

func (h *hearing) covered(id ID, row ledger.TransactionID) bool {
	return slices.ContainsFunc(h.told[id], func(f Feedback) bool { return slices.Contains(f.Rows, row) })
}

// silences reports whether "mine" covers the row of v: same detector, merchant, currency and price band, not too long ago. What
// statistics find is covered by an answer to any detector.
func (h *hearing) silences(detector string, v *View) bool {
	size := sizeOf(v.Row)
	for _, f := range h.mine[v.Merchant] {
		if f.Detector != detector && detector != Unusual || f.Currency != v.Row.Amount.Currency {
			continue
		}
		age := daysSince(f.At, v.Row.Date)
		if size <= f.Minor && age <= priceDays || !overHalfMore(size, f.Minor) && age <= bandDays {
			return true
		}
	}
	return false
}

// heated reports whether something on the row's account was not the person's, or was said not to be, a few days ago. An answer that comes
// weeks after its alert says nothing of the weeks between.
func (h *hearing) heated(t *ledger.Transaction) bool {
	few := func(days int) bool { return days >= 0 && days <= heatDays }
	return slices.ContainsFunc(h.notMine, func(f Feedback) bool {
		return f.Account == t.Account && (few(int(t.Date)-int(f.Day)) || few(daysSince(f.At, t.Date)))
	})
}

// shift is what the answers add to the log-odds of a row that statistics judge: of its score, by which rows are listed, and of what it is
// held against the threshold of interruptions with. After a "not mine" more is listed; what interrupts beside that open case the statistics
// weigh themselves, and no ease lowers it.
func (h *hearing) shift(t *ledger.Transaction, open bool) (listed, loud float64) {
	if h.easedOn != t.Date {
		h.easedOn, h.eased = t.Date, 0
		for _, f := range h.eases {
			if age := daysSince(f.At, t.Date); age < easeDays {
				h.eased = max(h.eased, ease*float64(easeDays-max(age, 0))/easeDays)
			}
		}
	}
	switch {
	case h.heated(t):
		return heat - h.eased, 0
	case open:
		return -h.eased, 0
	}
	return -h.eased, -h.eased
}

func statistical(detector string) bool { return detector == Unusual || detector == formerUnusual }

func daysSince(at time.Time, day ledger.Date) int { return int(day - ledger.DateOf(at.UTC())) }

// overHalfMore reports whether a > 1.5 b, for amounts that are not negative.
func overHalfMore(a, b int64) bool {
	aHigh, aLow := bits.Mul64(uint64(a), 2)
	bHigh, bLow := bits.Mul64(uint64(b), 3)
	return aHigh > bHigh || aHigh == bHigh && aLow > bLow
}
