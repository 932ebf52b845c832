package ofx

import (
	"strconv"
	"strings"
	"time"

	"coffer/app/ledger"
)

// lastDate remembers the day that was read last: rows of one day follow each other.
type lastDate struct {
	text string
	day  ledger.Date
}

func (l *lastDate) in(text string) (ledger.Date, bool) {
	const day = 8
	if len(text) >= day && len(l.text) == day && text[:day] == l.text && tailOK(text[day:]) {
		return l.day, true
	}
	d, ok := dateIn(text)
	if ok && len(text) >= day && text[4] != '-' {
		l.text, l.day = text[:day], d
	}
	return d, ok
}

// dateIn returns the day of an OFX date, YYYYMMDD[HHMMSS[.XXX]][[offset:zone]], as it is printed:
// by the book a date without an offset is UTC, but no bank means that. "2006-01-02" is taken too.
func dateIn(text string) (ledger.Date, bool) {
	day, tail, ok := splitDay(text)
	if !ok || !tailOK(tail) {
		return 0, false
	}
	year, _ := strconv.Atoi(day[:4])
	month, _ := strconv.Atoi(day[4:6])
	date, _ := strconv.Atoi(day[6:])
	if month < 1 || month > 12 || date < 1 || date > 31 {
		return 0, false
	}
	d := ledger.Day(year, time.Month(month), date)
	if date > 28 && d.Time().Day() != date {
		return 0, false
	}
	return d, d.Plausible()
}

// splitDay cuts text into eight digits and the rest.
func splitDay(text string) (day, tail string, ok bool) {
	text = strings.TrimSpace(text)
	if len(text) >= 10 && text[4] == '-' && text[7] == '-' {
		text = text[:4] + text[5:7] + text[8:]
	}
	if len(text) < 8 {
		return "", "", false
	}
	for i := range 8 {
		if text[i] < '0' || text[i] > '9' {
			return "", "", false
		}
	}
	return text[:8], text[8:], true
}

// tailOK reports whether what follows a day can be a time of day.
func tailOK(tail string) bool {
	return tail == "" || tail[0] >= '0' && tail[0] <= '9' || strings.IndexByte(".[ :T+-Z", tail[0]) >= 0
}

// instantIn returns the UTC instant of an OFX date. explicit tells whether it has a time of day
// and a numeric offset; without an offset it is UTC, without a time it is the day's first instant.
func instantIn(text string) (at time.Time, explicit bool) {
	d, ok := dateIn(text)
	if !ok {
		return time.Time{}, false
	}
	_, tail, _ := splitDay(text)
	clock, timed := clockIn(tail)
	zone, zoned := "", false
	if i := strings.IndexByte(tail, '['); i >= 0 {
		zone, _, _ = strings.Cut(strings.TrimSuffix(tail[i+1:], "]"), ":")
		if strings.Count(tail, ":") > 1 { // [+5:30:IST]
			zone = strings.TrimSuffix(tail[i+1:], "]")
			zone = zone[:strings.LastIndexByte(zone, ':')]
		}
	}
	offset, zoned := offsetIn(zone)
	return d.Time().Add(clock - offset).UTC(), timed && zoned
}

// clockIn reads HHMMSS at the start of tail.
func clockIn(tail string) (time.Duration, bool) {
	if len(tail) < 6 {
		return 0, false
	}
	n, err := strconv.ParseUint(tail[:6], 10, 32)
	hours, minutes, seconds := n/10000, n/100%100, n%100
	if err != nil || hours > 23 || minutes > 59 || seconds > 59 {
		return 0, false
	}
	return time.Duration(hours*3600+minutes*60+seconds) * time.Second, true
}

// offsetIn reads "-5", "+5.5", "-3.50", "+5:30" or "0". A name or nothing is no offset.
func offsetIn(zone string) (time.Duration, bool) {
	sign := time.Duration(1)
	if rest, minus := strings.CutPrefix(zone, "-"); minus {
		sign, zone = -1, rest
	} else {
		zone = strings.TrimPrefix(zone, "+")
	}
	whole, part, byMinutes := strings.Cut(zone, ":")
	if !byMinutes {
		whole, part, _ = strings.Cut(zone, ".")
	}
	hours, err := strconv.ParseUint(whole, 10, 8)
	if err != nil || hours > 14 || len(part) > 2 {
		return 0, false
	}
	offset := time.Duration(hours) * time.Hour
	if part != "" {
		n, err := strconv.ParseUint(part, 10, 8)
		if err != nil {
			return 0, false
		}
		unit := time.Minute
		if !byMinutes {
			unit = time.Hour / 100
			if len(part) == 1 {
				unit = time.Hour / 10
			}
		}
		offset += time.Duration(n) * unit
	}
	return sign * offset, true
}
