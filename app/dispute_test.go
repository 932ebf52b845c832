package app_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"coffer/app/alert"
	"coffer/app/dispute"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
)

// notMine answers the first alert of a rig by opening its dispute.
func notMine(t *testing.T, r *rig) (alert.ID, dispute.Dispute) {
	t.Helper()
	id := value(r.coffer.Alerts(t.Context()))(t)[0].ID
	return id, value(r.coffer.DisputeAlert(t.Context(), id))(t)
}

func TestNotMineOpensADispute(t *testing.T) {
	ctx, r := t.Context(), linked(t)
	from, d := notMine(t, r)
	if got := value(r.coffer.Alert(ctx, from))(t); got.Answer != alert.NotMine || len(d.Items) == 0 || d.Answers.Pack != dispute.Unauthorised {
		t.Fatalf("the alert is answered %d, the dispute is %+v", got.Answer, d)
	}
	if again := value(r.coffer.DisputeAlert(ctx, from))(t); again.ID != d.ID {
		t.Error("the same rows are disputed twice")
	}
	v := value(r.coffer.Dispute(ctx, d.ID))(t)
	if v.Account.ID != d.Account || len(v.Gone) != 0 || len(v.Related) == 0 || v.Link.ID != r.id || v.Phone != "" || v.Chase != 0 {
		t.Errorf("the view is %+v", v)
	}
	for i, row := range v.Related {
		if v.Has(row.ID) || row.Amount.Minor >= 0 || i > 0 && v.Scores[v.Related[i-1].ID] < v.Scores[row.ID] {
			t.Errorf("related row %d is %+v", i, row)
		}
	}
	if _, dated := dispute.First(v.Clocks); dated {
		t.Error("there is a date though the statement's day is not known")
	}
	must(t, r.reopen())
	must(t, r.unlock())
	if all := value(r.coffer.Disputes(ctx))(t); len(all) != 1 || all[0].ID != d.ID || all[0].Account.ID == "" {
		t.Errorf("after a start there are %+v", all)
	}
}

func TestADisputeIsAnsweredNotedAndUndone(t *testing.T) {
	ctx, r := t.Context(), linked(t)
	_, d := notMine(t, r)
	heard := 0
	r.coffer.Changed.Disputes.Listen(ctx, func(dispute.ID) { heard++ })
	was := value(r.coffer.SetDisputeAnswer(ctx, d.ID, dispute.KeyCountry, "us"))(t)
	value(r.coffer.SetDisputeAnswer(ctx, d.ID, dispute.KeyInstrument, "credit-card"))(t)
	value(r.coffer.SetDisputeAnswer(ctx, d.ID, dispute.KeyStatement, "2026-11-30"))(t)
	v := value(r.coffer.Dispute(ctx, d.ID))(t)
	if c, dated := dispute.First(v.Clocks); !dated || c.ID != "us-credit-letter" || c.By != ledger.Day(2027, 1, 29) {
		t.Errorf("the first clock is %+v", c)
	}
	_, err := r.coffer.SetDisputeAnswer(ctx, d.ID, dispute.KeyCountry, "nowhere")
	wantKind(t, err, fault.BadDispute)
	must(t, r.coffer.PutDisputeAnswers(ctx, d.ID, was))
	if v = value(r.coffer.Dispute(ctx, d.ID))(t); v.Answers.Country != was.Country || v.Answers.Statement != 0 {
		t.Errorf("put back: %+v", v.Answers)
	}

	value(r.coffer.SetBankPhone(ctx, d.Account, "+1 555 0142 808"))(t)
	_, err = r.coffer.SetBankPhone(ctx, d.Account, "the number in the e-mail")
	wantKind(t, err, fault.BadDispute)
	must(t, r.coffer.NoteDispute(ctx, d.ID, dispute.Event{What: dispute.StepDone, Step: dispute.Call}))
	wantKind(t, r.coffer.NoteDispute(ctx, d.ID, dispute.Event{What: dispute.StepDone, Step: dispute.Call}), fault.BadDispute)
	v = value(r.coffer.Dispute(ctx, d.ID))(t)
	if v.Standing.Reported != r.coffer.Today() || v.Phone != "+1 555 0142 808" || v.Chase != v.Standing.Reported.AddDays(30) {
		t.Errorf("called: %+v, chase %s", v.Standing, v.Chase)
	}
	if event := value(r.coffer.UndoDispute(ctx, d.ID))(t); event.Step != dispute.Call {
		t.Errorf("undone is %+v", event)
	}
	_, err = r.coffer.UndoDispute(ctx, d.ID)
	wantKind(t, err, fault.BadDispute)
	if heard < 6 {
		t.Errorf("%d changes were told", heard)
	}
}

func TestMineAfterAll(t *testing.T) {
	ctx, r := t.Context(), linked(t)
	from, d := notMine(t, r)
	must(t, r.coffer.MineAfterAll(ctx, d.ID))
	if got := value(r.coffer.Alert(ctx, from))(t); got.Answer != alert.Mine || !value(r.coffer.Dispute(ctx, d.ID))(t).Standing.Mine {
		t.Errorf("the alert is answered %d", got.Answer)
	}
	value(r.coffer.UndoDispute(ctx, d.ID))(t)
	if got := value(r.coffer.Alert(ctx, from))(t); got.Answer != alert.NotMine {
		t.Errorf("after undo it is answered %d", got.Answer)
	}
	deleted := value(r.coffer.DeleteDispute(ctx, d.ID))(t)
	if _, err := r.coffer.Dispute(ctx, d.ID); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
	must(t, r.coffer.RestoreDispute(ctx, deleted))
	value(r.coffer.Dispute(ctx, d.ID))(t)
}

