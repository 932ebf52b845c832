// Package model says how unusual a charge is for the person who made it: a statistical model whose weights were fitted
// offline (app/alert/train) and whose answer is a sum of contributions that can be told. Pure and streaming: a row is
// judged by the rows before it, and then joins them.
package model

import (
	"slices"
	"time"
)

// Row is what the model knows of a movement.
type Row struct {
	At       time.Time // of the day or the instant, as UTC
	Timed    bool      // the hour of At is known
	Account  string
	Size     int64 // minor units without sign
	Exponent int   // decimals of the currency
	Currency string
	Credit   bool   // money in
	Merchant string // as ledger.MerchantOf gives it, or empty
	Category string // empty if not told
	Country  string // ISO 3166-1 alpha-2 or empty
	Channel  int    // ledger.Channel
}

// Judgement is how unusual a row is for the person.
type Judgement struct {
	Score float64 // log-odds; Nothing for a row that isn't spending
	Bias  float64 // the same for every row that has Parts but for how far it was looked into
	Open  bool    // there is an open case: the person called a charge of the 14 days before not theirs
	Rough bool    // a row of the 14 days before was skimmed: with its score this one's might be another
	Parts []Part  // largest first; with Bias they sum to Score. None where Score is below Told
}

// Part is what one kind of reason adds to a score.
type Part struct {
	Code        string  // one of the Codes
	Weight      float64 // log-odds
	This, Usual int64   // by Code: minor units, seconds of the day, or counts
	Times       int     // how many earlier rows Usual is drawn from
}

// Judge says how unusual r is by what was added before. It does not change the past.
func (p *Profile) Judge(r Row) Judgement {
	if !spends(r) {
		return Judgement{Score: Nothing}
	}
	l := p.look(r)
	if l.score < told {
		return Judgement{Score: logOdds(l.score), Open: l.theirs > 0, Rough: l.rough}
	}
	parts, bias := l.parts(p.weights)
	return Judgement{Score: logOdds(l.score), Bias: bias, Open: l.theirs > 0, Rough: l.rough, Parts: parts}
}

// memo is the row that was looked at last: it is judged, and then added.
type memo struct {
	set bool
	lookup
}

// look finds out about a row, once.
func (p *Profile) look(r Row) *lookup {
	l := &p.memo.lookup
	if p.memo.set && l.row == r {
		return l
	}
	*l = lookup{row: r, key: keyOf(r)}
	p.features(l)
	l.judge(p.weights)
	p.memo.set = true
	return l
}

// Skim is Judge for a row that is to be added and whose score nobody asks for: it costs a fraction. What is learnt of it is the same, but for its
// score.
func (p *Profile) Skim(r Row) {
	if !spends(r) {
		return
	}
	l := &p.memo.lookup
	*l = lookup{row: r, key: keyOf(r), base: noBase * (point / 64), marks: wasSkimmed}
	l.vector[fOverMedian] = slim(int64(l.key.lg) - p.usualSize(r.Currency))
	p.isNew(l)
	l.clockMarks()
	p.memo.set = true
}

// Skimmed reports whether a row that is remembered one by one was skimmed.
func (p *Profile) Skimmed() bool {
	return slices.ContainsFunc(p.ring[:], func(e spent) bool { return e.marks&wasSkimmed != 0 })
}

// asSpent is the row as the past remembers it.
func (l *lookup) asSpent() spent {
	k := l.key
	return spent{
		at: k.at, cents: k.cents, merchant: k.merchant, kind: k.kind, lg: k.lg,
		over: l.vector[fOverMedian], base: slim(int64(l.base / (point / 64))), marks: l.marks,
	}
}

// Seen is what the trainer sees of a row.
type Seen struct {
	Vector Vector
	Base   int32 // the first score, in points
	Score  int32
	Open   bool // the second stage was asked
}

// See shows what Judge would judge by.
func (p *Profile) See(r Row) Seen {
	l := p.look(r)
	return Seen{l.vector, l.base, l.score, l.open}
}
