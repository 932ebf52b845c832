package alert

import (
	"slices"
	"strings"

	"coffer/app/ledger"
)

// The limits of a country never seen.
const (
	countryDays   = 365 // for so long no row of the account from there
	countryKnown  = 30  // days of history
	countryRows   = 10  // rows with a country, before one can be new
	otherCardDays = 7
	tripDays      = 21 // further new countries in so many days are of the same trip, and quiet
)

// newCountry finds the first row of an account from a country in a year, with the card there. It is none on a trip that
// was told ahead, or where another own account was used in that country in the last week. The first of a trip
// interrupts, another country within three weeks is quiet; so is one where the bank doesn't say that the card was there.
// Each country tells once in a year.
func newCountry(v View) []Alert {
	if !v.isNewCountry() || v.onTrip() {
		return nil
	}
	b := v.past.bookOf(v.Row.Account)
	a := v.finding(Interrupt)
	if !isPlain(v.Row) || v.past.tells(countryMark, 0, v.Row.Date, tripDays) {
		a.Level = Quiet
	}
	home := b.home()
	a.Why = v.says(WhyNewCountry, "amount", v.text(sizeOf(v.Row)), "country", v.Row.Country, "home", home, "days", digits(min(v.known(), countryDays)))
	rows := int32(0)
	for _, s := range b.countries {
		rows += s.rows
		a.Baseline = append(a.Baseline, s.id)
	}
	a.Baseline = a.Baseline[max(0, len(a.Baseline)-mostBaseline):]
	a.Numbers = []Number{v.number(ThisCharge, sizeOf(v.Row)), counted(RowsWithCountry, rows), counted(CountriesBefore, len(b.countries)), counted(DaysKnown, v.known())}
	a.Normal = []ledger.Reason{v.says(NormalTrip), v.says(NormalCountry, "country", v.Row.Country), v.says(NormalOtherCard, "country", v.Row.Country, "days", digits(otherCardDays))}
	return []Alert{a}
}

// isNewCountry reports whether the account was not in the row's country for a year, nor any other lately.
func (v View) isNewCountry() bool {
	t := v.Row
	if t.Country == "" || t.Amount.Minor >= 0 || t.Category == ledger.Transfer || v.known() < countryKnown {
		return false
	}
	if t.Channel != ledger.UnknownChannel && !isPlain(t) {
		return false
	}
	b := v.past.bookOf(t.Account)
	if b == nil {
		return false
	}
	rows := int32(0)
	for _, s := range b.countries {
		if rows += s.rows; s.country == t.Country && s.last > t.Date-countryDays {
			return false
		}
	}
	if rows < countryRows {
		return false
	}
	return !slices.ContainsFunc(v.past.accounts, func(other *book) bool {
		s, found := other.stayIn(t.Country)
		return found && s.last >= t.Date-otherCardDays
	})
}

func (b *book) stayIn(country string) (stay, bool) {
	i, found := slices.BinarySearchFunc(b.countries, country, func(s stay, c string) int { return strings.Compare(s.country, c) })
	if !found {
		return stay{}, false
	}
	return b.countries[i], true
}
