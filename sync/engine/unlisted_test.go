package engine_test

import (
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/sync/bank/banktest"
)

// unlisted is what the link says of accounts that the bank lists no longer.
func (r *rig) unlisted() []consent.Unlisted {
	r.Helper()
	link, err := r.store.Link(r.Context(), linkID)
	if err != nil {
		r.Fatal(err)
	}
	return link.Unlisted
}

// TestAnAccountThatTheBankListsNoLongerIsToldWithItsLastDay, until it is listed again.
func TestAnAccountThatTheBankListsNoLongerIsToldWithItsLastDay(t *testing.T) {
	r := newRig(t)
	r.bank.Open("acc-1", "DEPOSIT_ACCOUNT", "2290", 1_000_00)
	r.bank.Open("acc-2", "DEPOSIT_ACCOUNT", "5530", 2_000_00)
	r.must()
	if got := r.unlisted(); len(got) != 0 {
		t.Fatalf("listed no longer are %v", got)
	}
	r.bank.Unlist("acc-2")
	for range 3 {
		r.now = r.now.Add(25 * time.Hour)
		r.must()
		if got := r.unlisted(); len(got) != 1 || !got[0].Seen.Equal(noon) || got[0].Account == "" {
			t.Fatalf("listed no longer are %v, want one of %v", got, noon)
		}
	}
	r.bank.Open("acc-2", "DEPOSIT_ACCOUNT", "5530", 2_000_00)
	r.must()
	if got := r.unlisted(); len(got) != 0 {
		t.Errorf("listed again: %v", got)
	}
}

// TestAReadThatFailsSaysNothingOfWhatIsListed.
func TestAReadThatFailsSaysNothingOfWhatIsListed(t *testing.T) {
	r := newRig(t)
	r.bank.Open("acc-1", "DEPOSIT_ACCOUNT", "2290", 1_000_00)
	r.bank.Open("acc-2", "DEPOSIT_ACCOUNT", "5530", 2_000_00)
	r.must()
	r.bank.Unlist("acc-2")
	r.must()
	r.bank.Open("acc-2", "DEPOSIT_ACCOUNT", "5530", 2_000_00)
	r.bank.Script(func(banktest.Call) *banktest.Reply { return &banktest.Reply{Status: 500} })
	if _, err := r.refresh(); err == nil {
		t.Fatal("the bank is down, and nothing is said")
	}
	if got := r.unlisted(); len(got) != 1 {
		t.Errorf("listed no longer are %v", got)
	}
}
