package app_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/ledger"
)

// habits are the rows of some months up to the middle of October, as a statement file has them, with what is odd among them.
func habits(seed uint64) []string {
	random := rand.New(rand.NewPCG(seed, 5))
	var rows []string
	add := func(day ledger.Date, cents int, payee string) {
		rows = append(rows, fmt.Sprintf("%s|-%d.%02d|%s-%d|%s", strings.ReplaceAll(day.String(), "-", ""), cents/100, cents%100, payee, len(rows), payee))
	}
	last := ledger.Day(2026, time.October, 20)
	for back := 130; back >= 0; back-- {
		day := last.AddDays(-back)
		add(day, 900+random.IntN(400), "Bean")
		if back%3 == 0 {
			add(day, 3500+random.IntN(900), "Green Grocer")
		}
		switch back {
		case 9:
			add(day, 240000, "Voltbay")
		case 8:
			add(day, 99000, "Voltbay")
		case 19, 20, 49, 50:
			add(day, 4200, "Ferry")
		}
	}
	return rows
}

// wide is a statement file whose days are those of its rows.
func wide(number string, rows ...string) string {
	return strings.ReplaceAll(sheet(number, rows...), "<DTSTART>20261001", "<DTSTART>20260501")
}

// thought is all that is said of the rows: alerts and how unusual each row is.
func (r *rig) thought(t *testing.T) string {
	t.Helper()
	return r.thoughtSince(t, 0)
}

