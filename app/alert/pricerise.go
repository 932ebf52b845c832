package alert

import "coffer/app/ledger"

// The limits of a price rise, in percent and hundredths of a currency of two decimals.
const (
	leastSeries = 3  // equal-cadence charges before
	risePercent = 5  // above the latest
	riseSize    = 50 // and by more than so much
	ownVariety  = 10 // prices that vary by more say nothing
)

// priceRise finds a charge of a series of three or more at an even pace that is more than 5 percent and 0.50 above the
// latest. It is none where the prices vary by more than a tenth of themselves, where only the rate of exchange moved, or
// where things are bought at a counter or most visits are no part of the series.
// The new price is the series' from then on, so that a rise tells once.
func priceRise(v View) []Alert {
	charges := v.charges()
	if len(charges) < leastSeries || !v.IsCharge() || v.isBought() {
		return nil
	}
	at := v.visited()
	s := v.risen(charges, at)
	if s.n < leastSeries || !s.most(charges) {
		return nil
	}
	list := s.of(charges)
	last := list[len(list)-1]
	rise := at.size - last.size
	if rise <= v.scaled(riseSize) || near(at.size, last.size, risePercent) || varied(list, ownVariety) || onlyExchange(at, last) {
		return nil
	}
	percent := percentOf(rise, last.size)
	a := v.finding(Quiet)
	a.Why = v.says(WhyPriceRise, "amount", v.text(at.size), "usual", v.text(last.size), "percent", digits(percent), "times", digits(len(list)))
	a.Numbers = []Number{v.number(ThisCharge, at.size), v.number(LatestPrice, last.size), counted(PercentMore, percent), counted(TimesInSeries, len(list))}
	a.Baseline = baseline(list, a.Rows...)
	a.Normal = []ledger.Reason{
		v.says(NormalUpTo, "amount", v.text(max(last.size+last.size*risePercent/100, last.size+v.scaled(riseSize)))),
		v.says(NormalVaries, "percent", digits(ownVariety)), v.says(NormalTrusted),
	}
	return []Alert{a}
}

// risen finds the series that a charge goes on, at any higher price where the latest prices are even.
func (v View) risen(charges []visit, at visit) series {
	if s := seriesTo(charges, at.day, at.size); s.n >= leastSeries {
		return s
	}
	last := charges[len(charges)-1]
	if at.size <= last.size || !v.isBilled() {
		return series{}
	}
	s := seriesTo(charges, at.day, last.size)
	if s.n < leastSeries || int(s.at[0]) != len(charges)-1 || !even(s.of(charges), ownVariety) {
		return series{}
	}
	return s
}

// onlyExchange reports whether the price in the currency of the purchase stayed as it was.
func onlyExchange(a, b visit) bool {
	return a.foreign > 0 && b.foreign > 0 && gap(a.foreign, b.foreign) <= b.foreign/200
}
