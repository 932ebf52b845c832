package model

// point is one log-odds in the whole numbers that scores are summed in.
const point = 1024

// Thresholds of Score, in log-odds.
const (
	Interrupt = -2.6 // about 0.1 false alerts a person-month
	Quiet     = -5.5 // about one
	Told      = -8.0 // parts are made from here on
	Nothing   = -30.0
)

// After a "not mine" the account has an open case for so many days, whose rows are listed by score anyway: an alert beside it
// must be a little surer. What else an answer means the weights know: see AddOwn and AddForeign.
const (
	CaseDays = 14
	CaseBy   = -0.3 // log-odds
)

const told = int32(Told * point)

func logOdds(score int32) float64 { return float64(score) / point }

// Weights are trees in two stages. The first scores every row; what it makes of rows is the heat that later rows of the
// person feel, and whether the second, which sees that heat, is asked at all.
type Weights struct {
	About  []string // where they come from
	Stages [2]Forest
	Gate   Gate
}

// Gate says which rows the second stage is asked about. All in points.
type Gate struct {
	Base    int32 // a first score from here on
	Warm    int32 // or from here on, with
	WarmTop int32 // a first score from here on in the 14 days before
	Closed  int32 // what is added to the first score of the others
}

// Forest is a sum of trees of one depth.
type Forest struct {
	Depth int
	Bias  int32
	Nodes []Node  // of each tree 2^Depth-1, a row of the tree after the other
	Sums  []int32 // of each tree 2^(Depth+1)-1: what a node is worth, in points; the last row counts
}

// Node goes to the right where the feature is above At.
type Node struct {
	Feature uint8
	At      int16
}

// score returns the sum of all trees.
func (f *Forest) score(v *Vector) int32 {
	sum, inner := f.Bias, 1<<f.Depth-1
	sums := f.Sums
	for nodes := f.Nodes; len(nodes) >= inner && len(sums) > 2*inner; nodes = nodes[inner:] {
		i := 0
		for range f.Depth {
			n := nodes[i]
			i = 2*i + 1 + int(uint32(int32(n.At)-int32(v[n.Feature&127]))>>31)
		}
		sum += sums[i]
		sums = sums[2*inner+1:]
	}
	return sum
}

// explain adds what each feature's questions changed. What a tree says before its first question goes to the last place.
func (f *Forest) explain(v *Vector, sums *[featureCount + 1]int64) {
	inner := 1<<f.Depth - 1
	for t := 0; (t+1)*inner <= len(f.Nodes); t++ {
		nodes, worth := f.Nodes[t*inner:(t+1)*inner], f.Sums[t*(2*inner+1):]
		sums[featureCount] += int64(worth[0])
		i := 0
		for range f.Depth {
			n := nodes[i]
			next := 2*i + 1 + int(uint32(int32(n.At)-int32(v[n.Feature&127]))>>31)
			sums[n.Feature] += int64(worth[next] - worth[i])
			i = next
		}
	}
	sums[featureCount] += int64(f.Bias)
}

// judge sets the scores of a row.
func (l *lookup) judge(w *Weights) {
	l.base = w.Stages[0].score(&l.vector)
	l.vector[fBase] = slim(int64(l.base / (point / 64)))
	l.open = w.Gate.opens(l)
	if l.open {
		l.score = l.base + w.Stages[1].score(&l.vector)
	} else {
		l.score = l.base + w.Gate.Closed
	}
}

func (g Gate) opens(l *lookup) bool {
	return l.base >= g.Base || l.base >= g.Warm && int32(l.vector[fBaseTop14d])*(point/64) >= g.WarmTop
}
