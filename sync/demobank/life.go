package demobank

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// holder is one of the three accounts, in the order in which the API lists them.
type holder int

const (
	everyday holder = iota
	reserve
	card
	holders
)

const creditLine = 9_000_00

// row is one movement of money through its whole life. Amounts are signed US cents:
// positive is into the account as its owner sees it.
type row struct {
	on       holder
	nth      int       // order in which it was written, unique within the life
	auth     time.Time // seen as a hold from here; zero for rows that come booked
	post     time.Time // booked from here; zero for a hold that only lapses
	lapse    time.Time // the end of a hold that is never booked
	held     int64
	amount   int64
	payee    string
	text     string
	category string
	kind     string // FDX LOC transactionType
	authID   string
	postID   string
}

// shown is a row as the bank tells it at one moment.
type shown struct {
	*row
	id     string
	posted bool
	cents  int64
	at     time.Time // what date filters and the order go by
}

func (r *row) shownAt(now time.Time) (shown, bool) {
	switch {
	case !r.post.IsZero() && !now.Before(r.post):
		return shown{row: r, id: r.postID, posted: true, cents: r.amount, at: r.post}, true
	case r.auth.IsZero() || now.Before(r.auth):
		return shown{}, false
	case r.post.IsZero() && !now.Before(r.lapse):
		return shown{}, false
	default:
		return shown{row: r, id: r.authID, cents: r.held, at: r.auth}, true
	}
}

// life writes the rows day by day. A day's rows follow from the seed, the first start's day
// and the days before alone, so the past never changes when later days are written.
type life struct {
	seed   uint64
	born   time.Time // the day of the first start: the scripted story ends there
	first  time.Time
	next   time.Time // the first day not written yet
	rows   [holders][]*row
	count  int
	ids    [holders]string
	script script
}

// script is what the days are written from.
type script struct {
	bills  []bill
	habits []habit
	scenes []scene
}

func newLife(seed uint64, born time.Time) *life {
	born = dayOf(born)
	l := &life{seed: seed, born: born, first: born.AddDate(-3, 0, 0), script: script{theBills(), theHabits(), theStory()}}
	l.next = l.first
	for on := range holders {
		l.ids[on] = "nla_" + l.tag("account", int(on))
	}
	return l
}

// at returns all that the account shows at now, newest first.
func (l *life) at(on holder, now time.Time) []shown {
	l.writeUntil(now)
	all := make([]shown, 0, len(l.rows[on]))
	for _, r := range l.rows[on] {
		if s, visible := r.shownAt(now); visible {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b shown) int {
		if c := b.at.Compare(a.at); c != 0 {
			return c
		}
		return b.nth - a.nth
	})
	return all
}

// sums returns the booked balance and the holds, both signed as the owner sees them.
func (l *life) sums(on holder, now time.Time) (booked, holds int64) {
	l.writeUntil(now)
	for _, r := range l.rows[on] {
		s, visible := r.shownAt(now)
		switch {
		case visible && s.posted:
			booked += s.cents
		case visible:
			holds += s.cents
		}
	}
	return booked, holds
}

func (l *life) holderOf(id string) (holder, bool) {
	at := slices.Index(l.ids[:], id)
	return holder(at), at >= 0
}

func (l *life) writeUntil(now time.Time) {
	for !l.next.After(now) {
		l.writeDay(l.next)
		l.next = l.next.AddDate(0, 0, 1)
	}
}

func (l *life) writeDay(day time.Time) {
	if day.Equal(l.first) {
		l.open(day)
	}
	l.helpFromPot(day)
	l.bills(day)
	l.subscriptions(day)
	l.habits(day)
	l.transfers(day)
	l.story(day)
}

func (l *life) add(r row) {
	r.nth = l.count
	l.count++
	if r.authID == "" && !r.auth.IsZero() {
		r.authID = "nl_" + l.tag("hold", r.nth)
	}
	if r.postID == "" {
		r.postID = "nl_" + l.tag("row", r.nth)
	}
	if r.held == 0 {
		r.held = r.amount
	}
	if r.kind == "" {
		r.kind = "PURCHASE"
	}
	l.rows[r.on] = append(l.rows[r.on], &r)
}

// tag is an opaque, repeatable name for the nth thing of a kind.
func (l *life) tag(kind string, nth int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d/%s/%d", l.seed, kind, nth))
	return hex.EncodeToString(sum[:6])
}

// dice is a splitmix64 stream. It is our own so that the life is the same for ever,
// whatever the standard generator becomes.
type dice struct{ s uint64 }

// dice gives each habit its own stream for each day: adding one never moves another.
func (l *life) dice(day time.Time, stream string) *dice {
	d := &dice{s: l.seed ^ uint64(day.Unix()/86400)*0x9e3779b97f4a7c15}
	for _, c := range []byte(stream) {
		d.s = d.s*1099511628211 + uint64(c)
	}
	d.next()
	return d
}

func (d *dice) next() uint64 {
	d.s += 0x9e3779b97f4a7c15
	z := d.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// between returns a number in [low, high].
func (d *dice) between(low, high int64) int64 {
	return low + int64(d.next()%uint64(high-low+1))
}

func (d *dice) chance(percent int64) bool { return d.between(0, 99) < percent }

func dayOf(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func clock(day time.Time, hour, minute int) time.Time {
	return day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute)
}
