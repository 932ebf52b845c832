package store_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/store"
)

func finding(id alert.ID, level alert.Level, row ledger.TransactionID) alert.Alert {
	return alert.Alert{
		ID: id, Detector: "duplicate-charge", Level: level, Rows: []ledger.TransactionID{row}, Day: ledger.Day(2026, 1, 5),
		Why:     ledger.Reason{ID: "twice", Args: map[string]string{"n": "2"}},
		Numbers: []alert.Number{{Label: "this-charge", Amount: "1.00", Currency: "EUR"}},
		Normal:  []ledger.Reason{{ID: "once"}},
	}
}

func saveAlert(t testing.TB, s *store.Store, id ledger.AccountID, row ledger.TransactionID, names ...alert.ID) {
	t.Helper()
	var found []alert.Alert
	for _, name := range names {
		level := alert.Quiet
		if strings.HasPrefix(string(name), "loud") {
			level = alert.Interrupt
		}
		a := finding(name, level, row)
		a.Account = id
		found = append(found, a)
	}
	saveFound(t, s, id, ledger.Day(2026, 1, 1), found...)
}

// saveFound saves what a score from a day on found of the rows as they are now.
func saveFound(t testing.TB, s *store.Store, id ledger.AccountID, judged ledger.Date, found ...alert.Alert) {
	t.Helper()
	due := must[alert.Due](t)(s.Due(t.Context()))
	if !must[bool](t)(s.SaveScored(t.Context(), alert.Scored{Marks: due.Marks, Epoch: due.Epoch, From: judged, Found: found})) {
		t.Fatal("the score is stale")
	}
}

func alertIDs(t testing.TB, s *store.Store) string {
	t.Helper()
	var ids []string
	for _, a := range must[[]alert.Alert](t)(s.Alerts(t.Context())) {
		ids = append(ids, string(a.ID))
	}
	return strings.Join(ids, " ")
}

func TestAlertsKeepTheirAnswers(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1234, "NETFLIX.COM")))
	r := find(t, s, id, "NETFLIX.COM")
	saveAlert(t, s, id, r, "a", "b", "loud", "later", "due", "old")
	if got := alertIDs(t, s); got != "loud a b due later old" {
		t.Errorf("alerts %q", got)
	}
	want := finding("a", alert.Quiet, r)
	want.Account = id
	if got := must[alert.Alert](t)(s.Alert(t.Context(), "a")); !reflect.DeepEqual(got, want) {
		t.Errorf("alert\n%+v, want\n%+v", got, want)
	}
	answer := func(id alert.ID, a alert.Answer, at, until time.Time) alert.Alert {
		return must[alert.Alert](t)(s.Answer(t.Context(), id, a, at, until))
	}
	if was := answer("b", alert.Mine, noon.Add(-time.Hour), time.Time{}); was.Answer != alert.Unanswered {
		t.Errorf("was %+v", was)
	}
	answer("later", alert.Later, noon, noon.Add(time.Hour))
	answer("due", alert.Later, noon, noon)
	answer("old", alert.NotMine, noon.AddDate(0, 0, -91), time.Time{})
	if got := alertIDs(t, s); got != "loud a due later b" {
		t.Errorf("alerts after answers %q", got)
	}
	saveAlert(t, s, id, r, "b", "new")
	if got := alertIDs(t, s); got != "new b" {
		t.Errorf("alerts after a new score %q", got)
	}
	if got := must[alert.Alert](t)(s.Alert(t.Context(), "b")); got.Answer != alert.Mine || !got.Answered.Equal(noon.Add(-time.Hour)) {
		t.Errorf("the answer is gone: %+v", got)
	}
	if back := must[[]alert.Alert](t)(s.Withdrawn(t.Context(), 0)); len(back) != 4 { // loud and a, and those put off
		t.Errorf("%d are taken back", len(back))
	}
	saveAlert(t, s, id, r, "a")
	if got := alertIDs(t, s); got != "a b" {
		t.Errorf("an alert that is found again: %q", got)
	}
	_, err := s.Answer(t.Context(), "nobody", alert.Mine, noon, time.Time{})
	wantKind(t, err, fault.NotFound)
}

