package alert

import (
	"math/bits"

	"coffer/app/ledger"
)

// The reach of "that was me".
const (
	bandDays  = 180 // trusted up to half as much again
	priceDays = 730 // trusted at that price: the same finding stays silent two years
)

// hearing is what the person's answers mean to the next rows.
type hearing struct {
	mine    map[string][]Feedback // by detector and merchant
	notMine map[ledger.TransactionID]bool
}

// hear reads the answers. The newest row of a NotMine alert leaves the history: what others spent
// says nothing about the person.
func hear(feedback []Feedback) hearing {
	h := hearing{mine: make(map[string][]Feedback), notMine: make(map[ledger.TransactionID]bool)}
	for _, f := range feedback {
		switch f.Answer {
		case Mine:
			key := f.Detector + "|" + f.Merchant
			h.mine[key] = append(h.mine[key], f)
		case NotMine:
			rows := rowsOf(f.Alert)
			h.notMine[rows[len(rows)-1]] = true
		}
	}
	return h
}

// silences reports whether an answer covers the row of v: same detector, merchant, currency and
// price band, not too long ago.
func (h hearing) silences(detector string, v View) bool {
	size := sizeOf(v.Row)
	for _, f := range h.mine[detector+"|"+v.Merchant] {
		age := int(v.Row.Date - ledger.DateOf(f.At.UTC()))
		if f.Merchant == "" || f.Currency != v.Row.Amount.Currency {
			continue
		}
		if size <= f.Minor && age <= priceDays || !overHalfMore(size, f.Minor) && age <= bandDays {
			return true
		}
	}
	return false
}

// overHalfMore reports whether a > 1.5 b, for amounts that are not negative.
func overHalfMore(a, b int64) bool {
	aHigh, aLow := bits.Mul64(uint64(a), 2)
	bHigh, bLow := bits.Mul64(uint64(b), 3)
	return aHigh > bHigh || aHigh == bHigh && aLow > bLow
}
