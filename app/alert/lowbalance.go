package alert

import "coffer/app/ledger"

// longLow is after how many days below nothing is told any more: not all days before are kept.
const longLow = dailyDays - 20

// lowBalance finds that an account holds less than the person wants to be told of. It tells once for each time that the
// balance falls below.
func lowBalance(d DayView) []Alert {
	if d.Watch == nil {
		return nil
	}
	var found []Alert
	d.holdings(func(id ledger.AccountID, h Holding, b *book, held int64) {
		for _, f := range d.Watch.Floors {
			if f.Account != id || f.Currency != b.currency || held >= f.Minor {
				continue
			}
			day := b.below(f.Minor-h.Opening, d.Today)
			if day <= d.Today.AddDays(-longLow) {
				continue
			}
			a := d.told("low-balance", string(id), id, day, Quiet)
			a.Why = reason(WhyLow, "account", h.Name, "held", decimal(held, f.Currency), "amount", decimal(f.Minor, f.Currency),
				"currency", f.Currency, "day", day.String())
			a.Numbers = []Number{amountOf(HeldNow, held, f.Currency), amountOf(YourFloor, f.Minor, f.Currency)}
			a.Normal = []ledger.Reason{reason(NormalFloor, "amount", decimal(f.Minor, f.Currency), "currency", f.Currency)}
			found = append(found, a)
		}
	})
	return found
}

// below returns the first day of those up to now on which the account closed below a sum.
func (b *book) below(sum int64, today ledger.Date) ledger.Date {
	day := today
	for i := len(b.closes) - 1; i >= 0 && b.closes[i].sum < sum; i-- {
		day = b.closes[i].day
	}
	return day
}
