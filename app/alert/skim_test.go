package alert_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

// answered makes answers to some of what the person was told over all the years, each some days after its alert.
func answered(rows []ledger.Transaction, seed uint64) (all []alert.Feedback) {
	random := rand.New(rand.NewPCG(seed, 5))
	byID := map[ledger.TransactionID]ledger.Transaction{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	for _, v := range alert.NewState().Verdicts(rows, known()) {
		if !v.Flagged || random.IntN(3) > 0 {
			continue
		}
		t := byID[v.Row]
		all = append(all, alert.Feedback{
			Alert: v.Alert, Account: v.Account, Day: v.Day, Rows: []ledger.TransactionID{v.Row}, Detector: alert.Unusual,
			Answer: []alert.Answer{alert.Mine, alert.NotMine}[random.IntN(2)], At: v.Day.Time().Add(time.Duration(random.IntN(200)) * time.Hour),
			Merchant: ledger.MerchantOf(t.Row), Minor: -t.Amount.Minor, Currency: "EUR",
		})
	}
	return all
}

func before(rows []ledger.Transaction, day ledger.Date) []ledger.Transaction {
	return slices.DeleteFunc(slices.Clone(rows), func(r ledger.Transaction) bool { return r.Date >= day })
}

func since(rows []ledger.Transaction, day ledger.Date) []ledger.Transaction {
	return slices.DeleteFunc(slices.Clone(rows), func(r ledger.Transaction) bool { return r.Date < day })
}

// alertsOf judges rows in one go and looks at the end.
func alertsOf(s *alert.State, rows []ledger.Transaction, k alert.Known) string {
	return fmt.Sprintf("%+v", append(s.Judge(rows, k), s.Finish(k)...))
}

// odd is a charge that nobody would expect.
func odd(n int, day ledger.Date, size int64) (t ledger.Transaction) {
	t.ID, t.Account = ledger.TransactionID(fmt.Sprintf("00000000-0000-4000-8000-%012d", n)), "a"
	t.Date, t.At, t.Payee, t.Category = day, day.Time().Add(3*time.Hour), strings.Map(func(digit rune) rune { return digit - '0' + 'a' }, fmt.Sprint(n)), "shopping"
	t.Amount = money.New(-size, "EUR")
	return t
}

// oddOnes are n that nobody would expect, so many hours apart: their episodes run into each other.
func oddOnes(n, hours int, from ledger.Date, size int64) (rows []ledger.Transaction) {
	for i := range n {
		at := from.Time().Add(time.Duration(i*hours) * time.Hour)
		r := odd(5000+i, ledger.DateOf(at), size+int64(i)*size/150)
		r.At = at
		rows = append(rows, r)
	}
	return rows
}

// years draws years of somebody, with answers and sensitivities, and what is known on the day of the last row or some days later.
func years(t *rapid.T) ([]ledger.Transaction, alert.Known) {
	seed := rapid.Uint64Range(1, 1<<20).Draw(t, "person")
	rows := person(seed, rapid.IntRange(380, 900).Draw(t, "days"), rapid.IntRange(0, 2).Draw(t, "rows a day"))
	k := known()
	for _, back := range rapid.SliceOfN(rapid.IntRange(90, 300), 0, 12).Draw(t, "odd days") {
		rows = append(rows, odd(len(rows), today.AddDays(-back), int64(200000+1000*back)))
	}
	if n := rapid.IntRange(0, 40).Draw(t, "odd ones in a row"); n > 0 {
		rows = append(rows, oddOnes(n, rapid.IntRange(15, 40).Draw(t, "hours apart"), today.AddDays(-rapid.IntRange(118, 150).Draw(t, "since")), 150000)...)
	}
	if rapid.Bool().Draw(t, "answers") {
		k.Feedback = answered(rows, seed)
	}
	for _, back := range rapid.SliceOfN(rapid.IntRange(0, 500), 0, 2).Draw(t, "chosen") {
		k.Sensitivity = append(k.Sensitivity, alert.Chosen{From: today.AddDays(-back), Sensitivity: alert.Sensitivities()[back%3]})
	}
	slices.SortFunc(k.Sensitivity, func(a, b alert.Chosen) int { return int(a.From - b.From) })
	return rows, k
}

// TestWhatIsToldIsTheSameWhereOldRowsAreLearntAlone holds it against all rows scored, from the first row on at once and from a state of days ago.
func TestWhatIsToldIsTheSameWhereOldRowsAreLearntAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, k := years(t)
		first := k
		first.ScoredDays, first.Now = rapid.SampledFrom([]int{1, 5, 13, 20, 60, alert.ScoredDays}).Draw(t, "scored days"), k.Now.AddDate(0, 0, -rapid.IntRange(0, 300).Draw(t, "days ago"))
		skimmed, whole := alert.NewState(), alert.NewState()
		cut := ledger.DateOf(first.Now)
		if skimmed.Judge(before(rows, cut), first); skimmed.Doubtful() {
			return
		}
		whole.Judge(before(rows, cut), k)
		if rapid.Bool().Draw(t, "through bytes") {
			read := new(alert.State)
			if err := read.UnmarshalBinary(bytesOf(t, skimmed)); err != nil {
				t.Fatal(err)
			}
			skimmed = read
		}
		if skimmed.Certain() && !bytes.Equal(bytesOf(t, skimmed), bytesOf(t, whole)) {
			t.Fatalf("a certain state of %v is another one:\n%+v\nwant\n%+v", cut, skimmed, whole)
		}
		later := k
		later.ScoredDays = first.ScoredDays
		got := alertsOf(skimmed, since(rows, cut), later)
		if want := alertsOf(whole, since(rows, cut), k); got != want && !skimmed.Doubtful() {
			t.Fatalf("after %v\n%s\nwant\n%s", cut, got, want)
		}
	})
}

