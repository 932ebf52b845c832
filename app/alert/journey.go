package alert

import (
	"slices"

	"coffer/app/ledger"
)

// kmh is faster than any way to travel but a flight, and a flight has its airports.
const kmh = 500

// impossibleJourney finds two rows of one account with the card there, in countries so far apart that nobody gets from
// one to the other in the time between: more than 500 km in an hour, by the least distance between the two. It needs
// the hour of both. It is none where another own account was used in the country in the last week. It tells once for each pair;
// the next row is held against the newer of the two.
func impossibleJourney(v View) []Alert {
	t := v.Row
	if t.Country == "" || t.At.IsZero() || t.Amount.Minor >= 0 || !isPlain(t) || t.Category == ledger.Transfer {
		return nil
	}
	b := v.past.bookOf(t.Account)
	if b == nil || b.where == "" || b.where == t.Country {
		return nil
	}
	at := v.visited()
	seconds := max(at.at-b.presence.at, b.presence.at-at.at)
	km := kilometres(b.where, t.Country)
	if int64(km)*3600 <= seconds*kmh {
		return nil
	}
	if v.elsewhereToo(b) {
		return nil
	}
	a := v.finding(Interrupt, b.presence)
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

// elsewhereToo reports whether another own account than that of b was used in the row's country in the last week.
func (v View) elsewhereToo(b *book) bool {
	return slices.ContainsFunc(v.past.accounts, func(other *book) bool {
		s, found := other.stayIn(v.Row.Country)
		return found && other != b && s.last >= v.Row.Date-otherCardDays
	})
}