// thoughtSince leaves out the alerts of before a day.
func (r *rig) thoughtSince(t *testing.T, day ledger.Date) string {
	t.Helper()
	var all []string
	for _, v := range value(r.coffer.Alerts(t.Context()))(t) {
		if v.Day < day {
			continue
		}
		var about []string
		for _, row := range v.About {
			about = append(about, row.SourceID)
		}
		all = append(all, fmt.Sprintln(v.Detector, v.Level, v.Day, v.Why, v.More, v.Waits, about))
	}
	for _, a := range value(r.coffer.Accounts(t.Context()))(t) {
		scores := value(r.coffer.Suspicion(t.Context(), a.ID, ledger.Day(2026, 1, 1), ledger.Day(2026, 12, 31)))(t)
		for _, row := range value(r.coffer.Rows(t.Context(), ledger.Filter{Account: a.ID}, ledger.NewestFirst, 0, 1000))(t) {
			if score, judged := scores[row.ID]; judged {
				all = append(all, fmt.Sprintln(row.Date, row.Amount, row.Payee, score))
			}
		}
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

// sameThought compares what thought told, line by line.
func sameThought(t *testing.T, got, want string) {
	t.Helper()
	has, wants := strings.Split(got, "\n"), strings.Split(want, "\n")
	if len(has) != len(wants) {
		t.Errorf("%d thoughts, want %d", len(has), len(wants))
	}
	for _, line := range has {
		if !slices.Contains(wants, line) {
			t.Errorf("too much: %s", line)
		}
	}
	for _, line := range wants {
		if !slices.Contains(has, line) {
			t.Errorf("missing: %s", line)
		}
	}
}

// TestFilesInAnyOrderAreThoughtTheSameOf is promise F5 through the vault.
func TestFilesInAnyOrderAreThoughtTheSameOf(t *testing.T) {
	rows := habits(1)
	r := fresh(t)
	r.imports(t, "all.ofx", wide("1111", rows...))
	want := r.thought(t)
	if strings.Count(want, "unusual-charge") == 0 || strings.Count(want, "duplicate-charge") == 0 {
		t.Fatalf("thought is\n%s", want)
	}
	for order := range uint64(6) {
		random := rand.New(rand.NewPCG(order, 1))
		mixed := slices.Clone(rows)
		random.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		r := fresh(t)
		for n := 0; len(mixed) > 0; n++ {
			size := min(len(mixed), 20+random.IntN(100))
			r.imports(t, fmt.Sprint(n, ".ofx"), wide("1111", mixed[:size]...))
			mixed = mixed[size:]
			if random.IntN(2) == 0 {
				must(t, r.coffer.Lock())
				must(t, r.unlock())
			}
		}
		sameThought(t, r.thought(t), want)
	}
}

// TestWhatIsKeptIsWhatTheRowsMake judges everything again after a life of imports and answers.
func TestWhatIsKeptIsWhatTheRowsMake(t *testing.T) {
	r := fresh(t)
	rows := habits(2)
	for n := 0; len(rows) > 0; n++ {
		size := min(len(rows), 40)
		r.imports(t, fmt.Sprint(n, ".ofx"), wide("1111", rows[:size]...))
		rows = rows[size:]
		for _, v := range value(r.coffer.Alerts(t.Context()))(t) {
			if v.Waits && v.Detector == "duplicate-charge" {
				value(r.coffer.Answer(t.Context(), v.ID, alert.Mine))(t)
			} else if v.Waits && n%2 == 0 {
				value(r.coffer.Answer(t.Context(), v.ID, alert.NotMine))(t)
			}
		}
	}
	if len(value(r.store.Due(t.Context()))(t).States) == 0 {
		t.Fatal("no state is kept")
	}
	wantRebuilt(t, r)
}

// TestALateRowTakesAnAlertBackAndSaysWhy brings the refund that lay between two charges.
func TestALateRowTakesAnAlertBackAndSaysWhy(t *testing.T) {
	r := fresh(t)
	r.imports(t, "first.ofx", twice("1111", "Figtree"))
	view := value(r.coffer.Alerts(t.Context()))(t)[0]
	r.imports(t, "refund.ofx", sheet("1111", "20261021|42.00|back|Figtree"))
	got := value(r.coffer.Alert(t.Context(), view.ID))(t)
	if !got.Withdrawn || got.Because.ID != alert.WithdrawnLate || got.Waits {
		t.Errorf("the alert is %+v", got.Alert)
	}
	if back := value(r.coffer.Withdrawn(t.Context()))(t); len(back) != 1 || back[0].ID != view.ID || back[0].Because.ID != alert.WithdrawnLate {
		t.Errorf("taken back are %+v", back)
	}
	must(t, r.reopen())
	must(t, r.unlock())
	if back := value(r.coffer.Withdrawn(t.Context()))(t); len(back) != 1 {
		t.Errorf("after a restart %d are taken back", len(back))
	}
	r.clock.move(200 * 24 * time.Hour)
	if back := value(r.coffer.Withdrawn(t.Context()))(t); len(back) != 0 {
		t.Errorf("half a year later %d are still shown", len(back))
	}
}

// TestALateRowTakesBackWhatWasPutOff brings the refund while the alert waits to ask again, and then takes the refund away.
func TestALateRowTakesBackWhatWasPutOff(t *testing.T) {
	r := fresh(t)
	ctx := t.Context()
	r.imports(t, "first.ofx", twice("1111", "Figtree"))
	view := value(r.coffer.Alerts(ctx))(t)[0]
	was := value(r.coffer.Answer(ctx, view.ID, alert.Later))(t)
	r.imports(t, "refund.ofx", sheet("1111", "20261021|42.00|back|Figtree"))
	r.clock.move(3 * 24 * time.Hour) // it would have asked again
	got := value(r.coffer.Alert(ctx, view.ID))(t)
	if !got.Withdrawn || got.Because.ID != alert.WithdrawnLate || got.Waits {
		t.Errorf("the alert is %+v", got.Alert)
	}
	if back := value(r.coffer.Withdrawn(ctx))(t); len(back) != 1 || back[0].ID != view.ID {
		t.Errorf("taken back are %+v", back)
	}
	listed := append(value(r.coffer.Alerts(ctx))(t), value(r.coffer.Answers(ctx, 0, 10))(t).Alerts...)
	if slices.ContainsFunc(listed, func(v app.AlertView) bool { return v.ID == view.ID }) {
		t.Error("it is listed as an answer, too")
	}
	must(t, r.coffer.Unanswer(ctx, was))
	if got := value(r.coffer.Alert(ctx, view.ID))(t); !got.Withdrawn || got.Waits || got.Answer != alert.Unanswered {
		t.Errorf("with the answer undone it is %+v", got.Alert)
	}
}

// TestAnAnswerStandsWhateverComes brings the same refund after the person has spoken.
func TestAnAnswerStandsWhateverComes(t *testing.T) {
	for _, answer := range []alert.Answer{alert.Mine, alert.NotMine} {
		r := fresh(t)
		r.imports(t, "first.ofx", twice("1111", "Figtree"))
		view := value(r.coffer.Alerts(t.Context()))(t)[0]
		value(r.coffer.Answer(t.Context(), view.ID, answer))(t)
		r.imports(t, "refund.ofx", sheet("1111", "20261021|42.00|back|Figtree"))
		if got := value(r.coffer.Alert(t.Context(), view.ID))(t); got.Withdrawn || got.Answer != answer || len(got.About) != 2 {
			t.Errorf("the alert is %+v", got.Alert)
		}
	}
}

// TestAnUndoneAnswerLeavesNoTrace answers and takes it back.
func TestAnUndoneAnswerLeavesNoTrace(t *testing.T) {
	r := fresh(t)
	r.imports(t, "all.ofx", wide("1111", habits(3)...))
	before := r.thought(t)
	for _, v := range value(r.coffer.Alerts(t.Context()))(t) {
		was := value(r.coffer.Answer(t.Context(), v.ID, alert.NotMine))(t)
		must(t, r.coffer.Unanswer(t.Context(), was))
	}
	sameThought(t, r.thought(t), before)
}

func TestWhatIsExpectedOfASensitivity(t *testing.T) {
	r := fresh(t)
	if e := value(r.coffer.ExpectedAlerts(t.Context(), alert.Usual))(t); e.Known() {
		t.Errorf("of no rows %+v is expected", e)
	}
	r.imports(t, "all.ofx", wide("1111", habits(4)...))
	before := r.thought(t)
	calm, keen := value(r.coffer.ExpectedAlerts(t.Context(), alert.Calm))(t), value(r.coffer.ExpectedAlerts(t.Context(), alert.Keen))(t)
	if !calm.Known() || calm.Days != 101 || keen.Unusual <= calm.Unusual {
		t.Errorf("calm %+v, keen %+v", calm, keen)
	}
	if r.thought(t) != before {
		t.Error("asking changed something")
	}
}

// TestOneAlertInAYearIsNotNone lives a year with one odd charge at its end.
func TestOneAlertInAYearIsNotNone(t *testing.T) {
	r := fresh(t)
	last := ledger.Day(2026, time.October, 20)
	rows := []string{"20261018|-900.00|odd|Bean"}
	for back := range 380 {
		day := strings.ReplaceAll(last.AddDays(-back).String(), "-", "")
		rows = append(rows, fmt.Sprintf("%s|-%d.40|b%d|Bean", day, 4+back%5, back))
	}
	r.imports(t, "year.ofx", strings.ReplaceAll(sheet("1111", rows...), "<DTSTART>20261001", "<DTSTART>20250901"))
	if e := value(r.coffer.ExpectedAlerts(t.Context(), alert.Usual))(t); e.Days < 300 || e.Unusual != 1 {
		t.Errorf("expected is %+v", e)
	}
}
