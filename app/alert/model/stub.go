package model

import (
	"encoding/json"
	"errors"
	"math"
)

// Until the fitted model is there: how far the logarithm of a size lies above the usual one of its merchant.
const (
	Interrupt = 4.0
	Quiet     = 2.0
	Nothing   = -20.0
)

// Judgement is how unusual a row is.
type Judgement struct {
	Score float64
	Parts []Part
}

// Part is what one kind of reason adds to a score.
type Part struct {
	Code        string
	Weight      float64
	This, Usual int64
	Times       int
}

// The codes of parts.
const (
	Amount      = "amount"
	AmountHere  = "amount-here"
	AmountKind  = "amount-kind"
	AtHour      = "hour"
	Rush        = "rush"
	Spent       = "spent"
	Heat        = "heat"
	NewMerchant = "merchant"
	Kind        = "kind"
	Country     = "country"
	Channel     = "channel"
	Round       = "round"
	Repeat      = "repeat"
	History     = "history"
)

type habit struct {
	N        int64
	Sum, Sqr float64
}

// Profile is a person's past.
type Profile struct {
	All   map[string]habit
	Here_ map[string]habit
}

// NewProfile returns one of nobody.
func NewProfile() *Profile { return &Profile{All: map[string]habit{}, Here_: map[string]habit{}} }

// Judge says how unusual r is.
func (p *Profile) Judge(r Row) Judgement {
	if r.Credit || r.Size <= 0 {
		return Judgement{Score: -10}
	}
	h, all := p.Here_[r.Merchant+"|"+r.Currency], p.All[r.Currency]
	if h.N < 5 || all.N < 20 {
		return Judgement{Score: -5}
	}
	middle := h.Sum / float64(h.N)
	spread := max(0.2, math.Sqrt(max(0, h.Sqr/float64(h.N)-middle*middle)))
	z := (math.Log(float64(r.Size)) - middle) / spread * float64(h.N) / float64(h.N+4)
	own := all.Sum / float64(all.N)
	if z < 3 || math.Log(float64(r.Size)) < own+0.7 {
		return Judgement{Score: z - 6}
	}
	usual := int64(math.Exp(middle))
	return Judgement{Score: z - 1, Parts: []Part{{AmountHere, z - 1, r.Size, usual, int(h.N)}}}
}

// Add lets r join the past.
func (p *Profile) Add(r Row) {
	if r.Credit || r.Size <= 0 {
		return
	}
	l := math.Log(float64(r.Size))
	for m, k := range map[*map[string]habit]string{&p.Here_: r.Merchant + "|" + r.Currency, &p.All: r.Currency} {
		h := (*m)[k]
		h.N++
		h.Sum += l
		h.Sqr += l * l
		(*m)[k] = h
	}
}

// AppendBinary adds p to b.
func (p *Profile) AppendBinary(b []byte) ([]byte, error) {
	text, err := json.Marshal(p)
	return append(b, text...), err
}

// UnmarshalBinary reads what AppendBinary wrote.
func (p *Profile) UnmarshalBinary(b []byte) error {
	*p = Profile{}
	if err := json.Unmarshal(b, p); err != nil {
		return err
	}
	if p.All == nil || p.Here_ == nil {
		return errors.New("no profile")
	}
	return nil
}

// Clone copies p.
func (p *Profile) Clone() *Profile {
	c := NewProfile()
	for k, h := range p.All {
		c.All[k] = h
	}
	for k, h := range p.Here_ {
		c.Here_[k] = h
	}
	return c
}
