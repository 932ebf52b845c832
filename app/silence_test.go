package app_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/demobank"
)

// TestAnAccountThatFallsSilentIsNoticed: no day of the demo's life alarms but for the savings account that
// the person stopped paying into; an outage does not; accounts whose bank sends nothing more do, once, and
// without a connection.
func TestAnAccountThatFallsSilentIsNoticed(t *testing.T) {
	r := linked(t)
	days := value(r.store.MovementDays(t.Context(), 0))(t)
	judged := 0
	for id, all := range days {
		for day := all[0]; day <= all[len(all)-1]; day++ {
			if s, silent := ledger.SilenceOf(all, day); silent {
				t.Errorf("account %s: false alarm on %v: %+v", id, day, s)
			}
			judged++
		}
	}
	if judged < 1000 || len(days) != 3 {
		t.Errorf("judged %d days of %d accounts", judged, len(days))
	}
	silent := func(want int) []ledger.Silence {
		t.Helper()
		got := value(r.coffer.Overview(t.Context()))(t).Silent
		if len(got) != want {
			t.Errorf("%d accounts are silent, want %d: %+v", len(got), want, got)
		}
		return got
	}
	idle := silent(1)[0]
	if idle.Usual != 31 || idle.Days < 93 {
		t.Errorf("the idle savings account: %+v", idle)
	}
	must(t, r.coffer.PutSilenceAway(t.Context(), idle.Account))

	r.clock.move(20 * 24 * time.Hour)
	silent(0) // nobody read them since: that is no silence of the bank's
	r.bank.Fail(demobank.Fault{Kind: demobank.APIUnavailable, Times: 50})
	wantKind(t, r.refresh(t), fault.BankDown)
	silent(0)
	r.bank.Heal()
	must(t, r.refresh(t))
	silent(0)

	// From here on the bank says that all is well and sends no movements.
	r.mute(t, 40)
	asked := len(value(r.coffer.Ledger(t.Context(), "", 0, 10000))(t))
	got := silent(2)
	for i, s := range got {
		if s.Days < 10 || s.Days < 3*s.Usual {
			t.Errorf("told too early: %+v", s)
		}
		must(t, r.coffer.PutSilenceAway(t.Context(), s.Account))
		wantKind(t, r.coffer.PutSilenceAway(t.Context(), s.Account), fault.NotFound)
		silent(len(got) - 1 - i)
	}
	if now := len(value(r.coffer.Ledger(t.Context(), "", 0, 10000))(t)); now != asked {
		t.Errorf("%d connections were made", now-asked)
	}
	must(t, r.reopen())
	must(t, r.unlock())
	silent(0) // it stays put away
}

// muted is a bank that answers as ever, but without a movement.
type muted struct{ fdx.Bank }

func (muted) Transactions(context.Context, bank.Session, ledger.Account, bank.Window) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) { yield(bank.Page{}, nil) }
}

// mute lets days pass in which the bank is read every tenth day, and sends nothing.
func (r *rig) mute(t *testing.T, days int) {
	t.Helper()
	r.speaks = muted{fdx.Bank{Now: r.clock.now}}
	must(t, r.reopen())
	must(t, r.unlock())
	for range days / 10 { // the consent lasts 90 days
		r.clock.move(10 * 24 * time.Hour)
		must(t, r.refresh(t))
	}
}
