package ledger_test

import (
	"testing"

	"coffer/app/ledger"
)

// partial is b with rows missing, by the bank's own word.
func partial(b ledger.Batch) ledger.Batch {
	b.Complete = false
	return b
}

func TestARowUnderANewIDIsNoHolds(t *testing.T) {
	learn(t, map[string]lesson{
		"of the amount that another visit was held for": {
			[]ledger.Batch{bankRead("a 20 -5 Fig Tree", "?p 20 -5 Fig Tree"), bankRead("z 20 -5 Fig Tree", "?p 20 -5 Fig Tree"), bankRead("y 20 -5 Fig Tree")},
			"booked 2026-03-20 -5.00 Fig Tree\npending 2026-03-20 -5.00 Fig Tree", []string{"absent absent", "update id-changed"},
		},
		"and in an incomplete answer the person is asked": {
			[]ledger.Batch{bankRead("a 20 -5 Fig Tree", "?p 20 -5 Fig Tree"), partial(bankRead("y 20 -5 Fig Tree"))},
			"booked 2026-03-20 -5.00 Fig Tree\nbooked 2026-03-20 -5.00 Fig Tree\npending 2026-03-20 -5.00 Fig Tree", []string{"review maybe-same"},
		},
	})
}

func TestAHoldThatGoesAsItsRowComes(t *testing.T) {
	learn(t, map[string]lesson{
		"at another rate is that row": {
			[]ledger.Batch{bankRead("?p 20 -100 Hotel Aurora"), bankRead("a 22 -102.5 Hotel Aurora")},
			"booked 2026-03-22 -102.50 Hotel Aurora", []string{"update amount-and-text"},
		},
		"so are twins": {
			[]ledger.Batch{bankRead("?p 20 -100 Hotel Aurora", "?q 20 -100 Hotel Aurora"), bankRead("a 22 -102.5 Hotel Aurora", "b 22 -102.5 Hotel Aurora")},
			"booked 2026-03-22 -102.50 Hotel Aurora\nbooked 2026-03-22 -102.50 Hotel Aurora", []string{"update amount-and-text", "update amount-and-text"},
		},
		"beyond three percent the person is asked": {
			[]ledger.Batch{bankRead("?p 20 -100 Hotel Aurora"), bankRead("a 22 -103.5 Hotel Aurora")},
			"booked 2026-03-22 -103.50 Hotel Aurora\npending 2026-03-20 -100.00 Hotel Aurora", []string{"absent absent", "review maybe-booked"},
		},
		"beyond what a tip comes to it is another": {
			[]ledger.Batch{bankRead("?p 20 -100 Hotel Aurora"), bankRead("a 22 -135.5 Hotel Aurora")},
			"booked 2026-03-22 -135.50 Hotel Aurora\npending 2026-03-20 -100.00 Hotel Aurora", []string{"absent absent", "insert new"},
		},
		"where the bank cut the hold's name off": {
			[]ledger.Batch{bankRead("?p 20 -100 PENDING HOTEL AU"), bankRead("a 22 -102.5 Hotel Aurora Berlin")},
			"booked 2026-03-22 -102.50 Hotel Aurora Berlin", []string{"update amount-and-text"},
		},
		"not where the cut word begins another name": {
			[]ledger.Batch{bankRead("?p 20 -100 PENDING HOTEL AU"), bankRead("a 22 -102.5 Hotel Bellevue Augsburg")},
			"booked 2026-03-22 -102.50 Hotel Bellevue Augsburg\npending 2026-03-20 -100.00 PENDING HOTEL AU", []string{"absent absent", "insert new"},
		},
		"one of two rows that may be it is asked about": {
			[]ledger.Batch{bankRead("?p 20 -100 Hotel Aurora"), bankRead("a 22 -102.5 Hotel Aurora", "b 22 -99 Hotel Aurora")},
			"booked 2026-03-22 -102.50 Hotel Aurora\nbooked 2026-03-22 -99.00 Hotel Aurora\npending 2026-03-20 -100.00 Hotel Aurora",
			[]string{"absent absent", "review maybe-booked", "review maybe-booked"},
		},
		"a hold that is still there waits": {
			[]ledger.Batch{bankRead("?p 20 -100 Hotel Aurora"), bankRead("?p 20 -100 Hotel Aurora", "a 22 -102.5 Hotel Aurora")},
			"booked 2026-03-22 -102.50 Hotel Aurora\npending 2026-03-20 -100.00 Hotel Aurora", []string{"insert new", "same alias"},
		},
		"an incomplete answer proves nothing": {
			[]ledger.Batch{bankRead("?p 20 -100 Hotel Aurora"), partial(bankRead("a 22 -102.5 Hotel Aurora"))},
			"booked 2026-03-22 -102.50 Hotel Aurora\npending 2026-03-20 -100.00 Hotel Aurora", []string{"review maybe-booked"},
		},
	})
}

func TestACorrectionIsOfTheBookedRowNotOfItsHold(t *testing.T) {
	learn(t, map[string]lesson{
		"where both have one id": {
			[]ledger.Batch{
				bankRead("?a 20 -130 Hardware Hank"), bankRead("?a 20 -130 Hardware Hank", "a 21 -134 Hardware Hank"),
				bankRead("a 21 -131 Hardware Hank"),
			},
			"booked 2026-03-21 -131.00 Hardware Hank\npending 2026-03-20 -130.00 Hardware Hank", []string{"absent absent", "update corrected"},
		},
	})
}
