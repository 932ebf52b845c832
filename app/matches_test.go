package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"coffer/app"
	"coffer/app/fault"
	"coffer/app/ledger"
)

// doubt imports a file into an account of the bank's, whose one row is like row of the bank's but for its day and text.
func (r *rig) doubt(t *testing.T, row ledger.RegisterRow, payee string) app.Imported {
	t.Helper()
	day := row.Date.AddDays(1).String()
	file := sheet("9999", fmt.Sprintf("%s|%s|odd|%s", strings.ReplaceAll(day, "-", ""), row.Amount.Decimal(), payee))
	p := value(r.coffer.PreviewImport(t.Context(), "odd.ofx", strings.NewReader(file), app.ImportChoice{0: row.Account}))(t)
	return value(r.coffer.Import(t.Context(), p))(t)
}

// spent is a row of the bank's that went out, is booked, and whose amount is there once.
func (r *rig) spent(t *testing.T) ledger.RegisterRow {
	t.Helper()
	rows := value(r.coffer.Rows(t.Context(), ledger.Filter{}, ledger.NewestFirst, 0, 200))(t)
	i := slices.IndexFunc(rows, func(a ledger.RegisterRow) bool {
		same := 0
		for _, b := range rows {
			if b.Amount == a.Amount {
				same++
			}
		}
		return a.Status == ledger.Booked && a.Amount.Minor < 0 && a.Category != ledger.Transfer && same == 1
	})
	if i < 0 {
		t.Fatal("the bank has no such row")
	}
	return rows[i]
}

func TestAReviewIsAskedDecidedAndTakenBack(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	row := r.spent(t)
	before := r.read(t)
	r.doubt(t, row, "QX ODD WORDS")
	waiting := value(c.Reviews(ctx, 10))(t)
	if len(waiting) != 1 || waiting[0].Other.ID != row.ID || waiting[0].Account.ID != row.Account || waiting[0].Reason.ID != ledger.ReasonMaybeSame {
		t.Fatalf("waiting are %+v", waiting)
	}
	if o := value(c.Overview(ctx))(t); o.Waiting.Reviews != 1 {
		t.Errorf("the overview says that %+v wait", o.Waiting)
	}
	told := 0
	c.Changed.Accounts.Listen(ctx, func(ledger.AccountID) { told++ })
	pair := waiting[0].Review
	must(t, c.Decide(ctx, pair.Row.ID, pair.Other.ID, ledger.Merge))
	if told == 0 {
		t.Error("nobody was told")
	}
	d := value(c.Transaction(ctx, row.ID))(t)
	if last := d.History[len(d.History)-1]; last.What != ledger.WasMerged || len(d.Aliases) < 2 || d.Payee == "QX ODD WORDS" {
		t.Errorf("merged into %+v", d)
	}
	sameBooks(t, r.read(t), before)
	must(t, r.refresh(t))
	sameBooks(t, r.read(t), before)
	if n := value(c.Waiting(ctx))(t).Reviews; n != 0 {
		t.Errorf("%d reviews wait after the bank was read again", n)
	}
	if past := value(c.DecidedReviews(ctx, 10))(t); len(past) != 1 || past[0].Verdict != ledger.Merge || past[0].Row.Payee != "QX ODD WORDS" {
		t.Errorf("decided are %+v", past)
	}
	must(t, c.Undecide(ctx, pair.Row.ID, pair.Other.ID))
	if n := value(c.Waiting(ctx))(t).Reviews; n != 1 {
		t.Errorf("%d reviews wait after it was taken back", n)
	}
	must(t, c.Decide(ctx, pair.Row.ID, pair.Other.ID, ledger.KeepBoth))
	must(t, r.refresh(t))
	if n := value(c.Waiting(ctx))(t).Reviews; n != 0 {
		t.Errorf("%d reviews wait though both were to be kept", n)
	}
	wantKind(t, c.Decide(ctx, pair.Row.ID, pair.Other.ID, ledger.Merge), fault.NotFound)
}

func TestADeletedRowStaysGoneUntilItIsBroughtBack(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	row, before := r.spent(t), r.read(t)
	must(t, c.DeleteTransaction(ctx, row.ID))
	must(t, r.refresh(t))
	_, err := c.Transaction(ctx, row.ID)
	wantKind(t, err, fault.NotFound)
	if now := r.read(t); len(now.Rows) >= len(before.Rows) {
		t.Error("the row was not deleted, or the bank brought it back")
	}
	must(t, c.Undelete(ctx, row.ID))
	sameBooks(t, r.read(t), before)
	wantKind(t, c.Undelete(ctx, row.ID), fault.NotFound)
}

