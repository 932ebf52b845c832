package ledger_test

import (
	"slices"
	"testing"

	"coffer/app/ledger"
)

func both(b ledger.Batch, pending string) ledger.Batch {
	for i := range b.Rows {
		b.Rows[i].Names = pending
	}
	return b
}

func TestAHoldIsBookedInParts(t *testing.T) {
	learn(t, map[string]lesson{
		"two rows that come to the hold end it": {
			[]ledger.Batch{page("?p 1 -120 Parcel Shop"), page("a 2 -50 Parcel Shop #1", "b 4 -70 PARCEL SHOP")},
			"booked 2026-03-02 -50.00 Parcel Shop #1\nbooked 2026-03-04 -70.00 PARCEL SHOP", []string{"insert part", "update part"},
		},
		"so do four": {
			[]ledger.Batch{page("?p 1 -120 Parcel Shop"), page("a 2 -50 Parcel Shop", "b 3 -40 Parcel Shop", "c 4 -20 Parcel Shop", "d 4 -10 Parcel Shop")},
			"booked 2026-03-02 -50.00 Parcel Shop\nbooked 2026-03-03 -40.00 Parcel Shop\nbooked 2026-03-04 -10.00 Parcel Shop\nbooked 2026-03-04 -20.00 Parcel Shop",
			[]string{"insert part", "insert part", "insert part", "update part"},
		},
		"parts that are captured days apart": {
			[]ledger.Batch{bankRead("?p 1 -120 Parcel Shop"), bankRead("?p 1 -120 Parcel Shop", "a 2 -50 Parcel Shop"), page("b 6 -70 Parcel Shop")},
			"booked 2026-03-02 -50.00 Parcel Shop\nbooked 2026-03-06 -70.00 Parcel Shop", []string{"told part", "update part"},
		},
		"a hold that is listed beside its parts ends when it goes": {
			[]ledger.Batch{bankRead("?p 20 -120 Parcel Shop"),
				bankRead("?p 20 -120 Parcel Shop", "a 21 -50 Parcel Shop", "b 22 -70 Parcel Shop"), bankRead("a 21 -50 Parcel Shop", "b 22 -70 Parcel Shop")},
			"booked 2026-03-21 -50.00 Parcel Shop\nbooked 2026-03-22 -70.00 Parcel Shop\ndropped 2026-03-20 -120.00 Parcel Shop",
			[]string{"drop parts", "same alias", "same alias", "told part", "told part"},
		},
		"and does not come back beside them": {
			[]ledger.Batch{bankRead("?p 20 -120 Parcel Shop"),
				bankRead("?p 20 -120 Parcel Shop", "a 21 -50 Parcel Shop", "b 22 -70 Parcel Shop"), bankRead("a 21 -50 Parcel Shop", "b 22 -70 Parcel Shop"),
				page("?p 20 -120 Parcel Shop")},
			"booked 2026-03-21 -50.00 Parcel Shop\nbooked 2026-03-22 -70.00 Parcel Shop\ndropped 2026-03-20 -120.00 Parcel Shop",
			[]string{"same superseded"},
		},
		"rows that name the hold are its parts, whatever the sum": {
			[]ledger.Batch{page("?p 1 -120 AUTH 99"), both(page("a 2 -50 Parcel Shop", "b 12 -40 Parcel Shop"), "p")},
			"booked 2026-03-02 -50.00 Parcel Shop\nbooked 2026-03-12 -40.00 Parcel Shop", []string{"insert part", "update named"},
		},
		"a part that names the hold and comes later": {
			[]ledger.Batch{page("?p 1 -120 AUTH 99"), both(page("a 2 -50 Parcel Shop"), "p"), both(page("b 12 -40 Parcel Shop"), "p")},
			"booked 2026-03-02 -50.00 Parcel Shop\nbooked 2026-03-12 -40.00 Parcel Shop", []string{"insert part"},
		},
		"a fee that names a purchase is no part of it": {
			[]ledger.Batch{page("?p 1 -120 AUTH 99"), both(page("a 2 -120 Parcel Shop"), "p"), both(page("b 2 -1.5 Fee"), "p")},
			"booked 2026-03-02 -1.50 Fee\nbooked 2026-03-02 -120.00 Parcel Shop", []string{"insert new"},
		},
		"parts that are stored end one hold of two": {
			[]ledger.Batch{page("?p 20 -100 Hotel Aurora", "?q 20 -100 Hotel Aurora"),
				bankRead("?p 20 -100 Hotel Aurora", "?q 20 -100 Hotel Aurora", "a 22 -60 Hotel Aurora", "b 23 -40 Hotel Aurora"),
				page("a 22 -60 Hotel Aurora", "b 23 -40 Hotel Aurora")},
			"booked 2026-03-22 -60.00 Hotel Aurora\nbooked 2026-03-23 -40.00 Hotel Aurora\ndropped 2026-03-20 -100.00 Hotel Aurora\npending 2026-03-20 -100.00 Hotel Aurora",
			[]string{"drop parts", "same alias", "same alias", "told part", "told part"},
		},
		"two sets of rows that fit are asked about": {
			[]ledger.Batch{page("?p 1 -8 Bean"), page("a 2 -4 Bean", "b 3 -4 Bean", "c 4 -4 Bean")},
			"booked 2026-03-02 -4.00 Bean\nbooked 2026-03-03 -4.00 Bean\nbooked 2026-03-04 -4.00 Bean\npending 2026-03-01 -8.00 Bean",
			[]string{"review maybe-booked", "review maybe-booked", "review maybe-booked"},
		},
		"rows of another shop are no parts": {
			[]ledger.Batch{page("?p 1 -120 Parcel Shop"), page("a 2 -50 Green Grocer", "b 4 -70 Green Grocer")},
			"booked 2026-03-02 -50.00 Green Grocer\nbooked 2026-03-04 -70.00 Green Grocer\npending 2026-03-01 -120.00 Parcel Shop",
			[]string{"insert new", "insert new"},
		},
		"rows that were pending themselves are no parts": {
			[]ledger.Batch{page("?p 1 -8 Bean"), page("?q 2 -3 Bean", "?r 2 -5 Bean"), page("q 3 -3 Bean", "r 3 -5 Bean"), bankRead("q 3 -3 Bean", "r 3 -5 Bean")},
			"booked 2026-03-03 -3.00 Bean\nbooked 2026-03-03 -5.00 Bean\ndropped 2026-03-01 -8.00 Bean", []string{"drop stale", "same alias", "same alias"},
		},
	})
}

