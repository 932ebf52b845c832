package consent_test

import (
	"slices"
	"testing"
	"time"

	"coffer/app/consent"

	"pgregory.net/rapid"
)

// TestEveryMeddlingWithRecordsIsFound: a changed, reordered or missing record is, but for the newest ones.
func TestEveryMeddlingWithRecordsIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all []consent.Record
		previous := ""
		for i := range rapid.IntRange(2, 8).Draw(t, "records") {
			r := consent.Record{Link: consent.LinkID(rapid.StringMatching("[a-c]").Draw(t, "link")), Bank: "Northlight", At: time.Unix(int64(i), 0).UTC(),
				Text: []consent.Line{{Label: "How far back", Text: "90 days"}}, Accounts: []consent.Agreed{{Name: "Everyday", Masked: "2290", Read: true}}, Previous: previous}
			r.Hash = consent.HashRecord(r)
			previous = r.Hash
			all = append(all, r)
		}
		if err := consent.CheckRecords(all); err != nil {
			t.Fatal(err)
		}
		if err := consent.CheckRecords(all[:len(all)-1]); err != nil {
			t.Fatalf("the newest is no link of the chain behind it: %v", err)
		}
		meddled := slices.Clone(all)
		at := rapid.IntRange(0, len(all)-2).Draw(t, "at")
		switch rapid.IntRange(0, 4).Draw(t, "meddling") {
		case 0:
			meddled[at].Accounts = []consent.Agreed{{Name: "Everyday", Masked: "2290"}}
		case 1:
			meddled[at].Text = nil
		case 2:
			meddled = slices.Delete(meddled, at, at+1)
		case 3:
			meddled[at], meddled[at+1] = meddled[at+1], meddled[at]
		case 4: // with a hash that fits
			meddled[at].HistoryDays = 3650
			meddled[at].Hash = consent.HashRecord(meddled[at])
		}
		if consent.CheckRecords(meddled) == nil {
			t.Fatal("it is not found")
		}
	})
}
