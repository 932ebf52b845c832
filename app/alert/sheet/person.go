package sheet

import (
	"time"

	"coffer/app/alert/model"
)

// Person is somebody whose rows are judged one after the other, and who may answer.
type Person struct {
	past    *model.Profile
	trusted map[string]trust
}

// trust is a "mine": this merchant up to half as much again.
type trust struct {
	most  int64
	until time.Time
}

// trustDays is for how long a merchant's price is trusted after a "mine". What else an answer means the weights know, for the
// past remembers it.
const trustDays = 180

// NewPerson returns somebody of whom nothing is known.
func NewPerson() *Person { return NewPersonOf(model.NewProfile()) }

// NewPersonOf begins with a past.
func NewPersonOf(p *model.Profile) *Person {
	return &Person{past: p, trusted: make(map[string]trust)}
}

// Judge judges the next row by those before it and the answers so far. Rows come in time order.
func (p *Person) Judge(r model.Row) model.Judgement {
	j := p.past.Judge(r)
	if t, ok := p.trusted[place(r)]; ok && r.Merchant != "" && r.Size <= t.most && r.At.Before(t.until) {
		j.Score = min(j.Score, model.Quiet-1)
	}
	return j
}

func place(r model.Row) string { return r.Merchant + "|" + r.Currency }

// Add lets an unanswered row join the past.
func (p *Person) Add(r model.Row) { p.past.Add(r) }

// Mine is the answer to an alert about r: it joins the past, and a like one there is trusted.
func (p *Person) Mine(r model.Row) {
	p.past.AddOwn(r)
	p.trusted[place(r)] = trust{r.Size + r.Size/2, r.At.AddDate(0, 0, trustDays)}
}

// NotMine is the other answer: the row says nothing about what is usual.
func (p *Person) NotMine(r model.Row) { p.past.AddForeign(r) }
