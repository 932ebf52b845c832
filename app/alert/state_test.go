package alert_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/fuzzed"
	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

// person makes the rows of somebody with two accounts: habits, bills, a salary, transfers, and now and then what is odd.
func person(seed uint64, days, perDay int) []ledger.Transaction {
	random := rand.New(rand.NewPCG(seed, 7))
	var rows []ledger.Transaction
	add := func(day ledger.Date, account, payee string, minor int64, hour int, category ledger.Category) {
		t := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprintf("%08x-0000-4000-8000-%012x", seed, len(rows))), Account: ledger.AccountID(account)}
		t.Date, t.Payee, t.Category, t.Amount = day, payee, category, money.New(minor, "EUR")
		if hour >= 0 {
			t.At = day.Time().Add(time.Duration(hour)*time.Hour + time.Duration(random.IntN(3600))*time.Second)
		}
		rows = append(rows, t)
	}
	shops := []string{"Green Grocer", "Bean", "Fig Tree", "Tram", "Corner Fuel", "Pharmacy", "Kiosk", "Book Nook"}
	for back := days; back >= 0; back-- {
		day := today.AddDays(-back)
		for range random.IntN(2*perDay + 1) {
			shop := random.IntN(len(shops))
			add(day, "a", shops[shop], -int64(300+700*shop+random.IntN(900)), 8+random.IntN(13), []ledger.Category{"groceries", "eating-out", "transport", ""}[shop%4])
		}
		switch {
		case day%30 == 3:
			add(day, "b", "Rent Office", -90000, -1, "housing")
			add(day, "b", "Works Ltd", 250000, -1, "salary")
		case day%30 == 5:
			add(day, "b", "Own Account", -20000, -1, ledger.Transfer)
			add(day, "a", "Own Account", 20000, -1, ledger.Transfer)
		case random.IntN(40) == 0:
			add(day, "a", fmt.Sprint("Shop ", random.IntN(9)), -int64(30000+random.IntN(90000)), random.IntN(24), "shopping")
		case random.IntN(60) == 0:
			add(day, "a", "Bean", -1250, 9, "eating-out")
			add(day, "a", "Bean", -1250, 9, "eating-out")
		}
	}
	return rows
}

func bytesOf(t interface{ Fatal(...any) }, s *alert.State) []byte {
	b, err := s.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func known(feedback ...alert.Feedback) alert.Known { return alert.Known{Feedback: feedback, Now: now} }

// judgedIn judges rows in slices of whole days.
func judgedIn(s *alert.State, rows []ledger.Transaction, k alert.Known, cuts ...ledger.Date) []alert.Verdict {
	slices.Sort(cuts)
	var all []alert.Verdict
	for _, cut := range append(cuts, 1<<30) {
		var part, rest []ledger.Transaction
		for _, r := range rows {
			if r.Date < cut {
				part = append(part, r)
			} else {
				rest = append(rest, r)
			}
		}
		all, rows = append(all, s.Verdicts(part, k)...), rest
	}
	return all
}

// TestScoresHangOnEarlierRowsAlone cuts the rows after one: the verdicts up to it are the same.
func TestScoresHangOnEarlierRowsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := person(rapid.Uint64Range(1, 9).Draw(t, "person"), 150, 2)
		whole := alert.NewState().Verdicts(rows, known())
		n := rapid.IntRange(1, len(whole)).Draw(t, "cut")
		kept := make(map[ledger.TransactionID]bool)
		for _, v := range whole[:n] {
			kept[v.Row] = true
		}
		short := slices.DeleteFunc(slices.Clone(rows), func(r ledger.Transaction) bool { return !kept[r.ID] })
		if got, want := fmt.Sprintf("%+v", alert.NewState().Verdicts(short, known())), fmt.Sprintf("%+v", whole[:n]); got != want {
			t.Fatalf("after %d rows\n%s\nwant\n%s", n, got, want)
		}
	})
}

