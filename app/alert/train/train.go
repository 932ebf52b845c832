package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"

	"coffer/app/alert/made"
	"coffer/app/alert/model"
)

const (
	folds   = 2
	thinned = 4 // the first stage learns from one usual row in so many
)

func train(o options, to io.Writer) error {
	began := time.Now()
	say := func(format string, args ...any) {
		fmt.Fprintf(to, "[%3.0f s] "+format+"\n", append([]any{time.Since(began).Seconds()}, args...)...)
	}
	sets, err := gather(o)
	if err != nil {
		return err
	}
	say("rows read")
	w, err := model.Shipped()
	if !o.measure {
		w = fit(sets, o, say)
	}
	if err != nil {
		return err
	}
	told := show(sets, w)
	fmt.Fprintln(to, strings.Join(told, "\n"))
	say("done")
	w.About = append(about(sets, o), told...)
	return save(w, o.out)
}

// show measures the customers that were not fitted on.
func show(sets []set, w *model.Weights) []string {
	return compare(sets, func(c customer) bool { return !c.fitted() }, func(customer) *model.Weights { return w })
}

// compare measures customers who don't answer, and who do.
func compare(sets []set, pick func(customer) bool, weights func(customer) *model.Weights) (told []string) {
	measured, answered := look(sets, never, pick, weights), look(sets, atOnce, pick, weights)
	for i, s := range sets {
		f, a := measure(marksOf(measured, i, model.Interrupt)), measure(marksOf(answered, i, model.Interrupt))
		told = append(told, f.lines(s.name)...)
		told = append(told, fmt.Sprintf("  with answers: %.3f false alerts a customer-month (%+.0f %%), recall %.3f (%+.1f points), episodes %.3f; outside of the %d days after a \"not mine\" %.3f (%+.0f %%)",
			a.flagFalse, change(a.flagFalse, f.flagFalse), a.flagRecall, 100*(a.flagRecall-f.flagRecall), a.flagEpisodes, model.CaseDays, a.flagNew, change(a.flagNew, f.flagFalse)))
	}
	return told
}

func change(to, from float64) float64 { return 100 * (to/from - 1) }

// fit fits both stages. What the second learns from was scored by a first stage that had not seen the person.
func fit(sets []set, o options, say func(string, ...any)) *model.Weights {
	closed := &model.Weights{Gate: model.Gate{Base: math.MaxInt32, Warm: math.MaxInt32}}
	closed.Stages[model.First].Depth, closed.Stages[model.Second].Depth = 1, 1
	fitted := func(c customer) bool { return c.fitted() }
	rows := look(sets, never, fitted, func(customer) *model.Weights { return closed })
	say("%d rows to fit on", len(rows))
	first := make([]*model.Weights, folds)
	for k := range folds {
		first[k] = firstStage(without(rows, k), o.first, uint64(k+1))
	}
	whole := firstStage(rows, o.first, 7)
	say("first stage")
	crosswise := func(c customer) *model.Weights { return first[c.fold()] }
	rows = look(sets, never, fitted, crosswise)
	whole.Gate = gateOf(rows)
	for k := range folds {
		first[k].Gate = whole.Gate
	}
	rows = look(sets, never, fitted, crosswise)
	tell(rows, say)
	for k := range folds {
		first[k].Stages[model.Second] = secondStage(without(rows, k), o.trees/2, uint64(k+11))
	}
	say("second stage without each fold, nobody answering")
	told := look(sets, atOnce, fitted, crosswise)
	for k := range folds {
		first[k].Stages[model.Second] = secondStage(append(without(rows, k), without(told, k)...), o.trees, uint64(k+21))
	}
	whole.Stages[model.Second] = secondStage(append(rows, told...), o.trees, 17)
	say("both stages on all")
	told = look(sets, atOnce, fitted, crosswise)
	for k := range folds {
		withCase(first[k], without(told, k), o.cases, uint64(k+31))
	}
	for _, line := range compare(sets, fitted, crosswise) {
		say("crosswise: %s", line)
	}
	withCase(whole, told, o.cases, 37)
	return whole
}

func without(rows []sample, fold int) []sample {
	return slices.DeleteFunc(slices.Clone(rows), func(s sample) bool { return s.fold == fold })
}

func tell(rows []sample, say func(string, ...any)) {
	var open, frauds, caught int
	for _, s := range rows {
		if s.open {
			open++
		}
		if s.fraud && !s.blind {
			frauds++
			if s.open {
				caught++
			}
		}
	}
	say("the gate opens for %d of %d rows, and %d of %d frauds", open, len(rows), caught, frauds)
}

func labelled(rows []sample, features []int, weight func(sample) float64) *table {
	vectors := make([][]int16, 0, len(rows))
	kept := rows[:0:0]
	var weights []float64
	for _, s := range rows {
		if w := weight(s); w > 0 {
			vectors, kept, weights = append(vectors, s.vector), append(kept, s), append(weights, w)
		}
	}
	t := newTable(vectors, features)
	t.weights = weights
	for _, s := range kept {
		label := 0.0
		if s.fraud {
			label = 1
		}
		t.labels = append(t.labels, label)
		t.start = append(t.start, float64(s.base)/1024)
	}
	return t
}

func upTo(from, to int) []int {
	var all []int
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}

func firstStage(rows []sample, trees int, seed uint64) *model.Weights {
	random := made.NewDice(seed)
	t := labelled(rows, upTo(0, model.FirstBase), func(s sample) float64 {
		switch {
		case s.blind:
			return 0
		case s.fraud:
			return s.weight
		case random.Unit() < 1.0/thinned:
			return thinned * s.weight
		}
		return 0
	})
	var frauds, all float64
	for i, w := range t.weights {
		all += w
		frauds += w * t.labels[i]
	}
	bias := math.Round(math.Log(frauds/(all-frauds)) * 1024)
	for i := range t.start {
		t.start[i] = bias / 1024
	}
	forest, _ := boost(t, plan{trees: trees, depth: 4, rate: 0.15, ridge: 5, least: 3, rows: 0.7, columns: 0.6, seed: seed})
	forest.Bias = int32(bias)
	w := &model.Weights{Gate: model.Gate{Base: math.MaxInt32, Warm: math.MaxInt32}}
	w.Stages[model.First], w.Stages[model.Second].Depth = forest, 1
	return w
}

// gateOf opens for the rows that score highest, and for more of them where something was unusual in the days before.
func gateOf(rows []sample) model.Gate {
	var bases []int32
	for _, s := range rows {
		if !s.fraud {
			bases = append(bases, s.base)
		}
	}
	slices.Sort(bases)
	at := func(share float64) int32 { return bases[int(float64(len(bases)-1)*(1-share))] }
	return model.Gate{Base: at(0.06), Warm: at(0.4), WarmTop: at(0.01), Closed: -2048}
}

func secondStage(rows []sample, trees int, seed uint64) model.Forest {
	t := labelled(rows, upTo(0, model.FirstCase), func(s sample) float64 {
		if s.blind || !s.open {
			return 0
		}
		return s.weight
	})
	forest, _ := boost(t, plan{trees: trees, depth: 5, rate: 0.06, ridge: 5, least: 2, rows: 0.7, columns: 0.4, seed: seed})
	return forest
}
