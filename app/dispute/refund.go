package dispute

import (
	"slices"

	"coffer/app/ledger"
	"coffer/app/money"
)

// nearPart of an amount, a twentieth, is how far a refund may be from what was taken.
const nearPart = 20

// Refund is a row that may be the money coming back.
type Refund struct {
	Row      ledger.Transaction
	Merchant bool // it is from who took the money, not only of such a size
	Whole    bool // it is of the size of all items together
}

// Refunds finds among rows those that may be the money: booked, in, after the oldest item, not matched yet, and
// within 5 % of an item or of all. Those of the same merchant come first, then the nearest in time.
func (d Dispute) Refunds(rows []ledger.Transaction) []Refund {
	var found []Refund
	f, standing := d.Facts(), d.Standing()
	total, err := d.Total()
	for _, t := range rows {
		if t.Status != ledger.Booked || t.Amount.Minor <= 0 || t.Date < f.Debited || d.Has(t.ID) ||
			slices.ContainsFunc(standing.Refunds, func(e Event) bool { return e.Row == t.ID }) {
			continue
		}
		r := Refund{Row: t, Whole: err == nil && near(t.Amount, total)}
		fits := r.Whole
		merchant := ledger.MerchantOf(t.Row)
		for _, item := range d.Items {
			taken, err := item.Amount.Neg()
			if err != nil || item.Date > t.Date {
				continue
			}
			same := merchant != "" && merchant == ledger.MerchantOf(ledger.Row{Payee: item.Payee, Text: item.Text, Amount: item.Amount})
			fits = fits || near(t.Amount, taken)
			r.Merchant = r.Merchant || same && near(t.Amount, taken) || same && r.Whole
		}
		if fits {
			found = append(found, r)
		}
	}
	slices.SortStableFunc(found, func(a, b Refund) int {
		switch {
		case a.Merchant != b.Merchant && a.Merchant, a.Merchant == b.Merchant && a.Row.Date < b.Row.Date:
			return -1
		case a.Merchant == b.Merchant && a.Row.Date == b.Row.Date:
			return 0
		}
		return 1
	})
	return found
}

// near reports whether back is within 5 % of taken, both above zero and of one currency.
func near(back, taken money.Amount) bool {
	difference, err := back.Sub(taken)
	if err != nil || taken.Minor <= 0 || back.Minor <= 0 {
		return false
	}
	if difference, err = difference.Abs(); err != nil {
		return false
	}
	return difference.Minor <= taken.Minor/nearPart
}
