package engine_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/engine"
)

// edge is a bank that refuses days that lie too far back, as Enable Banking and Berlin Group do while the person is away.
type edge struct {
	fdx.Bank
	now   func() ledger.Date
	days  int
	asked int
}

func (b *edge) Transactions(_ context.Context, _ bank.Session, _ ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) {
		if b.asked++; w.From < b.now().AddDays(-b.days) {
			yield(bank.Page{}, fault.Because(fault.BankUnexpected, "bank.dates", "read", bank.ErrTooFar))
			return
		}
		yield(bank.Page{}, nil)
	}
}

// TestRefusedDaysAreGivenUpWithoutThePerson: they do not take the four reads of each day for ever, whether the person was
// there for the first of them or never.
func TestRefusedDaysAreGivenUpWithoutThePerson(t *testing.T) {
	for _, began := range []bool{true, false} {
		r := newRig(t)
		l := aLink()
		l.Limits = consent.Limits{Alone: 4}
		r.store.links[linkID] = l
		r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
		b := &edge{days: 90, now: func() ledger.Date { return ledger.DateOf(r.now) }}
		r.rebuild(func(c *engine.Config) { c.Dialects, c.SliceDays = []bank.Dialect{b}, 92 })
		if began { // and the link was ended as the first slice was saved
			_, _ = r.engine.Refresh(t.Context(), linkID, true, func(p engine.Progress) {
				if p.Step == engine.Saved {
					ended := l
					ended.State = consent.RevokePending
					r.store.links[linkID] = ended
				}
			})
			r.store.links[linkID] = l
		}
		for day := range 20 {
			for n := range 4 {
				r.now = noon.AddDate(0, 0, day).Add(time.Duration(n) * 3 * time.Hour)
				_, _ = r.engine.Refresh(t.Context(), linkID, false, nil)
			}
		}
		b.asked = 0
		r.now = noon.AddDate(0, 0, 21)
		if _, err := r.engine.Refresh(t.Context(), linkID, false, nil); err != nil || b.asked != 1 {
			t.Errorf("begun by the person %v: asked %d times after three weeks, %v", began, b.asked, err)
		}
		if at := r.store.readings["account-1"]; !at.Done {
			t.Errorf("begun by the person %v: %+v", began, at)
		}
	}
}
