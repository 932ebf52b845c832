package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

// day is the nth of January 2026, as row dates its rows.
func day(n int) ledger.Date { return row(n, 0, "").Date }

func TestGapsAreKeptUntilTheirDaysAreReadInFull(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	other := account(t, s, "link-1", "9999")
	gap := ledger.Gap{From: day(1), To: day(20), Why: ledger.GapRefused, At: noon}
	must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{Account: id, Gaps: []ledger.Gap{gap}, At: noon}))
	if got := must[[]ledger.Gap](t)(s.Gaps(t.Context(), id)); len(got) != 1 || got[0] != gap {
		t.Fatalf("kept %v", got)
	}
	b := ledger.Batch{From: day(5), To: day(10), Complete: true}
	must[ledger.Written](t)(s.Reconcile(t.Context(), b, ledger.Write{Account: id, At: noon}))
	want := fmt.Sprint([]ledger.Gap{{From: day(1), To: day(4), At: noon}, {From: day(10), To: day(20), At: noon}})
	if got := must[[]ledger.Gap](t)(s.Gaps(t.Context(), id)); fmt.Sprint(got) != want {
		t.Errorf("kept %v, want %v", got, want)
	}
	if got := must[[]ledger.Gap](t)(s.Gaps(t.Context(), other)); len(got) != 0 {
		t.Errorf("the other account has %v", got)
	}
	b = ledger.Batch{From: day(1), To: day(21), Complete: true}
	must[ledger.Written](t)(s.Reconcile(t.Context(), b, ledger.Write{Account: id, At: noon}))
	if got := must[[]ledger.Gap](t)(s.Gaps(t.Context(), id)); len(got) != 0 {
		t.Errorf("after a read in full: %v", got)
	}
}

// TestDaysOfAFileAreNoGapUntilItsImportIsUndone: what the bank tells of them closes the gap for good.
func TestDaysOfAFileAreNoGapUntilItsImportIsUndone(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	gap := ledger.Gap{From: day(1), To: day(20), Why: ledger.GapRefused, At: noon}
	must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{Account: id, Gaps: []ledger.Gap{gap}, At: noon}))
	file := func(from, to int, complete bool, rows ...ledger.Row) int64 {
		for i := range rows {
			rows[i].Line, rows[i].SourceID = i+1, ""
		}
		part := ledger.FilePart{Into: ledger.Account{ID: id}, Batch: ledger.Batch{From: day(from), To: day(to), Complete: complete, Rows: rows}, Import: ledger.Import{Name: "a.ofx", At: noon}}
		return must[[]ledger.Written](t)(s.Import(t.Context(), []ledger.FilePart{part}))[0].Import
	}
	want := func(when, gaps string) {
		t.Helper()
		got := ""
		for _, g := range must[[]ledger.Gap](t)(s.Gaps(t.Context(), id)) {
			got += fmt.Sprintf("%d-%d ", g.From-day(0), g.To-day(0))
		}
		if got != gaps {
			t.Errorf("%s the gaps are %q, want %q", when, got, gaps)
		}
	}
	part := file(5, 9, false, row(6, -100, "a"))
	want("after a file that may be cut", "1-20 ")
	whole := file(5, 12, true, row(6, -100, "a"), row(7, -200, "b"))
	want("after a file", "1-5 12-20 ")
	empty := file(12, 16, true)
	want("after an empty one that touches it", "1-5 16-20 ")
	must[int](t)(s.UndoImport(t.Context(), empty, whole, part))
	want("undone", "1-20 ")
	whole = file(5, 12, true, row(6, -100, "a"))
	must[ledger.Written](t)(s.Reconcile(t.Context(), ledger.Batch{From: day(1), To: day(9), Complete: true, Rows: []ledger.Row{row(6, -100, "a")}}, ledger.Write{Account: id, At: noon}))
	want("as the bank told some of it", "12-20 ")
	must[int](t)(s.UndoImport(t.Context(), whole))
	want("undone after that", "9-20 ")
}