func TestFeedbackBindsToTheMerchant(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	charge := row(5, -1234, "NETFLIX.COM")
	apply(t, s, id, inserts(charge))
	saveAlert(t, s, id, find(t, s, id, "NETFLIX.COM"), "a")
	must[alert.Alert](t)(s.Answer(t.Context(), "a", alert.Mine, noon, time.Time{}))
	want := []alert.Feedback{{
		Alert: "a", Account: id, Day: ledger.Day(2026, 1, 5), Rows: []ledger.TransactionID{find(t, s, id, "NETFLIX.COM")}, Detector: "duplicate-charge", Answer: alert.Mine, At: noon, Merchant: ledger.MerchantOf(charge), Minor: 1234, Currency: "EUR",
	}}
	if got := must[[]alert.Feedback](t)(s.Feedback(t.Context())); !reflect.DeepEqual(got, want) {
		t.Errorf("feedback %+v, want %+v", got, want)
	}
	was := must[alert.Alert](t)(s.Answer(t.Context(), "a", alert.Unanswered, noon, noon))
	if got := must[[]alert.Feedback](t)(s.Feedback(t.Context())); len(got) != 0 || was.Answer != alert.Mine {
		t.Errorf("taken back, feedback %+v, was %+v", got, was)
	}
}

func TestAScoreOfOlderRowsIsNotSaved(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1, "a")))
	one := find(t, s, id, "a")
	oldMark := must[[]alert.Mark](t)(s.Marks(t.Context()))[0]
	apply(t, s, id, inserts(row(9, -2, "later row, same mark")))
	newMark := must[[]alert.Mark](t)(s.Marks(t.Context()))[0]
	save := func(m alert.Mark, found ...alert.Alert) bool {
		t.Helper()
		for i := range found {
			found[i].Account = id
		}
		return must[bool](t)(s.SaveScored(t.Context(), alert.Scored{Marks: []alert.Mark{m}, From: m.From, Found: found}))
	}
	wantMarks := func(n int) {
		t.Helper()
		if left := must[[]alert.Mark](t)(s.Marks(t.Context())); len(left) != n {
			t.Errorf("marks %+v, want %d", left, n)
		}
	}
	if save(oldMark, finding("old", alert.Quiet, one)) || alertIDs(t, s) != "" {
		t.Errorf("a score of older rows was saved: %q", alertIDs(t, s))
	}
	wantMarks(1)
	if !save(newMark, finding("new", alert.Quiet, one)) {
		t.Error("a fresh score was not saved")
	}
	wantMarks(0)
	if save(oldMark) || alertIDs(t, s) != "new" {
		t.Errorf("the older score withdrew an alert: %q", alertIDs(t, s))
	}
	apply(t, s, id, inserts(row(7, -1, "b")))
	if save(newMark) || alertIDs(t, s) != "new" {
		t.Error("a cleared mark clears the next one")
	}
	marks := must[[]alert.Mark](t)(s.Marks(t.Context()))
	if len(marks) != 1 || marks[0].From != ledger.Day(2026, 1, 7) {
		t.Errorf("marks %+v, want one from the day written since", marks)
	}
	if save(alert.Mark{Account: "nobody", Writes: 1}) {
		t.Error("saved for nobody")
	}
}

