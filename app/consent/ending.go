package consent

import "time"

// notices are the days before the end of a consent from which on the person is told, the last first.
var notices = []int{1, 7, 14}

// Ending is what there is to say of the end of a consent.
type Ending struct {
	Days int  // civil days from today to the day of the end, by the person's own calendar; 0 is today
	At   int  // the notice that is due: 14, 7 or 1; 0 is none
	Over bool // it has ended
}

// Due reports whether the person is to be told.
func (e Ending) Due() bool { return e.Over || e.At > 0 }

// EndingOf returns how a consent that ends at ends stands at now, whose zone is the person's. It depends
// on nothing else: a clock that jumped or a computer that slept changes no notice but by what day it is.
func EndingOf(ends, now time.Time) Ending {
	if ends.IsZero() {
		return Ending{}
	}
	e := Ending{Days: civil(ends.In(now.Location())) - civil(now), Over: !now.Before(ends)}
	for _, at := range notices {
		if e.Days <= at && !e.Over {
			e.At = at
			break
		}
	}
	return e
}

// Until has l end at ends, which is the bank's word, zero for none; or with its certificate, if that ends before:
// without it nothing can be read.
func (l *Link) Until(ends time.Time) {
	l.Expires = ends
	if c := l.Certified; !c.IsZero() && (ends.IsZero() || c.Before(ends)) {
		l.Expires = c
	}
}

// civil numbers the days of the calendar; an hour more or less in a day changes nothing.
func civil(t time.Time) int {
	year, month, day := t.Date()
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// Noticed is the notice that the person put away last: of which end, and at how many days.
type Noticed struct {
	Ends time.Time
	At   int
}

// Covers reports whether e needs no telling any more: the same end was put away at this notice, or at a
// later one, should the clock have gone back. That a consent is over can't be put away.
func (n Noticed) Covers(ends time.Time, e Ending) bool {
	return n.At > 0 && !e.Over && e.At >= n.At && n.Ends.Equal(ends)
}
