package app_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
)

func TestSetUp(t *testing.T) {
	r, err := build(t.TempDir(), new(clock))
	must(t, err)
	r.cleanUp(t)
	c, ctx := r.coffer, t.Context()
	if s := value(c.State())(t); s != app.NoVault {
		t.Errorf("state is %d before there is a vault", s)
	}
	wantKind(t, r.unlock(), fault.VaultMissing)
	for _, weak := range []string{"", "short", "passwordpassword", "aaaaaaaaaaaaaaaa"} {
		_, err := c.SetUp(ctx, secret.New(weak))
		wantKind(t, err, fault.WeakPassphrase)
	}
	if s := value(c.State())(t); s != app.NoVault {
		t.Errorf("a refused passphrase left state %d", s)
	}

	first := value(c.SetUp(ctx, secret.New(passphrase)))(t)
	_, err = c.SetUp(ctx, secret.New(passphrase))
	wantKind(t, err, fault.VaultExists)
	typed := first.Groups()
	typed[4] = "ZZZZ"
	err = c.ConfirmRecovery(ctx, first, typed)
	wantKind(t, err, fault.WrongPassphrase)
	if group := fault.Of(err).Args["group"]; group != "5" {
		t.Errorf("the wrong group is told as %q, want 5", group)
	}

	must(t, r.reopen()) // the set-up was left unfinished
	c = r.coffer
	_, err = c.SetUp(ctx, secret.New(passphrase))
	wantKind(t, err, fault.VaultExists)
	must(t, r.unlock())
	if !value(c.NeedsRecovery(ctx))(t) {
		t.Error("a recovery key that was never typed back is not asked for again")
	}
	second := value(c.NewRecovery(ctx))(t)
	must(t, c.ConfirmRecovery(ctx, second, second.Groups()))
	if value(c.NeedsRecovery(ctx))(t) {
		t.Error("the set-up does not end")
	}

	must(t, r.reopen())
	c = r.coffer
	wantKind(t, c.UnlockWithRecovery(ctx, first.Text()), fault.WrongPassphrase)
	wantKind(t, c.UnlockWithRecovery(ctx, secret.New("too few")), fault.WrongPassphrase)
	must(t, c.UnlockWithRecovery(ctx, second.Text()))
	if value(c.NeedsRecovery(ctx))(t) {
		t.Error("the recovery key was typed back, and is asked for again")
	}
}

func TestUnlock(t *testing.T) {
	r := fresh(t)
	if err := r.coffer.Unlock(t.Context(), secret.New("anything at all")); err == nil {
		t.Error("an open vault said yes to any passphrase")
	}
	other, err := app.New(app.Config{
		Dir: r.coffer.Dir(), OpenStore: r.openStore, OpenBanks: r.openBanks, Now: r.clock.now,
		OpenBrowser: func(context.Context, string) error { return errors.New("no") },
	})
	must(t, err)
	wantKind(t, other.Unlock(t.Context(), secret.New(passphrase)), fault.VaultInUse)
	must(t, r.coffer.Lock())
	must(t, r.coffer.Lock())
	wantKind(t, r.coffer.Unlock(t.Context(), secret.New("four other words together")), fault.WrongPassphrase)
	if s := value(r.coffer.State())(t); s != app.Locked {
		t.Errorf("state is %d", s)
	}
	must(t, r.unlock())
}

