package app_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
)

// twice is a file of one account in which a merchant took the same amount twice.
func twice(number, merchant string) string {
	return sheet(number, "20261020|-42.00|"+merchant+"1|"+merchant, "20261021|-42.00|"+merchant+"2|"+merchant)
}

// shown is every account and alert that the person sees, as text.
func (r *rig) shown(t *testing.T) string {
	t.Helper()
	var all []string
	view := value(r.coffer.Overview(t.Context()))(t)
	for _, a := range view.Accounts {
		all = append(all, fmt.Sprintln("account", a.ID, a.Name, a.Balance))
	}
	for _, a := range view.Alerts {
		all = append(all, fmt.Sprintln("waits", a.ID, a.Level, a.Why))
	}
	for _, a := range value(r.coffer.Alerts(t.Context()))(t) {
		all = append(all, fmt.Sprintln("alert", a.ID, a.Level, a.Waits, a.About))
	}
	slices.Sort(all)
	return fmt.Sprint(all)
}

// merchants are those of the alerts that wait, by rising name.
func (r *rig) merchants(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, a := range value(r.coffer.Alerts(t.Context()))(t) {
		if a.Waits && len(a.About) > 0 {
			all = append(all, a.About[0].Payee)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func wantMerchants(t *testing.T, r *rig, want ...string) {
	t.Helper()
	if got := r.merchants(t); !slices.Equal(got, want) {
		t.Errorf("alerts about %v wait, want %v", got, want)
	}
}

func TestUndoTakesBackTheAccountAndTheAlerts(t *testing.T) {
	r := fresh(t)
	empty := r.shown(t)
	_, first := r.imports(t, "first.ofx", twice("1111", "Figtree"))
	wantMerchants(t, r, "Figtree")
	one := r.shown(t)
	_, second := r.imports(t, "second.ofx", twice("2222", "Kiosk"))
	wantMerchants(t, r, "Figtree", "Kiosk")
	_, more := r.imports(t, "more.ofx", twice("1111", "Ferry"))
	must(t, r.coffer.UndoImport(t.Context(), more.IDs))
	must(t, r.coffer.UndoImport(t.Context(), second.IDs))
	if got := r.shown(t); got != one {
		t.Errorf("after undo there is\n%s\nwas\n%s", got, one)
	}
	must(t, r.coffer.UndoImport(t.Context(), first.IDs))
	if got := r.shown(t); got != empty {
		t.Errorf("after all undos there is\n%s\nwas\n%s", got, empty)
	}
}

func TestAnImportIsDoneEvenIfScoringFails(t *testing.T) {
	for name, cause := range map[string]error{"a full disk": fault.New(fault.DiskFull, "write", errors.New("no room")), "given up": context.Canceled} {
		t.Run(name, func(t *testing.T) {
			r := fresh(t)
			before := r.shown(t)
			p := value(r.preview(t, "a.ofx", twice("1111", "Figtree")))(t)
			r.hook = func(step string) error {
				if step == "feedback" {
					return cause
				}
				return nil
			}
			done := value(r.coffer.Import(t.Context(), p))(t)
			if done.Added != 2 || len(done.IDs) != 1 {
				t.Errorf("imported %+v", done)
			}
			r.hook = nil
			wantMerchants(t, r)
			must(t, r.reopen())
			must(t, r.unlock())
			wantMerchants(t, r, "Figtree")
			must(t, r.coffer.UndoImport(t.Context(), done.IDs))
			if got := r.shown(t); got != before {
				t.Errorf("after undo there is\n%s\nwas\n%s", got, before)
			}
		})
	}
}

func TestAScoringThatIsGivenUpHidesNoFaultOfTheBank(t *testing.T) {
	r := linked(t)
	must(t, r.stopBank())
	want := fault.KindOf(r.refresh(t))
	r.hook = func(step string) error {
		if step == "feedback" {
			return context.Canceled
		}
		return nil
	}
	err := r.refresh(t)
	r.hook = nil
	if want == fault.Canceled || want == fault.Unknown {
		t.Fatalf("a stopped bank is of kind %d", want)
	}
	wantKind(t, err, want)
}

// TestRowsThatComeWhileOthersAreScoredAreScored writes rows between the reading of the history and
// the saving of what was found in it.
func TestRowsThatComeWhileOthersAreScoredAreScored(t *testing.T) {
	r := fresh(t)
	r.imports(t, "first.ofx", sheet("1111", "20261001|-1.00|x|Tram"))
	first := value(r.preview(t, "first.ofx", twice("1111", "Figtree")))(t)
	second := value(r.preview(t, "second.ofx", twice("1111", "Kiosk")))(t)
	written, over := make(chan struct{}), make(chan error, 1)
	saves, imported := 0, 0
	r.hook = func(step string) error {
		switch step {
		case "imported":
			if imported++; imported == 2 {
				close(written)
			}
		case "save alerts":
			if saves++; saves == 1 {
				go func() {
					_, err := r.coffer.Import(t.Context(), second)
					over <- err
				}()
				<-written
			}
		}
		return nil
	}
	_, err := r.coffer.Import(t.Context(), first)
	must(t, errors.Join(err, <-over))
	r.hook = nil
	wantMerchants(t, r, "Figtree", "Kiosk")
	if marks := value(r.store.Marks(t.Context()))(t); len(marks) != 0 {
		t.Errorf("marks are left: %+v", marks)
	}
}

// TestAScoringOfOlderRowsIsRepeated writes rows that nobody else scores.
func TestAScoringOfOlderRowsIsRepeated(t *testing.T) {
	r := fresh(t)
	saves := 0
	r.hook = func(step string) error {
		if step != "save alerts" {
			return nil
		}
		if saves++; saves > 1 {
			return nil
		}
		marks, err := r.store.Marks(t.Context())
		if err != nil {
			return err
		}
		row := ledger.Row{Date: ledger.Day(2026, 10, 21), Amount: money.New(-42_00, "USD"), Payee: "Kiosk"}
		again := row
		again.Date++
		batch := ledger.Batch{From: row.Date, To: again.Date, Rows: []ledger.Row{row, again}}
		_, err = r.store.Reconcile(t.Context(), batch, ledger.Write{Account: marks[0].Account, At: firstDay})
		return err
	}
	r.imports(t, "first.ofx", twice("1111", "Figtree"))
	wantMerchants(t, r, "Figtree", "Kiosk")
	if saves != 2 {
		t.Errorf("scored %d times, want 2", saves)
	}
}

func TestUndoBringsBackAnAlertThatTheFileHadExplained(t *testing.T) {
	r := fresh(t)
	r.imports(t, "first.ofx", twice("1111", "Figtree"))
	before := r.shown(t)
	_, refund := r.imports(t, "refund.ofx", sheet("1111", "20261021|42.00|back|Figtree"))
	wantMerchants(t, r)
	must(t, r.coffer.UndoImport(t.Context(), refund.IDs))
	if got := r.shown(t); got != before {
		t.Errorf("after undo there is\n%s\nwas\n%s", got, before)
	}
}

func TestAnOldStatementTakesNoOldAlertAway(t *testing.T) {
	r := fresh(t)
	r.imports(t, "first.ofx", twice("1111", "Figtree"))
	r.clock.move(200 * 24 * time.Hour)
	r.imports(t, "old.ofx", sheet("1111", "20261001|-5.00|x|Tram"))
	wantMerchants(t, r, "Figtree")
}

func TestAWithdrawnAlertDoesNotWait(t *testing.T) {
	r := fresh(t)
	r.imports(t, "first.ofx", twice("1111", "Figtree"))
	view := value(r.coffer.Alerts(t.Context()))(t)[0]
	batch := ledger.Batch{From: view.Day, To: view.Day, Rows: []ledger.Row{{Date: view.Day, Amount: view.About[0].Amount, Payee: "Tram"}}}
	value(r.store.Reconcile(t.Context(), batch, ledger.Write{Account: view.Alert.Account, At: r.coffer.Now()}))(t)
	due := value(r.store.Due(t.Context()))(t)
	if !value(r.store.SaveScored(t.Context(), alert.Scored{Marks: due.Marks, Epoch: due.Epoch, From: due.Marks[0].From}))(t) {
		t.Fatal("not saved")
	}
	if got := value(r.coffer.Alert(t.Context(), view.ID))(t); got.Waits || got.Answer != alert.Unanswered {
		t.Errorf("a withdrawn alert is %+v", got)
	}
	if all := value(r.coffer.Alerts(t.Context()))(t); slices.ContainsFunc(all, func(a app.AlertView) bool { return a.ID == view.ID }) {
		t.Error("a withdrawn alert is listed")
	}
}
