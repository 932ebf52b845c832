package store_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

// TestRowsToJudgeAreWhatIsStored holds rows as the judge reads them, many fields in one, against the rows as they are stored: with texts that
// hold what separates them, nothing, or what no text should.
func TestRowsToJudgeAreWhatIsStored(t *testing.T) {
	s := newStore(t)
	ids := []ledger.AccountID{account(t, s, "link-1", "4417"), account(t, s, "link-2", "9920")}
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.SampledFrom([]string{"", "a", "\x1f", "\x1f\x1f", "a\x1fb", "\x1e", "\x00", "a\x00b", "\xff\xfe", "Café", "\x1f\x00"}), rapid.String())
		r := ledger.Row{
			SourceID: fmt.Sprint("s", n, text.Draw(rt, "id")), Date: ledger.Day(2026, 1, 1).AddDays(rapid.IntRange(0, 300).Draw(rt, "day")),
			Payee: text.Draw(rt, "payee"), Text: text.Draw(rt, "text"), Memo: text.Draw(rt, "memo"), MCC: text.Draw(rt, "mcc"), Card: text.Draw(rt, "card"),
			Amount:   money.New(rapid.Int64Range(-1e12, 1e12).Draw(rt, "minor"), rapid.SampledFrom([]string{"EUR", "JPY", ""}).Draw(rt, "currency")),
			Category: rapid.SampledFrom(append(ledger.Categories(), "", "theirs")).Draw(rt, "category"), Country: rapid.SampledFrom([]string{"", "PT", "\x1f"}).Draw(rt, "country"),
			Channel: ledger.Channel(rapid.IntRange(0, 7).Draw(rt, "channel")), Pending: rapid.Bool().Draw(rt, "pending"),
		}
		if rapid.Bool().Draw(rt, "timed") {
			r.At = r.Date.Time().Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(rt, "at")))
		}
		if rapid.Bool().Draw(rt, "foreign") {
			r.Foreign = money.New(rapid.Int64().Draw(rt, "abroad"), text.Draw(rt, "of"))
		}
		apply(t, s, ids[n%2], inserts(r))
		n++
	})
	read := 0
	for rows, err := range s.JudgeRows(t.Context(), ledger.Day(2026, 1, 1)) {
		ok(t, err)
		for _, got := range rows {
			read++
			stored := must[ledger.Transaction](t)(s.Transaction(t.Context(), got.ID))
			want := ledger.Transaction{ID: stored.ID, Account: stored.Account, Status: stored.Status, Row: ledger.Row{
				SourceID: stored.SourceID, Date: stored.Date, At: stored.At, Amount: stored.Amount, Foreign: stored.Foreign, Payee: stored.Payee, Text: stored.Text,
				Memo: stored.Memo, Category: stored.Category, MCC: stored.MCC, Card: stored.Card, Country: stored.Country, Channel: stored.Channel, Pending: stored.Pending,
			}}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("the judge reads\n%#v\nstored is\n%#v", got, want)
			}
		}
	}
	if read != n || n == 0 {
		t.Errorf("%d rows are read, %d are stored", read, n)
	}
}
