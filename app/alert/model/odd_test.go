package model_test

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"coffer/app/alert/model"
)

var update = flag.Bool("update", false, "write the golden scores anew")

// plainLife is rows that are the same on every machine: whole numbers alone.
func plainLife(seed uint64, n int) []model.Row {
	next := func(below uint64) uint64 {
		seed = seed*6364136223846793005 + 1442695040888963407
		return (seed >> 33) % below
	}
	shops := []string{"bakery", "fresh corner", "pump", "cinema", "", "electro nord", "landlord"}
	kinds := []string{"groceries", "eating-out", "car", "", "shopping", "odd kind", "housing"}
	at := time.Date(2024, 2, 1, 8, 0, 0, 0, time.UTC)
	rows := make([]model.Row, n)
	for i := range rows {
		at = at.Add(time.Duration(next(90000)) * time.Second)
		shop := next(7)
		size := int64(500 + next(4000))
		if next(40) == 0 {
			size *= int64(2 + next(30))
		}
		rows[i] = model.Row{
			At: at, Timed: next(5) > 0, Account: "a", Size: size, Exponent: 2, Currency: []string{"EUR", "EUR", "EUR", "JPY"}[next(4)], Merchant: shops[shop],
			Category: kinds[shop], Country: []string{"DE", "DE", "", "FR"}[next(4)], Channel: int(next(8)), Credit: next(25) == 0,
		}
	}
	return rows
}

// Scores are sums of whole numbers, so they are the same on every processor.
func TestScoresAreTheSameOnEveryMachine(t *testing.T) {
	p, h := model.NewProfile(), fnv.New64a()
	var told strings.Builder
	for i, r := range plainLife(4, 3000) {
		j := p.Judge(r)
		p.Add(r)
		fmt.Fprintf(h, "%x\n", math.Float64bits(j.Score))
		if i%250 == 249 {
			fmt.Fprintf(&told, "%d %v\n", i, j.Score)
		}
	}
	b, err := p.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	h.Write(b)
	fmt.Fprintf(&told, "all %016x\n", h.Sum64())
	const golden = "testdata/scores.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(told.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || told.String() != string(want) {
		t.Errorf("scores differ (%v):\n%swant\n%s", err, told.String(), want)
	}
}

func TestOddRowsMakeNoStorm(t *testing.T) {
	at := time.Date(2025, 6, 1, 10, 0, 0, 0, time.UTC)
	usual := func(p *model.Profile) {
		for _, r := range plainLife(9, 400) {
			p.Add(r)
		}
	}
	for name, r := range map[string]model.Row{
		"nothing":         {At: at, Currency: "EUR"},
		"a refund":        {At: at, Size: 900000, Credit: true, Currency: "EUR", Exponent: 2},
		"less than zero":  {At: at, Size: -5, Currency: "EUR", Exponent: 2},
		"no time":         {Size: 100, Currency: "EUR", Exponent: 2},
		"far past":        {At: time.Unix(-1<<60, 0), Size: 100, Currency: "EUR"},
		"far ahead":       {At: time.Unix(1<<60, 0), Size: 100, Currency: "EUR"},
		"all there is":    {At: at, Size: math.MaxInt64, Currency: "EUR", Exponent: 2},
		"odd decimals":    {At: at, Size: 100, Currency: "EUR", Exponent: 900},
		"less decimals":   {At: at, Size: 100, Currency: "EUR", Exponent: -3},
		"odd channel":     {At: at, Size: 100, Currency: "EUR", Exponent: 2, Channel: -9},
		"other channel":   {At: at, Size: 100, Currency: "EUR", Exponent: 2, Channel: 99},
		"long currency":   {At: at, Size: 100, Currency: strings.Repeat("X", 1000), Exponent: 2},
		"no currency":     {At: at, Size: 100},
		"long merchant":   {At: at, Size: 100, Currency: "EUR", Exponent: 2, Merchant: strings.Repeat("shop ", 9999)},
		"no such country": {At: at, Size: 100, Currency: "EUR", Exponent: 2, Country: "??"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, fresh := range []bool{true, false} {
				p := model.NewProfile()
				if !fresh {
					usual(p)
				}
				for range 200 {
					j := p.Judge(r)
					if math.IsNaN(j.Score) || math.Abs(j.Score) > 100 {
						t.Fatalf("a score of %v", j.Score)
					}
					p.Add(r)
				}
				b, err := p.AppendBinary(nil)
				if err != nil {
					t.Fatal(err)
				}
				if err := model.NewProfile().UnmarshalBinary(b); err != nil {
					t.Errorf("what was put away does not come back: %v", err)
				}
				p.Add(model.Row{At: at, Size: 2000, Currency: "EUR", Exponent: 2, Merchant: "bakery"})
			}
		})
	}
}

