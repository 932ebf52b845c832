package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/store"
)

func due(t testing.TB, s *store.Store) alert.Due {
	t.Helper()
	return must[alert.Due](t)(s.Due(t.Context()))
}

// keeps saves a judgement of everything as it is now, with states of days.
func keeps(t testing.TB, s *store.Store, days ...ledger.Date) {
	t.Helper()
	d := due(t, s)
	scored := alert.Scored{Marks: d.Marks, Epoch: d.Epoch, From: ledger.Day(2026, 1, 1)}
	for _, day := range days {
		scored.Sealed = append(scored.Sealed, alert.Sealed{Day: day, Bytes: fmt.Append(nil, day)})
	}
	if !must[bool](t)(s.SaveScored(t.Context(), scored)) {
		t.Fatal("the judgement is stale")
	}
}

func TestStatesAreKeptUntilAnEarlierRowChanges(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -1, "a")))
	first, second, third := ledger.Day(2026, 1, 4), ledger.Day(2026, 1, 12), ledger.Day(2026, 1, 20)
	keeps(t, s, first, second, third)
	if got := due(t, s); !slices.Equal(got.States, []ledger.Date{first, second, third}) || len(got.Marks) != 0 {
		t.Errorf("kept %+v", got)
	}
	if doc := must[[]byte](t)(s.JudgeState(t.Context(), second)); string(doc) != fmt.Sprint(second) {
		t.Errorf("kept %q", doc)
	}
	apply(t, s, id, inserts(row(17, -1, "b")))
	if got := due(t, s); !slices.Equal(got.States, []ledger.Date{first, second}) {
		t.Errorf("after a row of the 17th states are left of %v", got.States)
	}
	if from, waits := due(t, s).From(); !waits || from != ledger.Day(2026, 1, 17) {
		t.Errorf("judged from %v", from)
	}
	_, err := s.JudgeState(t.Context(), third)
	wantKind(t, err, fault.NotFound)
	d := due(t, s)
	must[bool](t)(s.SaveScored(t.Context(), alert.Scored{Marks: d.Marks, Epoch: d.Epoch, Keep: []ledger.Date{first}}))
	if got := due(t, s); !slices.Equal(got.States, []ledger.Date{first}) {
		t.Errorf("states are left of %v", got.States)
	}
}

// TestWhatChangesBesideRowsAsksForAnotherJudgement makes each change while a judgement is at work.
func TestWhatChangesBesideRowsAsksForAnotherJudgement(t *testing.T) {
	s := newStore(t)
	id, other := account(t, s, "link-1", "4417"), account(t, s, "link-2", "9920")
	apply(t, s, id, inserts(row(5, -1234, "Voltbay"), row(6, -700, "Own savings")))
	apply(t, s, other, inserts(row(6, 700, "Own money")))
	one, out, in := find(t, s, id, "Voltbay"), find(t, s, id, "Own savings"), find(t, s, other, "Own money")
	saveAlert(t, s, id, one, "a")
	var was alert.Alert
	for _, test := range []struct {
		name string
		by   func() error
		from ledger.Date
	}{
		{"an answer", func() (err error) { was, err = s.Answer(t.Context(), "a", alert.Mine, noon, time.Time{}); return err }, ledger.Day(2026, 1, 5)},
		{"an answer taken back", func() error { return s.RestoreAnswers(t.Context(), []alert.Alert{was}) }, ledger.Day(2026, 1, 5)},
		{"a category that makes it a transfer", func() error { _, err := s.SetCategory(t.Context(), one, ledger.Transfer); return err }, ledger.Day(2026, 1, 5)},
		{"a transfer", func() error { _, err := s.MarkTransfer(t.Context(), ledger.TransferPair{Out: out, In: in}); return err }, ledger.Day(2026, 1, 6)},
		{"a transfer that is none", func() error { _, err := s.DecideTransfer(t.Context(), out, in, ledger.TransferRejected); return err }, ledger.Day(2026, 1, 6)},
		{"a sensitivity", func() error { return s.JudgeAgain(t.Context(), ledger.Day(2026, 1, 9)) }, ledger.Day(2026, 1, 9)},
	} {
		t.Run(test.name, func(t *testing.T) {
			keeps(t, s, ledger.Day(2026, 1, 2), ledger.Day(2026, 1, 28))
			before := due(t, s)
			ok(t, test.by())
			if must[bool](t)(s.SaveScored(t.Context(), alert.Scored{Marks: before.Marks, Epoch: before.Epoch})) {
				t.Error("a judgement of before was saved")
			}
			after := due(t, s)
			if from, waits := after.From(); !waits || from != test.from || !slices.Equal(after.States, []ledger.Date{ledger.Day(2026, 1, 2)}) {
				t.Errorf("judged from %v, waits %v, states %v", from, waits, after.States)
			}
		})
	}
}

func TestLaterAsksForNoJudgement(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "Voltbay")))
	saveAlert(t, s, id, find(t, s, id, "Voltbay"), "a")
	must[alert.Alert](t)(s.Answer(t.Context(), "a", alert.Later, noon, noon))
	if _, err := s.SetCategory(t.Context(), find(t, s, id, "Voltbay"), ledger.Travel); err != nil {
		t.Fatal(err)
	}
	if _, waits := due(t, s).From(); waits {
		t.Error("something waits to be judged")
	}
}

