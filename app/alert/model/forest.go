package model

// point is one log-odds in the whole numbers that scores are summed in.
const point = 4096

// Thresholds of Score, in log-odds.
const (
	Interrupt = 4.0  // about 0.1 false alerts a month
	Quiet     = 2.0  // about one
	Told      = -2.0 // parts are made from here on
	Nothing   = -20.0
	Bias      = -6.0
)

const told = Told * point

func logOdds(score int32) float64 { return float64(score) / point }

// judge sets the scores of a row.
func (l *lookup) judge() {
	var sums [featureCount]int64
	l.explain(&sums)
	l.base = Bias * point
	for _, s := range sums {
		l.base += int32(s)
	}
	l.vector[fBase] = slim(int64(l.base / (point / 64)))
	l.score = l.base
}

// explain sums what each feature adds.
func (l *lookup) explain(sums *[featureCount]int64) {
	v := &l.vector
	sums[fOverMedianSpread] = int64(min(max(v[fOverMedianSpread], -64), 400)) * point / 64
	sums[fHourOdd] = int64(max(v[fHourOdd], 0)) * point / 256
	sums[fBaseTop3d] = int64(max(v[fBaseTop3d]+2*64, 0)) * point / 128
}
