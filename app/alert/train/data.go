package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"coffer/app/alert/made"
	"coffer/app/alert/model"
	"coffer/app/alert/sheet"
)

// set is one file of labelled histories.
type set struct {
	name      string
	blind     string  // scenario that no local detector can see: neither learnt nor measured
	weight    float64 // of a row
	rare      float64 // of a fraud beside it: a threshold is to mean about the same number of false alerts on each set
	customers []customer
}

func (s set) weightOf(fraud bool) float64 {
	if fraud {
		return s.weight * s.rare
	}
	return s.weight
}

// customer is one person's rows, oldest first.
type customer struct {
	id    string
	lines []sheet.Line
}

// The parts that a hash of a customer's id puts them into.
const (
	parts    = 10
	fitParts = 7 // of them are fitted on, the others are measured
)

func (c customer) dice() uint64 {
	h := uint64(14695981039346656037)
	for i := range len(c.id) {
		h = (h ^ uint64(c.id[i])) * 1099511628211
	}
	return made.Scramble(h)
}

func (c customer) fitted() bool { return c.dice()%parts < fitParts }
func (c customer) fold() int    { return int(c.dice() >> 32 % folds) }

func load(name, path, blind string, quick int) (set, error) {
	s := set{name: name, blind: blind}
	file, err := os.Open(path)
	if err != nil {
		return s, fmt.Errorf("open the %s rows: %w", name, err)
	}
	defer file.Close()
	rows, err := sheet.NewReader(file)
	if err != nil {
		return s, fmt.Errorf("read the %s rows: %w", name, err)
	}
	at := make(map[string]int)
	for {
		line, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return s, fmt.Errorf("read the %s rows: %w", name, err)
		}
		i, known := at[line.Customer]
		if !known {
			i = len(s.customers)
			at[line.Customer] = i
			s.customers = append(s.customers, customer{id: line.Customer})
		}
		s.customers[i].lines = append(s.customers[i].lines, line)
	}
	slices.SortFunc(s.customers, func(a, b customer) int { return slices.Compare([]byte(a.id), []byte(b.id)) })
	kept := s.customers[:0]
	for i, c := range s.customers {
		if i%quick == 0 {
			slices.SortStableFunc(c.lines, func(a, b sheet.Line) int { return a.Row.At.Compare(b.Row.At) })
			kept = append(kept, c)
		}
	}
	s.customers = kept
	return s, nil
}

// sample is one row as it is learnt from.
type sample struct {
	vector []int16
	base   int32
	score  int32
	open   bool
	fraud  bool
	blind  bool
	fold   int
	set    int
	who    int // customer of the set
	at     int64
	tenure float64
	weight float64
	ofKind bool // the bank tells what it was for
	joined bool // it would join a case that the person opened in the 14 days before
}

// answering says whether people answer.
type answering int

const (
	never answering = iota
	atOnce
)

// look runs people through a model of these weights. Who answers does so truly and at once, for each row that is flagged.
func look(sets []set, answers answering, pick func(customer) bool, weights func(customer) *model.Weights) []sample {
	var out []sample
	for s := range sets {
		byCustomer := make([][]sample, len(sets[s].customers))
		both(len(sets[s].customers), func(i int) {
			if c := sets[s].customers[i]; pick(c) {
				byCustomer[i] = lookAt(c, weights(c), s, i, sets[s], answers)
			}
		})
		for _, samples := range byCustomer {
			out = append(out, samples...)
		}
	}
	return out
}

func lookAt(c customer, w *model.Weights, inSet, who int, of set, answers answering) []sample {
	past := model.NewProfileOf(w)
	p := sheet.NewPersonOf(past)
	var open time.Time // until then a "not mine" is a case
	out := make([]sample, len(c.lines))
	all := make([]int16, len(c.lines)*model.FeatureCount)
	for i, line := range c.lines {
		seen := past.See(line.Row)
		v := all[i*model.FeatureCount : (i+1)*model.FeatureCount]
		copy(v, seen.Vector[:])
		out[i] = sample{
			vector: v, base: seen.Base, score: seen.Score, open: seen.Open, fraud: line.Fraud, blind: line.Fraud && line.Scenario == of.blind,
			fold: c.fold(), set: inSet, who: who, at: line.Row.At.Unix(), weight: of.weightOf(line.Fraud),
			ofKind: line.Row.Category != "", tenure: line.Row.At.Sub(c.lines[0].Row.At).Hours() / 24,
		}
		if answers == never {
			past.Add(line.Row)
			continue
		}
		score := p.Judge(line.Row).Score
		out[i].score = int32(score * 1024)
		out[i].joined = line.Row.At.Before(open)
		switch flagged := score >= model.Interrupt; {
		case flagged && line.Fraud:
			p.NotMine(line.Row)
			open = line.Row.At.AddDate(0, 0, model.CaseDays)
		case flagged:
			p.Mine(line.Row)
		default:
			p.Add(line.Row)
		}
	}
	return out
}

func marksOf(samples []sample, inSet int, flagAt float64) []mark {
	var marks []mark
	for _, s := range samples {
		if s.set == inSet {
			score := float64(s.score) / 1024
			marks = append(marks, mark{
				score: score, fraud: s.fraud, flagged: score >= flagAt, customer: s.who, at: s.at, tenure: s.tenure, out: s.blind, joined: s.joined,
			})
		}
	}
	return marks
}
