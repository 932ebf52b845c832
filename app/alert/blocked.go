package alert

import "coffer/app/ledger"

// blockedMerchant finds a charge at a merchant that the person blocked. Each charge tells.
func blockedMerchant(v View) []Alert {
	if v.Watch == nil || !v.IsCharge() {
		return nil
	}
	m, found := v.watched()
	if !found || !m.Blocked || v.Row.Date < ledger.DateOf(m.Since.UTC()) {
		return nil
	}
	a, size := v.finding(Interrupt), sizeOf(v.Row)
	a.Why = v.says(WhyBlocked, "amount", v.text(size), "day", ledger.DateOf(m.Since.UTC()).String())
	a.Numbers = []Number{v.number(ThisCharge, size)}
	a.Baseline = baseline(v.charges(), a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalUnblocked)}
	return []Alert{a}
}
