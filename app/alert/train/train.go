package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"time"

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
	var sets []set
	for _, file := range []struct{ name, path, blind string }{
		{"handbook", o.handbook, "compromised_terminal"}, {"sparkov", o.sparkov, "-"},
	} {
		if o.only != "" && o.only != file.name {
			continue
		}
		s, err := load(file.name, file.path, file.blind, o.quick)
		if err != nil {
			return err
		}
		sets = append(sets, s)
	}
	say("rows read")
	w := fit(sets, o, say)
	measured := look(sets, func(c customer) bool { return !c.fitted() }, func(customer) *model.Weights { return w })
	for i, s := range sets {
		f := measure(marksOf(measured, i, model.Interrupt))
		f.print(to, s.name)
	}
	say("done")
	return save(w, o.out)
}

// fit fits both stages. What the second learns from was scored by a first stage that had not seen the person.
func fit(sets []set, o options, say func(string, ...any)) *model.Weights {
	closed := &model.Weights{Gate: model.Gate{Base: math.MaxInt32, Warm: math.MaxInt32}}
	fitted := func(c customer) bool { return c.fitted() }
	rows := look(sets, fitted, func(customer) *model.Weights { return closed })
	say("%d rows to fit on", len(rows))
	first := make([]*model.Weights, folds)
	for k := range folds {
		first[k] = firstStage(without(rows, k), uint64(k+1))
		say("first stage without fold %d", k)
	}
	rows = look(sets, fitted, func(c customer) *model.Weights { return first[c.fold()] })
	gate := gateOf(rows)
	for k := range folds {
		first[k].Gate = gate
	}
	rows = look(sets, fitted, func(c customer) *model.Weights { return first[c.fold()] })
	tell(rows, say)
	for k := range folds {
		first[k].Stages[1] = secondStage(without(rows, k), o, uint64(k+11))
	}
	say("second stage without each fold")
	honest := look(sets, fitted, func(c customer) *model.Weights { return first[c.fold()] })
	for i, s := range sets {
		f := measure(marksOf(honest, i, model.Interrupt))
		f.print(writer{say}, s.name+", crosswise")
	}
	whole := firstStage(rows, 7)
	whole.Gate = gate
	whole.Stages[1] = secondStage(rows, o, 17)
	say("both stages on all")
	return whole
}

type writer struct{ say func(string, ...any) }

func (w writer) Write(b []byte) (int, error) {
	w.say("%s", b[:len(b)-1])
	return len(b), nil
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

func firstStage(rows []sample, seed uint64) *model.Weights {
	random := dice(seed)
	t := labelled(rows, upTo(0, model.FirstBase), func(s sample) float64 {
		switch {
		case s.blind:
			return 0
		case s.fraud:
			return 1
		case random.unit() < 1.0/thinned:
			return thinned
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
	forest, _ := boost(t, plan{trees: 60, depth: 4, rate: 0.15, ridge: 5, least: 3, rows: 0.7, columns: 0.6, seed: seed})
	forest.Bias = int32(bias)
	w := &model.Weights{Gate: model.Gate{Base: math.MaxInt32, Warm: math.MaxInt32}}
	w.Stages[0], w.Stages[1].Depth = forest, 1
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

func secondStage(rows []sample, o options, seed uint64) model.Forest {
	t := labelled(rows, upTo(0, model.FeatureCount), func(s sample) float64 {
		if s.blind || !s.open {
			return 0
		}
		return 1
	})
	forest, _ := boost(t, plan{trees: o.trees, depth: 5, rate: 0.05, ridge: 5, least: 2, rows: 0.7, columns: 0.4, seed: seed})
	return forest
}