// TestAnErasedAccountIsInNoState erases while a judgement is at work that knows the account.
func TestAnErasedAccountIsInNoState(t *testing.T) {
	s := newStore(t)
	id, other := account(t, s, "link-1", "4417"), account(t, s, "link-2", "9920")
	apply(t, s, id, inserts(row(5, -1234, "Voltbay")))
	apply(t, s, other, inserts(row(6, -700, "Bean")))
	keeps(t, s, ledger.Day(2026, 1, 2), ledger.Day(2026, 1, 28))
	before := due(t, s)
	must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1"))
	stale := alert.Scored{Marks: before.Marks, Epoch: before.Epoch, Sealed: []alert.Sealed{{Day: 1, Bytes: []byte("voltbay")}}}
	if must[bool](t)(s.SaveScored(t.Context(), stale)) {
		t.Error("a judgement that knows the account was saved")
	}
	if got := due(t, s); len(got.States) != 0 {
		t.Errorf("states are left of %v", got.States)
	}
	if _, waits := due(t, s).From(); !waits {
		t.Error("the rows of the others are not judged again")
	}
}

func TestWhatWaitsIsNotWithdrawn(t *testing.T) {
	s := newStore(t)
	id, other := account(t, s, "link-1", "4417"), account(t, s, "link-2", "9920")
	for i, a := range []ledger.AccountID{id, other} {
		apply(t, s, a, inserts(row(5, -1234, "Voltbay")))
		saveAlert(t, s, a, find(t, s, a, "Voltbay"), alert.ID(fmt.Sprint("loud", i)))
	}
	apply(t, s, id, inserts(row(6, -1, "x")))
	apply(t, s, other, inserts(row(6, -1, "x")))
	d := due(t, s)
	if must[bool](t)(s.SaveScored(t.Context(), alert.Scored{Marks: d.Marks[:1], Epoch: d.Epoch})) {
		t.Error("saved although another account has rows that were not judged")
	}
	if !must[bool](t)(s.SaveScored(t.Context(), alert.Scored{Marks: d.Marks[:1], Epoch: d.Epoch, Waiting: []ledger.AccountID{other}})) {
		t.Error("not saved although the other account waits")
	}
	if got := alertIDs(t, s); got != "loud1" || len(due(t, s).Marks) != 1 {
		t.Errorf("alerts %q, marks %+v", got, due(t, s).Marks)
	}
}

func TestWhatWasToldStays(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "Voltbay"), row(6, -1, "Bean")))
	rows := []ledger.TransactionID{find(t, s, id, "Voltbay"), find(t, s, id, "Bean")}
	loud, other := finding("told", alert.Interrupt, rows[0]), finding("untold", alert.Interrupt, rows[1])
	loud.Account, other.Account = id, id
	saveFound(t, s, id, ledger.Day(2026, 1, 1), loud)
	must[[]alert.Alert](t)(s.TakeUntold(t.Context(), noon))
	saveFound(t, s, id, ledger.Day(2026, 1, 1), loud, other)
	loud.Level, other.Level = alert.Quiet, alert.Quiet
	saveFound(t, s, id, ledger.Day(2026, 1, 1), loud, other)
	get := func(id alert.ID) alert.Alert { return must[alert.Alert](t)(s.Alert(t.Context(), id)) }
	if get("told").Level != alert.Interrupt || get("untold").Level != alert.Quiet {
		t.Errorf("levels are %d and %d", get("told").Level, get("untold").Level)
	}
	must[alert.Alert](t)(s.Answer(t.Context(), "told", alert.NotMine, noon, time.Time{}))
	loud.Rows = rows
	saveFound(t, s, id, ledger.Day(2026, 1, 1), loud)
	if got := get("told"); len(got.Rows) != 1 || got.Answer != alert.NotMine {
		t.Errorf("after the answer it is %+v", got)
	}
	if got := get("untold"); !got.Withdrawn || got.Because.ID != alert.WithdrawnLate {
		t.Errorf("what is no longer found is %+v", got)
	}
	explained := alert.Alert{ID: "untold", Account: id, Withdrawn: true, Because: ledger.Reason{ID: alert.WithdrawnAnswered}}
	saveFound(t, s, id, ledger.Day(2026, 1, 1), other)
	saveFound(t, s, id, ledger.Day(2026, 1, 1), explained)
	if got := get("untold"); !got.Withdrawn || got.Because.ID != alert.WithdrawnAnswered {
		t.Errorf("what an answer explains is %+v", got)
	}
}

func TestRowsToJudgeAreOfWholeDays(t *testing.T) {
	s := newStore(t)
	id, other := account(t, s, "link-1", "4417"), account(t, s, "link-2", "9920")
	var p ledger.Plan
	for i := range 9000 {
		p.Insert = append(p.Insert, ledger.Insertion{Row: row(1+i/3100, -int64(i)-1, "x")})
	}
	apply(t, s, id, p)
	mine := row(2, -7, "y")
	mine.Category, mine.At = ledger.Travel, noon
	apply(t, s, other, inserts(mine))
	must[ledger.Category](t)(s.SetCategory(t.Context(), find(t, s, other, "y"), ledger.Car))
	n, last := 0, ledger.Date(0)
	var seen []string
	for rows, err := range s.JudgeRows(t.Context(), ledger.Day(2026, 1, 1)) {
		ok(t, err)
		if rows[0].Date <= last {
			t.Errorf("a slice begins on %v, the one before ended then", rows[0].Date)
		}
		n, last = n+len(rows), rows[len(rows)-1].Date
		for _, r := range rows {
			if r.Account == other {
				seen = append(seen, fmt.Sprintln(r.Payee, r.Category, r.At.Equal(noon), r.Amount, r.Country, r.Channel))
			}
		}
	}
	if n != 9001 || strings.Join(seen, "") != "y travel true -0.07 EUR PT 1\n" {
		t.Errorf("%d rows, of the other account %q", n, seen)
	}
}
