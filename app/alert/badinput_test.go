package alert_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"
)

// loudIn counts the interruptions.
func loudIn(found []alert.Alert) (n int) {
	for _, a := range found {
		if a.Level == alert.Interrupt {
			n++
		}
	}
	return n
}

// TestBadRowsAreNoStorm holds what banks and files get wrong against the rows as they should be.
func TestBadRowsAreNoStorm(t *testing.T) {
	clean := func() []ledger.Transaction { return person(11, 400, 2) }
	usual := alert.NewState().Judge(clean(), known())
	for name, spoil := range map[string]func([]ledger.Transaction) []ledger.Transaction{
		"newest first":       func(rows []ledger.Transaction) []ledger.Transaction { slices.Reverse(rows); return rows },
		"no merchant":        each(func(i int, t *ledger.Transaction) { t.Payee = "" }),
		"no hour":            each(func(i int, t *ledger.Transaction) { t.At = time.Time{} }),
		"no category":        each(func(i int, t *ledger.Transaction) { t.Category = "" }),
		"amounts of nothing": each(func(i int, t *ledger.Transaction) { t.Amount.Minor *= int64(i % 2) }),
		"signs turned":       each(func(i int, t *ledger.Transaction) { t.Amount.Minor = -t.Amount.Minor }),
		"every second refunded": func(rows []ledger.Transaction) []ledger.Transaction {
			return more(rows, func(i int, t ledger.Transaction) (ledger.Transaction, bool) {
				t.Amount.Minor = -t.Amount.Minor
				return t, i%2 == 0
			})
		},
		"currencies mixed": each(func(i int, t *ledger.Transaction) {
			t.Amount = money.New(t.Amount.Minor, []string{"EUR", "JPY", "KWD", "USD"}[i%4])
		}),
		"pending ones, dropped": func(rows []ledger.Transaction) []ledger.Transaction {
			return more(rows, func(i int, t ledger.Transaction) (ledger.Transaction, bool) {
				t.Status = ledger.Dropped
				return t, true
			})
		},
		"each row in another account": each(func(i int, t *ledger.Transaction) { t.Account = ledger.AccountID(fmt.Sprint(i)) }),
		"the largest amounts there are": each(func(i int, t *ledger.Transaction) {
			if i%100 == 0 {
				t.Amount.Minor = -1 << 63
			}
		}),
		"days far off": each(func(i int, t *ledger.Transaction) {
			if i%50 == 0 {
				t.Date = []ledger.Date{-1 << 31, 1<<31 - 1, 0}[i/50%3]
			}
		}),
	} {
		t.Run(name, func(t *testing.T) {
			s := alert.NewState()
			found := s.Judge(spoil(clean()), known())
			found = append(found, s.Finish(known())...)
			if loudIn(found) > loudIn(usual)+8 || len(found) > len(usual)+40 {
				t.Errorf("%d alerts, %d of them loud; of the rows as they should be %d and %d", len(found), loudIn(found), len(usual), loudIn(usual))
			}
			bytesOf(t, s)
		})
	}
}

// each changes every row in its place.
func each(by func(int, *ledger.Transaction)) func([]ledger.Transaction) []ledger.Transaction {
	return func(rows []ledger.Transaction) []ledger.Transaction {
		for i := range rows {
			by(i, &rows[i])
		}
		return rows
	}
}

// more adds a row made of every row that by says so of.
func more(rows []ledger.Transaction, by func(int, ledger.Transaction) (ledger.Transaction, bool)) []ledger.Transaction {
	for i, t := range rows {
		if made, wanted := by(i, t); wanted {
			made.ID += "x"
			rows = append(rows, made)
		}
	}
	return rows
}

func TestOneRowAndNoneAreNoAlert(t *testing.T) {
	for name, rows := range map[string][]ledger.Transaction{"none": nil, "one": *new(diary).add("3 -4000 Voltbay"), "one of nothing": *new(diary).add("3 0 ")} {
		t.Run(name, func(t *testing.T) {
			s := alert.NewState()
			found := s.Judge(rows, known())
			if found = append(found, s.Finish(known())...); loudIn(found) > 1 {
				t.Errorf("found %v", kinds(found))
			}
		})
	}
}

// TestEveryRowTwiceIsNoStorm sends each row again under another id.
func TestEveryRowTwiceIsNoStorm(t *testing.T) {
	rows := more(person(12, 400, 2), func(_ int, t ledger.Transaction) (ledger.Transaction, bool) { return t, true })
	found := alert.NewState().Judge(rows, known())
	if len(found) > 60 || loudIn(found) > 12 {
		t.Errorf("%d alerts, %d of them loud: %v", len(found), loudIn(found), kinds(found))
	}
}

// TestADayOfEqualRowsIsNoStorm charges the same five thousand times in a day: at one merchant, at as many as there are, with and without an hour.
func TestADayOfEqualRowsIsNoStorm(t *testing.T) {
	for name, row := range map[string]string{"small": "-42", "large": "-142", "in": "142", "cents in": "0.42"} {
		for where, at := range map[string]string{"online": " | online 10:00", "by chip": " | chip 10:00", "untold": ""} {
			one, many := calm(), calm()
			for i := range 5000 {
				one.row("5 " + row + " Fig Tree" + at)
				many.row("5 " + row + " Fig " + letter(i) + at)
			}
			for places, s := range map[string]*scene{"one merchant": one, "many merchants": many} {
				found := alert.NewState().Judge(s.rows, s.knownAt(now))
				if len(found) > 6 || loudIn(found) > 4 {
					t.Errorf("%s %s at %s: %d alerts, %d of them loud: %v", name, where, places, len(found), loudIn(found), kinds(found))
				}
			}
		}
	}
}