func TestAPartAloneTakesThePlaceOfItsHold(t *testing.T) {
	learn(t, map[string]lesson{
		"a part alone that comes as the hold goes takes its place": {
			[]ledger.Batch{bankRead("?p 20 -120 Parcel Shop"), since(28, bankRead("a 22 -50 Parcel Shop"))},
			"booked 2026-03-22 -50.00 Parcel Shop", []string{"update first-part"},
		},
		"and the rest that comes later is known by the sum": {
			[]ledger.Batch{bankRead("?p 20 -120 Parcel Shop"), since(28, bankRead("a 22 -50 Parcel Shop")), page("b 25 -70 Parcel Shop")},
			"booked 2026-03-22 -50.00 Parcel Shop\nbooked 2026-03-25 -70.00 Parcel Shop", []string{"insert part"},
		},
		"so are the parts of twins, each of its own": {
			[]ledger.Batch{page("?p 1 -120 Parcel Shop", "?q 1 -120 Parcel Shop"),
				page("a 2 -50 Parcel Shop", "b 2 -70 Parcel Shop", "c 2 -50 Parcel Shop", "d 2 -70 Parcel Shop")},
			"booked 2026-03-02 -50.00 Parcel Shop\nbooked 2026-03-02 -50.00 Parcel Shop\nbooked 2026-03-02 -70.00 Parcel Shop\nbooked 2026-03-02 -70.00 Parcel Shop",
			[]string{"insert part", "insert part", "update part", "update part"},
		},
		"a part alone in an answer that is not whole is asked about": {
			[]ledger.Batch{page("?p 1 -120 Parcel Shop"), page("a 2 -50 Parcel Shop")},
			"booked 2026-03-02 -50.00 Parcel Shop\npending 2026-03-01 -120.00 Parcel Shop", []string{"review maybe-booked"},
		},
	})
}

