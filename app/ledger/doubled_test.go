package ledger_test

import (
	"testing"

	"coffer/app/ledger"
)

func TestWhatAFileToldBeforeTheBankIsThereOnce(t *testing.T) {
	hold := bankRead("?p 20 -120 Parcel Shop")
	learn(t, map[string]lesson{
		"though the bank's row names a hold": {
			[]ledger.Batch{hold, file("F 22 -50 Parcel Shop", "- 24 -1 Kiosk"), names(bankRead("a 22 -50 Parcel Shop"), "p")},
			"booked 2026-03-22 -50.00 Parcel Shop\nbooked 2026-03-24 -1.00 Kiosk\ndropped 2026-03-20 -120.00 Parcel Shop",
			[]string{"drop beside", "told beside", "update amount-and-text"},
		},
		"though the bank names a hold that the file booked, at another amount": {
			[]ledger.Batch{hold, file("F 20 -120 Parcel Shop", "- 24 -1 Kiosk"), names(bankRead("a 22 -121 Parcel Shop"), "p")},
			"booked 2026-03-22 -121.00 Parcel Shop\nbooked 2026-03-24 -1.00 Kiosk", []string{"update named"},
		},
		"where the file dates each a day later": {
			[]ledger.Batch{bankRead("a 10 -4 Bean", "b 11 -4 Bean", "c 13 -4 Bean", "d 14 -4 Bean"),
				file("- 9 -1 Kiosk", "- 11 -4 Bean Bar", "- 12 -4 Bean Bar", "- 14 -4 Bean Bar", "- 15 -4 Bean Bar")},
			"booked 2026-03-09 -1.00 Kiosk\nbooked 2026-03-10 -4.00 Bean\nbooked 2026-03-11 -4.00 Bean\nbooked 2026-03-13 -4.00 Bean\nbooked 2026-03-14 -4.00 Bean",
			[]string{"insert new", "update amount-and-text", "update amount-and-text", "update amount-and-text", "update amount-and-text"},
		},
		"a hold that ended beside a row takes none of it": {
			[]ledger.Batch{bankRead("?p 20 -120 Parcel Shop"), bankRead("?p 20 -120 Parcel Shop"), bankRead("?p 20 -120 Parcel Shop", "a 21 -50 Parcel Shop", "b 22 -70 Parcel Shop"),
				bankRead("a 21 -50 Parcel Shop", "b 22 -70 Parcel Shop"), file("- 19 -1 Kiosk", "F 22 -120 Parcel Shop", "- 24 -1 Kiosk")},
			"booked 2026-03-19 -1.00 Kiosk\nbooked 2026-03-21 -50.00 Parcel Shop\nbooked 2026-03-22 -120.00 Parcel Shop\nbooked 2026-03-22 -70.00 Parcel Shop\n" +
				"booked 2026-03-24 -1.00 Kiosk\ndropped 2026-03-20 -120.00 Parcel Shop",
			[]string{"insert new", "insert new", "insert new"},
		},
	})
}

// TestARowThatTheBankCorrectedIsAskedAboutWhereAFileToldIt: both are booked, and stay until the person has spoken.
func TestARowThatTheBankCorrectedIsAskedAboutWhereAFileToldIt(t *testing.T) {
	var b books
	b.read(bankRead("a 20 -50 Parcel Shop", "z 10 -1 Kiosk"))
	b.read(file("F 20 -53 Parcel Shop Berlin", "- 24 -1 Kiosk"))
	p := b.read(bankRead("a 20 -53 Parcel Shop", "z 10 -1 Kiosk"))
	if len(p.Ask) != 1 || p.Ask[0].Reason.ID != ledger.ReasonMaybeSame || p.Ask[0].Row == p.Ask[0].Other {
		t.Errorf("asked %+v", p.Ask)
	}
	if again := b.read(on(30, bankRead("a 20 -53 Parcel Shop", "z 10 -1 Kiosk"))); len(again.Ask) != 0 {
		t.Errorf("asked again %+v", again.Ask)
	}
}

func TestWhatAMovingListMayRepeatIsAskedAbout(t *testing.T) {
	learn(t, map[string]lesson{
		"in an answer that is not whole": {
			[]ledger.Batch{bankRead("- 20 -5 Bar"), page("- 20 -5 Bar", "- 20 -5 Bar")},
			"booked 2026-03-20 -5.00 Bar\nbooked 2026-03-20 -5.00 Bar", []string{"review maybe-same", "same ordinal"},
		},
		"on a day that was read before": {
			[]ledger.Batch{bankRead("- 20 -5 Bar"), since(28, bankRead("- 20 -5 Bar", "- 20 -5 Bar"))},
			"booked 2026-03-20 -5.00 Bar\nbooked 2026-03-20 -5.00 Bar", []string{"review maybe-same", "same ordinal"},
		},
		"not on a day since": {
			[]ledger.Batch{bankRead("- 20 -5 Bar"), since(20, bankRead("- 20 -5 Bar", "- 20 -5 Bar"))},
			"booked 2026-03-20 -5.00 Bar\nbooked 2026-03-20 -5.00 Bar", []string{"insert new", "same ordinal"},
		},
	})
}

// TestAHoldBesideItsBookedRow: the bank lists both for a while.
func TestAHoldBesideItsBookedRow(t *testing.T) {
	for name, test := range map[string]struct {
		row  string
		want string // reason of the hold's end; empty: it is asked about
	}{
		"of the same amount ends with it":      {"a 21 -120 Parcel Shop", ledger.ReasonBeside},
		"of another rate ends with it":         {"a 21 -118 Parcel Shop", ledger.ReasonBeside},
		"of less is asked about":               {"a 21 -70 Parcel Shop", ""},
		"of a third more is asked about":       {"a 21 -150 Parcel Shop", ""},
		"of another shop has nothing to do it": {"a 21 -120 Green Grocer", "none"},
	} {
		t.Run(name, func(t *testing.T) {
			var b books
			b.read(bankRead("?p 20 -120 Parcel Shop"))
			for i := range b.rows {
				b.rows[i].Seen = readAt.AddDate(0, 0, -3)
			}
			b.read(bankRead("?p 20 -120 Parcel Shop", test.row))
			p := b.read(bankRead(test.row))
			ended, asked := "", len(p.Ask)
			if len(p.Drop) == 1 {
				ended = p.Drop[0].Reason.ID
			}
			switch test.want {
			case "none":
				if ended != "" || asked != 0 {
					t.Errorf("ended %q, asked %+v", ended, p.Ask)
				}
			case "":
				if ended != "" || asked != 1 || p.Ask[0].Reason.ID != ledger.ReasonMaybeBooked {
					t.Errorf("ended %q, asked %+v", ended, p.Ask)
				}
			default:
				if ended != test.want || asked != 0 || len(p.Told) != 1 {
					t.Errorf("ended %q, asked %+v, told %+v", ended, p.Ask, p.Told)
				}
			}
		})
	}
}
