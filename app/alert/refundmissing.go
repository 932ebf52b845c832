package alert

import "coffer/app/ledger"

// The limits of a missing refund.
const (
	refundDays    = 14
	refundPercent = 5
	staleRefund   = 120 // days after which nobody waits any more
)

// refundMissing finds that a refund the person expects has not come within 14 days, or by the day they named: no credit
// of that merchant within 5 percent of it. It tells once for each refund.
func refundMissing(d DayView) []Alert {
	if d.Watch == nil {
		return nil
	}
	var found []Alert
	for _, r := range d.Watch.Refunds {
		by := r.By
		if by == 0 {
			by = r.Since.AddDays(refundDays)
		}
		if d.Today <= by || d.Today > by.AddDays(staleRefund) || d.cameBack(r) {
			continue
		}
		account := r.Account
		spot := d.past.places[placeKey{r.Merchant, r.Currency}]
		if account == "" && spot != nil && len(spot.charges) > 0 {
			account = d.past.accounts[spot.charges[len(spot.charges)-1].account].id
		}
		a := d.told("refund-missing", r.ID, account, by, Quiet)
		name := r.Shown
		if name == "" {
			name = r.Merchant
		}
		a.Why = reason(WhyRefundMissing, "merchant", name, "amount", decimal(r.Minor, r.Currency), "currency", r.Currency,
			"day", by.String(), "since", r.Since.String())
		a.Numbers = []Number{amountOf(RefundExpected, r.Minor, r.Currency), counted(DaysWaited, by-r.Since)}
		if spot != nil {
			a.Baseline = baseline(spot.charges)
		}
		a.Normal = []ledger.Reason{reason(NormalRefundCame, "merchant", name, "amount", decimal(r.Minor, r.Currency),
			"currency", r.Currency, "percent", digits(refundPercent))}
		found = append(found, a)
	}
	return found
}

func (d DayView) cameBack(r ExpectedRefund) bool {
	spot := d.past.places[placeKey{r.Merchant, r.Currency}]
	if spot == nil {
		return false
	}
	for _, c := range spot.credits {
		if r.is(d.past.accounts[c.account].id, c.day, c.size) {
			return true
		}
	}
	return false
}

// is reports whether so much from its merchant, in its currency, is the refund: in its account, since it was expected, within 5 percent.
func (r ExpectedRefund) is(account ledger.AccountID, day ledger.Date, size int64) bool {
	ours := r.Account == "" || account == r.Account
	return ours && day >= r.Since && atMost(gap(size, r.Minor), max(r.Minor, 0), refundPercent)
}

// CameAs reports whether t is the refund.
func (r ExpectedRefund) CameAs(t ledger.Transaction) bool {
	return t.Amount.Minor > 0 && t.Amount.Currency == r.Currency && r.is(t.Account, t.Date, t.Amount.Minor) && ledger.MerchantOf(t.Row) == r.Merchant
}
