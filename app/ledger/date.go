package ledger

import (
	"fmt"
	"time"
)

// Date is a civil date, counted in days since 1970-01-01. It has no zone and no hour:
// a bank's booking date is kept as the bank printed it. The zero Date is 1970-01-01;
// use Valid only where a source may leave it out.
type Date int32

const dateForm = "2006-01-02"

// The dates that a statement can hold; anything else is a misread.
const (
	firstDate Date = -25567 // 1900-01-01
	lastDate  Date = 84005  // 2199-12-31
)

// DateOf returns the civil date of t in t's own zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Day(year, month, day)
}

// Day returns the date of a year, month and day; overflowing days roll on, as in time.Date.
func Day(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDate reads "2006-01-02". A day that the calendar lacks is an error.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(dateForm, text)
	if err != nil {
		return 0, fmt.Errorf("read date %q: not a date as 2006-01-02", text)
	}
	d := DateOf(t)
	if !d.Plausible() {
		return 0, fmt.Errorf("read date %q: outside 1900 to 2199", text)
	}
	return d, nil
}

// Plausible reports whether d lies in 1900 to 2199.
func (d Date) Plausible() bool { return d >= firstDate && d <= lastDate }

// Time returns midnight UTC of d, to hand to calendars and to ui/say; it is not an instant
// at which anything happened.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String returns "2006-01-02".
func (d Date) String() string { return d.Time().Format(dateForm) }

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date { return d + Date(n) }

// Month returns the month that d lies in.
func (d Date) Month() Month {
	year, month, _ := d.Time().Date()
	return Month(year*12 + int(month) - 1)
}

// Month is a calendar month, counted from January of year 0.
type Month int32

// MonthOf returns the month of year.
func MonthOf(year int, month time.Month) Month { return Month(year*12 + int(month) - 1) }

// First returns the first day of m.
func (m Month) First() Date { return Day(int(m)/12, time.Month(int(m)%12+1), 1) }

// String returns "2006-01".
func (m Month) String() string { return m.First().Time().Format("2006-01") }