// TestTheRestOfAHold: of a hold that a row named, the rows that make it whole are known by the sum.
func TestTheRestOfAHold(t *testing.T) {
	held, first := bankRead("?p 20 -120 Parcel Shop"), names(bankRead("a 21 -50 Parcel Shop"), "p")
	learn(t, map[string]lesson{
		"it comes in one row, days later": {
			[]ledger.Batch{held, first, page("b 25 -70 Parcel Shop")},
			"booked 2026-03-21 -50.00 Parcel Shop\nbooked 2026-03-25 -70.00 Parcel Shop", []string{"insert part"},
		},
		"it comes in two rows, and is known with the last": {
			[]ledger.Batch{held, first, page("b 25 -40 Parcel Shop"), page("c 26 -30 Parcel Shop")},
			"booked 2026-03-21 -50.00 Parcel Shop\nbooked 2026-03-25 -40.00 Parcel Shop\nbooked 2026-03-26 -30.00 Parcel Shop",
			[]string{"insert part", "told part"},
		},
		"a row of more is none of it": {
			[]ledger.Batch{held, first, page("b 25 -71 Parcel Shop")},
			"booked 2026-03-21 -50.00 Parcel Shop\nbooked 2026-03-25 -71.00 Parcel Shop", []string{"insert new"},
		},
		"nor one of another name": {
			[]ledger.Batch{held, first, page("b 25 -70 Green Grocer")},
			"booked 2026-03-21 -50.00 Parcel Shop\nbooked 2026-03-25 -70.00 Green Grocer", []string{"insert new"},
		},
		"nor one that comes once it is whole": {
			[]ledger.Batch{held, first, page("b 25 -70 Parcel Shop"), page("c 26 -70 Parcel Shop")},
			"booked 2026-03-21 -50.00 Parcel Shop\nbooked 2026-03-25 -70.00 Parcel Shop\nbooked 2026-03-26 -70.00 Parcel Shop", []string{"insert new"},
		},
	})
}

// TestEachPartSaysOfWhichHoldItIs: the hold keeps its note and names in the part that took its place.
func TestEachPartSaysOfWhichHoldItIs(t *testing.T) {
	var b books
	b.read(bankRead("?p 20 -120 Parcel Shop"))
	b.rows[0].Note = "wedding"
	b.read(bankRead("?p 20 -120 Parcel Shop", "a 21 -50 Parcel Shop"))
	b.read(page("b 23 -70 Parcel Shop"))
	for _, x := range b.rows {
		last := x.History[len(x.History)-1]
		if last.Reason.ID != ledger.ReasonPart || last.Reason.Args["was"] != "-120.00" || last.Reason.Args["day"] != "2026-03-20" {
			t.Errorf("%s got here by %+v", x.SourceID, x.History)
		}
	}
	if x := b.rows[0]; x.Note != "wedding" || !slices.Equal(x.Aliases, []string{"p", "b"}) {
		t.Errorf("what took the place of the hold is %+v", x)
	}
}

func TestAReviewIsMootOnceItsPendingRowBooked(t *testing.T) {
	pending, booked := ledger.Transaction{ID: "p", Status: ledger.Pending}, ledger.Transaction{ID: "b"}
	part := booked
	part.History = []ledger.Step{{What: ledger.WasPart}}
	ask := ledger.Reason{ID: ledger.ReasonMaybeBooked}
	for name, test := range map[string]struct {
		review ledger.Review
		moot   bool
	}{
		"it waits":                           {ledger.Review{Row: booked, Other: pending, Reason: ask}, false},
		"it booked otherwise":                {ledger.Review{Row: booked, Other: ledger.Transaction{ID: "p"}, Reason: ask}, true},
		"the booked row is part of a hold":   {ledger.Review{Row: part, Other: pending, Reason: ask}, true},
		"it lapsed":                          {ledger.Review{Row: booked, Other: ended(ledger.ReasonAbsent), Reason: ask}, false},
		"it is booked in parts":              {ledger.Review{Row: booked, Other: ended(ledger.ReasonParts), Reason: ask}, true},
		"it stood beside another row":        {ledger.Review{Row: booked, Other: ended(ledger.ReasonBeside), Reason: ask}, true},
		"the booked row was dropped":         {ledger.Review{Row: ended(ledger.ReasonAbsent), Other: pending, Reason: ask}, true},
		"twins are asked about all the same": {ledger.Review{Row: booked, Other: ledger.Transaction{ID: "a"}, Reason: ledger.Reason{ID: ledger.ReasonMaybeSame}}, false},
	} {
		if got := test.review.Moot(); got != test.moot {
			t.Errorf("%s: moot is %v", name, got)
		}
	}
}

// ended is a hold that was dropped for reason.
func ended(reason string) ledger.Transaction {
	return ledger.Transaction{ID: "h", Status: ledger.Dropped, History: []ledger.Step{{What: ledger.WasDropped, Reason: ledger.Reason{ID: reason}}}}
}
