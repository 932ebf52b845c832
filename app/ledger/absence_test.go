package ledger_test

import (
	"testing"
	"time"

	"coffer/app/ledger"
)

func without(b ledger.Batch, ids ...string) ledger.Batch {
	b.Removed = ids
	return b
}

// crowd is a complete read of rows of most days, so that it is evidence, and of texts.
func crowd(texts ...string) ledger.Batch {
	return bankRead(append([]string{"c1 2 -1 Kiosk", "c2 4 -2 Kiosk", "c3 9 -3 Kiosk", "c4 15 -6 Kiosk", "c5 22 -7 Kiosk", "c6 29 -8 Kiosk"}, texts...)...)
}

func TestRowsThatTheBankTakesBack(t *testing.T) {
	learn(t, map[string]lesson{
		"a pending row that is taken back is dropped at once": {
			[]ledger.Batch{page("?p 30 -4 Bean"), without(page(), "p")},
			"dropped 2026-03-30 -4.00 Bean", []string{"drop withdrawn"},
		},
		"one that books in the same read is booked": {
			[]ledger.Batch{page("?p 30 -4 Bean"), without(page("b 31 -4 Bean"), "p")},
			"booked 2026-03-31 -4.00 Bean", []string{"update amount-and-text"},
		},
		"one that was booked before stays": {
			[]ledger.Batch{page("?p 29 -4 Bean"), page("b 30 -4 Bean"), without(page(), "p")},
			"booked 2026-03-30 -4.00 Bean", nil,
		},
		"a booked row that is taken back stays, and that is told": {
			[]ledger.Batch{page("b 30 -4 Bean"), without(page(), "b")},
			"booked 2026-03-30 -4.00 Bean", []string{"told vanished"},
		},
		"once": {
			[]ledger.Batch{page("b 30 -4 Bean"), without(page(), "b"), without(page(), "b")},
			"booked 2026-03-30 -4.00 Bean", nil,
		},
		"an id that nobody has changes nothing": {
			[]ledger.Batch{page("b 30 -4 Bean"), without(page(), "x", "")},
			"booked 2026-03-30 -4.00 Bean", nil,
		},
	})
}

func TestBookedRowsThatVanish(t *testing.T) {
	gone := func(reads ...ledger.Batch) string {
		var b books
		b.read(crowd("b 10 -44 Bean", "d 11 -55 Fig"))
		for _, read := range reads {
			b.read(read)
		}
		for _, x := range b.rows {
			if x.SourceID == "b" && ledger.Vanished(x) {
				return "told"
			}
		}
		return "quiet"
	}
	rest := []string{"d 11 -55 Fig"}
	absent := func(day int) ledger.Batch { return on(day, crowd(rest...)) }
	partial := func(day int) ledger.Batch { b := absent(day); b.Complete = false; return b }
	renamed := func(day int) ledger.Batch { b := absent(day); b.Rows[0].SourceID = "n"; return b }
	without := func(day int) ledger.Batch { b := absent(day); b.Rows[2].SourceID = ""; return b }
	replaced := func(day int) ledger.Batch { return on(day, crowd("d 11 -55 Fig", "e 12 -44 Bean Cafe")) }
	cut := func(day int) ledger.Batch {
		return on(day, bankRead("c4 15 -6 Kiosk", "c5 22 -7 Kiosk", "c6 29 -8 Kiosk"))
	}
	back := func(day int) ledger.Batch { return on(day, crowd("b 10 -44 Bean", "d 11 -55 Fig")) }
	for name, test := range map[string]struct {
		reads []ledger.Batch
		want  string
	}{
		"absent on three days":                {[]ledger.Batch{absent(31), absent(32), absent(33)}, "told"},
		"three times on a day":                {[]ledger.Batch{absent(31), absent(31), absent(31)}, "quiet"},
		"in reads that lack rows":             {[]ledger.Batch{partial(31), partial(32), partial(33)}, "quiet"},
		"where the bank changes ids":          {[]ledger.Batch{renamed(31), absent(32), absent(33)}, "quiet"},
		"where not every row has an id":       {[]ledger.Batch{without(31), without(32), without(33)}, "quiet"},
		"where it may have come as another":   {[]ledger.Batch{replaced(31), absent(32), absent(33)}, "quiet"},
		"where the bank tells fewer days":     {[]ledger.Batch{cut(31), cut(32), cut(33)}, "quiet"},
		"and then comes back":                 {[]ledger.Batch{absent(31), absent(32), absent(33), back(34)}, "quiet"},
		"for two days, and comes back":        {[]ledger.Batch{absent(31), absent(32), back(33), absent(34)}, "quiet"},
		"absent on three days among others's": {[]ledger.Batch{absent(31), partial(32), absent(33), absent(34)}, "told"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := gone(test.reads...); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestARowThatComesBackSaysSo(t *testing.T) {
	var b books
	b.read(page("b 30 -4 Bean"))
	b.read(without(page(), "b"))
	b.read(page("b 30 -4 Bean"))
	steps := b.rows[0].History
	if b.rows[0].Missing != 0 || len(steps) != 3 || steps[1].What != ledger.WentMissing || steps[2].What != ledger.CameBack {
		t.Errorf("the history is %+v", steps)
	}
}

// TestStaleHoldsAreToldAndEnd is promise P2: warned after eight days, dropped after fourteen or on
// the third day of absence, kept in the history.
func TestStaleHoldsAreToldAndEnd(t *testing.T) {
	var b books
	b.read(bankRead("?p 1 -40 Hotel"))
	held := b.rows[0]
	for wait, want := range map[int]bool{0: false, 8: false, 9: true, 20: true} {
		today := held.Date.AddDays(wait)
		why, overdue := ledger.Overdue(held, today)
		listed := ledger.RegisterRow{Status: held.Status, Date: held.Date}
		if overdue != want || listed.Overdue(today) != want || overdue && why.Args["days"] == "" {
			t.Errorf("after %d days overdue is %v, %+v", wait, overdue, why)
		}
	}
	if _, overdue := ledger.Overdue(ledger.Transaction{Row: ledger.Row{Date: held.Date}}, held.Date+99); overdue {
		t.Error("a booked row is overdue")
	}
	for wait, want := range map[int]ledger.Status{13: ledger.Pending, 14: ledger.Dropped, 44: ledger.Dropped} {
		var b books
		b.read(bankRead("?p 1 -40 Hotel"))
		b.read(on(1+wait, bankRead()))
		if got := b.rows[0]; got.Status != want || got.Status == ledger.Dropped && got.History[len(got.History)-1].What != ledger.WasDropped {
			t.Errorf("absent once after %d days it is %+v", wait, got)
		}
	}
	// A read whose days do not reach back to it ends it all the same, in the end.
	short := ledger.Batch{Complete: true, From: held.Date + 32, To: held.Date + 46}
	if b.read(short); b.rows[0].Status != ledger.Dropped {
		t.Errorf("after 46 days out of reach it is %+v", b.rows[0])
	}
	if from, _, _ := short.Reach(); from < ledger.Day(2026, time.March, 1) {
		t.Error("the read reaches back to it after all")
	}
}
