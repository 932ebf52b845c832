package dispute

import (
	"time"

	"coffer/app/ledger"
)

// Calendar says on which days banks are open.
type Calendar struct {
	ID       string
	Saturday bool // counts as a business day
	closed   func(d ledger.Date) bool
}

// The calendars.
var (
	// The Federal Reserve Banks keep a holiday on a Saturday where it is.
	usUsual    = Calendar{ID: "usual", closed: reserveBank}
	usSaturday = Calendar{ID: "saturday-counts", Saturday: true, closed: reserveBank}
	// Federal offices shut on the Friday before; a bank may follow them.
	usOffices = Calendar{ID: "offices", closed: federalOffice}
	england   = Calendar{ID: "england-wales", closed: englandWales}
	target    = Calendar{ID: "target", closed: targetDay}
	canada    = Calendar{ID: "canada", closed: canadian}
)

// Open reports whether d is a business day.
func (c Calendar) Open(d ledger.Date) bool {
	switch d.Time().Weekday() {
	case time.Sunday:
		return false
	case time.Saturday:
		return c.Saturday && !c.closed(d)
	}
	return !c.closed(d)
}

// add returns the nth business day after d, which is day 0.
func (c Calendar) add(d ledger.Date, n int) ledger.Date {
	for n > 0 {
		d++
		if c.Open(d) {
			n--
		}
	}
	return d
}

// nth is the nth weekday w of the month that d lies in; n below 0 counts from its end.
func nth(d ledger.Date, w time.Weekday, n int) ledger.Date {
	first := d.Month().First()
	if n < 0 {
		last := (d.Month() + 1).First() - 1
		return last.AddDays(-(int(last.Time().Weekday()-w)+7)%7 + 7*(n+1))
	}
	return first.AddDays((int(w-first.Time().Weekday())+7)%7 + 7*(n-1))
}

// usDay reports whether d is a holiday of the United States on its own date.
func usDay(d ledger.Date) bool {
	_, month, day := d.Time().Date()
	switch month {
	case time.January:
		return day == 1 || d == nth(d, time.Monday, 3)
	case time.February:
		return d == nth(d, time.Monday, 3)
	case time.May:
		return d == nth(d, time.Monday, -1)
	case time.June:
		return day == 19
	case time.July:
		return day == 4
	case time.September:
		return d == nth(d, time.Monday, 1)
	case time.October:
		return d == nth(d, time.Monday, 2)
	case time.November:
		return day == 11 || d == nth(d, time.Thursday, 4)
	case time.December:
		return day == 25
	}
	return false
}

func reserveBank(d ledger.Date) bool {
	return usDay(d) || d.Time().Weekday() == time.Monday && usDay(d-1)
}

func federalOffice(d ledger.Date) bool {
	return reserveBank(d) || d.Time().Weekday() == time.Friday && usDay(d+1)
}

// easter returns Easter Sunday of the year of d (Gregorian; the algorithm of Meeus, Jones and Butcher).
func easter(d ledger.Date) ledger.Date {
	y := d.Time().Year()
	a, b, c := y%19, y/100, y%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return ledger.Day(y, time.Month(n/31), n%31+1)
}

// goodFridayOrMonday reports whether d is Good Friday or Easter Monday.
func goodFridayOrMonday(d ledger.Date) bool {
	e := easter(d)
	return d == e-2 || d == e+1
}

// inLieu reports whether d is day of month, or the first weekday after it where that is on a weekend.
func inLieu(d ledger.Date, month time.Month, day int) bool {
	fixed := ledger.Day(d.Time().Year(), month, day)
	switch fixed.Time().Weekday() {
	case time.Saturday:
		return d == fixed+2
	case time.Sunday:
		return d == fixed+1
	}
	return d == fixed
}

// christmas reports whether d is kept for 25 or 26 December, on weekdays in their place too.
func christmas(d ledger.Date) bool {
	_, month, day := d.Time().Date()
	if month != time.December {
		return false
	}
	switch d.Time().Weekday() {
	case time.Monday:
		return day >= 25 && day <= 28
	case time.Tuesday:
		return day >= 25 && day <= 28
	}
	return day == 25 || day == 26
}

// englandWales knows the bank holidays of England and Wales, but none that is made for one year alone.
func englandWales(d ledger.Date) bool {
	switch d.Time().Month() {
	case time.January:
		return inLieu(d, time.January, 1)
	case time.May:
		return d == nth(d, time.Monday, 1) || d == nth(d, time.Monday, -1)
	case time.August:
		return d == nth(d, time.Monday, -1)
	}
	return christmas(d) || goodFridayOrMonday(d)
}

// targetDay knows the days on which euro payments between banks rest. National holidays add more.
func targetDay(d ledger.Date) bool {
	_, month, day := d.Time().Date()
	return month == time.January && day == 1 || month == time.May && day == 1 ||
		month == time.December && (day == 25 || day == 26) || goodFridayOrMonday(d)
}

// canadian knows the federal holidays that banks of Canada keep.
func canadian(d ledger.Date) bool {
	_, month, day := d.Time().Date()
	switch month {
	case time.January:
		return inLieu(d, time.January, 1)
	case time.May: // Victoria Day: the Monday before the 25th
		return d.Time().Weekday() == time.Monday && day >= 18 && day <= 24
	case time.July:
		return inLieu(d, time.July, 1)
	case time.September:
		return d == nth(d, time.Monday, 1) || inLieu(d, time.September, 30)
	case time.October:
		return d == nth(d, time.Monday, 2) || inLieu(d, time.September, 30)
	case time.November:
		return inLieu(d, time.November, 11)
	}
	return christmas(d) || goodFridayOrMonday(d)
}
