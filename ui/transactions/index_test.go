package transactions_test

import (
	"testing"

	"pgregory.net/rapid"

	"coffer/app/ledger"
	"coffer/ui/transactions"
)

func TestEveryRowHasOneLineInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pending, booked := rapid.IntRange(0, 50).Draw(t, "pending"), rapid.IntRange(0, 500).Draw(t, "booked")
		order := ledger.Order(rapid.IntRange(0, 5).Draw(t, "order"))
		l := transactions.LinesOf(ledger.Totals{Pending: []ledger.Sum{{Count: pending}}, Booked: []ledger.Sum{{Count: booked}}}, order)
		next, groups := 0, 0
		for line := range l.Count() {
			row, isPending, isBooked := l.At(line)
			if isPending || isBooked {
				groups++
				if isPending && next != 0 || isBooked && next != pending {
					t.Fatalf("a group stands before row %d of %d pending", next, pending)
				}
				continue
			}
			if row != next || l.Line(row) != line {
				t.Fatalf("line %d shows row %d, wants %d; its line is %d", line, row, next, l.Line(row))
			}
			next++
		}
		if next != pending+booked {
			t.Fatalf("%d of %d rows have a line", next, pending+booked)
		}
		byDate := order == ledger.NewestFirst || order == ledger.OldestFirst
		if want := map[bool]int{true: 1 + min(booked, 1)}[byDate && pending > 0]; groups != want {
			t.Fatalf("%d groups, wants %d", groups, want)
		}
	})
}
