package sheet_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"coffer/app/alert/made"
	"coffer/app/alert/model"
	"coffer/app/alert/sheet"
)

func scoresOf(charges []made.Charge) []float64 {
	p := sheet.NewPerson()
	scores := make([]float64, len(charges))
	for i, c := range charges {
		scores[i] = p.Judge(c.Row).Score
		p.Add(c.Row)
	}
	return scores
}

func TestLaterRowsChangeNoScore(t *testing.T) {
	for _, person := range made.People(5, 6) {
		whole := scoresOf(person.Charges)
		for _, cut := range []int{1, 10, len(whole) / 2, len(whole) - 1} {
			if short := scoresOf(person.Charges[:cut]); !slices.Equal(short, whole[:cut]) {
				t.Errorf("%s: cutting the rows after %d changes a score before", person.Name, cut)
			}
		}
	}
}

func TestJudgingChangesNothing(t *testing.T) {
	person := made.People(6, 1)[0]
	asked, unasked := model.NewProfile(), model.NewProfile()
	for _, c := range person.Charges {
		strange := c.Row
		strange.Size *= 40
		asked.Judge(strange)
		asked.Judge(c.Row)
		asked.Judge(strange)
		asked.Add(c.Row)
		unasked.Add(c.Row)
	}
	a, _ := asked.AppendBinary(nil)
	b, _ := unasked.AppendBinary(nil)
	if !bytes.Equal(a, b) {
		t.Error("a past that was asked differs from one that wasn't")
	}
}

func TestPeopleDoNotMeet(t *testing.T) {
	people := made.People(8, 2)
	alone := scoresOf(people[0].Charges)
	p, q := sheet.NewPerson(), sheet.NewPerson()
	var beside []float64
	rest := people[1].Charges
	for _, c := range people[0].Charges {
		for len(rest) > 0 && rest[0].Row.At.Before(c.Row.At) {
			q.Judge(rest[0].Row)
			q.Add(rest[0].Row)
			rest = rest[1:]
		}
		beside = append(beside, p.Judge(c.Row).Score)
		p.Add(c.Row)
	}
	if !slices.Equal(alone, beside) {
		t.Error("another person's rows change a score")
	}
}

// A past that is put away and taken up again at any row goes on as if it had stayed.
func TestAPastMayBePutAwayBetweenRows(t *testing.T) {
	for _, person := range made.People(9, 4) {
		p, q := model.NewProfile(), model.NewProfile()
		for i, c := range person.Charges {
			if i%7 == 0 {
				b, err := q.AppendBinary(nil)
				if err != nil {
					t.Fatal(err)
				}
				q = model.NewProfile()
				if err := q.UnmarshalBinary(b); err != nil {
					t.Fatal(err)
				}
			}
			if a, b := p.Judge(c.Row).Score, q.Judge(c.Row).Score; a != b {
				t.Fatalf("%s, row %d: %v, put away %v", person.Name, i, a, b)
			}
			join := []func(*model.Profile){
				func(p *model.Profile) { p.Add(c.Row) }, func(p *model.Profile) { p.AddOwn(c.Row) }, func(p *model.Profile) { p.AddForeign(c.Row) },
			}[max(i%19-16, 0)]
			join(p)
			join(q)
			if i%11 == 0 {
				q = q.Clone()
			}
		}
	}
}

func TestAMineIsNotAskedAgain(t *testing.T) {
	at := time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC)
	row := func(day int, size int64, shop string) model.Row {
		return model.Row{At: at.AddDate(0, 0, day), Timed: true, Account: "a", Size: size, Exponent: 2, Currency: "EUR", Merchant: shop}
	}
	p := sheet.NewPerson()
	for day := range 120 {
		p.Add(row(day, 1500+int64(day*53%3000), []string{"bakery", "fresh corner", "pump"}[day%3]))
	}
	dear := row(121, 90000, "electro nord")
	if j := p.Judge(dear); j.Score < model.Interrupt {
		t.Fatalf("a charge 20 times the usual scores %v", j.Score)
	}
	p.Mine(dear)
	for _, day := range []int{122, 140, 170, 250, 300} {
		again := row(day, 120000, "electro nord")
		if j := p.Judge(again); j.Score >= model.Quiet {
			t.Errorf("day %d: the same shop is asked about again: %v", day, j.Score)
		}
	}
	if j := p.Judge(row(122, 140000, "electro nord")); j.Score < model.Quiet {
		t.Errorf("half as much again is not trusted further: %v", j.Score)
	}
}

func TestANotMineLeavesWhatIsUsual(t *testing.T) {
	at := time.Date(2025, 1, 1, 12, 0, 0, 0, time.UTC)
	p, q := model.NewProfile(), model.NewProfile()
	for day := range 120 {
		r := model.Row{At: at.AddDate(0, 0, day), Timed: true, Size: 1500 + int64(day*53%3000), Exponent: 2, Currency: "EUR", Merchant: "bakery"}
		p.Add(r)
		q.Add(r)
	}
	theirs := model.Row{At: at.AddDate(0, 0, 120), Timed: true, Size: 90000, Exponent: 2, Currency: "EUR", Merchant: "electro nord"}
	p.AddForeign(theirs)
	q.Add(theirs)
	next := theirs
	next.At = at.AddDate(0, 0, 150)
	if a, b := p.Judge(next).Score, q.Judge(next).Score; a < model.Interrupt || a <= b {
		t.Errorf("after a charge that was somebody else's a like one scores %v, after an own one %v", a, b)
	}
}
