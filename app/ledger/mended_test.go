package ledger_test

import (
	"testing"

	"coffer/app/ledger"
)

// TestWhatABankAndAFileTellWithTwoAmountsIsAskedAbout: one of the two was made before the bank corrected the row. Both stay.
func TestWhatABankAndAFileTellWithTwoAmountsIsAskedAbout(t *testing.T) {
	told := file("- 19 -1 Kiosk", "F 20 -87.97 GARDEN WORLD", "- 24 -2 Kiosk")
	both := "booked 2026-03-19 -1.00 Kiosk\nbooked 2026-03-20 -87.97 GARDEN WORLD\nbooked 2026-03-20 -88.27 Garden World\nbooked 2026-03-24 -2.00 Kiosk"
	learn(t, map[string]lesson{
		"the file told it first": {[]ledger.Batch{told, bankRead("a 20 -88.27 Garden World")}, both, []string{"review maybe-fixed"}},
		"the bank told it first": {[]ledger.Batch{bankRead("a 20 -88.27 Garden World"), told}, both, []string{"insert new", "insert new", "review maybe-fixed"}},
		"not where the bank tells the file's row too": {
			[]ledger.Batch{told, bankRead("a 20 -88.27 Garden World", "b 20 -87.97 Garden World")},
			"booked 2026-03-19 -1.00 Kiosk\nbooked 2026-03-20 -87.97 Garden World\nbooked 2026-03-20 -88.27 Garden World\nbooked 2026-03-24 -2.00 Kiosk",
			[]string{"insert new", "update fingerprint"},
		},
		"not where the answer is not whole": {[]ledger.Batch{told, page("a 20 -88.27 Garden World")}, both, []string{"insert new"}},
		"not on a day that may be cut":      {[]ledger.Batch{bankRead("a 24 -1.97 Kiosk"), file("- 19 -1 Bar", "F 24 -2 KIOSK")}, "booked 2026-03-19 -1.00 Bar\nbooked 2026-03-24 -1.97 Kiosk\nbooked 2026-03-24 -2.00 KIOSK", []string{"insert new", "insert new"}},
		"not of three times the amount": {
			[]ledger.Batch{told, bankRead("a 20 -264 Garden World")},
			"booked 2026-03-19 -1.00 Kiosk\nbooked 2026-03-20 -264.00 Garden World\nbooked 2026-03-20 -87.97 GARDEN WORLD\nbooked 2026-03-24 -2.00 Kiosk", []string{"insert new"},
		},
		"not another shop": {
			[]ledger.Batch{told, bankRead("a 20 -88.27 Bean Bar")},
			"booked 2026-03-19 -1.00 Kiosk\nbooked 2026-03-20 -87.97 GARDEN WORLD\nbooked 2026-03-20 -88.27 Bean Bar\nbooked 2026-03-24 -2.00 Kiosk", []string{"insert new"},
		},
	})
}

// TestABookedHoldIsAskedAboutBesideTheFilesRow: the hold is surely that row, by its id; that the file told it is not sure.
func TestABookedHoldIsAskedAboutBesideTheFilesRow(t *testing.T) {
	var b books
	b.read(file("- 10 -1 Kiosk", "F 20 -87.97 GARDEN WORLD", "- 24 -2 Kiosk"))
	b.read(bankRead("?a 19 -91 Garden World"))
	p := b.read(bankRead("a 20 -88.27 Garden World"))
	if len(p.Ask) != 1 || p.Ask[0].Reason.ID != ledger.ReasonMaybeFixed || p.Ask[0].Row == p.Ask[0].Other || len(p.Update) != 1 {
		t.Errorf("asked %+v, updated %+v", p.Ask, p.Update)
	}
	if again := b.read(bankRead("a 20 -88.27 Garden World")); len(again.Ask) != 0 {
		t.Errorf("asked again %+v", again.Ask)
	}
}

// TestARowThatAMovingListToldUnderTwoDaysIsAskedAbout: the bank changed its day between two pages.
func TestARowThatAMovingListToldUnderTwoDaysIsAskedAbout(t *testing.T) {
	twice := bankRead("a 20 -11.5 Kino Lumen", "a 21 -11.5 Kino Lumen", "z 10 -1 Kiosk")
	for name, test := range map[string]struct {
		read ledger.Batch
		want int
	}{
		"it has gone":                {bankRead("a 21 -11.5 Kino Lumen", "z 10 -1 Kiosk"), 1},
		"both are there":             {twice, 0},
		"the answer is not whole":    {page("a 21 -11.5 Kino Lumen"), 0},
		"and was corrected since":    {bankRead("a 21 -12.5 Kino Lumen", "z 10 -1 Kiosk"), 1},
		"the day was not asked for":  {window(21, 31, "a 21 -11.5 Kino Lumen"), 0},
		"neither is told any longer": {bankRead("z 10 -1 Kiosk"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			var b books
			b.read(bankRead("a 20 -11.5 Kino Lumen", "z 10 -1 Kiosk"))
			b.read(twice)
			p := b.read(on(30, test.read))
			if len(p.Ask) != test.want || len(b.rows) < 3 {
				t.Fatalf("asked %+v of %d rows", p.Ask, len(b.rows))
			}
			for _, q := range p.Ask {
				if q.Reason.ID != ledger.ReasonMaybeSame || q.Row == q.Other {
					t.Errorf("asked %+v", q)
				}
			}
		})
	}
}