func TestRowsAreDisputed(t *testing.T) {
	ctx, r := t.Context(), linked(t)
	out, in := map[ledger.AccountID][]ledger.TransactionID{}, ledger.TransactionID("")
	for _, row := range value(r.coffer.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 500))(t) {
		if row.Amount.Minor < 0 {
			out[row.Account] = append(out[row.Account], row.ID)
		} else {
			in = row.ID
		}
	}
	var firsts []ledger.TransactionID
	for _, rows := range out {
		firsts = append(firsts, rows[0])
	}
	_, err := r.coffer.DisputeRows(ctx, firsts...)
	wantKind(t, err, fault.BadDispute)
	_, err = r.coffer.DisputeRows(ctx, in)
	wantKind(t, err, fault.BadDispute)
	_, err = r.coffer.DisputeRows(ctx, "nothing")
	wantKind(t, err, fault.NotFound)
	d := value(r.coffer.DisputeRows(ctx, out[value(r.coffer.Transaction(ctx, firsts[0]))(t).Transaction.Account][:3]...))(t)
	if len(d.Items) != 3 || d.Answers.Pack != "" || !slices.IsSortedFunc(d.Items, func(a, b dispute.Item) int { return int(a.Date - b.Date) }) {
		t.Errorf("disputed are %+v", d)
	}
	var csv strings.Builder
	v := value(r.coffer.Dispute(ctx, d.ID))(t)
	must(t, dispute.WriteCSV(&csv, v.Account.Name, v.Evidence()))
	if n := strings.Count(csv.String(), "\r\ndisputed,"); n != 3 {
		t.Errorf("%d disputed rows are in\n%s", n, csv.String())
	}
}

// A refund is a row of the ledger; the dispute outlives the row, and a locked vault tells nothing of it.
func TestARefundIsMatched(t *testing.T) {
	ctx, r := t.Context(), fresh(t)
	_, imported := r.imports(t, "a.ofx", sheet("2222", "20261002|-612.40|a|Voltbay Electronics", "20261003|-5.00|b|Kiosk", "20261020|600.00|c|Voltbay Electronics"))
	var row ledger.TransactionID
	for _, one := range value(r.coffer.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 10))(t) {
		if one.Payee == "Voltbay Electronics" && one.Amount.Minor < 0 {
			row = one.ID
		}
	}
	d := value(r.coffer.DisputeRows(ctx, row))(t)
	v := value(r.coffer.Dispute(ctx, d.ID))(t)
	if len(v.Refunds) == 0 {
		t.Fatal("no refund is found")
	}
	back := v.Refunds[0].Row
	must(t, r.coffer.MatchRefund(ctx, d.ID, back.ID))
	v = value(r.coffer.Dispute(ctx, d.ID))(t)
	if v.Standing.Back != money.New(60000, "USD") || len(v.Back) != 1 || len(v.Refunds) != 0 {
		t.Errorf("matched: %+v, %+v", v.Standing, v.Refunds)
	}
	wantKind(t, r.coffer.MatchRefund(ctx, d.ID, back.ID), fault.BadDispute)
	must(t, r.coffer.UndoImport(ctx, imported.IDs))
	v = value(r.coffer.Dispute(ctx, d.ID))(t)
	if !slices.Equal(v.Gone, []ledger.TransactionID{row}) || !slices.Equal(v.Items, d.Items) || v.Standing.Back.IsZero() || v.Account.ID != d.Account {
		t.Errorf("without its row: %+v", v)
	}
	must(t, r.coffer.Lock())
	_, err := r.coffer.Dispute(context.WithoutCancel(ctx), d.ID)
	wantKind(t, err, fault.Locked)
}

func TestNothingHappenedOnADayThatIsToCome(t *testing.T) {
	ctx, r := t.Context(), linked(t)
	_, d := notMine(t, r)
	for key, ahead := range map[string]int{
		dispute.KeyLearned: 1, dispute.KeyStatement: 32, dispute.KeyTold: 1, dispute.KeyLetter: 1, dispute.KeyComplained: 1, dispute.KeyFinal: 1,
	} {
		_, err := r.coffer.SetDisputeAnswer(ctx, d.ID, key, r.coffer.Today().AddDays(ahead+1).String())
		if fault.KindOf(err) != fault.BadDispute {
			t.Errorf("%s: a day to come is taken: %v", key, err)
		}
		value(r.coffer.SetDisputeAnswer(ctx, d.ID, key, r.coffer.Today().AddDays(ahead).String()))(t)
		value(r.coffer.SetDisputeAnswer(ctx, d.ID, key, ""))(t)
	}
	err := r.coffer.NoteDispute(ctx, d.ID, dispute.Event{What: dispute.Reported, Day: r.coffer.Today().AddDays(2)})
	if fault.KindOf(err) != fault.BadDispute {
		t.Errorf("the bank was told on a day to come: %v", err)
	}
	must(t, r.coffer.NoteDispute(ctx, d.ID, dispute.Event{What: dispute.Reported, Day: r.coffer.Today()}))
}
