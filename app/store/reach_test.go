package store_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"coffer/app/ledger"
	"coffer/app/money"
)

// TestWhatIsLeftUnreadBearsOnNothing reads a bank into two accounts: one reconciles in the store, which leaves out plain rows of
// long ago; for the other all that ledger.Batch.Reach names is read.
func TestWhatIsLeftUnreadBearsOnNothing(t *testing.T) {
	s := newStore(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		narrow, wide := account(t, s, "link-1", fmt.Sprint("a", round)), account(t, s, "link-1", fmt.Sprint("b", round))
		today := ledger.Day(2026, 3, 1)
		for range rapid.IntRange(2, 5).Draw(rt, "reads") {
			today = today.AddDays(rapid.IntRange(0, 25).Draw(rt, "later"))
			batch := aRead(rt, today)
			got := must[ledger.Written](t)(s.Reconcile(t.Context(), batch, ledger.Write{Account: narrow, At: noon}))
			from, to, aliases := batch.Reach()
			stored, gone, err := s.Stored(t.Context(), wide, from, to, aliases)
			ok(t, err)
			w := ledger.Write{Account: wide, Plan: ledger.Reconcile(stored, gone, batch), At: noon}
			if want := must[ledger.Written](t)(s.Apply(t.Context(), w)); got != want {
				rt.Fatalf("%+v\nwrote %+v, with all rows %+v", batch, got, want)
			}
			if got, want := without(all(t, s, narrow)), without(all(t, s, wide)); got != want {
				rt.Fatalf("%+v\nleft\n%s\nwith all rows\n%s", batch, got, want)
			}
		}
	})
}

// aRead draws a read of today and some days before, of rows that crowd few amounts, names and ids.
func aRead(rt *rapid.T, today ledger.Date) ledger.Batch {
	b := ledger.Batch{From: today.AddDays(-rapid.IntRange(0, 14).Draw(rt, "back")), To: today, Complete: rapid.Bool().Draw(rt, "complete")}
	for range rapid.IntRange(0, 9).Draw(rt, "rows") {
		r := ledger.Row{
			Date:     b.From.AddDays(rapid.IntRange(0, int(today-b.From)).Draw(rt, "day")),
			Amount:   money.New(rapid.SampledFrom([]int64{-400, -500, -900, -1400}).Draw(rt, "minor"), "EUR"),
			Payee:    rapid.SampledFrom([]string{"Fig Tree", "Fig Tree", "Bean"}).Draw(rt, "payee"),
			SourceID: fmt.Sprint("i", rapid.IntRange(0, 60).Draw(rt, "id")),
		}
		switch rapid.IntRange(0, 5).Draw(rt, "kind") {
		case 0, 1:
			r.Pending, r.SourceID = true, fmt.Sprint("p", rapid.IntRange(0, 5).Draw(rt, "pending id"))
		case 2:
			r.Names = fmt.Sprint("p", rapid.IntRange(0, 5).Draw(rt, "names"))
		}
		b.Rows = append(b.Rows, r)
	}
	return b
}

// without is rows without what differs from account to account.
func without(rows []ledger.Transaction) string {
	lines := make([]string, len(rows))
	for i, r := range rows {
		r.ID, r.Account = "", ""
		lines[i] = fmt.Sprintf("%+v\n", r)
	}
	slices.Sort(lines)
	return fmt.Sprint(lines)
}
