package main

import (
	"math"
	"slices"
	"sync"

	"coffer/app/alert/made"
	"coffer/app/alert/model"
)

// table is rows by features, each feature's values put into at most 256 bins.
type table struct {
	features []int     // of the model
	cuts     [][]int16 // by feature: bin b holds what is above cuts[b-1], up to cuts[b]
	bins     [][]uint8 // by feature, by row
	labels   []float64 // 1 is fraud
	weights  []float64
	start    []float64 // log-odds that the boosting starts from
}

// newTable bins vectors.
func newTable(vectors [][]int16, features []int) *table {
	t := &table{features: features, cuts: make([][]int16, len(features)), bins: make([][]uint8, len(features))}
	both(len(features), func(f int) {
		column := make([]int16, len(vectors))
		for i, v := range vectors {
			column[i] = v[features[f]]
		}
		t.cuts[f] = cutsOf(column)
		t.bins[f] = make([]uint8, len(column))
		for i, x := range column {
			at, _ := slices.BinarySearch(t.cuts[f], x)
			t.bins[f][i] = uint8(at)
		}
	})
	return t
}

// cutsOf picks at most 255 borders: between all values where they are few, else so that bins hold about the same, and
// finer where the highest are.
func cutsOf(column []int16) []int16 {
	sorted := slices.Clone(column)
	slices.Sort(sorted)
	distinct := slices.Compact(slices.Clone(sorted))
	if len(distinct) <= 255 {
		return distinct[:max(len(distinct)-1, 0)]
	}
	var cuts []int16
	n := float64(len(sorted))
	for i := 1; i < 190; i++ {
		cuts = append(cuts, sorted[int(n*float64(i)/190)])
	}
	for i := range 60 { // the highest hundredth, ever finer
		cuts = append(cuts, sorted[len(sorted)-1-int(n/100*math.Pow(0.9, float64(i)))])
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	return cuts[:min(len(cuts), 255)]
}

// both runs work(0…n-1) on two processors; each piece is its own.
func both(n int, work func(i int)) {
	var group sync.WaitGroup
	for half := range 2 {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := half; i < n; i += 2 {
				work(i)
			}
		}()
	}
	group.Wait()
}

// plan says how to boost.
type plan struct {
	trees, depth int
	rate         float64
	ridge        float64 // added to each node's curvature
	least        float64 // curvature of a node at least
	rows         float64 // share of rows that a tree sees
	columns      float64 // share of features that a tree sees
	seed         uint64
}

// boost fits a forest to the labels, and returns it with the scores of the rows.
func boost(t *table, p plan) (model.Forest, []float64) {
	score := slices.Clone(t.start)
	out := model.Forest{Depth: p.depth}
	random := made.NewDice(p.seed)
	g := grower{
		table: t, plan: p, grad: make([]float32, len(score)), curve: make([]float32, len(score)), node: make([]uint8, len(score)),
	}
	for range p.trees {
		g.rows = g.rows[:0]
		for i := range score {
			if random.Unit() < p.rows {
				g.rows = append(g.rows, int32(i))
			}
			odds := 1 / (1 + math.Exp(-score[i]))
			g.grad[i] = float32(t.weights[i] * (odds - t.labels[i]))
			g.curve[i] = float32(t.weights[i] * max(odds*(1-odds), 1e-9))
		}
		g.columns = g.columns[:0]
		for f := range t.features {
			if random.Unit() < p.columns {
				g.columns = append(g.columns, f)
			}
		}
		nodes, sums := g.grow()
		out.Nodes, out.Sums = append(out.Nodes, nodes...), append(out.Sums, sums...)
		for i := range score {
			score[i] += float64(sums[g.leafOf(i)]) / 1024
		}
	}
	return out, score
}

// grower grows one tree, a level at a time.
type grower struct {
	table   *table
	plan    plan
	grad    []float32
	curve   []float32
	node    []uint8 // of the level, by row
	rows    []int32
	columns []int
	split   []split // of the tree, by node in rows of the tree
}

type split struct {
	feature, bin int // of the table; -1: all go left
	gain         float64
}

type sums struct{ grad, curve float64 }

// grow returns the tree's nodes and what each is worth.
func (g *grower) grow() ([]model.Node, []int32) {
	inner := 1<<g.plan.depth - 1
	g.split = make([]split, inner)
	worth := make([]int32, 2*inner+1)
	for _, i := range g.rows {
		g.node[i] = 0
	}
	for level := range g.plan.depth {
		first := 1<<level - 1
		totals := g.totals(1 << level)
		for n, s := range totals {
			worth[first+n] = g.worth(s)
		}
		found := make([][]split, len(g.columns))
		both(len(g.columns), func(c int) { found[c] = g.splits(g.columns[c], totals) })
		for n := range totals {
			best := split{feature: -1}
			for c := range found {
				if found[c][n].gain > best.gain {
					best = found[c][n]
				}
			}
			g.split[first+n] = best
		}
		for _, i := range g.rows {
			g.node[i] = 2*g.node[i] + uint8(g.side(g.split[first+int(g.node[i])], int(i)))
		}
	}
	for n, s := range g.totals(1 << g.plan.depth) {
		worth[inner+n] = g.worth(s)
	}
	nodes := make([]model.Node, inner)
	for n, s := range g.split {
		nodes[n] = model.Node{At: math.MaxInt16}
		if s.feature >= 0 {
			nodes[n] = model.Node{Feature: uint8(g.table.features[s.feature]), At: g.table.cuts[s.feature][s.bin]}
			continue
		}
		worth[2*n+1], worth[2*n+2] = worth[n], worth[n]
	}
	return nodes, worth
}

func (g *grower) worth(s sums) int32 {
	return int32(math.Round(-s.grad / (s.curve + g.plan.ridge) * g.plan.rate * 1024))
}

func (g *grower) totals(nodes int) []sums {
	out := make([]sums, nodes)
	for _, i := range g.rows {
		n := g.node[i]
		out[n].grad += float64(g.grad[i])
		out[n].curve += float64(g.curve[i])
	}
	return out
}

// splits finds the best split of each node of the level by one feature.
func (g *grower) splits(f int, totals []sums) []split {
	cells := make([]sums, len(totals)*256)
	bins := g.table.bins[f]
	for _, i := range g.rows {
		c := &cells[int(g.node[i])<<8|int(bins[i])]
		c.grad += float64(g.grad[i])
		c.curve += float64(g.curve[i])
	}
	out := make([]split, len(totals))
	for n, all := range totals {
		best, left := split{feature: -1}, sums{}
		before := all.grad * all.grad / (all.curve + g.plan.ridge)
		for b := range g.table.cuts[f] {
			c := cells[n<<8|b]
			left.grad += c.grad
			left.curve += c.curve
			right := sums{all.grad - left.grad, all.curve - left.curve}
			if left.curve < g.plan.least || right.curve < g.plan.least {
				continue
			}
			gain := left.grad*left.grad/(left.curve+g.plan.ridge) + right.grad*right.grad/(right.curve+g.plan.ridge) - before
			if gain > best.gain {
				best = split{f, b, gain}
			}
		}
		out[n] = best
	}
	return out
}

func (g *grower) side(s split, row int) int {
	if s.feature >= 0 && int(g.table.bins[s.feature][row]) > s.bin {
		return 1
	}
	return 0
}

// leafOf returns the place in the tree's worths of the leaf that a row falls into.
func (g *grower) leafOf(row int) int {
	i := 0
	for range g.plan.depth {
		i = 2*i + 1 + g.side(g.split[i], row)
	}
	return i
}
