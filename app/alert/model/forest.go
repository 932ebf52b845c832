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

// CaseDays is for how long after a "not mine" there is an open case: what is odd by then is as often the person's own, and a third stage weighs
// it anew. What else an answer means the weights know, too: see AddOwn and AddForeign.
const CaseDays = 14

const told = int32(Told * point)

func logOdds(score int32) float64 { return float64(score) / point }

// Weights are trees in two stages. The first scores every row; what it makes of rows is the heat that later rows of the
// person feel, and whether the second, which sees that heat, is asked at all. In an open case a third stage is asked: who knows that the card
// is in other hands asks how large a row is, how long that goes on and what it was so far, and less what else is odd.
type Weights struct {
	About  []string // where they come from
	Stages [StageCount]Forest
	Gate   Gate
	Case   [2]int32 // how much of the score counts in an open case, in 1024ths, by the third stages; 0: there is none
}

// The stages. Of the third there are two: for rows of which the bank tells the kind, and for those where the amount is nearly all there is.
const (
	First = iota
	Second
	CaseOfKind
	CaseBare
	StageCount
)

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
	l.vector[fBase], l.vector[fScore] = slim(int64(l.base/(point/64))), none
	l.open = w.Gate.opens(l)
	if l.open {
		l.score = l.base + w.Stages[1].score(&l.vector)
	} else {
		l.score = l.base + w.Gate.Closed
	}
	if l.theirs > 0 && l.score >= told {
		l.vector[fScore] = slim(int64(l.score / (point / 64)))
		if at := l.caseStage(); w.Case[at-CaseOfKind] > 0 {
			l.cased = true
			l.score = w.Case[at-CaseOfKind]*l.score/point + w.Stages[at].score(&l.vector)
		}
	}
}

// CaseFeatures returns the features that the third stage asks.
func CaseFeatures() []int {
	return []int{fOverMedian, fScore, fCaseSince, fCaseTheirs, fLastTheirs, fLastTheirsOver}
}

func (l *lookup) caseStage() int {
	if l.key.told {
		return CaseOfKind
	}
	return CaseBare
}

func (g Gate) opens(l *lookup) bool {
	return l.base >= g.Base || l.base >= g.Warm && int32(l.vector[fBaseTop14d])*(point/64) >= g.WarmTop
}
