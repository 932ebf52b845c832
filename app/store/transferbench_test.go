package store_test

import (
	"fmt"
	"testing"

	"coffer/app/ledger"
)

// BenchmarkTransfersOfALife looks for transfers among 100,000 rows of two accounts over ten years, and in the days of
// a refresh.
func BenchmarkTransfersOfALife(b *testing.B) {
	s := plainStore(b)
	accounts := []ledger.AccountID{account(b, s, "link-1", "1111"), account(b, s, "link-1", "2222")}
	for side, id := range accounts {
		var p ledger.Plan
		for i := range 50_000 {
			r := row(0, int64(-100-i%977), fmt.Sprint("shop ", i%500))
			r.Date = ledger.Day(2016, 1, 1).AddDays(i * 3650 / 50_000)
			if r.SourceID = fmt.Sprint(side, "/", i); i%400 == 0 {
				r.Amount.Minor, r.Payee = int64(1-2*side)*int64(100_000+i), "Transfer"
			}
			p.Insert = append(p.Insert, ledger.Insertion{Row: r, Reason: ledger.Reason{ID: ledger.ReasonNew}})
		}
		apply(b, s, id, p)
	}
	var own []ledger.Account
	for _, a := range must[[]ledger.AccountView](b)(s.Accounts(b.Context())) {
		own = append(own, a.Account)
	}
	last := ledger.Day(2025, 12, 28)
	for name, from := range map[string]ledger.Date{"life": ledger.Day(2016, 1, 1), "refresh": last.AddDays(-10)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				pairs := 0
				for at := from; at <= last; at = at.AddDays(92) {
					rows, rejected, err := s.TransferRows(b.Context(), at.AddDays(-14), at.AddDays(92+14))
					ok(b, err)
					pairs += len(ledger.Transfers(rows, own, rejected))
				}
				b.ReportMetric(float64(pairs), "pairs")
			}
		})
	}
}
