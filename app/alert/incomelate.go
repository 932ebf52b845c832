package alert

import (
	"math"

	"coffer/app/ledger"
)

// The limits of a late income.
const (
	leastLate     = 3    // days
	leastIncome   = 4    // credits at an even pace
	incomeVariety = 50   // percent
	lateSpreads   = 2    // standard deviations of the pace
	leastMatter   = 5000 // hundredths: a smaller one is not waited for
)

// incomeLate finds that money which comes at an even pace is late: by more than three days and two standard deviations
// of its pace. It tells once for each day it was due on, and stops once the next is due.
func incomeLate(d DayView) []Alert {
	var found []Alert
	for _, x := range d.upcoming(creditsOf, incomeVariety) {
		if len(x.series) < leastIncome || x.size < scaled(leastMatter, x.place.currency) {
			continue
		}
		late := max(leastLate, int(math.Floor(lateSpreads*spreadOf(x))))
		if int(d.Today-x.day) <= late || int(d.Today-x.day) >= x.step {
			continue
		}
		day := x.day.AddDays(late + 1)
		a := d.told("income-late", string(x.account)+"|"+x.place.merchant+"|"+x.place.currency, x.account, day, Quiet)
		a.Why = reason(WhyIncomeLate, "merchant", x.place.merchant, "amount", decimal(x.size, x.place.currency),
			"currency", x.place.currency, "day", x.day.String(), "days", digits(late+1))
		a.Numbers = []Number{amountOf(UsualIncome, x.size, x.place.currency), counted(TimesInSeries, len(x.series)), counted(DaysAllowed, late)}
		a.Baseline = baseline(x.series)
		a.Normal = []ledger.Reason{reason(NormalIncome, "merchant", x.place.merchant, "day", x.day.AddDays(late).String())}
		found = append(found, a)
	}
	return found
}

// spreadOf is the standard deviation of the days between the visits of a series.
func spreadOf(x due) float64 {
	sum, squares, n := 0.0, 0.0, float64(len(x.series)-1)
	for i := 1; i < len(x.series); i++ {
		days := float64(x.series[i].day - x.series[i-1].day)
		sum, squares = sum+days, squares+days*days
	}
	mean := sum / n
	return math.Sqrt(max(0, squares/n-mean*mean))
}
