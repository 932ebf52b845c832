package alert

import (
	"slices"

	"coffer/app/ledger"
)

// kmh is faster than any way to travel but a flight, and a flight has its airports.
const kmh = 500

// impossibleJourney finds two rows of one account with the card there, in countries so far apart that nobody gets from
// one to the other in the time between: more than 500 km in an hour, by the least distance between the two. It needs
// the hour of both. It is none where another own account was used in the country in the last week. The first in three weeks
// interrupts, the next is quiet, and more say nothing new: of two people with one card each row would be a journey.
func impossibleJourney(v View) []Alert {
	km, seconds, found := v.journey()
	t, account := v.Row, v.past.accountAt(v.Row.Account)
	goesOn := v.past.tells(journeyMark, account, t.Date, tripDays)
	if !found || goesOn && v.past.tells(wayBackMark, account, t.Date, tripDays) {
		return nil
	}
	b, at := v.past.bookOf(t.Account), v.visited()
	a := v.finding(Interrupt, b.presence)
	if goesOn {
		a.Level = Quiet
	}
	a.Why = v.says(WhyJourney, "amount", v.text(at.size), "country", t.Country, "from", b.where,
		"minutes", digits(seconds/60), "km", digits(km))
	a.Numbers = []Number{v.number(ThisCharge, at.size), v.number(EarlierCharge, b.presence.size), counted(Kilometres, km), counted(MinutesBetween, seconds/60)}
	a.Baseline = v.lately(a.Rows...)
	a.Normal = []ledger.Reason{
		v.says(NormalSlower, "hours", digits((km+kmh-1)/kmh)), v.says(NormalOnline),
		v.says(NormalSameCountry, "country", t.Country),
		v.says(NormalOtherCard, "country", t.Country, "days", digits(otherCardDays)),
	}
	return []Alert{a}
}

// journey is how far the row is from where the card was last, at least, and how many seconds lie between, if nobody travels so fast.
func (v View) journey() (km int, seconds int64, found bool) {
	t := v.Row
	if t.Country == "" || t.At.IsZero() || t.Amount.Minor >= 0 || !isPlain(t) || t.Category == ledger.Transfer {
		return 0, 0, false
	}
	b := v.past.bookOf(t.Account)
	if b == nil || b.where == "" || b.where == t.Country {
		return 0, 0, false
	}
	at := v.visited()
	seconds, km = max(at.at-b.presence.at, b.presence.at-at.at), kilometres(b.where, t.Country)
	return km, seconds, int64(km)*3600 > seconds*kmh && !v.elsewhereToo(b)
}

// elsewhereToo reports whether another own account than that of b was used in the row's country in the last week.
func (v View) elsewhereToo(b *book) bool {
	return slices.ContainsFunc(v.past.accounts, func(other *book) bool {
		s, found := other.stayIn(v.Row.Country)
		return found && other != b && s.last >= v.Row.Date-otherCardDays
	})
}
