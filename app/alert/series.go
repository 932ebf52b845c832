package alert

import (
	"cmp"
	"math/bits"
	"slices"

	"coffer/app/ledger"
)

// cadence is a pace at which things recur, in days.
type cadence struct{ step, slack int }

var cadences = []cadence{{7, 1}, {14, 2}, {30, 4}, {91, 6}, {365, 12}}

// monthly is the shortest pace of what is a bill, not a habit.
const monthlyStep = 30

// series are visits at an even pace and price, the newest first.
type series struct {
	cadence
	n  int
	at [mostCharges]uint8 // into the visits that it was found among
}

// seriesTo finds the longest series among visits that one of size on day would go on. Its latest price may be up to
// twice or half as high as size, and each before it up to half above or below the next.
func seriesTo(visits []visit, day ledger.Date, size int64) series {
	var best series
	if len(visits) == 0 || size <= 0 {
		return best
	}
	for _, c := range cadences {
		if s := c.follow(visits, day, size); s.n > 0 && s.n >= best.n {
			best = s
		}
	}
	return best
}

// seriesOf finds the series that the latest visit ends.
func seriesOf(visits []visit) series {
	n := len(visits)
	if n < 2 {
		return series{}
	}
	end := visits[n-1]
	s := seriesTo(visits[:n-1], end.day, end.size)
	if s.n == 0 || !near(visits[s.at[0]].size, end.size, 50) {
		return series{}
	}
	s.n = min(s.n+1, mostCharges)
	copy(s.at[1:], s.at[:s.n-1])
	s.at[0] = uint8(n - 1)
	return s
}

// follow goes back from day in steps.
func (c cadence) follow(visits []visit, day ledger.Date, size int64) series {
	s := series{cadence: c}
	want, upTo := day.AddDays(-c.step), len(visits)
	for s.n < mostCharges {
		best := -1
		for i := upTo - 1; i >= 0 && visits[i].day >= want.AddDays(-c.slack); i-- {
			if visits[i].day <= want.AddDays(c.slack) && (best < 0 || gap(visits[i].size, size) < gap(visits[best].size, size)) {
				best = i
			}
		}
		percent := 50
		if s.n == 0 {
			percent = 100
		}
		if best < 0 || !near(visits[best].size, size, percent) {
			break
		}
		s.at[s.n] = uint8(best)
		s.n++
		size, want, upTo = visits[best].size, visits[best].day.AddDays(-c.step), best
	}
	return s
}

func gap(a, b int64) int64 { return max(a-b, b-a) }

// near reports whether the larger of two sizes is at most so many percent above the smaller.
func near(a, b int64, percent int) bool {
	low, high := min(a, b), max(a, b)
	return low > 0 && (high-low <= low/100*int64(percent) || atMost(high-low, low, percent))
}

// atMost reports whether a is at most so many percent of b; neither is negative.
func atMost(a, b int64, percent int) bool { return compareShare(a, b, uint64(percent), 100) <= 0 }

// compareShare compares a with so many parts of b, of so many that b has; neither is negative.
func compareShare(a, b int64, parts, of uint64) int {
	aHigh, aLow := bits.Mul64(uint64(a), of)
	bHigh, bLow := bits.Mul64(uint64(b), parts)
	return cmp.Or(cmp.Compare(aHigh, bHigh), cmp.Compare(aLow, bLow))
}

// percentOf is how many whole percent of b a is, up to 999,999; neither is negative.
func percentOf(a, b int64) int {
	const most = 999_999
	if b <= 0 || compareShare(a, b, most, 100) >= 0 {
		return most
	}
	high, low := bits.Mul64(uint64(a), 100)
	percent, _ := bits.Div64(high, low, uint64(b))
	return int(percent)
}

// of returns the visits of a series, oldest first.
func (s series) of(visits []visit) []visit {
	list := make([]visit, s.n)
	for i := range s.n {
		list[s.n-1-i] = visits[s.at[i]]
	}
	return list
}

// most reports whether half of the visits since its first are of the series: two subscriptions at one merchant are
// series, three lunches among nine are none.
func (s series) most(visits []visit) bool { return s.n*2 >= len(visits)-int(s.at[s.n-1]) }

// even reports whether the prices of a series are within so many percent of each other.
func even(list []visit, percent int) bool {
	low, high := int64(1<<63-1), int64(0)
	for _, v := range list {
		low, high = min(low, v.size), max(high, v.size)
	}
	return near(low, high, percent)
}

// varied reports whether prices differ by more than so many percent, and not by a step now and then: more than one of
// three differs from the one before.
func varied(list []visit, percent int) bool {
	changes := 0
	for i := 1; i < len(list); i++ {
		if !near(list[i].size, list[i-1].size, 1) {
			changes++
		}
	}
	return changes*3 > len(list)-1 && !even(list, percent)
}

// due is when the series goes on.
func (s series) due(visits []visit) ledger.Date { return visits[s.at[0]].day.AddDays(s.step) }

// sizesOf returns the sizes of visits, rising.
func sizesOf(visits []visit) []int64 {
	sizes := make([]int64, len(visits))
	for i, v := range visits {
		sizes[i] = v.size
	}
	slices.Sort(sizes)
	return sizes
}

// percentile returns the value below which p percent of rising sizes lie; 0 of none.
func percentile(sizes []int64, p int) int64 {
	if len(sizes) == 0 {
		return 0
	}
	return sizes[min(len(sizes)-1, len(sizes)*p/100)]
}
