package alert

import (
	"slices"
	"time"

	"coffer/app/ledger"
)

// scale is what is usual for the person in one currency, over all their accounts.
type scale struct {
	charges, incomes, payments, cash histogram

	days     []daily       // with charges, oldest first
	recent   []brief       // charges, in order
	tests    []brief       // of recent: next to nothing at a merchant never seen
	firsts   []brief       // of recent: in a category never used before
	tried    []ledger.Date // days of the latest charges that tests were, oldest first
	deposits []deposit     // large, from senders never seen
}

// noScale is that of a currency that was never used. Nothing is added to it.
var noScale scale

// brief is a charge of the last few days.
type brief struct {
	visit
	merchant string
	kind     string // category or merchant category code, or empty
}

// daily is what the charges of one day came to.
type daily struct {
	day   ledger.Date
	sum   int64
	count int32
	peak  int32 // the most within 24 hours that ended on it
}

// deposit is one whose money may go on.
type deposit struct {
	brief
	out  int64 // what went to payees that are new, or was taken as cash, since
	rows []ledger.TransactionID
}

// within reports whether a and b are so many hours apart at most: by the hour where both are known, else by days.
func within(a, b visit, hours int) bool {
	if a.timed && b.timed {
		d := b.at - a.at
		return max(d, -d) <= int64(hours)*int64(time.Hour/time.Second)
	}
	d := int(b.day - a.day)
	return max(d, -d) <= hours/24
}

// usualDay returns the middle of the sums of days with charges before day, and the one below which 95 of 100 lie.
func (s *scale) usualDay(day ledger.Date) (middle, high int64) {
	var sums []int64
	for _, d := range s.days {
		if d.day < day && d.day >= day-dailyDays {
			sums = append(sums, d.sum)
		}
	}
	if len(sums) == 0 {
		return 0, 0
	}
	slices.Sort(sums)
	return sums[len(sums)/2], sums[len(sums)*95/100]
}

// charged lets a charge join.
func (s *scale) charged(b brief, within24 int32) {
	if n := len(s.days); n == 0 || s.days[n-1].day < b.day {
		s.days = append(s.days, daily{day: b.day})
		s.recent = recentOf(s.recent, b.day)
	}
	d := &s.days[len(s.days)-1]
	d.sum, d.count, d.peak = plus(d.sum, b.size), d.count+1, max(d.peak, within24)
	s.recent = append(s.recent, b)
	if n := len(s.recent); n >= 2*mostRecent {
		s.recent = keep(s.recent, n-mostRecent)
	}
}

// plus adds sizes, up to the largest there is.
func plus(a, b int64) int64 {
	if sum := a + b; sum >= a {
		return sum
	}
	return 1<<63 - 1
}

// forget lets go of what no row of day or later is held against.
func (s *scale) forget(day ledger.Date) {
	n := 0
	for n < len(s.days) && s.days[n].day < day-dailyDays {
		n++
	}
	s.days = keep(s.days, n)
	s.recent, s.tests, s.firsts = recentOf(s.recent, day), recentOf(s.tests, day), recentOf(s.firsts, day)
	n = 0
	for n < len(s.deposits) && s.deposits[n].day < day-recentDays {
		n++
	}
	s.deposits = keep(s.deposits, n)
	for _, h := range s.histograms() {
		h.forget(day.Month())
	}
}

func recentOf(list []brief, day ledger.Date) []brief {
	n := 0
	for n < len(list) && list[n].day < day-recentDays {
		n++
	}
	return keep(list, n)
}

// open fixes what rows of day are held against.
func (s *scale) open(day ledger.Date) {
	for _, h := range s.histograms() {
		h.open(day)
	}
}

func (s *scale) clone() *scale {
	c := &scale{
		charges: s.charges.clone(), incomes: s.incomes.clone(), payments: s.payments.clone(), cash: s.cash.clone(),
		days: slices.Clone(s.days), recent: slices.Clone(s.recent), tests: slices.Clone(s.tests),
		firsts: slices.Clone(s.firsts), tried: slices.Clone(s.tried), deposits: slices.Clone(s.deposits),
	}
	for i := range c.deposits {
		c.deposits[i].rows = slices.Clone(c.deposits[i].rows)
	}
	return c
}

func (s *scale) histograms() [4]*histogram {
	return [...]*histogram{&s.charges, &s.incomes, &s.payments, &s.cash}
}
