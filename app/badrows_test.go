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

// badRows are rows as banks and files get them wrong, and lives that no model was fitted on.
var badRows = map[string]func(today ledger.Date) []ledger.Row{
	"out of order": func(today ledger.Date) []ledger.Row { return backwards(usualYear(today)) },
	"no merchant": func(today ledger.Date) []ledger.Row {
		return eachRow(today, func(_ int, r *ledger.Row) { r.Payee = "" })
	},
	"zero": func(today ledger.Date) []ledger.Row {
		return eachRow(today, func(i int, r *ledger.Row) { r.Amount.Minor *= int64(i % 2) })
	},
	"signs turned": func(today ledger.Date) []ledger.Row {
		return eachRow(today, func(_ int, r *ledger.Row) { r.Amount.Minor = -r.Amount.Minor })
	},
	"every second given back": func(today ledger.Date) []ledger.Row {
		rows := usualYear(today)
		for i := range rows {
			if back := rows[i]; i%2 == 0 {
				back.Amount.Minor, back.SourceID = -back.Amount.Minor, back.SourceID+"r"
				rows = append(rows, back)
			}
		}
		return rows
	},
	"currencies mixed": func(today ledger.Date) []ledger.Row {
		return eachRow(today, func(i int, r *ledger.Row) {
			r.Amount = money.New(r.Amount.Minor, []string{"USD", "JPY", "KWD", "EUR"}[i%4])
		})
	},
	"one row": func(today ledger.Date) []ledger.Row { return []ledger.Row{payment(today-3, -400000, "Voltbay")} },
	"ten years at once": func(today ledger.Date) (rows []ledger.Row) {
		for year := range 10 {
			rows = append(rows, usualYear(today.AddDays(-365*year))...)
		}
		return rows
	},
	"each row twice": func(today ledger.Date) []ledger.Row {
		rows := usualYear(today)
		for _, again := range slices.Clone(rows) {
			again.SourceID += "x"
			rows = append(rows, again)
		}
		return rows
	},
	"five thousand equal ones in a day": func(today ledger.Date) []ledger.Row {
		rows := usualYear(today)
		for i := range 5000 {
			rows = append(rows, ledger.Row{SourceID: fmt.Sprint("equal", i), Date: today - 3, Amount: money.New(-14200, "USD"), Payee: "Figtree"})
		}
		return rows
	},
	"all abroad": func(today ledger.Date) []ledger.Row {
		return eachRow(today, func(i int, r *ledger.Row) {
			r.Country, r.Foreign = []string{"FR", "IT", "ES", "GR", "PT"}[i/9%5], money.New(r.Amount.Minor*9/10, "EUR")
		})
	},
	"one card for two people apart": func(today ledger.Date) []ledger.Row {
		rows := usualYear(today)
		for back := 30; back > 0; back-- {
			r := payment(today.AddDays(-back), -int64(3000+back), "Diner")
			r.Country, r.Channel, r.At = "US", ledger.CardPresent, r.Date.Time().Add(13*time.Hour)
			rows = append(rows, r)
		}
		return rows
	},
	"a salary doubled": func(today ledger.Date) []ledger.Row {
		rows := usualYear(today)
		for back := 350; back > 0; back -= 30 {
			pay := int64(250000)
			if back < 60 {
				pay *= 2
			}
			rows = append(rows, payment(today.AddDays(-back), pay, "Works"))
		}
		return rows
	},
	"months of silence, then a holiday": func(today ledger.Date) []ledger.Row {
		rows := usualYear(today.AddDays(-100))
		for back := 14; back > 0; back-- {
			for i, what := range []string{"Taverna", "Ouzeri", "Kiosk Athina", "Hotel Nyx"} {
				r := payment(today.AddDays(-back), -int64(1200+i*3100+back), fmt.Sprint(what, " ", string(rune('A'+back))))
				r.Country, r.Channel, r.At, r.Category = "GR", ledger.CardPresent, r.Date.Time().Add(time.Duration(9+3*i)*time.Hour), ledger.Travel
				rows = append(rows, r)
			}
		}
		return rows
	},
	"at midnight across the change of clocks": func(today ledger.Date) []ledger.Row {
		return eachRow(today, func(i int, r *ledger.Row) {
			r.At = r.Date.Time().Add(time.Duration(i%2)*(24*time.Hour-time.Second) - time.Duration(i%3)*time.Hour)
		})
	},
	"names in other scripts": func(today ledger.Date) []ledger.Row {
		return eachRow(today, func(i int, r *ledger.Row) {
			r.Payee = []string{"星巴克咖啡", "Кофейня", "مقهى", "☕", "스타벅스", "***", "\u202eeerf", "A\u0301\u0301\u0301"}[i%8]
		})
	},
	"the largest amounts there are": func(today ledger.Date) []ledger.Row {
		return eachRow(today, func(i int, r *ledger.Row) {
			if i == 7 || i == 300 {
				r.Amount.Minor = -1 << 62
			} else if i == 90 {
				r.Amount.Minor = 1 << 62
			}
		})
	},
	"days far off": func(today ledger.Date) []ledger.Row {
		return eachRow(today, func(i int, r *ledger.Row) {
			if i%60 == 7 {
				r.Date = []ledger.Date{ledger.Day(1901, 1, 1), ledger.Day(2199, 12, 31), ledger.Day(1970, 1, 1)}[i/60%3]
				r.At = time.Time{}
			}
		})
	},
}

