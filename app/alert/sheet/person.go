package sheet

import (
	"fmt"
	"time"

	"coffer/app/alert/model"
)

// Person is somebody whose rows are judged one after the other, and who may answer.
type Person struct {
	past    *model.Profile
	last    time.Time
	trusted map[string]trust
	calm    time.Time // of the latest "mine"
	calms   float64   // log-odds off, at calm
	alarm   map[string]time.Time
}

// trust is a "mine": this merchant up to half as much again.
type trust struct {
	most  int64
	until time.Time
}

// What the answers mean, as the model's log-odds.
const (
	trustDays  = 180
	calmDays   = 60
	calmBy     = 1.0
	alarmDays  = 3
	alarmBy    = 2.0
	trustedCut = 12.0
)

// NewPerson returns somebody of whom nothing is known.
func NewPerson() *Person { return NewPersonOf(model.NewProfile()) }

// NewPersonOf begins with a past.
func NewPersonOf(p *model.Profile) *Person {
	return &Person{past: p, trusted: make(map[string]trust), alarm: make(map[string]time.Time)}
}

// Judge judges the next row by those before it and the answers so far. Rows come in time order.
func (p *Person) Judge(r model.Row) (model.Judgement, error) {
	if r.At.Before(p.last) {
		return model.Judgement{}, fmt.Errorf("a row of %s comes after one of %s: sort each customer's rows by time", r.At.Format(time.DateTime), p.last.Format(time.DateTime))
	}
	p.last = r.At
	j := p.past.Judge(r)
	j.Score += p.heard(r)
	return j, nil
}

// heard is what the answers add to a score.
func (p *Person) heard(r model.Row) float64 {
	sum := 0.0
	if t, ok := p.trusted[r.Merchant+"|"+r.Currency]; ok && r.Merchant != "" && r.Size <= t.most && r.At.Before(t.until) {
		sum -= trustedCut
	}
	if age := r.At.Sub(p.calm).Hours() / 24; p.calms > 0 && age < calmDays {
		sum -= p.calms * (1 - age/calmDays)
	}
	if from, ok := p.alarm[r.Account]; ok && r.At.Sub(from) <= alarmDays*24*time.Hour {
		sum += alarmBy
	}
	return sum
}

// Add lets an unanswered row join the past.
func (p *Person) Add(r model.Row) { p.past.Add(r) }

// Mine is the answer to an alert about r: it joins the past, and a like one there is trusted.
func (p *Person) Mine(r model.Row) {
	p.past.Add(r)
	p.trusted[r.Merchant+"|"+r.Currency] = trust{r.Size + r.Size/2, r.At.AddDate(0, 0, trustDays)}
	p.calm, p.calms = r.At, calmBy
}

// NotMine is the other answer: it says nothing about the person, and the account is watched for some days.
func (p *Person) NotMine(r model.Row) {
	p.past.AddForeign(r)
	p.alarm[r.Account] = r.At
}