// TestADayOnWhichAFileWasMadeIsAGapUntilAnotherFileTellsIt: what was booked later that day is neither in that file nor in one that
// begins on the next day.
func TestADayOnWhichAFileWasMadeIsAGapUntilAnotherFileTellsIt(t *testing.T) {
	for name, test := range map[string]struct {
		at   time.Time // of the import of the first file, whose last day is the tenth
		next int       // first day of the second one
		want string
	}{
		"that day":                      {time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC), 11, "1-1 10-11 20-20 "},
		"that day, where it is earlier": {time.Date(2026, 1, 11, 9, 0, 0, 0, time.UTC), 11, "1-1 10-11 20-20 "},
		"later":                         {time.Date(2026, 1, 12, 12, 0, 0, 0, time.UTC), 11, "1-1 20-20 "},
		"that day, told by both":        {time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC), 10, "1-1 20-20 "},
	} {
		t.Run(name, func(t *testing.T) {
			s := plainStore(t)
			id := account(t, s, "link-1", "4417")
			gap := ledger.Gap{From: day(1), To: day(20), Why: ledger.GapRefused, At: noon}
			must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{Account: id, Gaps: []ledger.Gap{gap}, At: noon}))
			for _, f := range []struct {
				from, to int
				at       time.Time
			}{{1, 10, test.at}, {test.next, 20, noon}} {
				batch := ledger.Batch{From: day(f.from), To: day(f.to), Complete: true, Rows: []ledger.Row{lined(row(f.from, -100, "a"))}}
				part := ledger.FilePart{Into: ledger.Account{ID: id}, Batch: batch, Import: ledger.Import{Name: "a.ofx", At: f.at}}
				must[[]ledger.Written](t)(s.Import(t.Context(), []ledger.FilePart{part}))
			}
			got := ""
			for _, g := range must[[]ledger.Gap](t)(s.Gaps(t.Context(), id)) {
				got += fmt.Sprintf("%d-%d ", g.From-day(0), g.To-day(0))
			}
			if got != test.want {
				t.Errorf("the gaps are %q, want %q", got, test.want)
			}
		})
	}
}

// TestAnEmptyFileIsNoWordOnWhatIsPending.
func TestAnEmptyFileIsNoWordOnWhatIsPending(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{Account: id, Plan: inserts(pending(row(3, -100, "a"))), At: noon}))
	before := rowsOf(t, s, id)
	part := ledger.FilePart{Into: ledger.Account{ID: id}, Batch: ledger.Batch{From: day(1), To: day(40), Complete: true}, Import: ledger.Import{Name: "a.ofx", At: noon}}
	must[[]ledger.Written](t)(s.Import(t.Context(), []ledger.FilePart{part}))
	if after := rowsOf(t, s, id); after != before {
		t.Errorf("was\n%sis\n%s", before, after)
	}
	if got := all(t, s, id); len(got) != 1 || got[0].Status != ledger.Pending || got[0].Missing != 0 {
		t.Errorf("the hold is %+v", got)
	}
}

// TestABalanceIsHeldAgainstTheBanksBookedRowsAlone: rows of a file, pending rows, older ones and other currencies don't count.
func TestABalanceIsHeldAgainstTheBanksBookedRowsAlone(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	at := noon
	check := func(stated int64, rows ...ledger.Row) ledger.Tally {
		t.Helper()
		w := ledger.Write{Account: id, Plan: inserts(rows...), At: at, Check: &ledger.Check{From: day(10), Stated: money.New(stated, "EUR"), At: at}}
		must[ledger.Written](t)(s.Apply(t.Context(), w))
		at = at.Add(24 * time.Hour)
		return must[ledger.Tally](t)(s.Tally(t.Context(), id))
	}
	check(1000)
	check(1000)
	pending, filed, foreign := row(12, -1, "pending"), row(12, -2, "of a file"), row(12, -4, "of another currency")
	pending.Pending, filed.Line, foreign.Amount.Currency = true, 7, "CHF"
	if got := check(900, row(11, -100, "booked"), pending, filed, foreign, row(9, -8, "older")); got.Differs || !got.Since.IsZero() || got.Computed.Minor != 900 {
		t.Fatalf("got %+v", got)
	}
	check(850)
	if got := check(850); !got.Differs || got.Stated.Minor != 850 || got.Computed.Minor != 900 {
		t.Errorf("a row of 50 is missing, and %+v", got)
	}
	was := must[ledger.Tally](t)(s.Tally(t.Context(), id))
	must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{Account: id, Gaps: []ledger.Gap{{From: day(10), To: day(10), At: at}}, At: at}))
	if got := check(1); got != was {
		t.Errorf("judged over a gap: %+v", got)
	}
}

