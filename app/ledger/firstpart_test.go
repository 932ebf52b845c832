package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"coffer/app/ledger"
)

// since is b, where the read before it was on day.
func since(day int, b ledger.Batch) ledger.Batch {
	b.Before = row(fmt.Sprintf("- %d 0 x", day)).Date
	return b
}

// TestAPartAloneIsTheHoldsOnlyWhereNothingElseCouldBeMeant: it is asked about everywhere else.
func TestAPartAloneIsTheHoldsOnlyWhereNothingElseCouldBeMeant(t *testing.T) {
	const two = "booked 2026-03-22 -50.00 Parcel Shop\npending 2026-03-20 -120.00 Parcel Shop"
	hold := bankRead("?p 20 -120 Parcel Shop")
	learn(t, map[string]lesson{
		"not after a week without a read": {
			[]ledger.Batch{hold, since(22, bankRead("a 22 -50 Parcel Shop"))}, two, []string{"absent absent", "review maybe-booked"},
		},
		"nor where the read before is not known": {
			[]ledger.Batch{hold, bankRead("a 22 -50 Parcel Shop")}, two, []string{"absent absent", "review maybe-booked"},
		},
		"nor of a hold that was gone before": {
			[]ledger.Batch{hold, on(28, bankRead("z 2 -1 Kiosk")), since(28, bankRead("z 2 -1 Kiosk", "a 22 -50 Parcel Shop"))},
			"booked 2026-03-02 -1.00 Kiosk\n" + two, []string{"absent absent", "review maybe-booked", "same alias"},
		},
		"nor of less than three tenths": {
			[]ledger.Batch{hold, since(28, bankRead("a 22 -35 Parcel Shop"))},
			"booked 2026-03-22 -35.00 Parcel Shop\npending 2026-03-20 -120.00 Parcel Shop", []string{"absent absent", "review maybe-booked"},
		},
		"nor six days later": {
			[]ledger.Batch{hold, since(28, bankRead("a 26 -50 Parcel Shop"))},
			"booked 2026-03-26 -50.00 Parcel Shop\npending 2026-03-20 -120.00 Parcel Shop", []string{"absent absent", "review maybe-booked"},
		},
		"nor of one of two holds": {
			[]ledger.Batch{bankRead("?p 20 -120 Parcel Shop", "?q 20 -90 Parcel Shop"), since(28, bankRead("a 22 -50 Parcel Shop"))},
			"booked 2026-03-22 -50.00 Parcel Shop\npending 2026-03-20 -120.00 Parcel Shop\npending 2026-03-20 -90.00 Parcel Shop",
			[]string{"absent absent", "absent absent", "review maybe-booked"},
		},
		"but of the one that the other's row leaves": {
			[]ledger.Batch{bankRead("?p 20 -120 Parcel Shop", "?q 20 -60 Parcel Shop"), since(28, bankRead("a 22 -50 Parcel Shop", "b 22 -100 Parcel Shop"))},
			"booked 2026-03-22 -100.00 Parcel Shop\nbooked 2026-03-22 -50.00 Parcel Shop", []string{"update first-part", "update first-part"},
		},
		"a bank that took the hold back by its id told that it went": {
			[]ledger.Batch{hold, removing("p", since(28, partial(bankRead("a 22 -50 Parcel Shop"))))},
			"booked 2026-03-22 -50.00 Parcel Shop", []string{"update first-part"},
		},
	})
}

func removing(id string, b ledger.Batch) ledger.Batch {
	b.Removed = []string{id}
	return b
}

// TestABankThatTellsWhichHoldARowWasIsTakenAtItsWord: a row that it says nothing of is another purchase, for all that is sure.
func TestABankThatTellsWhichHoldARowWasIsTakenAtItsWord(t *testing.T) {
	var told []ledger.Batch
	for i, amount := range []string{"11", "12", "13"} {
		told = append(told, bankRead(fmt.Sprintf("?k%d 1%d -%s Kiosk", i, i, amount)), bankRead(fmt.Sprintf("k%d 1%d -%s Kiosk", i, i, amount)))
	}
	kept := "booked 2026-03-10 -11.00 Kiosk\nbooked 2026-03-11 -12.00 Kiosk\nbooked 2026-03-12 -13.00 Kiosk\n"
	all := append(slices.Clone(told), bankRead("?p 20 -120 Parcel Shop"), since(28, bankRead("a 22 -50 Parcel Shop")))
	learn(t, map[string]lesson{
		"a part": {all, kept + "booked 2026-03-22 -50.00 Parcel Shop\npending 2026-03-20 -120.00 Parcel Shop", []string{"absent absent", "review maybe-booked"}},
	})
}

// TestWhereHoldsLapseAPartAloneIsAskedAbout: five came to nothing.
func TestWhereHoldsLapseAPartAloneIsAskedAbout(t *testing.T) {
	held := bankRead("?a 2 -1 Kiosk", "?b 3 -2 Kiosk", "?c 4 -3 Kiosk", "?d 5 -4 Kiosk", "?e 6 -5 Kiosk")
	learn(t, map[string]lesson{
		"a part": {
			[]ledger.Batch{held, bankRead(), bankRead("?p 20 -120 Parcel Shop"), since(28, bankRead("z 22 -50 Parcel Shop"))},
			"booked 2026-03-22 -50.00 Parcel Shop\ndropped 2026-03-02 -1.00 Kiosk\ndropped 2026-03-03 -2.00 Kiosk\ndropped 2026-03-04 -3.00 Kiosk\n" +
				"dropped 2026-03-05 -4.00 Kiosk\ndropped 2026-03-06 -5.00 Kiosk\npending 2026-03-20 -120.00 Parcel Shop",
			[]string{"absent absent", "review maybe-booked"},
		},
	})
}
