package alert

import "coffer/app/ledger"

// The limits of a large transfer to a new payee. Amounts are hundredths of a currency of two decimals.
const (
	leastTransfer    = 10000
	unscaledTransfer = 50000 // where neither transfers nor a balance are known
	knownTransfers   = 20    // own transfers that make a scale
	balancePercent   = 20
	firstWeeks       = 35 // days in which all payees are new: only half of the balance is large
)

// newPayee finds a transfer to a payee never paid, above 95 of 100 own transfers and a fifth of the usual balance. It is
// none to an own account or one of the confirmed payees. It tells once for each payee, for then the payee was paid.
func newPayee(v View) []Alert {
	if !isPayment(v.Row) || v.Merchant == "" || v.confirmedPayee() {
		return nil
	}
	if here := v.here(); here != nil && here.visits > 0 {
		return nil
	}
	size, limit := sizeOf(v.Row), v.largeTransfer()
	if size <= limit {
		return nil
	}
	a := v.finding(Interrupt)
	a.Why = v.says(WhyNewPayee, "amount", v.text(size), "limit", v.text(limit))
	a.Numbers = []Number{v.number(ThisTransfer, size), v.number(LargeTransfer, limit)}
	if usual, known := v.usualBalance(); known && usual > 0 {
		a.Numbers = append(a.Numbers, v.number(UsualBalance, usual))
	}
	if own := v.own().payments.on(v.Row.Date); own.count > 0 {
		a.Numbers = append(a.Numbers, counted(TransfersBefore, own.count))
	}
	a.Baseline = v.lately(a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalPayee), v.says(NormalUpToAnywhere, "amount", v.text(limit)), v.says(NormalOwnAccount)}
	return []Alert{a}
}

// largeTransfer is the size up to which a transfer to somebody new is nothing to speak of.
func (v View) largeTransfer() int64 {
	own, limit := v.own().payments.on(v.Row.Date), v.scaled(leastTransfer)
	usual, known := v.usualBalance()
	if v.known() < firstWeeks {
		if held, stated := v.balanceBefore(); stated && v.Row.Category != ledger.Housing {
			return max(limit, held/2)
		}
		return 1<<63 - 1
	}
	if known {
		limit = max(limit, usual/100*balancePercent)
	}
	if own.count >= knownTransfers {
		return max(limit, own.p95)
	}
	if !known {
		return max(limit, v.scaled(unscaledTransfer), own.most)
	}
	return limit
}