// TestADifferenceIsKnownOnlyAsItWasSeen, and until it is another.
func TestADifferenceIsKnownOnlyAsItWasSeen(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	at := noon
	check := func(stated int64) ledger.Tally {
		t.Helper()
		must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{Account: id, At: at, Check: &ledger.Check{From: day(10), Stated: money.New(stated, "EUR"), At: at}}))
		at = at.Add(24 * time.Hour)
		return must[ledger.Tally](t)(s.Tally(t.Context(), id))
	}
	know := func(stated, computed int64, known bool) error {
		return s.KnowDifference(t.Context(), id, money.New(stated, "EUR"), money.New(computed, "EUR"), known)
	}
	check(1000)
	check(1000)
	if err := know(1000, 1000, true); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("nothing differs, and it is known: %v", err)
	}
	check(900)
	check(900)
	if err := know(900, 999, true); !errors.Is(err, ledger.ErrNotFound) {
		t.Errorf("known is what was not seen: %v", err)
	}
	ok(t, know(900, 1000, true))
	if got := check(900); !got.Differs || got.Known != money.New(-100, "EUR") {
		t.Errorf("got %+v", got)
	}
	ok(t, know(900, 1000, false))
	if got := check(900); !got.Differs || got.Known.Currency != "" {
		t.Errorf("taken back: %+v", got)
	}
}

// TestSumsBeyondAnInt64AreNotJudged, and break no read.
func TestSumsBeyondAnInt64AreNotJudged(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	w := ledger.Write{Account: id, Plan: inserts(row(1, math.MinInt64/4*3, "a"), row(40, math.MinInt64/4*3, "b")), At: noon}
	w.Check = &ledger.Check{From: day(1), Stated: money.New(math.MaxInt64, "EUR"), At: noon}
	_, err := s.Apply(t.Context(), w)
	if got := must[ledger.Tally](t)(s.Tally(t.Context(), id)); err != nil || got.Differs {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestDataIsTakenOutOfABackupOfTheFirstSchema, which has no table of gaps.
func TestDataIsTakenOutOfABackupOfTheFirstSchema(t *testing.T) {
	v, _ := oldVault(t)
	db := must[*sql.DB](t)(sql.Open(v.Driver(), v.DSN()))
	must[sql.Result](t)(db.ExecContext(t.Context(), `INSERT INTO accounts VALUES (1, 'id', 'link-1', 'p', 'i', 'b', 'n', NULL, 'bank', '4417', 0, 'EUR', 0)`))
	ok(t, db.Close())
	path := filepath.Join(t.TempDir(), "old.backup")
	ok(t, v.WriteBackup(t.Context(), path))
	s := must[*store.Store](t)(store.Open(t.Context(), v))
	defer s.Close()
	must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1"))
	ok(t, s.CleanBackup(t.Context(), v, path, []consent.LinkID{"link-1"}, secret.Text{}))
	old := must[*vault.Vault](t)(v.RestoreBackup(t.Context(), path, filepath.Join(t.TempDir(), "old")))
	defer old.Close()
	back := must[*sql.DB](t)(sql.Open(old.Driver(), old.DSN()))
	defer back.Close()
	var accounts int
	ok(t, back.QueryRowContext(t.Context(), "SELECT count(*) FROM accounts").Scan(&accounts))
	if accounts != 0 {
		t.Errorf("%d accounts are left", accounts)
	}
}

// TestGapsAndTheBalanceCheckGoWithTheirAccount when its link is erased.
func TestGapsAndTheBalanceCheckGoWithTheirAccount(t *testing.T) {
	s := newStore(t)
	w := ledger.Write{Account: account(t, s, "link-1", "4417"), At: noon, Check: &ledger.Check{From: day(10), Stated: money.New(1, "EUR"), At: noon}}
	w.Gaps = []ledger.Gap{{From: day(1), To: day(2), At: noon}}
	must[ledger.Written](t)(s.Apply(t.Context(), w))
	for _, want := range []string{"[1 1]", "[0 0]"} {
		got := must[[]string](t)(s.Column(t.Context(), "SELECT count(*) FROM gaps UNION ALL SELECT count(*) FROM tallies"))
		if fmt.Sprint(got) != want {
			t.Errorf("%v rows of gaps and checks, want %s", got, want)
		}
		if want == "[1 1]" {
			must[consent.Receipt](t)(s.EraseLink(t.Context(), "link-1"))
		}
	}
}