// TestOrderAndBatchesLeaveTheSameState is promise F5 of the state: shuffled, cut by days, sent through its bytes or copied on the way.
func TestOrderAndBatchesLeaveTheSameState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := person(rapid.Uint64Range(1, 5).Draw(t, "person"), 120, 2)
		plain := alert.NewState()
		want := plain.Verdicts(rows, known())
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1)).Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		s := alert.NewState()
		var got []alert.Verdict
		for _, back := range rapid.SliceOfNDistinct(rapid.IntRange(0, 120), 0, 5, rapid.ID[int]).Draw(t, "cuts") {
			cut := today.AddDays(-back)
			got = append(got, judgedIn(s, slices.DeleteFunc(slices.Clone(rows), func(r ledger.Transaction) bool { return r.Date >= cut }), known())...)
			switch rapid.IntRange(0, 2).Draw(t, "way") {
			case 1:
				s = s.Clone()
			case 2:
				read := new(alert.State)
				if err := read.UnmarshalBinary(bytesOf(t, s)); err != nil {
					t.Fatal(err)
				}
				s = read
			}
		}
		got = append(got, s.Verdicts(rows, known())...)
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Fatalf("verdicts\n%+v\nwant\n%+v", got, want)
		}
		if !bytes.Equal(bytesOf(t, s), bytesOf(t, plain)) {
			t.Fatal("another state")
		}
	})
}

func TestACopyGoesItsOwnWay(t *testing.T) {
	rows := person(3, 200, 2)
	s := alert.NewState()
	s.Judge(rows, known())
	before := bytesOf(t, s)
	c := s.Clone()
	later := person(4, 200, 2)
	for i := range later {
		later[i].Date = later[i].Date.AddDays(300)
	}
	c.Judge(later, known())
	if !bytes.Equal(bytesOf(t, s), before) {
		t.Error("what the copy learnt is in the first")
	}
	if bytes.Equal(bytesOf(t, c), before) {
		t.Error("the copy learnt nothing")
	}
}

// TestOthersChangeNothing judges two people side by side and each alone.
func TestOthersChangeNothing(t *testing.T) {
	mine, theirs := person(5, 100, 2), person(6, 100, 2)
	alone := alert.NewState()
	want := fmt.Sprintf("%+v", alone.Verdicts(mine, known()))
	one, other := alert.NewState(), alert.NewState()
	var got []alert.Verdict
	for back := 100; back >= 0; back-- {
		day := today.AddDays(-back)
		of := func(rows []ledger.Transaction) []ledger.Transaction {
			return slices.DeleteFunc(slices.Clone(rows), func(r ledger.Transaction) bool { return r.Date != day })
		}
		other.Judge(of(theirs), known())
		got = append(got, one.Verdicts(of(mine), known())...)
	}
	if fmt.Sprintf("%+v", got) != want || !bytes.Equal(bytesOf(t, one), bytesOf(t, alone)) {
		t.Error("another person's rows changed what was thought")
	}
}

// TestTheFirstMonthIsQuiet is promise F4.
func TestTheFirstMonthIsQuiet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := person(rapid.Uint64().Draw(t, "person"), 30, rapid.IntRange(1, 6).Draw(t, "a day"))
		first := slices.MinFunc(rows, func(a, b ledger.Transaction) int { return int(a.Date - b.Date) }).Date
		loud := 0
		for _, a := range alert.NewState().Judge(rows, known()) {
			if a.Detector == alert.Unusual && a.Level == alert.Interrupt && a.Day < first.AddDays(30) {
				loud++
			}
		}
		if loud > 1 {
			t.Fatalf("%d interruptions by statistics in the first 30 days", loud)
		}
	})
}

// TestAStateStaysSmall is two MiB for 100,000 rows at most.
func TestAStateStaysSmall(t *testing.T) {
	s, random := alert.NewState(), rand.New(rand.NewPCG(1, 2))
	var rows []ledger.Transaction
	const n = 20000
	for i := range n {
		t := ledger.Transaction{ID: ledger.TransactionID(fmt.Sprintf("%08x-0000-4000-8000-%012x", i, i)), Account: "a"}
		t.Date, t.Payee, t.Amount = today.AddDays(-3650+i*3650/n), fmt.Sprintf("Shop %c%c%c", 'A'+random.IntN(26), 'A'+random.IntN(26), 'A'+random.IntN(3)), money.New(-int64(100+random.IntN(9000)), "EUR")
		rows = append(rows, t)
	}
	s.Judge(rows, known())
	if size := len(bytesOf(t, s)); size > n*(2<<20)/100000 {
		t.Errorf("%d bytes for %d rows", size, n)
	}
}

func FuzzState(f *testing.F) {
	s := alert.NewState()
	f.Add(bytesOf(f, s))
	s.Judge(person(1, 60, 2), known())
	f.Add(bytesOf(f, s))
	f.Fuzz(func(t *testing.T, b []byte) {
		fuzzed.Limit(t)
		var s alert.State
		if err := s.UnmarshalBinary(b); err != nil {
			return
		}
		s.Judge(person(2, 3, 1), known())
		again := new(alert.State)
		if err := again.UnmarshalBinary(bytesOf(t, &s)); err != nil {
			t.Fatal(err)
		}
	})
}