func TestNewWantsAllItsParts(t *testing.T) {
	for name, c := range map[string]app.Config{"no folder": {}, "no store": {Dir: "x"}} {
		if _, err := app.New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestLockEndsARefresh locks at different moments of a first read: what is kept is a part of what
// the bank has, nothing comes after, and the next refresh brings the rest.
func TestLockEndsARefresh(t *testing.T) {
	r := fresh(t)
	for _, moment := range []int{1, 3, 6} {
		told, locked := 0, make(chan error, 1)
		lock := func() {
			if told++; told == moment {
				go func() { locked <- r.coffer.Lock() }()
			}
		}
		var err error
		if r.id == "" {
			r.id, err = r.coffer.LinkBank(t.Context(), northlight, app.Terms{HistoryDays: history, ConsentDays: 90}, func(p app.LinkingProgress) {
				if p.Step == app.Reading && p.Progress.Link != "" {
					lock()
				}
			})
		} else {
			ctx, stop := context.WithCancel(t.Context())
			r.coffer.Changed.Jobs.Listen(ctx, func(app.Progress) { lock() })
			_, err = r.coffer.Refresh(t.Context(), r.id)
			stop()
		}
		must(t, <-locked)
		if kind := fault.KindOf(err); err != nil && kind != fault.Canceled && kind != fault.Locked {
			t.Fatalf("locked at moment %d: the refresh ended with %v", moment, err)
		}
		_, err = r.coffer.Accounts(t.Context())
		wantKind(t, err, fault.Locked)
		must(t, r.unlock())
		whole := r.truth(t)
		for row, n := range r.read(t).Rows {
			if n > whole.Rows[row] {
				t.Errorf("row %q is there %d times, the bank has %d", row, n, whole.Rows[row])
			}
		}
	}
	must(t, r.refresh(t))
	sameBooks(t, r.read(t), r.truth(t))
	wholeLedger(t, r.coffer)
}

func TestEveryUseCaseNeedsAnOpenVault(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	preview := value(r.preview(t, "a.ofx", sheet("1111", "20261001|-5.00|a|Kiosk")))(t)
	found := value(c.Alerts(ctx))(t)
	key := value(c.NewRecovery(ctx))(t)
	must(t, c.Lock())
	for name, call := range map[string]func() error{
		"Accounts":        func() error { _, err := c.Accounts(ctx); return err },
		"Alert":           func() error { _, err := c.Alert(ctx, found[0].ID); return err },
		"Alerts":          func() error { _, err := c.Alerts(ctx); return err },
		"Answer":          func() error { _, err := c.Answer(ctx, found[0].ID, 1); return err },
		"ConfirmRecovery": func() error { return c.ConfirmRecovery(ctx, key, key.Groups()) },
		"Count":           func() error { _, err := c.Count(ctx, app.LedgerFilter{}); return err },
		"Entries":         func() error { _, err := c.Entries(ctx, app.LedgerFilter{}, 0, 1); return err },
		"ExportLedger":    func() error { return c.ExportLedger(ctx, io.Discard, "csv") },
		"Privacy":         func() error { _, err := c.Privacy(ctx); return err },
		"PruneLedger":     func() error { _, err := c.PruneLedger(ctx, time.Now()); return err },
		"Erase":           func() error { _, err := c.Erase(ctx, r.id, nil); return err },
		"Import":          func() error { _, err := c.Import(ctx, preview); return err },
		"Ledger":          func() error { _, err := c.Ledger(ctx, "", 0, 1); return err },
		"Link":            func() error { _, err := c.Link(ctx, r.id); return err },
		"LinkBank": func() error {
			_, err := c.LinkBank(ctx, northlight, app.Terms{}, func(app.LinkingProgress) {})
			return err
		},
		"Links":         func() error { _, err := c.Links(ctx); return err },
		"Withdrawn":     func() error { _, err := c.Withdrawn(ctx); return err },
		"NeedsRecovery": func() error { _, err := c.NeedsRecovery(ctx); return err },
		"NewRecovery":   func() error { _, err := c.NewRecovery(ctx); return err },
		"Overview":      func() error { _, err := c.Overview(ctx); return err },
		"PreviewImport": func() error { _, err := r.preview(t, "a.ofx", sheet("1111", "20261001|-5.00|a|Kiosk")); return err },
		"Receipts":      func() error { _, err := c.Receipts(ctx); return err },
		"Refresh":       func() error { return r.refresh(t) },
		"RefreshAll":    func() error { return c.RefreshAll(ctx) },
		"RefreshEach":   func() error { return second(c.RefreshEach(ctx, []consent.LinkID{r.id})) },
		"Reachable":     func() error { return c.Reachable(ctx) },
		"ReadAlone":     func() error { return second(c.ReadAlone(ctx, app.Alone{All: true})) },
		"ReadEvery":     func() error { return second(c.ReadEvery(ctx)) },
		"SetReadEvery":  func() error { return c.SetReadEvery(ctx, app.DefaultReadEvery) },
		"SetMetered":    func() error { return c.SetWaitsOnMetered(ctx, true) },
		"Waits":         func() error { return second(c.WaitsOnMetered(ctx)) },
		"Revoke":        func() error { _, err := c.Revoke(ctx, r.id, nil); return err },
		"Rows":          func() error { _, err := c.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 1); return err },
		"Sent":          func() error { _, _, err := c.Sent(ctx); return err },
		"SetCategory":   func() error { _, err := c.SetCategory(ctx, "x", ledger.Groceries); return err },
		"SetNote":       func() error { _, err := c.SetNote(ctx, "x", "y"); return err },
		"Status":        func() error { _, err := c.Status(ctx); return err },
		"Totals":        func() error { _, err := c.Totals(ctx, ledger.Filter{}); return err },
		"Transaction":   func() error { _, err := c.Transaction(ctx, "x"); return err },
		"Unanswer":      func() error { return c.Unanswer(ctx, found[0].Alert) },
		"UndoImport":    func() error { return c.UndoImport(ctx, []int64{1}) },
		"Decide":        func() error { return c.Decide(ctx, "x", "y", ledger.Merge) },
		"Undecide":      func() error { return c.Undecide(ctx, "x", "y") },
		"Reviews":       func() error { _, err := c.Reviews(ctx, 1); return err },
		"Decided":       func() error { _, err := c.DecidedReviews(ctx, 1); return err },
		"Waiting":       func() error { _, err := c.Waiting(ctx); return err },
		"Delete":        func() error { return c.DeleteTransaction(ctx, "x") },
		"Undelete":      func() error { return c.Undelete(ctx, "x") },
		"Transfers":     func() error { _, err := c.Transfers(ctx, ledger.TransferLinked, 1); return err },
		"DecideTransfer": func() error {
			_, err := c.DecideTransfer(ctx, "x", "y", ledger.TransferLinked)
			return err
		},
		"DisputeAlert":     func() error { return second(c.DisputeAlert(ctx, found[0].ID)) },
		"DisputeRows":      func() error { return second(c.DisputeRows(ctx, "x")) },
		"Disputes":         func() error { return second(c.Disputes(ctx)) },
		"Dispute":          func() error { return second(c.Dispute(ctx, "x")) },
		"SetDisputeAnswer": func() error { return second(c.SetDisputeAnswer(ctx, "x", "country", "US")) },
		"SetBankPhone":     func() error { return second(c.SetBankPhone(ctx, "x", "1234")) },
		"UndoDispute":      func() error { return second(c.UndoDispute(ctx, "x")) },
		"DeleteDispute":    func() error { return second(c.DeleteDispute(ctx, "x")) },
		"MatchRefund":      func() error { return c.MatchRefund(ctx, "x", "y") },
		"MineAfterAll":     func() error { return c.MineAfterAll(ctx, "x") },
		"VerifyLedger":     func() error { _, err := c.VerifyLedger(ctx, nil); return err },
	} {
		t.Run(name, func(t *testing.T) { wantKind(t, call(), fault.Locked) })
	}
}
