package engine_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank/banktest"
	"coffer/sync/engine"
)

// between calls change after each page of ten rows that is read, with how often it was called before.
func (r *rig) between(change func(n int)) {
	r.Helper()
	n, rows := 0, 0
	_, err := r.engine.Refresh(r.Context(), linkID, true, func(p engine.Progress) {
		if p.Step == engine.Reading && p.Rows != rows {
			rows = p.Rows
			change(n)
			n++
		}
	})
	if err != nil {
		r.Fatal(err)
	}
}

// fortnight are so many rows of the last days, the newest first, three of the oldest still pending.
func fortnight(n int) (rows []banktest.Row) {
	for i := range n {
		row := banktest.Row{ID: fmt.Sprintf("r-%02d", i), Day: today().AddDays(-i * 12 / n), Cents: -int64(100 + i), Payee: fmt.Sprintf("Shop %d", i)}
		row.Pending = i >= n-3
		rows = append(rows, row)
	}
	return rows
}

// TestARowThatAShrinkingPagerHidesIsNotLost: one row goes between two pages, the rest moves up, and one was on no page.
func TestARowThatAShrinkingPagerHidesIsNotLost(t *testing.T) {
	r := newRig(t)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
	rows := fortnight(35)
	r.bank.Put("a", rows...)
	r.between(func(n int) {
		if n == 0 {
			r.bank.Put("a", rows[1:]...)
		}
	})
	r.holds(rows[1:])
}

// TestAPagerThatNeverRestsProvesNoAbsence: the row that no reading showed is not counted as absent, is known as a gap no
// longer than the days that the next refresh reads again, and comes with it.
func TestAPagerThatNeverRestsProvesNoAbsence(t *testing.T) {
	r := newRig(t)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
	rows := fortnight(45)
	for i := range rows {
		rows[i].Pending = true
	}
	r.bank.Put("a", rows...)
	r.must()
	gone := 0
	r.between(func(n int) {
		if n%5 == 0 {
			gone++
			r.bank.Put("a", rows[gone:]...)
		}
	})
	if gone != 3 {
		t.Fatalf("the pages moved %d times", gone)
	}
	all := r.store.all()
	for _, row := range rows {
		if got := all[row.ID]; got.Missing != 0 {
			t.Errorf("%q counts as absent %d times", row.ID, got.Missing)
		}
	}
	r.must()
	r.holds(rows)
	if gaps := r.store.gaps["account-1"]; len(gaps) > 0 {
		t.Errorf("gaps %v", gaps)
	}
}

// TestWhatWasToldIsKeptWhereTheBankLetsNoSecondReading: the pager moved, and the reads of the day end with the second one.
func TestWhatWasToldIsKeptWhereTheBankLetsNoSecondReading(t *testing.T) {
	for reads := 6; reads < 10; reads++ { // the list, four pages, and up to all of the second reading
		r := newRig(t)
		l := aLink()
		l.Limits = consent.Limits{Reads: reads}
		r.store.links[linkID] = l
		r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
		rows := fortnight(35)
		r.bank.Put("a", rows...)
		n, told, most := 0, 0, 0
		_, err := r.engine.Refresh(t.Context(), linkID, true, func(p engine.Progress) {
			if p.Step == engine.Reading && p.Rows != told {
				n++
				added := banktest.Row{ID: fmt.Sprintf("new-%d", n), Day: today(), Cents: -1, Payee: "New"}
				rows = append([]banktest.Row{added}, rows...)
				r.bank.Put("a", rows...)
			}
			told, most = p.Rows, max(most, p.Rows)
		})
		if fault.KindOf(err) != fault.QuotaSpent {
			t.Errorf("%d reads: %v", reads, err)
		}
		if got := len(r.store.all()); got < 35 || most > 50 {
			t.Errorf("%d reads: %d rows are kept, %d were told", reads, got, most)
		}
	}
}

// TestRowsThatAreReadAgainCountOnce: a slice that is too full, and one whose page key is refused, start again.
func TestRowsThatAreReadAgainCountOnce(t *testing.T) {
	for name, test := range map[string]struct {
		full    int
		answers map[int]*banktest.Reply
	}{
		"too full":                              {50, nil},
		"a key that does not outlive the token": {5000, map[int]*banktest.Reply{5: {Status: 401}, 6: {Status: 410}}},
		"a key that is refused between pages":   {5000, map[int]*banktest.Reply{5: {Status: 410}}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.rebuild(func(c *engine.Config) { c.SliceRows = test.full })
			r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
			rows := fortnight(95)
			r.bank.Put("a", rows...)
			n := 0
			r.bank.Script(func(c banktest.Call) *banktest.Reply {
				if !aPage(c) {
					return nil
				}
				n++
				return test.answers[n]
			})
			r.must()
			r.holds(rows)
			if got, most := r.progress[len(r.progress)-1].Rows, len(rows)+40; got < len(rows) || got > most {
				t.Errorf("counted %d rows of %d", got, len(rows))
			}
		})
	}
}

