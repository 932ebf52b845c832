package app_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

func TestAlertsSayWhy(t *testing.T) {
	r := linked(t)
	found := value(r.coffer.Alerts(t.Context()))(t)
	detectors := map[string]bool{}
	for _, a := range found {
		detectors[a.Detector] = true
		full := value(r.coffer.Alert(t.Context(), a.ID))(t)
		if full.Why.ID == "" || len(full.About) == 0 || full.Account.ID != a.Account.ID || !full.Waits {
			t.Errorf("alert %s explains nothing: %+v", a.ID, full)
		}
		for _, own := range full.About {
			if slices.ContainsFunc(full.Against, func(b ledger.Transaction) bool { return b.ID == own.ID }) {
				t.Errorf("alert %s is held against itself", a.ID)
			}
			detail := value(r.coffer.Transaction(t.Context(), own.ID))(t)
			if detail.Alert == nil {
				t.Errorf("the row of alert %s does not know of it", a.ID)
			}
		}
		if !slices.ContainsFunc(full.Charges, func(c app.AlertCharge) bool {
			return c.About && c.Size > 0 && c.Row == full.About[len(full.About)-1].ID
		}) {
			t.Errorf("alert %s is not on its chart", a.ID)
		}
	}
	for _, id := range []string{"duplicate-charge", alert.Unusual} {
		if !detectors[id] {
			t.Errorf("nothing found by %s in a life that holds it", id)
		}
	}
	overview := value(r.coffer.Overview(t.Context()))(t)
	if len(overview.Alerts) != len(found) || len(overview.Accounts) != 3 || len(overview.Worth) != 1 {
		t.Errorf("the overview has %d alerts, %d accounts, %d sums", len(overview.Alerts), len(overview.Accounts), len(overview.Worth))
	}
}

func TestAnswersStickAndCanBeTakenBack(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	first := value(c.Alerts(ctx))(t)[0]
	waits := func() bool {
		t.Helper()
		return value(c.Alert(ctx, first.ID))(t).Waits
	}
	was := value(c.Answer(ctx, first.ID, alert.NotMine))(t)
	if waits() || was.Answer != alert.Unanswered {
		t.Errorf("answered, it was %d and waits: %v", was.Answer, waits())
	}
	must(t, r.reopen())
	must(t, r.unlock())
	c = r.coffer
	if got := value(c.Alert(ctx, first.ID))(t); got.Answer != alert.NotMine {
		t.Errorf("after a restart the answer is %d", got.Answer)
	}
	must(t, c.Unanswer(ctx, was))
	if !waits() {
		t.Error("taken back, it does not wait")
	}

	value(c.Answer(ctx, first.ID, alert.Later))(t)
	if waits() {
		t.Error("later is not now")
	}
	until := value(c.Alert(ctx, first.ID))(t).Until.Local()
	if until.Hour() != 9 || !until.After(c.Now()) || until.Sub(c.Now()) > 34*time.Hour {
		t.Errorf("it would ask again at %v", until)
	}
	r.clock.move(until.Sub(c.Now()) - time.Second)
	if waits() {
		t.Error("it asks a second too soon")
	}
	r.clock.move(time.Second)
	if !waits() {
		t.Error("it never asks again")
	}
	if _, err := c.Answer(ctx, "no-such-alert", alert.Mine); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("an unknown alert: %v", err)
	}
}

// TestRowsSavedBeforeACrashAreScoredAtTheNextStart writes rows as a refresh does and goes away
// before they are judged.
func TestRowsSavedBeforeACrashAreScoredAtTheNextStart(t *testing.T) {
	r := linked(t)
	account := value(r.coffer.Accounts(t.Context()))(t)[0]
	before := len(value(r.coffer.Alerts(t.Context()))(t))
	must(t, r.coffer.Lock())

	ctx := context.Background()
	v := value(vault.Open(filepath.Join(r.dir, "vault"), secret.New(passphrase)))(t)
	s := value(store.Open(ctx, v))(t)
	day := ledger.DateOf(firstDay)
	row := ledger.Row{Date: day, Payee: "Quay Kiosk", Text: "QUAY KIOSK"}
	row.Amount.Minor, row.Amount.Currency = -42_17, "USD"
	twice := []ledger.Row{row, row}
	twice[0].SourceID, twice[1].SourceID = "crash-1", "crash-2"
	plan := ledger.Reconcile(nil, nil, ledger.Batch{Rows: twice, From: day, To: day})
	written := value(s.Apply(ctx, ledger.Write{Account: account.ID, Plan: plan, At: firstDay}))(t)
	if written.Added != 2 || len(value(s.Marks(ctx))(t)) == 0 {
		t.Fatalf("the rows left no mark: %+v", written)
	}
	must(t, errors.Join(s.Close(), v.Close()))

	must(t, r.unlock())
	found := value(r.coffer.Alerts(t.Context()))(t)
	if len(found) <= before || !slices.ContainsFunc(found, func(a app.AlertView) bool { return a.About[0].Payee == "Quay Kiosk" }) {
		t.Errorf("%d alerts, %d before the crash", len(found), before)
	}
}

