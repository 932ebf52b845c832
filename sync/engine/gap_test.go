package engine_test

import (
	"fmt"
	"testing"

	"coffer/app/ledger"
	"coffer/sync/bank/banktest"
)

// refuseBefore makes the bank refuse all requests for days before day.
func (r *rig) refuseBefore(day ledger.Date) {
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 && c.From < day {
			return &banktest.Reply{Status: 400, Body: `{"code":702}`}
		}
		return nil
	})
}

// wantGap checks that the account has that gap and no other.
func (r *rig) wantGap(why ledger.GapWhy, from, to ledger.Date) {
	r.Helper()
	gaps := r.store.gaps["account-1"]
	if len(gaps) != 1 || gaps[0].Why != why || gaps[0].From != from || gaps[0].To != to {
		r.Errorf("gaps are %v, want one of kind %d from %v to %v", gaps, why, from, to)
	}
}

// TestWhereTheBanksHistoryEndsBeforeTheAskedForStartIsAGap: the days that it does tell are read to the last one.
func TestWhereTheBanksHistoryEndsBeforeTheAskedForStartIsAGap(t *testing.T) {
	for _, days := range []int{1, 13, 90, 101, 365, 399} {
		t.Run(fmt.Sprint(days), func(t *testing.T) {
			r := rigOf(t, 100)
			rows := r.year("a")
			end := today().AddDays(-days)
			r.refuseBefore(end)
			r.must()
			var told []banktest.Row
			for _, row := range rows {
				if row.Day >= end {
					told = append(told, row)
				}
			}
			r.holds(told)
			r.wantGap(ledger.GapRefused, today()-400, end-1)
			if n := len(r.bank.Calls()); n > 60 {
				t.Errorf("asked %d times", n)
			}
			r.must()
			r.wantGap(ledger.GapRefused, today()-400, end-1)
			if calls := r.bank.Calls(); len(calls) > 3 && days > 14 {
				t.Errorf("the refused days are asked for again: %d requests", len(calls))
			}
		})
	}
}

// TestAGapThatANewGrantOpensIsRead: some banks tell of older days only just after a sign-in.
func TestAGapThatANewGrantOpensIsRead(t *testing.T) {
	r := rigOf(t, 100)
	rows := r.year("a")
	r.refuseBefore(today() - 90)
	r.must()
	r.bank.Script(nil)
	r.must()
	r.wantGap(ledger.GapRefused, today()-400, today()-91)
	l := r.store.link(linkID)
	l.Granted, r.now = noon.AddDate(0, 0, 2), noon.AddDate(0, 0, 2)
	r.store.links[linkID] = l
	r.must()
	if gaps := r.store.gaps["account-1"]; len(gaps) != 1 || gaps[0].To >= today()-398 {
		t.Errorf("gaps are %v", gaps) // two days are beyond what the person asked for by now
	}
	if got := len(r.store.all()); got != len(rows) {
		t.Errorf("%d rows of %d", got, len(rows))
	}
}

// TestDaysThatCameInPartAreAGapUntilTheyComeInFull, and are asked for again a day later while the person is there.
func TestDaysThatCameInPartAreAGapUntilTheyComeInFull(t *testing.T) {
	r := rigOf(t, 100)
	rows := r.year("a")
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page > 0 && c.To == today()-30 {
			return &banktest.Reply{Status: 206, Body: `{"transactions":[]}`}
		}
		return nil
	})
	r.must()
	gaps := r.store.gaps["account-1"]
	if len(gaps) != 1 || gaps[0].Why != ledger.GapPartial || gaps[0].To != today()-30 {
		t.Fatalf("gaps are %v", gaps)
	}
	r.bank.Script(nil)
	r.bank.Calls()
	r.must()
	if n := r.bank.Calls(); len(n) > 3 {
		t.Errorf("asked again at once: %d requests", len(n))
	}
	r.now = noon.AddDate(0, 0, 1)
	if _, err := r.engine.Refresh(t.Context(), linkID, false, nil); err != nil || len(r.store.gaps["account-1"]) != 1 {
		t.Errorf("without the person: %v, gaps %v", err, r.store.gaps["account-1"])
	}
	r.must()
	r.holds(rows)
	if gaps := r.store.gaps["account-1"]; len(gaps) > 0 {
		t.Errorf("gaps are %v", gaps)
	}
}

// TestDaysThatNobodyReadForTooLongAreAGap: the link lay still for longer than the bank looks back.
func TestDaysThatNobodyReadForTooLongAreAGap(t *testing.T) {
	r := rigOf(t, 100)
	r.year("a")
	r.must()
	r.now = noon.AddDate(0, 0, 200)
	r.refuseBefore(today() + 110)
	r.must()
	r.wantGap(ledger.GapRefused, today(), today()+109)
}
