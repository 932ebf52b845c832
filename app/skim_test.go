package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
)

// strange is a name of a shop of its own.
func strange(n int) string {
	return strings.Map(func(digit rune) rune { return digit - '0' + 'a' }, fmt.Sprint(n*7919))
}

// oddYear are rows of habits for two years, and something odd every 17th: on what was told of it long ago hangs what is told today.
func oddYear(today ledger.Date) (rows []ledger.Row) {
	size := int64(20000) // each is more than all before
	for back := 700; back > 0; back-- {
		day := today.AddDays(-back)
		for hour := 9; hour < 20; hour += 2 {
			rows = append(rows, ledger.Row{
				SourceID: fmt.Sprint("usual", back, hour), Date: day, At: day.Time().Add(time.Duration(hour) * time.Hour), Payee: strange(hour),
				Amount: money.New(-int64(2000+(back+hour)*37%900), "USD"), Category: ledger.Groceries,
			})
		}
		if back <= 340 && back%17 == 0 {
			size *= 2
			rows = append(rows, ledger.Row{
				SourceID: fmt.Sprint("odd", back), Date: day, At: day.Time().Add(time.Duration(back%24) * time.Hour), Payee: strange(back),
				Amount: money.New(-size, "USD"), Category: ledger.Categories()[back/17%17],
			})
		}
	}
	return rows
}

// TestAStrangeYearIsToldAsIfAllWasScored sees that what is told is what all rows make, where their scores of long ago count.
func TestAStrangeYearIsToldAsIfAllWasScored(t *testing.T) {
	r := fresh(t)
	rows := oddYear(r.coffer.Today())
	id := r.account(t, "a")
	r.bringRows(t, id, rows...)
	known := alert.Known{Now: r.coffer.Now(), Zone: r.coffer.Now().Location()}
	state, some := alert.NewState(), alert.NewState()
	skimmed := known
	skimmed.ScoredDays = alert.ScoredDays
	want := map[alert.ID]alert.Alert{}
	for part, err := range r.store.JudgeRows(t.Context(), 0) {
		must(t, err)
		some.Judge(part, skimmed)
		for _, a := range state.Judge(part, known) {
			want[a.ID] = a
		}
	}
	if !some.Doubtful() {
		t.Fatal("the scores of long ago don't count")
	}
	told := 0
	for _, v := range value(r.coffer.Alerts(t.Context()))(t) {
		if v.Detector != alert.Unusual {
			continue
		}
		told++
		if w, there := want[v.ID]; !there || w.Level != v.Level || !slices.Equal(w.Rows, v.Rows) {
			t.Errorf("%v is told at level %v, want %+v", v.ID, v.Level, w)
		}
	}
	for id, a := range want {
		if a.Detector != alert.Unusual {
			delete(want, id)
		}
	}
	if told < 3 || told != len(want) {
		t.Errorf("%d alerts are told, want %d", told, len(want))
	}
}