// usualYear is a year of lunches and groceries up to a day.
func usualYear(today ledger.Date) (rows []ledger.Row) {
	for back := 364; back >= 1; back-- {
		r := payment(today.AddDays(-back), -int64(900+back*7%400), "Bean")
		r.At, r.Channel, r.Country, r.Category = r.Date.Time().Add(12*time.Hour), ledger.CardPresent, "DE", ledger.EatingOut
		if rows = append(rows, r); back%4 == 0 {
			r.Payee, r.Category, r.Amount.Minor, r.At = "Green Grocer", ledger.Groceries, -int64(3500+back*13%900), r.At.Add(5*time.Hour)
			rows = append(rows, r)
		}
	}
	return rows
}

func eachRow(today ledger.Date, by func(i int, r *ledger.Row)) []ledger.Row {
	rows := usualYear(today)
	for i := range rows {
		by(i, &rows[i])
	}
	return rows
}

func backwards(rows []ledger.Row) []ledger.Row {
	slices.Reverse(rows)
	return rows
}

// TestBadRowsThroughTheVaultAreNoStorm reads each kind of bad rows from a bank's answer, and as far as it can tell them from a file, into a real
// vault. There are few alerts, and judging all anew tells the same.
func TestBadRowsThroughTheVaultAreNoStorm(t *testing.T) {
	for name, rows := range badRows {
		t.Run(name, func(t *testing.T) {
			for way, bring := range map[string]func(t *testing.T, r *rig, rows []ledger.Row){"a bank": tellRows, "a file": writeRows} {
				r := fresh(t)
				bring(t, r, rows(r.coffer.Today()))
				r.wantFew(t, way)
				wantRebuilt(t, r)
				if marks := value(r.store.Marks(t.Context()))(t); len(marks) > 0 {
					t.Errorf("%s: rows wait to be judged: %v", way, marks)
				}
			}
		})
	}
}

// wantFew fails if more interrupts than a person bears in four months, or more is listed.
func (r *rig) wantFew(t *testing.T, when string) {
	t.Helper()
	var loud, quiet []string
	for _, v := range value(r.coffer.Alerts(t.Context()))(t) {
		if text := fmt.Sprint(v.Day, " ", v.Detector); v.Level == alert.Interrupt {
			loud = append(loud, text)
		} else {
			quiet = append(quiet, text)
		}
	}
	if len(loud) > 6 || len(quiet) > 20 {
		t.Errorf("%s: %d interrupt and %d are listed: %q %q", when, len(loud), len(quiet), loud, quiet)
	}
	t.Logf("%s: %d interrupt, %d are listed", when, len(loud), len(quiet))
}

// tellRows has a bank tell rows of an account.
func tellRows(t *testing.T, r *rig, rows []ledger.Row) {
	t.Helper()
	id, batch := r.account(t, "a"), ledger.Batch{From: ledger.Day(1900, 1, 1), To: r.coffer.Today(), Rows: rows}
	for i := range rows {
		rows[i].SourceID = fmt.Sprint("s", i)
	}
	value(r.store.Reconcile(t.Context(), batch, ledger.Write{Account: id, At: r.coffer.Now()}))(t)
	must(t, r.coffer.Lock())
	must(t, r.unlock())
}

// writeRows imports rows from a file, which says a day, an amount and a name of each.
func writeRows(t *testing.T, r *rig, rows []ledger.Row) {
	t.Helper()
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = fmt.Sprintf("%s|%s|s%d|%s", strings.ReplaceAll(row.Date.String(), "-", ""), money.New(row.Amount.Minor, "USD").Decimal(), i, row.Payee)
	}
	r.imports(t, "bad.ofx", strings.ReplaceAll(sheet("1111", lines...), "<DTSTART>20261001", "<DTSTART>19000101"))
}
