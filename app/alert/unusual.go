package alert

import (
	"cmp"
	"math"
	"slices"

	"coffer/app/ledger"
)

// Scores are statistics and may be floats; amounts never are: they are compared as whole minor
// units, and no score becomes an amount.
const (
	leastVisits  = 5   // earlier charges here before one can be unusual
	leastSpan    = 30  // days that they must span, so that a first month stays quiet
	pseudoRows   = 4   // rows of doubt that shrink a score drawn from few visits
	leastSpread  = 0.2 // of log amounts: prices vary by a fifth anywhere
	quietScore   = 3.0
	loudScore    = 6.0
	normalSpread = 1.4826
)

// unusualAmount finds a charge far above what the person pays this merchant: by its score, by half
// above the highest so far, and by more than one usual charge of the person's. Recurring charges
// have a detector of their own.
func unusualAmount(v View) []Alert {
	if !v.IsCharge() {
		return nil
	}
	here, size := v.charges(), sizeOf(v.Row)
	if len(here) < leastVisits || int(v.Row.Date-here[0].day) < leastSpan {
		return nil
	}
	highest := slices.MaxFunc(here, func(a, b visit) int { return cmp.Compare(a.size, b.size) }).size
	if !overHalfMore(size, highest) {
		return nil
	}
	sizes := sizesOf(here)
	if recurring(here, sizes) {
		return nil
	}
	usual, score := percentile(sizes, 50), oddness(sizes, size)
	own := v.own().charges.on(v.Row.Date)
	typical := own.p50
	if score < quietScore || size-usual < typical {
		return nil
	}
	a := Alert{Level: Quiet, Rows: []ledger.TransactionID{v.Row.ID}, Baseline: baseline(here, v.Row.ID)}
	if score >= loudScore && size > own.p95 {
		a.Level = Interrupt
	}
	currency := v.Row.Amount.Currency
	a.Why = v.says(WhyUnusual, "amount", v.amount(size).Decimal(), "usual", v.amount(usual).Decimal(),
		"currency", currency, "times", digits(len(here)))
	a.Numbers = []Number{
		v.number(ThisCharge, size), v.number(UsualHere, usual), v.number(HighestHere, highest),
		v.number(UsualCharge, typical), {Label: TimesHere, Count: len(here)},
	}
	a.Normal = []ledger.Reason{
		v.says(NormalUpTo, "amount", v.amount(halfMore(highest)).Decimal(), "currency", currency),
		v.says(NormalConfirmed, "amount", v.amount(size).Decimal(), "currency", currency, "days", digits(bandDays)),
		v.says(NormalRecurring),
	}
	return []Alert{a}
}

// oddness is how many spreads log(size) lies above the middle of the logs of rising sizes, shrunk
// where they are few.
func oddness(sizes []int64, size int64) float64 {
	logs := make([]float64, len(sizes))
	for i, s := range sizes {
		logs[i] = math.Log(float64(s))
	}
	middle := logs[len(logs)/2]
	away := make([]float64, len(logs))
	for i, l := range logs {
		away[i] = math.Abs(l - middle)
	}
	slices.Sort(away)
	spread := max(leastSpread, normalSpread*away[len(away)/2])
	n := float64(len(sizes))
	return (math.Log(float64(size)) - middle) / spread * n / (n + pseudoRows)
}

// recurring reports whether visits come at an even pace, a week apart or more, at an even price.
func recurring(here []visit, sizes []int64) bool {
	gaps := make([]int, 0, len(here))
	for i := 1; i < len(here); i++ {
		gaps = append(gaps, int(here[i].day-here[i-1].day))
	}
	slices.Sort(gaps)
	middle := gaps[len(gaps)/2]
	if middle < 6 {
		return false
	}
	slack := max(1, middle/7)
	even := gaps[0] >= middle-slack && gaps[len(gaps)-1] <= middle+slack
	return even && sizes[len(sizes)-1]-sizes[0] <= sizes[0]/5
}

// halfMore returns 1.5 times size, or the largest there is.
func halfMore(size int64) int64 {
	if size > math.MaxInt64-size/2 {
		return math.MaxInt64
	}
	return size + size/2
}