// TestRowsAreSeldomScoredAfterAll counts the people whose old rows are needed for what is told: few, and more are certain in the end.
func TestRowsAreSeldomScoredAfterAll(t *testing.T) {
	k := known()
	k.ScoredDays = alert.ScoredDays
	const people = 60
	doubtful, certain := 0, 0
	for seed := range uint64(people) {
		s := alert.NewState()
		if s.Judge(person(100+seed, 700, 2), k); s.Doubtful() {
			doubtful++
		}
		if s.Certain() {
			certain++
		}
	}
	if doubtful > people/20 || certain < people*9/10 {
		t.Errorf("of %d people %d are doubtful, and %d certain in the end", people, doubtful, certain)
	}
}

// TestOldRowsAreLearntAlone sees that rows of a year ago are not scored: a state of then is not certain, and the last one is.
func TestOldRowsAreLearntAlone(t *testing.T) {
	rows, k := person(4, 700, 2), known()
	all := alert.NewState()
	all.Judge(rows, k)
	k.ScoredDays = alert.ScoredDays
	some := alert.NewState()
	if some.Judge(rows, k); some.Doubtful() || !some.Certain() {
		t.Fatal("it is not certain what is told")
	}
	early, late := alert.NewState(), alert.NewState()
	early.Judge(before(rows, today.AddDays(-365)), k)
	late.Judge(before(rows, today.AddDays(-340)), k)
	if early.Certain() || late.Certain() {
		t.Error("rows of a year ago were scored")
	}
}

// TestAStrangeYearIsScoredAfterAll has something odd every day since long before what is told: the episodes run into each other, and no budget fills up.
func TestAStrangeYearIsScoredAfterAll(t *testing.T) {
	rows := person(4, 700, 2)
	for back := range 600 {
		rows = append(rows, odd(back, today.AddDays(-back), int64(400000+10000*(back%7)+37*back)))
	}
	k := known()
	k.ScoredDays = alert.ScoredDays
	s := alert.NewState()
	if s.Judge(rows, k); !s.Doubtful() || s.Certain() {
		t.Error("what is told is held to be certain")
	}
}

// TestEpisodesThatRunIntoEachOther begins to score in the midst of them: which row begins one hangs on those before.
func TestEpisodesThatRunIntoEachOther(t *testing.T) {
	doubtful, certain := 0, 0
	for hours := 13; hours < 26; hours += 3 {
		for _, size := range []int64{1500, 20000, 200000} {
			for _, since := range []int{142, 160} {
				rows := append(person(6, 420, 1), oddOnes((since-100)*24/hours, hours, today.AddDays(-since), size)...)
				k := known()
				want := alertsOf(alert.NewState(), rows, k)
				k.ScoredDays = 20
				s := alert.NewState()
				got := alertsOf(s, rows, k)
				if s.Doubtful() {
					doubtful++
				} else if certain++; got != want {
					t.Fatalf("%d hours apart, %d: \n%s\nwant\n%s", hours, size, got, want)
				}
			}
		}
	}
	if doubtful < 5 || certain < 5 {
		t.Errorf("%d are doubtful, %d certain", doubtful, certain)
	}
}