func TestAlertsBeforeTheJudgedDaysStand(t *testing.T) {
	s := newStore(t)
	rapid.Check(t, func(rt *rapid.T) {
		id := account(t, s, "link-1", fmt.Sprint(rapid.Uint64().Draw(rt, "number")))
		apply(t, s, id, inserts(row(5, -1, "a")))
		one := all(t, s, id)[0].ID
		stands := map[alert.ID]bool{}
		judged := rapid.IntRange(1, 40).Draw(rt, "judged")
		var found []alert.Alert
		for i, day := range rapid.SliceOfN(rapid.IntRange(1, 40), 1, 9).Draw(rt, "days") {
			a := finding(alert.ID(fmt.Sprint(id, i)), alert.Quiet, one)
			a.Account, a.Day = id, ledger.Day(2026, 1, day)
			stands[a.ID] = day < judged
			found = append(found, a)
		}
		saveFound(t, s, id, ledger.Day(2026, 1, 1), found...)
		saveFound(t, s, id, ledger.Day(2026, 1, judged))
		for _, a := range found {
			if got := must[alert.Alert](t)(s.Alert(t.Context(), a.ID)); got.Withdrawn == stands[a.ID] {
				rt.Fatalf("judged from day %d, the alert of %v: withdrawn is %v", judged, a.Day, got.Withdrawn)
			}
		}
	})
}

func TestFlags(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(5, -1, "a"), row(6, -1, "b")))
	saveAlert(t, s, id, find(t, s, id, "a"), "quiet", "loud")
	flagged := page(t, s, ledger.Filter{Flagged: true}, ledger.NewestFirst)
	if len(flagged) != 1 || flagged[0].Payee != "a" || flagged[0].Flag != ledger.HighFlag {
		t.Errorf("flagged %+v", flagged)
	}
	if n := must[ledger.Totals](t)(s.Totals(t.Context(), ledger.Filter{Flagged: true})).Count(); n != 1 {
		t.Errorf("%d flagged rows counted", n)
	}
	must[alert.Alert](t)(s.Answer(t.Context(), "loud", alert.Mine, noon, time.Time{}))
	if got := page(t, s, ledger.Filter{Flagged: true}, ledger.NewestFirst); len(got) != 1 || got[0].Flag != ledger.QuietFlag {
		t.Errorf("flagged %+v", got)
	}
	must[alert.Alert](t)(s.Answer(t.Context(), "quiet", alert.NotMine, noon, time.Time{}))
	if got := page(t, s, ledger.Filter{}, ledger.NewestFirst); got[1].Flag != ledger.NoFlag {
		t.Errorf("an answered alert flags %+v", got[1])
	}
}

func TestHistoryGoesByDateThenSeenThenID(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{Account: id, Plan: inserts(row(5, -1, "late"), row(6, -1, "next")), At: noon.Add(time.Hour)}))
	apply(t, s, id, inserts(row(5, -2, "early"), pending(row(5, -3, "early")), row(2, -9, "first")))
	rows := history(t, s, id, 0)
	if len(rows) != 5 || rows[0].Payee != "first" || rows[3].Payee != "late" || rows[4].Payee != "next" || rows[1].ID > rows[2].ID {
		t.Errorf("history %+v", rows)
	}
	if rows[0].Account != id {
		t.Errorf("account %q", rows[0].Account)
	}
	if from := history(t, s, id, ledger.Day(2026, 1, 5)); len(from) != 4 {
		t.Errorf("%d rows from a day on, want 4", len(from))
	}
	for _, err := range s.History(t.Context(), "nobody", 0) {
		wantKind(t, err, fault.NotFound)
	}
}

func TestHistoryLetsOthersTakeTurns(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	var p ledger.Plan
	for i := range 4100 {
		p.Insert = append(p.Insert, ledger.Insertion{Row: row(1+i/2050, -int64(i)-1, "x")})
	}
	apply(t, s, id, p)
	n := 0
	for r, err := range s.History(t.Context(), id, 0) {
		ok(t, err)
		if n++; n%1000 == 0 {
			must[ledger.Transaction](t)(s.Transaction(t.Context(), r.ID))
		}
	}
	if n != 4100 {
		t.Errorf("%d rows, want 4100", n)
	}
}
