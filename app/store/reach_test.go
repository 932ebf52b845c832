package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"coffer/app/ledger"
	"coffer/app/money"
)

// TestWhatIsLeftUnreadBearsOnNothing reads a bank into two accounts: one reconciles in the store, which leaves out plain rows of
// long ago and does not read those that the bank tells again; for the other all that ledger.Batch.Reach names is read.
func TestWhatIsLeftUnreadBearsOnNothing(t *testing.T) {
	s := newStore(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		narrow, wide := account(t, s, "link-1", fmt.Sprint("a", round)), account(t, s, "link-1", fmt.Sprint("b", round))
		today, holds := ledger.Day(2026, 3, 1), rapid.Bool().Draw(rt, "holds")
		var told []ledger.Row
		for range rapid.IntRange(2, 5).Draw(rt, "reads") {
			today = today.AddDays(rapid.IntRange(0, 25).Draw(rt, "later"))
			batch := aRead(rt, today, holds, told)
			told = batch.Rows
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
			if rows := all(t, s, narrow); len(rows) > 0 && rapid.IntRange(0, 3).Draw(rt, "edit") == 0 {
				edited := rapid.IntRange(0, len(rows)-1).Draw(rt, "which")
				for _, id := range []ledger.AccountID{narrow, wide} {
					of := sameAs(all(t, s, id), rows[edited])
					must[ledger.Category](t)(s.SetCategory(t.Context(), of, ledger.Salary))
					must[string](t)(s.SetNote(t.Context(), of, "mine"))
				}
			}
		}
	})
}

// sameAs is the row of rows that is told as r is.
func sameAs(rows []ledger.Transaction, r ledger.Transaction) ledger.TransactionID {
	want := without([]ledger.Transaction{r})
	return rows[slices.IndexFunc(rows, func(t ledger.Transaction) bool { return without([]ledger.Transaction{t}) == want })].ID
}

// aRead draws a read of today and some days before, of rows that crowd few amounts, names and ids, and of those that were told
// before.
func aRead(rt *rapid.T, today ledger.Date, holds bool, told []ledger.Row) ledger.Batch {
	b := ledger.Batch{From: today.AddDays(-rapid.IntRange(0, 14).Draw(rt, "back")), To: today, Complete: rapid.Bool().Draw(rt, "complete")}
	for range rapid.IntRange(0, 9).Draw(rt, "rows") {
		r := ledger.Row{
			Date:     b.From.AddDays(rapid.IntRange(0, int(today-b.From)).Draw(rt, "day")),
			Amount:   money.New(rapid.SampledFrom([]int64{-400, -500, -900, -1400}).Draw(rt, "minor"), "EUR"),
			Payee:    rapid.SampledFrom([]string{"Fig Tree", "Fig Tree", "Bean"}).Draw(rt, "payee"),
			SourceID: fmt.Sprint("i", rapid.IntRange(0, 60).Draw(rt, "id")),
			Category: rapid.SampledFrom([]ledger.Category{"", "", ledger.Groceries}).Draw(rt, "category"),
			MCC:      rapid.SampledFrom([]string{"", "", "5812"}).Draw(rt, "mcc"),
			Raw:      []ledger.Field{{Name: "n", Value: rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "raw")}},
		}
		if rapid.Bool().Draw(rt, "timed") {
			r.At = r.Date.Time().Add(9 * time.Hour).In(time.FixedZone("", 3600))
		}
		switch rapid.IntRange(0, 5).Draw(rt, "kind") {
		case 0, 1:
			r.Pending, r.SourceID = holds, fmt.Sprint("p", rapid.IntRange(0, 5).Draw(rt, "pending id"))
		case 2:
			r.Names = fmt.Sprint("p", rapid.IntRange(0, 5).Draw(rt, "names"))
		}
		b.Rows = append(b.Rows, r)
	}
	for _, r := range told {
		if r.Date >= b.From && rapid.IntRange(0, 3).Draw(rt, "tells again") > 0 {
			b.Rows = append(b.Rows, r)
		}
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

// TestWhatABankTellsOtherwiseIsSeen: a row that is told again is not read where it says the same, so each of its words must count.
func TestWhatABankTellsOtherwiseIsSeen(t *testing.T) {
	s := newStore(t)
	for name, alter := range map[string]func(*ledger.Row){
		"date":             func(r *ledger.Row) { r.Date-- },
		"time":             func(r *ledger.Row) { r.At = r.At.Add(time.Nanosecond) },
		"amount":           func(r *ledger.Row) { r.Amount.Minor-- },
		"foreign amount":   func(r *ledger.Row) { r.Foreign.Minor-- },
		"foreign currency": func(r *ledger.Row) { r.Foreign.Currency = "SEK" },
		"payee":            func(r *ledger.Row) { r.Payee += "s" },
		"text":             func(r *ledger.Row) { r.Text += "s" },
		"memo":             func(r *ledger.Row) { r.Memo += "s" },
		"text and memo":    func(r *ledger.Row) { r.Text, r.Memo = "card", " paymentmemo" },
		"code":             func(r *ledger.Row) { r.MCC = "5813" },
		"card":             func(r *ledger.Row) { r.Card = "1881" },
		"country":          func(r *ledger.Row) { r.Country = "DK" },
		"channel":          func(r *ledger.Row) { r.Channel++ },
		"pending's id":     func(r *ledger.Row) { r.Names = "p1" },
	} {
		t.Run(name, func(t *testing.T) {
			id := account(t, s, "link-1", name)
			r := row(9, -4200, "Fig Tree")
			r.SourceID, r.Line, r.At, r.Foreign = "i1", 0, r.Date.Time().Add(time.Hour), money.New(-4300, "NOK")
			r.Text, r.Memo, r.MCC, r.Card, r.Country, r.Channel, r.Raw = "card payment", "memo", "5812", "4417", "NO", 1, nil
			read := func(r ledger.Row) ledger.Written {
				b := ledger.Batch{Rows: []ledger.Row{r}, From: r.Date - 3, To: r.Date + 3, Complete: true}
				return must[ledger.Written](t)(s.Reconcile(t.Context(), b, ledger.Write{Account: id, At: noon}))
			}
			if added := read(r).Added; added != 1 {
				t.Fatalf("%d rows were added", added)
			}
			if again := read(r); again.Same != 1 {
				t.Fatalf("told again it is %+v", again)
			}
			alter(&r)
			read(r)
			var stored []ledger.Row
			for _, one := range all(t, s, id) {
				one.Raw = nil
				stored = append(stored, one.Row)
			}
			if got := fmt.Sprintf("%+v", stored); !strings.Contains(got, fmt.Sprintf("%+v", r)) {
				t.Errorf("stored is\n%s\ntold was\n%+v", got, r)
			}
			audit(t, s)
		})
	}
}
