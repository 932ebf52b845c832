package main

import (
	"math"

	"coffer/app/alert/model"
)

// What the third stages begin with. caseShares is how much of the score of the others counts, in 1024ths: where the bank doesn't tell what a row was
// for, what is odd beside an open case is as often the person's own, and the trees judge the amount anew. caseBy is in points what is taken off
// beside an open case: the least that, of the customers fitted on, crosswise and as the vault replays them, spares a quarter of the false alerts of
// both files with no fraud less flagged than if nobody answered.
var (
	caseShares = [2]int32{1024, 614}
	caseBy     = [2]int32{-300, -400}
)

// withCase sets the third stages of weights, fitted to rows that came while a case was open.
func withCase(w *model.Weights, rows []sample, trees int, seed uint64) {
	w.Case = caseShares
	for i := range w.Case {
		w.Stages[model.CaseOfKind+i] = caseStage(rows, i, trees, seed+uint64(100*i))
	}
}

// caseStage fits the rows of which the kind is told (0), or the others (1). It asks few things, and two of them at a time: cases are rare, and more
// would only learn them by heart.
func caseStage(rows []sample, at, trees int, seed uint64) model.Forest {
	var within []sample
	for _, s := range rows {
		score := s.vector[model.FirstCase] // none where no case is open, or next to nothing is odd
		if score == math.MinInt16 || s.ofKind != (at == 0) {
			continue
		}
		s.base = int32(score) * 16 * caseShares[at] / 1024
		within = append(within, s)
	}
	t := labelled(within, model.CaseFeatures(), func(s sample) float64 {
		if s.blind {
			return 0
		}
		return s.weight
	})
	forest, _ := boost(t, plan{trees: trees, depth: 2, rate: 0.1, ridge: 5, least: 8, rows: 0.8, columns: 0.7, seed: seed})
	forest.Bias = caseBy[at]
	return forest
}
