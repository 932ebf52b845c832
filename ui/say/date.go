package say

import "time"

func (v *Voice) month(m time.Month) string {
	english := m.String()
	return v.T("month."+english[:3], english)
}

func (v *Voice) shortMonth(m time.Month) string {
	english := m.String()[:3]
	return v.T("month.short."+english, english)
}

func (v *Voice) weekday(d time.Weekday) string {
	english := d.String()
	return v.T("weekday."+english[:3], english)
}

// ShortWeekday writes "Fri".
func (v *Voice) ShortWeekday(day time.Time) string {
	english := day.Weekday().String()[:3]
	return v.T("weekday.short."+english, english)
}

// Day writes a civil date short: "22 Nov", with the year when it is not today's: "22 Nov 2025".
// A civil date comes as midnight UTC, an instant in the zone to be shown.
func (v *Voice) Day(day, today time.Time) string {
	if day.Year() != today.Year() {
		return v.T("date.short-year", "{{.Day}} {{.Month}} {{.Year}}", "Day", day.Day(), "Month", v.shortMonth(day.Month()), "Year", day.Year())
	}
	return v.T("date.short", "{{.Day}} {{.Month}}", "Day", day.Day(), "Month", v.shortMonth(day.Month()))
}

// LongDay writes "Sunday 22 November".
func (v *Voice) LongDay(day time.Time) string {
	return v.T("date.long", "{{.Weekday}} {{.Day}} {{.Month}}", "Weekday", v.weekday(day.Weekday()), "Day", day.Day(), "Month", v.month(day.Month()))
}

// FullDay writes "3 October 2026".
func (v *Voice) FullDay(day time.Time) string {
	return v.T("date.full", "{{.Day}} {{.Month}} {{.Year}}", "Day", day.Day(), "Month", v.month(day.Month()), "Year", day.Year())
}

// Month writes the name of a month, with its year when it is not today's.
func (v *Voice) Month(day, today time.Time) string {
	if day.Year() != today.Year() {
		return v.T("date.month-year", "{{.Month}} {{.Year}}", "Month", v.month(day.Month()), "Year", day.Year())
	}
	return v.month(day.Month())
}

// ShortMonth writes "Nov", for axes.
func (v *Voice) ShortMonth(day time.Time) string { return v.shortMonth(day.Month()) }

// Clock writes "10:21".
func (v *Voice) Clock(at time.Time) string { return at.Local().Format("15:04") }

// Age says how long ago at was: "just now", "2 minutes ago", then "04:20", "Yesterday 22:04",
// "3 October 2026".
func (v *Voice) Age(at, now time.Time) string {
	at, now = at.Local(), now.Local()
	gone := now.Sub(at)
	day := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	switch days := int(day(now).Sub(day(at)).Hours() / 24); {
	case gone < time.Minute && gone > -time.Minute:
		return v.T("age.now", "just now")
	case gone > 0 && gone < time.Hour:
		return v.N("age.minutes", "{{.N}} minute ago", "{{.N}} minutes ago", int(gone/time.Minute))
	case days == 0:
		return v.Clock(at)
	case days == 1:
		return v.T("age.yesterday", "Yesterday {{.Clock}}", "Clock", v.Clock(at))
	}
	return v.FullDay(at)
}

// Left writes how much of a wait is left: "4:32".
func (v *Voice) Left(d time.Duration) string {
	d = max(d, 0).Round(time.Second)
	return v.T("time.left", "{{.Minutes}}:{{.Seconds}}", "Minutes", int(d/time.Minute), "Seconds", twoDigits(int(d/time.Second)%60))
}

func twoDigits(n int) string {
	return string([]byte{byte('0' + n/10), byte('0' + n%10)})
}