func TestTransfersOfTheBankAreFoundAndDecided(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	pairs := value(c.Transfers(ctx, ledger.TransferLinked, 1000))(t)
	if len(pairs) == 0 {
		t.Fatal("no transfer was found in a life that holds many")
	}
	for _, p := range pairs {
		if p.OutRow.Amount.Minor >= 0 || p.InRow.Amount.Minor != -p.OutRow.Amount.Minor || p.OutAccount.ID == p.InAccount.ID {
			t.Errorf("a pair of %s and %s", p.OutRow.Amount, p.InRow.Amount)
		}
	}
	p := pairs[0]
	if d := value(c.Transaction(ctx, p.Out))(t); len(d.Transfers) != 1 || d.Transfers[0].In != p.In {
		t.Errorf("the row knows of %+v", d.Transfers)
	}
	if was := value(c.DecideTransfer(ctx, p.Out, p.In, ledger.TransferRejected))(t); was != ledger.TransferLinked {
		t.Errorf("it was %v", was)
	}
	must(t, r.refresh(t))
	if d := value(c.Transaction(ctx, p.Out))(t); len(d.Transfers) != 0 {
		t.Errorf("a rejected pair is %+v", d.Transfers)
	}
	if rejected := value(c.Transfers(ctx, ledger.TransferRejected, 10))(t); len(rejected) != 1 {
		t.Errorf("%d are rejected", len(rejected))
	}
	value(c.DecideTransfer(ctx, p.Out, p.In, ledger.TransferLinked))(t)
	must(t, c.DeleteTransaction(ctx, p.In))
	if d := value(c.Transaction(ctx, p.Out))(t); len(d.Transfers) != 0 {
		t.Errorf("of a pair whose other row was deleted there is %+v", d.Transfers)
	}
	must(t, c.Undelete(ctx, p.In))
	if again := value(c.Transfers(ctx, ledger.TransferLinked, 1000))(t); len(again) != len(pairs) {
		t.Errorf("%d pairs, %d before", len(again), len(pairs))
	}
}

func TestARowIsMarkedAsTheOtherSideOfATransfer(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	pairs := value(c.Transfers(ctx, ledger.TransferLinked, 1000))(t)
	p := pairs[0]
	if found := value(c.Candidates(ctx, p.Out))(t); len(found) != 0 {
		t.Errorf("a row of a linked transfer has candidates: %+v", found)
	}
	value(c.DecideTransfer(ctx, p.Out, p.In, ledger.TransferRejected))(t)
	found := value(c.Candidates(ctx, p.In))(t)
	if len(found) == 0 || found[0].ID != p.Out || !found[0].Same || found[0].Account.ID != p.OutAccount.ID {
		t.Fatalf("candidates are %+v", found)
	}
	var other ledger.TransactionID
	for i, x := range found {
		apart := max(x.Date-p.InRow.Date, p.InRow.Date-x.Date)
		if x.Account.ID == p.InAccount.ID || x.Amount.Minor >= 0 || apart > 10 || x.Status != ledger.Booked || i > 0 && x.Same && !found[i-1].Same {
			t.Errorf("offered is %+v", x)
		}
		if !x.Same {
			other = x.ID
		}
	}
	if other == "" {
		t.Fatal("no row of another amount is offered")
	}
	_, _, err := c.MarkTransfer(ctx, p.Out, other)
	wantKind(t, err, fault.NotFound)                   // both went out
	pair, was, err := c.MarkTransfer(ctx, p.In, other) // the rows in any order
	if err != nil || was != ledger.NoTransfer || pair.Out != other || pair.In != p.In {
		t.Fatalf("marked %+v, %v, %v", pair, was, err)
	}
	d := value(c.Transaction(ctx, other))(t)
	if len(d.Transfers) != 1 || d.Transfers[0].State != ledger.TransferLinked || d.Transfers[0].Reason.ID != ledger.ReasonMarked {
		t.Errorf("the row knows of %+v", d.Transfers)
	}
	rows := value(c.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 10_000))(t)
	if at := slices.IndexFunc(rows, func(r ledger.RegisterRow) bool { return r.ID == other }); !rows[at].Leg {
		t.Error("the register doesn't show it as a leg")
	}
	_, _, err = c.MarkTransfer(ctx, p.Out, p.In)
	wantKind(t, err, fault.NotFound)
	must(t, r.refresh(t))
	if d := value(c.Transaction(ctx, p.In))(t); len(d.Transfers) != 1 || d.Transfers[0].Out != other {
		t.Errorf("after a read: %+v", d.Transfers)
	}
	value(c.DecideTransfer(ctx, pair.Out, pair.In, was))(t)
	if d := value(c.Transaction(ctx, p.In))(t); len(d.Transfers) != 0 {
		t.Errorf("taken back: %+v", d.Transfers)
	}
	if _, was, err = c.MarkTransfer(ctx, p.Out, p.In); err != nil || was != ledger.TransferRejected {
		t.Errorf("a rejected pair is marked: %v, %v", was, err)
	}
}

func TestAnUndoOfAnImportEndsItsReviews(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	before := r.read(t)
	done := r.doubt(t, r.spent(t), "QX ODD WORDS")
	pair := value(c.Reviews(ctx, 1))(t)[0]
	must(t, c.Decide(ctx, pair.Row.ID, pair.Other.ID, ledger.Merge))
	must(t, c.UndoImport(ctx, done.IDs))
	sameBooks(t, r.read(t), before)
	if past := value(c.DecidedReviews(ctx, 10))(t); len(past) != 0 {
		t.Errorf("decided are %+v", past)
	}
	d := value(c.Transaction(ctx, pair.Other.ID))(t)
	if slices.ContainsFunc(d.History, func(s ledger.Step) bool { return s.What == ledger.WasMerged }) {
		t.Errorf("the row still says that it was merged: %+v", d.History)
	}
}
