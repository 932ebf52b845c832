package alert

import (
	"iter"
	"math"
	"slices"

	"coffer/app/ledger"
)

// The limits of a rush of charges.
const (
	rushTail     = 1e-4 // how seldom the person's own pace gives so many
	loudTail     = 1e-6
	leastRush    = 4  // charges in a day, this one too
	rushPlaces   = 3  // merchants
	rushDays     = 14 // of own pace before one can be unusual
	wakingHours  = 12 // of a day with charges, for the pace of an hour
	rushHours    = 24
	burstPercent = 50 // of the rush in one kind that came so densely before: then it is how the person buys
)

// rush finds more charges within an hour or a day than the person's own pace gives in one of ten thousand, more than on
// any day of the last 120, at three merchants or above 95 of 100 own days in sum. It is none on a trip that was told
// ahead, or where its kind came as densely before. It tells once in 24 hours.
func rush(v View) []Alert {
	list, tail := v.rushing()
	if list == nil || v.onTrip() || v.past.tells(rushMark, 0, v.Row.Date, 2) {
		return nil
	}
	sum, merchants := v.burst(list)
	middle, high := v.own().usualDay(v.Row.Date)
	a := v.finding(Quiet, list...)
	if tail < loudTail && sum > high && merchants >= rushPlaces {
		a.Level = Interrupt
	}
	a.Why = v.says(WhyRush, "times", digits(len(a.Rows)), "amount", v.text(sum), "usual", v.text(middle), "places", digits(merchants))
	peak, rate := v.pace()
	a.Numbers = []Number{
		counted(ChargesInADay, len(a.Rows)), counted(MostInADay, peak), counted(ChargesAMonth, int(rate*30+0.5)),
		v.number(SumOfThese, sum), v.number(UsualDay, middle),
	}
	a.Baseline = v.lately(a.Rows...)
	a.Normal = []ledger.Reason{v.says(NormalFewer, "times", digits(max(peak+1, leastRush))), v.says(NormalTrip)}
	return []Alert{a}
}

// rushing returns the earlier charges of a rush that the row belongs to, oldest first; nil if there is none.
func (v View) rushing() ([]visit, float64) {
	if v.look().near+1 < leastRush || v.near >= mostNear || v.known() < rushDays || !v.IsCharge() {
		return nil, 1
	}
	peak, rate := v.pace()
	n := v.near + 1
	if n < peak {
		return nil, 1
	}
	tail := poissonTail(n, rate)
	if n == peak {
		tail = 1
	}
	if hour := 1 + v.withinHour(); hour >= leastRush {
		tail = min(tail, poissonTail(hour, rate/wakingHours))
	}
	if tail >= rushTail {
		return nil, 1
	}
	list := v.within()
	if v.isUsualBurst(list) {
		return nil, 1
	}
	sum, merchants := v.burst(list)
	if _, high := v.own().usualDay(v.Row.Date); merchants < rushPlaces && sum <= high {
		return nil, 1
	}
	return list, tail
}

// pace is the most charges within 24 hours of the last 120 days, and how many a day has.
func (v View) pace() (peak int, rate float64) {
	all := 0
	for _, d := range v.own().days {
		if d.day < v.Row.Date-1 && d.day >= v.Row.Date-dailyDays {
			peak, all = max(peak, int(d.peak)), all+int(d.count)
		}
	}
	span := max(rushDays, min(v.known(), dailyDays))
	return peak, (float64(all) + 1) / float64(span)
}

// withinHour is how many charges there were in the last hour, as far as their times are told.
func (v View) withinHour() (n int) {
	at, recent := v.visited(), v.own().recent
	for i := range recent {
		if recent[i].timed && at.timed && within(recent[i].visit, at, 1) {
			n++
		}
	}
	return min(n, mostNear)
}

// within returns the charges of the last rushHours, oldest first.
func (v View) within() []visit {
	var list []visit
	at := v.visited()
	for _, b := range v.own().recent {
		if within(b.visit, at, rushHours) {
			list = append(list, b.visit)
		}
	}
	return list[max(0, len(list)-mostNear):]
}

// burst returns what charges and the row come to, and at how many merchants they were.
func (v View) burst(list []visit) (sum int64, merchants int) {
	names := []string{v.Merchant}
	sum = sizeOf(v.Row)
	for b := range v.among(list) {
		sum = plus(sum, b.size)
		if !slices.Contains(names, b.merchant) {
			names = append(names, b.merchant)
		}
	}
	return sum, len(names)
}

// among yields all that is known of the charges of list, which is in the order of those of late.
func (v View) among(list []visit) iter.Seq[*brief] {
	return func(yield func(*brief) bool) {
		recent := v.own().recent
		for i := range recent {
			if len(list) == 0 || recent[i].id != list[0].id {
				continue
			}
			if list = list[1:]; !yield(&recent[i]) {
				return
			}
		}
	}
}

// isUsualBurst reports whether half of the rush is of a kind that came as densely on a day before.
func (v View) isUsualBurst(list []visit) bool {
	count := map[string]int{kindOf(v.Row): 1}
	for b := range v.among(list) {
		count[b.kind]++
	}
	for kind, n := range count {
		if kind != "" && n*100 >= (len(list)+1)*burstPercent && int(v.past.kinds[kind].peak) >= n {
			return true
		}
	}
	return false
}

// poissonTail is how often a pace of so many gives n or more.
func poissonTail(n int, mean float64) float64 {
	below, term := 0.0, math.Exp(-mean)
	for k := range n {
		below += term
		term *= mean / float64(k+1)
	}
	return max(0, 1-below)
}
