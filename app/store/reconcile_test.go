package store_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"coffer/app/alert"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/store"
)

// visit is one read of a bank or of a file.
type visit struct {
	batch ledger.Batch
	file  bool
}

func someVisits(rt *rapid.T) []visit {
	var all []visit
	for range rapid.IntRange(2, 3).Draw(rt, "visits") {
		v := visit{file: rapid.Bool().Draw(rt, "file")}
		v.batch = ledger.Batch{From: ledger.Day(2026, 1, 1), To: ledger.Day(2026, 1, 31), Complete: rapid.Bool().Draw(rt, "complete")}
		for i := range rapid.IntRange(1, 4).Draw(rt, "rows") {
			r := row(rapid.IntRange(1, 3).Draw(rt, "day"), -100, rapid.SampledFrom([]string{"bar", "fig"}).Draw(rt, "payee"))
			r.SourceID = rapid.SampledFrom([]string{"", "s1", "s2"}).Draw(rt, "source")
			if v.file {
				r.Line = i + 1
			}
			v.batch.Rows = append(v.batch.Rows, r)
		}
		all = append(all, v)
	}
	return all
}

func (v visit) save(t testing.TB, s *store.Store, id ledger.AccountID) error {
	if !v.file {
		_, err := s.Reconcile(t.Context(), v.batch, ledger.Write{Account: id, At: noon})
		return err
	}
	_, err := s.Import(t.Context(), []ledger.FilePart{{Into: ledger.Account{ID: id}, Batch: v.batch, Import: ledger.Import{Name: "a.ofx", At: noon}}})
	return err
}

func rowsOf(t testing.TB, s *store.Store, id ledger.AccountID) string {
	t.Helper()
	var said []string
	for _, r := range all(t, s, id) {
		said = append(said, fmt.Sprintln(r.Date, r.Amount.Minor, r.Payee, r.SourceID, r.Aliases, r.Line))
	}
	slices.Sort(said)
	return strings.Join(said, "")
}

// orders returns every order of n things.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, o := range orders(n - 1) {
		for at := range n {
			all = append(all, slices.Insert(slices.Clone(o), at, n-1))
		}
	}
	return all
}

func TestReadsAndImportsAtOnceAreAsOneAfterTheOther(t *testing.T) {
	s := plainStore(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		all := someVisits(rt)
		results := map[string]bool{}
		for i, order := range orders(len(all)) {
			id := account(t, s, "link-1", fmt.Sprint(round, "in order", i))
			for _, at := range order {
				ok(t, all[at].save(t, s, id))
			}
			results[rowsOf(t, s, id)] = true
		}
		id := account(t, s, "link-1", fmt.Sprint(round, "at once"))
		var crowd sync.WaitGroup
		for _, v := range all {
			crowd.Go(func() {
				if err := v.save(t, s, id); err != nil {
					t.Error(err)
				}
			})
		}
		crowd.Wait()
		if got := rowsOf(t, s, id); !results[got] {
			rt.Fatalf("at once there are\n%s\none after the other there is one of %q", got, slices.Sorted(maps.Keys(results)))
		}
	})
	audit(t, s)
}

func part(number string, minor int64, rows ...ledger.Row) ledger.FilePart {
	for i := range rows {
		rows[i].Line = i + 1
	}
	return ledger.FilePart{
		Into:    ledger.Account{Identity: ledger.IdentityOf("file", number, ledger.Savings, "EUR"), Name: number, Kind: ledger.Savings, Currency: "EUR"},
		Batch:   ledger.Batch{Rows: rows, From: ledger.Day(2026, 1, 1), To: ledger.Day(2026, 1, 31), Complete: true},
		Balance: &ledger.Balance{Booked: money.New(minor, "EUR"), AsOf: noon.AddDate(0, 0, int(minor)), ReadAt: noon},
		Import:  ledger.Import{Name: "a.ofx", Format: "ofx", At: noon},
	}
}

func importIDs(t testing.TB, s *store.Store, parts ...ledger.FilePart) []int64 {
	t.Helper()
	var ids []int64
	for _, done := range must[[]ledger.Written](t)(s.Import(t.Context(), parts)) {
		ids = append(ids, done.Import)
	}
	return ids
}

// TestAFileComesInWholeOrNotAtAll ends the context at every step of a file of several accounts.
func TestAFileComesInWholeOrNotAtAll(t *testing.T) {
	s := newStore(t)
	account(t, s, "link-1", "4417")
	before := fingerprint(t, s)
	parts := []ledger.FilePart{part("1", 1, row(1, -100, "a")), part("2", 2, row(2, -200, "b"), row(3, -300, "c")), part("1", 3, row(4, -400, "d"))}
	gone := append(slices.Clone(parts), ledger.FilePart{Into: ledger.Account{ID: "nobody"}})
	_, err := s.Import(t.Context(), gone)
	wantKind(t, err, fault.NotFound)
	if after := fingerprint(t, s); after != before {
		t.Fatalf("a file that failed left\n%s\nwas\n%s", after, before)
	}
	var ids []int64
	for steps := 0; ids == nil; steps++ {
		done, err := s.Import(lasting(t.Context(), steps), parts)
		for _, d := range done {
			ids = append(ids, d.Import)
		}
		if err == nil {
			break
		}
		if after := fingerprint(t, s); after != before {
			t.Fatalf("canceled at step %d\n%s\nwas\n%s", steps, after, before)
		}
	}
	if accounts := must[[]ledger.AccountView](t)(s.Accounts(t.Context())); len(ids) != 3 || len(accounts) != 3 {
		t.Fatalf("imports %v, accounts %+v", ids, accounts)
	}
	if removed := must[int](t)(s.UndoImport(t.Context(), ids...)); removed != 4 {
		t.Errorf("removed %d, want 4", removed)
	}
	if after := fingerprint(t, s); after != before {
		t.Errorf("after undo\n%s\nwas\n%s", after, before)
	}
	audit(t, s)
	_, err = s.UndoImport(t.Context(), ids...)
	wantKind(t, err, fault.NotFound)
}