func TestNotesAndCategoriesAreGivenBack(t *testing.T) {
	r := linked(t)
	c, ctx := r.coffer, t.Context()
	id := value(c.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 1))(t)[0].ID
	was := value(c.SetCategory(ctx, id, ledger.Travel))(t)
	if got := value(c.SetCategory(ctx, id, was))(t); got != ledger.Travel {
		t.Errorf("it was filed under %q", got)
	}
	if was := value(c.SetNote(ctx, id, "with Ada"))(t); was != "" {
		t.Errorf("there was a note %q", was)
	}
	if n := value(c.Totals(ctx, ledger.Filter{Search: "ada"}))(t).Count(); n != 1 {
		t.Errorf("the note is found %d times", n)
	}
	if was := value(c.SetNote(ctx, id, ""))(t); was != "with Ada" {
		t.Errorf("the note was %q", was)
	}
}

// TestAnAlertKnowsEachChargeAndHowOftenPayeesWerePaid counts both from the register.
func TestAnAlertKnowsEachChargeAndHowOftenPayeesWerePaid(t *testing.T) {
	r := linked(t)
	ctx := t.Context()
	all := value(r.coffer.Rows(ctx, ledger.Filter{}, ledger.NewestFirst, 0, 10_000))(t)
	compared := 0
	for _, found := range value(r.coffer.Alerts(ctx))(t) {
		a := value(r.coffer.Alert(ctx, found.ID))(t)
		charges, paid := 0, map[string]int{}
		for _, row := range all {
			own := slices.Contains(a.Rows, row.ID)
			if row.Status == ledger.Dropped || row.Date > a.Day || row.Amount.Minor >= 0 {
				continue
			}
			if !own && row.Date >= a.Day.AddDays(-396) {
				paid[ledger.MerchantOf(ledger.Row{Payee: row.Payee})]++
			}
			if row.Account == a.Account.ID && row.Date >= a.Day.AddDays(-90) && (own || row.Category != ledger.Transfer) {
				charges++
			}
		}
		if len(a.Charges) != min(charges, 240) {
			t.Errorf("alert %s has %d charges on its chart, want %d", a.ID, len(a.Charges), charges)
		}
		for i, b := range a.Against {
			if compared++; b.Amount.Minor < 0 && a.Paid[b.ID] != paid[ledger.MerchantOf(b.Row)] {
				t.Errorf("%s was paid %d times, want %d", b.Payee, a.Paid[b.ID], paid[ledger.MerchantOf(b.Row)])
			}
			if i > 0 && max(b.Amount.Minor, -b.Amount.Minor) > max(a.Against[i-1].Amount.Minor, -a.Against[i-1].Amount.Minor) {
				t.Errorf("%s stands under a smaller one", b.Payee)
			}
		}
	}
	if compared == 0 {
		t.Error("no alert is held against anything")
	}
}

// TestLaterOnADayOfTheirOwn asks again at nine of that day, after a restart too, and of no day that can't be.
func TestLaterOnADayOfTheirOwn(t *testing.T) {
	r := linked(t)
	first, today := value(r.coffer.Alerts(t.Context()))(t)[0], r.coffer.Today()
	for _, day := range []ledger.Date{today, today.AddDays(-1), today.AddDays(367), 0} {
		if _, err := r.coffer.PutOff(t.Context(), []alert.ID{first.ID}, day); fault.KindOf(err) != fault.BadDay {
			t.Errorf("put off until %v: %v", day, err)
		}
	}
	was := value(r.coffer.PutOff(t.Context(), []alert.ID{first.ID}, today.AddDays(12)))(t)
	must(t, r.reopen())
	must(t, r.unlock())
	got := value(r.coffer.Alert(t.Context(), first.ID))(t)
	if until := got.Until.Local(); got.Answer != alert.Later || got.Waits || ledger.DateOf(until) != today.AddDays(12) || until.Hour() != 9 {
		t.Errorf("it would ask again at %v: %+v", until, got.Alert)
	}
	r.clock.move(got.Until.Sub(r.coffer.Now()) - time.Second)
	if value(r.coffer.Alert(t.Context(), first.ID))(t).Waits {
		t.Error("it asks a second too soon")
	}
	r.clock.move(time.Second)
	if !value(r.coffer.Alert(t.Context(), first.ID))(t).Waits {
		t.Error("it never asks again")
	}
	must(t, r.coffer.UnanswerEach(t.Context(), was))
	if got := value(r.coffer.Alert(t.Context(), first.ID))(t); got.Answer != alert.Unanswered || !got.Until.IsZero() {
		t.Errorf("taken back it is %+v", got.Alert)
	}
}
