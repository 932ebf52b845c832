package model_test

import (
	"bytes"
	"testing"
	"time"

	"coffer/app/alert/model"
	"coffer/app/fuzzed"
)

// quietLife is a person who buys groceries for about 30.00 a day, at about the same hour.
func quietLife(days int) (*model.Profile, time.Time) {
	p := model.NewProfile()
	at := time.Date(2025, 3, 1, 17, 30, 0, 0, time.UTC)
	for i := range days {
		p.Add(model.Row{At: at, Timed: true, Size: 3000 + int64(i*37%900), Exponent: 2, Currency: "EUR", Merchant: "fresh corner", Category: "groceries"})
		at = at.Add(24 * time.Hour)
	}
	return p, at
}

func TestWhatIsUnusualScoresHigher(t *testing.T) {
	p, at := quietLife(90)
	usual := p.Judge(model.Row{At: at, Timed: true, Size: 3100, Exponent: 2, Currency: "EUR", Merchant: "fresh corner", Category: "groceries"})
	odd := p.Judge(model.Row{At: at.Add(9 * time.Hour), Timed: true, Size: 91200, Exponent: 2, Currency: "EUR", Merchant: "electro nord", Category: "shopping"})
	if odd.Score <= usual.Score+2 || len(odd.Parts) == 0 {
		t.Errorf("a dear purchase at night scores %v, a usual one %v", odd, usual)
	}
}

func TestPartsSumToTheScore(t *testing.T) {
	p, at := quietLife(90)
	for _, size := range []int64{4000, 9000, 91200, 5000000} {
		j := p.Judge(model.Row{At: at.Add(9 * time.Hour), Timed: true, Size: size, Exponent: 2, Currency: "EUR", Merchant: "electro nord", Category: "shopping"})
		sum := j.Bias
		for _, part := range j.Parts {
			sum += part.Weight
		}
		if len(j.Parts) > 0 && sum != j.Score {
			t.Errorf("%d: the parts sum to %v, the score is %v: %v", size, sum, j.Score, j.Parts)
		}
	}
}

// The usual that is told is the person's own, within a place of the sketch.
func TestTheUsualThatIsToldIsTheirOwn(t *testing.T) {
	p, at := model.NewProfile(), time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)
	r := model.Row{Timed: true, Size: 3800, Exponent: 2, Currency: "SEK", Merchant: "electro nord", Category: "shopping"}
	for i := range 6 {
		r.At = at.AddDate(0, 0, 3*i)
		p.Add(r)
	}
	r.At, r.Size = at.AddDate(0, 0, 20), 380000
	for _, part := range p.Judge(r).Parts {
		switch part.Code {
		case model.Amount, model.AmountHere, model.AmountKind:
			if part.This != 380000 || part.Times != 6 || part.Usual < 3600 || part.Usual > 4000 {
				t.Errorf("%+v", part)
			}
		}
	}
}

// What a bank does not tell is no reason.
func TestPartsNameOnlyWhatIsTold(t *testing.T) {
	p := model.NewProfile()
	at := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	for i := range 60 {
		p.Add(model.Row{At: at.AddDate(0, 0, i), Size: 2000 + int64(i*37%900), Exponent: 2, Currency: "EUR"})
	}
	j := p.Judge(model.Row{At: at.AddDate(0, 0, 61), Size: 90000, Exponent: 2, Currency: "EUR"})
	if len(j.Parts) == 0 {
		t.Fatalf("40 times the usual is worth no word: %v", j)
	}
	for _, part := range j.Parts {
		switch part.Code {
		case model.Amount, model.Rush, model.Spent, model.Heat, model.History:
		default:
			t.Errorf("a part of what was not told: %+v", part)
		}
	}
}

func TestAProfileComesBackFromItsBytes(t *testing.T) {
	p, at := quietLife(200)
	b, err := p.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	q := model.NewProfile()
	if err := q.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	again, _ := q.AppendBinary(nil)
	if !bytes.Equal(b, again) {
		t.Error("the bytes differ")
	}
	r := model.Row{At: at, Timed: true, Size: 30000, Exponent: 2, Currency: "EUR", Merchant: "elsewhere"}
	if a, b := p.Judge(r), q.Judge(r); a.Score != b.Score {
		t.Errorf("%v and %v", a, b)
	}
}

func FuzzUnmarshal(f *testing.F) {
	p, at := quietLife(40)
	b, _ := p.AppendBinary(nil)
	f.Add(b)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, b []byte) {
		fuzzed.Limit(t)
		q := model.NewProfile()
		if q.UnmarshalBinary(b) != nil {
			return
		}
		r := model.Row{At: at, Timed: true, Size: 30000, Exponent: 2, Currency: "EUR", Merchant: "elsewhere"}
		q.Judge(r)
		q.Add(r)
		q.Judge(r)
	})
}