// TestOldDaysOfAPagerThatNeverRestsAreAGap: no later refresh comes by there on its way. A day later they are asked again.
func TestOldDaysOfAPagerThatNeverRestsAreAGap(t *testing.T) {
	r := rigOf(t, 5)
	r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
	var rows []banktest.Row
	for i := range 40 {
		rows = append(rows, banktest.Row{ID: fmt.Sprintf("o-%02d", i), Day: today().AddDays(-50 - i/4), Cents: -int64(100 + i), Payee: "Old"})
	}
	r.bank.Put("a", rows...)
	moved := slices.Clone(rows)
	r.between(func(int) {
		moved = append(moved, banktest.Row{ID: fmt.Sprintf("n-%d", len(moved)), Day: today().AddDays(-49), Cents: -1, Payee: "New"})
		r.bank.Put("a", moved...)
	})
	gaps := r.store.gaps["account-1"]
	if len(gaps) != 1 || gaps[0].Why != ledger.GapMoved || gaps[0].From > today()-59 || gaps[0].To < today()-50 {
		t.Fatalf("gaps %v", gaps)
	}
	r.now = noon.AddDate(0, 0, 1)
	r.must()
	r.holds(moved)
	if gaps := r.store.gaps["account-1"]; len(gaps) > 0 {
		t.Errorf("after a second look the gaps are %v", gaps)
	}
}

// TestRowsWithoutAnIDThatThePagerRepeatsAreOneAndTwinsAreTwo: pages are of two rows, told as often as they are asked for.
func TestRowsWithoutAnIDThatThePagerRepeatsAreOneAndTwinsAreTwo(t *testing.T) {
	tests := map[string]struct {
		readings []string // pages, of each time that they are read; the last one stays
		totals   string   // as the bank says them, of each; the last one stays
		want     string
	}{
		"nothing comes twice":                         {[]string{"AB CD"}, "", "ABCD"},
		"twins on one page":                           {[]string{"AA BC"}, "", "AABC"},
		"twins that a page's end parts":               {[]string{"AB BC"}, "", "ABBC"},
		"twins that a page's end parts, counted":      {[]string{"AB BC"}, "4", "ABBC"},
		"the pager came forward between":              {[]string{"AB BC", "NA BC"}, "", "NABC"},
		"the pager came forward by more than a page":  {[]string{"ABC PAB CDE", "MNO PAB CDE"}, "", "MNOPABCDE"},
		"and what was left out made up the count":     {[]string{"ABC PAB DE", "MNO PAB CDE"}, "8 9", "MNOPABCDE"},
		"twins on pages apart, counted":               {[]string{"ABC DAE"}, "6", "AABCDE"},
		"another reading tells which came twice":      {[]string{"AB BC AD", "AB CA D"}, "5", "AABCD"},
		"the pager repeats a row, and the count says": {[]string{"AB BC"}, "3", "ABC"},
		"the pager repeats a row at every page":       {[]string{"AB BC CD"}, "", "ABCD"},
		"a row went, and the count says":              {[]string{"AB DE", "BC DE"}, "5 4", "BCDE"},
		"a count of something else":                   {[]string{"AB CD"}, "77", "ABCD"},
		"a pager that never rests":                    {[]string{"AB BC", "NA AB C", "MN NA BC", "MN AB C"}, "", "MNABC"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			r.bank.Open("a", "DEPOSIT_ACCOUNT", "2290", 0)
			reading := -1
			r.bank.Script(func(c banktest.Call) *banktest.Reply {
				switch {
				case c.Page == 0:
					return nil
				case c.To < today():
					return &banktest.Reply{Status: 200, Body: `{"transactions":[]}`}
				case c.Page == 1:
					reading = min(reading+1, len(test.readings)-1)
				}
				total := ""
				if totals := strings.Fields(test.totals); len(totals) > 0 {
					total = totals[min(reading, len(totals)-1)]
				}
				return &banktest.Reply{Status: 200, Body: pageOf(strings.Fields(test.readings[reading]), c.Page-1, total)}
			})
			for range 2 {
				r.must()
				var got []string
				for _, row := range r.store.all() {
					got = append(got, row.Payee)
				}
				if slices.Sort(got); strings.Join(got, "") != sorted(test.want) {
					t.Errorf("holds %v, want %s", got, test.want)
				}
			}
		})
	}
}

func sorted(letters string) string {
	all := strings.Split(letters, "")
	slices.Sort(all)
	return strings.Join(all, "")
}

// pageOf is an answer of FDX whose rows have a letter each, and no id.
func pageOf(pages []string, at int, total string) string {
	var rows, about []string
	for _, payee := range strings.Split(pages[at], "") {
		rows = append(rows, fmt.Sprintf(`{"postedTimestamp":"2026-11-20","status":"POSTED","debitCreditMemo":"DEBIT","amount":4.20,"description":%q}`, payee))
	}
	if at+1 < len(pages) {
		about = append(about, fmt.Sprintf(`"nextPageKey":"from-%d"`, 10*(at+1)))
	}
	if total != "" {
		about = append(about, `"totalElements":`+total)
	}
	return `{"page":{` + strings.Join(about, ",") + `},"transactions":[` + strings.Join(rows, ",") + `]}`
}