func TestAMadeAccountGoesWithItsLastImport(t *testing.T) {
	for name, order := range map[string][]int{"the last first": {2, 1, 0}, "the first first": {0, 1, 2}, "the middle first": {1, 0, 2}} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t)
			before := fingerprint(t, s)
			ids := slices.Concat(importIDs(t, s, part("1", 1, row(1, -100, "a"))), importIDs(t, s, part("1", 2, row(1, -100, "a"))),
				importIDs(t, s, part("1", 3, row(2, -200, "b"))))
			for n, at := range order {
				if accounts := must[[]ledger.AccountView](t)(s.Accounts(t.Context())); len(accounts) != 1 {
					t.Fatalf("before undo %d there are %d accounts", n, len(accounts))
				}
				must[int](t)(s.UndoImport(t.Context(), ids[at]))
			}
			if after := fingerprint(t, s); after != before {
				t.Errorf("after all undos\n%s\nwas\n%s", after, before)
			}
		})
	}
}

func TestTheAccountOfAFileIsFoundAgain(t *testing.T) {
	s := newStore(t)
	bank := account(t, s, "link-1", "4417")
	importIDs(t, s, part("1", 1, row(1, -100, "a")))
	again, chosen, into := part("1", 1, row(2, -200, "b")), part("2", 1, row(3, -300, "c")), part("3", 1, row(4, -400, "d"))
	made := must[[]ledger.AccountView](t)(s.Accounts(t.Context()))[1]
	again.Into.Name, chosen.Into, into.Into = "another name", ledger.Account{ID: made.ID}, ledger.Account{ID: bank}
	importIDs(t, s, again, chosen, into)
	accounts := must[[]ledger.AccountView](t)(s.Accounts(t.Context()))
	if len(accounts) != 2 || made.Provider != "file" || made.Link != "" || accounts[1].Account != made.Account {
		t.Errorf("accounts %+v, made was %+v", accounts, made)
	}
	if of, at := len(all(t, s, made.ID)), len(all(t, s, bank)); of != 3 || at != 1 {
		t.Errorf("%d rows in the made account and %d at the bank, want 3 and 1", of, at)
	}
}

func TestAFilesBalanceStandsUnlessTheBankOrANewerFileTells(t *testing.T) {
	s := newStore(t)
	booked := func(id ledger.AccountID) int64 {
		return must[ledger.AccountView](t)(s.Account(t.Context(), id)).Balance.Booked.Minor
	}
	importIDs(t, s, part("1", 5, row(1, -100, "a")))
	made := must[[]ledger.AccountView](t)(s.Accounts(t.Context()))[0]
	importIDs(t, s, part("1", 4, row(2, -100, "b")))
	if got := booked(made.ID); got != 5 || made.Balance.Account != made.ID {
		t.Errorf("an older file's balance stands: %d", got)
	}
	bank := account(t, s, "link-1", "4417")
	into := part("4417", 9, row(1, -100, "a"))
	into.Into = ledger.Account{ID: bank}
	importIDs(t, s, into)
	if got := booked(bank); got != 100000 {
		t.Errorf("a file's balance stands over the bank's: %d", got)
	}
}

func TestUndoTakesAlertsOfVanishedRowsAlong(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	apply(t, s, id, inserts(row(1, -100, "a")))
	saveAlert(t, s, id, find(t, s, id, "a"), "stays")
	before := fingerprint(t, s)
	into := part("4417", 9, row(20, -777, "new"))
	into.Into = ledger.Account{ID: id}
	ids := importIDs(t, s, into)
	about := find(t, s, id, "new")
	var found []alert.Alert
	for _, name := range []alert.ID{"loud", "later", "mine"} {
		a := finding(name, alert.Interrupt, about)
		a.Account, a.Day = id, ledger.Day(2026, 1, 20)
		found = append(found, a)
	}
	saveFound(t, s, id, ledger.Day(2026, 1, 20), found...)
	must[alert.Alert](t)(s.Answer(t.Context(), "later", alert.Later, noon, noon))
	must[alert.Alert](t)(s.Answer(t.Context(), "mine", alert.Mine, noon, noon))
	if got := alertIDs(t, s); got != "later loud stays mine" {
		t.Fatalf("alerts %q", got)
	}
	must[int](t)(s.UndoImport(t.Context(), ids...))
	if after := fingerprint(t, s); after != before || alertIDs(t, s) != "stays" {
		t.Errorf("after undo alerts %q,\n%s\nwas\n%s", alertIDs(t, s), after, before)
	}
	if heard := must[[]alert.Feedback](t)(s.Feedback(t.Context())); len(heard) != 1 || heard[0].Alert != "mine" {
		t.Errorf("the person's answer is %+v", heard)
	}
}
