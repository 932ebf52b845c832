package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"coffer/app/ledger"
)

// TestReusedIDsAreAllKept is promise I5: an id that a bank gives twice joins nothing.
func TestReusedIDsAreAllKept(t *testing.T) {
	learn(t, map[string]lesson{
		"for the fee line of a purchase": {
			[]ledger.Batch{file("F 1 -100 Hotel", "F 1 -3 Hotel Fee", "- 2 -1 Kiosk"), file("F 1 -100 Hotel", "F 1 -3 Hotel Fee", "- 2 -1 Kiosk")},
			"booked 2026-03-01 -100.00 Hotel\nbooked 2026-03-01 -3.00 Hotel Fee\nbooked 2026-03-02 -1.00 Kiosk",
			[]string{"same alias", "same alias", "same fingerprint"},
		},
		"for a movement of another month": {
			[]ledger.Batch{file("F 1 -9 Rent", "- 3 -1 Kiosk"), file("F 32 -9 Rent", "- 34 -1 Kiosk")},
			"booked 2026-03-01 -9.00 Rent\nbooked 2026-03-03 -1.00 Kiosk\nbooked 2026-04-01 -9.00 Rent\nbooked 2026-04-03 -1.00 Kiosk",
			[]string{"insert new", "insert new"},
		},
		"for every row of a month": {
			[]ledger.Batch{bankRead("0 1 -9 Rent", "0 4 -5 Bar", "0 4 -6 Bar", "0 9 -7 Kiosk"), bankRead("0 1 -9 Rent", "0 4 -5 Bar", "0 4 -6 Bar", "0 9 -7 Kiosk")},
			"booked 2026-03-01 -9.00 Rent\nbooked 2026-03-04 -5.00 Bar\nbooked 2026-03-04 -6.00 Bar\nbooked 2026-03-09 -7.00 Kiosk",
			[]string{"same alias", "same alias", "same alias", "same alias"},
		},
	})
	// Another account's rows are never among what is stored of this one.
	read := bankRead("F 1 -9 Rent")
	if p := ledger.Reconcile(nil, nil, read); len(p.Insert) != 1 {
		t.Errorf("in another account it is %+v", p)
	}
}

// TestDeletedStaysDeletedUnderAnyID is promise I8: a hundred reads, each with other ids.
func TestDeletedStaysDeletedUnderAnyID(t *testing.T) {
	var b books
	b.read(bankRead("a 1 -5 Bar", "b 2 -6 Kiosk", "- 3 -7 Fig"))
	for _, x := range slices.Clone(b.rows[:2]) {
		b.remove(x.ID)
	}
	for i := range 100 {
		b.read(on(31+i, bankRead(fmt.Sprintf("x%d 1 -5 Bar", i), fmt.Sprintf("y%d 2 -6 Kiosk", i), "- 3 -7 Fig")))
	}
	if got := b.String(); len(b.rows) != 1 {
		t.Errorf("the books hold\n%s", got)
	}
}

// TestWhatThePersonSaysMatchesNothing is promise I9: notes, categories and rules change no match. A
// year is read with its pending rows, in two books: the person goes over the rows of one after each read.
func TestWhatThePersonSaysMatchesNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(21, 22))
	var plain, edited books
	for _, read := range lifeOf(random, 60) {
		want, got := plain.read(read), edited.read(read)
		if a, b := slices.Concat(reasons(got), ids(got)), slices.Concat(reasons(want), ids(want)); !slices.Equal(a, b) {
			t.Fatalf("with the person's words on them, rows are matched as\n%v\nwithout\n%v", a, b)
		}
		for i := range edited.rows {
			switch random.IntN(3) {
			case 0:
				edited.rows[i].Note = fmt.Sprintf("Fig Tree %d", random.IntN(9))
			case 1:
				edited.rows[i].History = append(edited.rows[i].History, ledger.Step{At: readAt, What: ledger.WasUpdated})
			}
		}
	}
	if plain.contents() != edited.contents() {
		t.Error("the books differ")
	}
}

func ids(p ledger.Plan) []string {
	var all []string
	for _, u := range p.Update {
		all = append(all, string(u.ID))
	}
	for _, m := range slices.Concat(p.Same, p.Review) {
		all = append(all, string(m.ID))
	}
	return all
}

// lifeOf are the daily reads of a card: pending rows that book, with tips, later, in parts or never.
func lifeOf(random *rand.Rand, days int) []ledger.Batch {
	var rows []ledger.Row
	var reads []ledger.Batch
	start := row("- 1 0 x").Date
	for day := range days {
		today := start.AddDays(day)
		for i := range rows {
			if rows[i].Pending && random.IntN(3) == 0 {
				rows[i].Pending, rows[i].SourceID, rows[i].Date = false, fmt.Sprintf("b%d", random.Int64()), today
			}
		}
		for range random.IntN(4) {
			r := row(fmt.Sprintf("?p%d 1 -%d %s", random.Int64(), 3+random.IntN(20), payees[random.IntN(5)]))
			r.Date, r.MCC = today, []string{"", "5812"}[random.IntN(2)]
			rows = append(rows, r)
		}
		reads = append(reads, ledger.Batch{Rows: slices.Clone(rows), From: start.AddDays(-1), To: today, Complete: true})
	}
	return reads
}