func TestMoneyInIsNeverUnusual(t *testing.T) {
	p, at := quietLife(100)
	before, _ := p.AppendBinary(nil)
	salary := model.Row{At: at, Timed: true, Size: 900000, Exponent: 2, Currency: "EUR", Credit: true}
	if j := p.Judge(salary); j.Score != model.Nothing || len(j.Parts) > 0 {
		t.Errorf("money in scores %v", j)
	}
	p.Add(salary)
	if after, _ := p.AppendBinary(nil); string(before) != string(after) {
		t.Error("money in changes what is usual to spend")
	}
}

func TestAFirstRowIsNoAlert(t *testing.T) {
	for _, size := range []int64{100, 3000, 9000, 15000} {
		r := model.Row{At: time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC), Timed: true, Size: size, Exponent: 2, Currency: "EUR", Merchant: "bakery"}
		if j := model.NewProfile().Judge(r); j.Score >= model.Interrupt {
			t.Errorf("the first row of all, %d, scores %v", size, j.Score)
		}
	}
}

// Two currencies are held against their own past each.
func TestCurrenciesHaveTheirOwnUsual(t *testing.T) {
	p, at := quietLife(150)
	yen := model.Row{Timed: true, Size: 4800, Currency: "JPY", Merchant: "konbini", Category: "groceries"}
	for range 20 {
		at = at.Add(20 * time.Hour)
		yen.At = at
		p.Add(yen)
	}
	yen.At = at.Add(20 * time.Hour)
	if j := p.Judge(yen); j.Score >= model.Quiet {
		t.Errorf("usual yen score %v: %v", j.Score, j.Parts)
	}
}

// However long a history is, its past stays small.
func TestAPastStaysSmall(t *testing.T) {
	p := model.NewProfile()
	at := time.Date(2010, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		at = at.Add(time.Hour)
		p.Add(model.Row{
			At: at, Timed: true, Size: int64(100 + i%99991), Exponent: 2, Currency: fmt.Sprint("C", i%40), Merchant: fmt.Sprint("shop ", i),
			Category: fmt.Sprint("kind ", i%300), Country: fmt.Sprint(i % 200),
		})
	}
	b, err := p.AppendBinary(nil)
	if err != nil || len(b) > 128<<10 {
		t.Errorf("the past of 100,000 rows takes %d bytes (%v)", len(b), err)
	}
}

func TestAHostileProfileIsRefused(t *testing.T) {
	p, _ := quietLife(150)
	whole, _ := p.AppendBinary(nil)
	for cut := range whole {
		if model.NewProfile().UnmarshalBinary(whole[:cut]) == nil {
			t.Fatalf("%d of %d bytes are taken for a past", cut, len(whole))
		}
	}
	if model.NewProfile().UnmarshalBinary(append(whole, 0)) == nil {
		t.Error("a byte too many is taken")
	}
	q, at := quietLife(3)
	kept, _ := q.AppendBinary(nil)
	if err := q.UnmarshalBinary(whole[:len(whole)/2]); err == nil {
		t.Error("half a past is taken")
	}
	if after, _ := q.AppendBinary(nil); string(kept) != string(after) {
		t.Errorf("a refused past changes the one there was (%v)", at)
	}
}

func TestWeightsReadBack(t *testing.T) {
	w, err := model.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	text, err := w.AppendText(nil)
	if err != nil {
		t.Fatal(err)
	}
	again, err := model.ParseWeights(text)
	if err != nil {
		t.Fatal(err)
	}
	twice, _ := again.AppendText(nil)
	if string(text) != string(twice) || slices.ContainsFunc(w.Stages[:], func(f model.Forest) bool { return len(f.Nodes) == 0 }) || len(w.About) < 5 {
		t.Error("the weights don't read back, or say nothing of where they come from")
	}
	for _, broken := range []string{"tree", "coffer-alert-weights-1\nstage 5 depth 1 bias 0\n", "case 1025 0\n", "case 1\n", "stage 1 depth 1 bias 0\nsize>1 : 1 2\n", "stage 1 depth 1 bias 0\nsighs>1 : 1 2 3\n", "stage 1 depth 1 bias 0\nsize>99999 : 1 2 3\n"} {
		if _, err := model.ParseWeights([]byte(broken)); err == nil {
			t.Errorf("%q is taken for weights", broken)
		}
	}
}
