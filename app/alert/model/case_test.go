package model_test

import (
	"testing"
	"time"

	"coffer/app/alert/model"
)

// TestAnOpenCaseIsWeighedAndTold holds the shipped weights against the same without their third stage: they think otherwise of a row while a "not
// mine" is a fortnight old at most, and of no other; and all that they think is told in parts.
func TestAnOpenCaseIsWeighedAndTold(t *testing.T) {
	shipped, err := model.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	without := *shipped
	without.Case = [2]int32{}
	for _, kind := range []string{"", "groceries"} {
		p, q := model.NewProfileOf(shipped), model.NewProfileOf(&without)
		at := time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
		row := func(days int, size int64) model.Row {
			r := model.Row{At: at.AddDate(0, 0, days), Timed: true, Size: size, Exponent: 2, Currency: "EUR", Merchant: "fresh corner", Category: kind}
			if days >= 100 {
				r.At, r.Merchant = r.At.Add(14*time.Hour), "electro nord"
			}
			return r
		}
		for day := range 100 {
			p.Add(row(day, 3000+int64(day*37%2900)))
			q.Add(row(day, 3000+int64(day*37%2900)))
		}
		theirs := row(100, 25000)
		if a, b := p.Judge(theirs), q.Judge(theirs); a.Score != b.Score || a.Open {
			t.Errorf("%q: without an answer it scores %v, without the third stage %v", kind, a, b.Score)
		}
		p.AddForeign(theirs)
		q.AddForeign(theirs)
		weighed := 0
		for days, open := range map[int]bool{101: true, 107: true, 113: true, 115: false, 130: false} {
			for _, size := range []int64{9000, 25000, 80000} {
				j, other := p.Judge(row(days, size)), q.Judge(row(days, size))
				if j.Open != open || !open && j.Score != other.Score {
					t.Errorf("%q, %d days on, %d: open %v; %v, without the third stage %v", kind, days-100, size, j.Open, j.Score, other.Score)
				}
				if j.Score != other.Score {
					weighed++
				}
				sum, told := j.Bias, false
				for _, part := range j.Parts {
					sum += part.Weight
					if told = told || part.Code == model.Case; part.Code == model.Case && (part.This != 1 || part.Times != 1) {
						t.Errorf("%q: the case is told as %+v", kind, part)
					}
				}
				if len(j.Parts) > 0 && sum != j.Score || open && len(j.Parts) > 0 && !told {
					t.Errorf("%q, %d: the parts sum to %v, the score is %v: %v", kind, size, sum, j.Score, j.Parts)
				}
			}
		}
		if weighed < 3 { // what is next to nothing odd stays so
			t.Errorf("%q: %d rows are weighed anew", kind, weighed)
		}
	}
}
