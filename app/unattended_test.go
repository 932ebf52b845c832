package app_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
)

// readDue has the vault look for what is due, and checks how many refreshes came of it, all of them
// without the person.
func (r *rig) readDue(t *testing.T, want int) (alerts int) {
	t.Helper()
	r.present.take()
	alerts = value(r.coffer.ReadDue(t.Context()))(t)
	if present := r.present.take(); len(present) != want || slices.Contains(present, true) {
		t.Errorf("after %v: refreshes with the person there or not: %v, want %d without", time.Duration(r.clock.gone.Load()), present, want)
	}
	return alerts
}

func TestBanksAreReadByThemselvesWhileTheVaultIsOpen(t *testing.T) {
	r := linked(t)
	every := value(r.coffer.ReadEvery(t.Context()))(t)
	if every != app.DefaultReadEvery {
		t.Errorf("a new vault has its banks read every %v", every)
	}
	r.clock.move(24 * time.Hour)
	r.readDue(t, 1)
	r.readDue(t, 0)
	r.clock.move(every - time.Second)
	r.readDue(t, 0)
	r.clock.move(time.Second)
	r.readDue(t, 1)

	r.clock.move(every / 2)
	must(t, r.refresh(t)) // the person reads: six hours from there
	r.clock.move(every / 2)
	r.readDue(t, 0)

	must(t, r.coffer.Lock())
	r.clock.move(24 * time.Hour)
	if _, err := r.coffer.ReadDue(t.Context()); fault.KindOf(err) != fault.Locked {
		t.Errorf("a locked vault: %v", err)
	}
}

func TestThePersonSaysHowOftenBanksAreRead(t *testing.T) {
	r := linked(t)
	ctx := t.Context()
	for _, every := range app.ReadChoices() {
		must(t, r.coffer.SetReadEvery(ctx, every))
		if got := value(r.coffer.ReadEvery(ctx))(t); got != every {
			t.Errorf("%v is kept as %v", every, got)
		}
		must(t, r.refresh(t))
		if every == 0 {
			r.clock.move(40 * 24 * time.Hour)
			r.readDue(t, 0)
			continue
		}
		r.clock.move(every - time.Minute)
		r.readDue(t, 0)
		r.clock.move(time.Minute)
		r.readDue(t, 1)
	}
	if err := r.coffer.SetReadEvery(ctx, time.Minute); err == nil {
		t.Error("every minute was taken")
	}
	must(t, r.coffer.SetReadEvery(ctx, 24*time.Hour))
	r.clock.move(7 * time.Hour)
	r.readDue(t, 0)
	must(t, r.coffer.SetReadEvery(ctx, 6*time.Hour)) // holds at once
	r.readDue(t, 1)
}

func TestABankThatIsNotReachedIsTriedAgainSooner(t *testing.T) {
	r := linked(t)
	must(t, r.stopBank())
	r.clock.move(24 * time.Hour)
	r.readDue(t, 1)
	r.clock.move(9 * time.Minute)
	r.readDue(t, 0)
	r.clock.move(time.Minute)
	must(t, r.startBank())
	r.readDue(t, 1)
	r.clock.move(10 * time.Minute)
	r.readDue(t, 0) // it was read
}

// doubling speaks FDX, and charges the same twice once it is told to.
type doubling struct {
	fdx.Bank
	told *atomic.Bool
}

func (d doubling) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) {
		for page, err := range d.Bank.Transactions(ctx, s, account, w) {
			if day := ledger.DateOf(d.Now()).AddDays(-1); d.told.Load() && day >= w.From && day <= w.To {
				for _, id := range []string{"otter-1", "otter-2"} {
					page.Rows = append(page.Rows, ledger.Row{SourceID: id, Date: day, Payee: "Otter Outfitters", Amount: money.Amount{Minor: -89_00, Currency: "USD"}})
				}
			}
			if !yield(page, err) {
				return
			}
		}
	}
}

func TestAlertsKeepComing(t *testing.T) {
	r := linked(t)
	var told atomic.Bool
	r.speaks = doubling{fdx.Bank{Now: r.clock.now}, &told}
	must(t, r.reopen())
	must(t, r.unlock())
	before := len(value(r.coffer.Alerts(t.Context()))(t))
	r.clock.move(24 * time.Hour)
	if got := r.readDue(t, 1); got != 0 {
		t.Errorf("%d alerts are told, and none came", got)
	}
	told.Store(true)
	r.clock.move(24 * time.Hour)
	got := r.readDue(t, 1)
	if now := len(value(r.coffer.Alerts(t.Context()))(t)) - before; got == 0 || got != now {
		t.Errorf("%d alerts are told, %d came", got, now)
	}
}

// TestAlertsComeThoughNoTransferCanBeLookedFor fails the search for transfers, which scoring begins with.
func TestAlertsComeThoughNoTransferCanBeLookedFor(t *testing.T) {
	r := linked(t)
	var told atomic.Bool
	r.speaks = doubling{fdx.Bank{Now: r.clock.now}, &told}
	must(t, r.reopen())
	must(t, r.unlock())
	told.Store(true)
	full := fault.New(fault.DiskFull, "look for transfers", errors.New("no room"))
	r.hook = func(step string) error { return map[string]error{"transfer marks": full}[step] }
	r.clock.move(24 * time.Hour)
	found := value(r.coffer.ReadAlone(t.Context(), app.Alone{All: true}))(t)
	if found.Alerts == 0 {
		t.Error("no alert came")
	}
	if len(found.Outcomes) != 1 || fault.KindOf(found.Outcomes[0].Err) != fault.DiskFull {
		t.Errorf("what failed is told as %+v", found.Outcomes)
	}
}
