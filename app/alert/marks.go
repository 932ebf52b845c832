package alert

import "coffer/app/ledger"

// The kinds whose episodes the past marks by itself, whoever asks. Append only: they are stored.
const (
	cardTestMark uint8 = iota
	rushMark
	firstKindsMark
	countryMark
	feeMark
	probeMark
	journeyMark // the first impossible journey of a trip
	wayBackMark // the next of it
	markKinds
)

// remark notes which episodes the row of v begins or goes on. It judges by the past alone, never by what the person
// told ahead, so that it is the same whenever that changes.
func (p *past) remark(v View) {
	t := v.Row
	if t.Category == ledger.Transfer {
		return
	}
	day, account := int64(t.Date), p.accountAt(t.Account)
	tell := func(kind uint8, account int, days int) {
		if !p.tells(kind, account, t.Date, days) {
			p.told[mark{kind, account}] = day
		}
	}
	if t.Amount.Minor > 0 {
		if v.isProbe() {
			tell(probeMark, 0, probeDays)
		}
		return
	}
	if tests, _ := v.tested(); len(tests) > 0 {
		tell(cardTestMark, account, testHours/24+1)
	}
	if list, _ := v.rushing(); list != nil {
		tell(rushMark, 0, 2)
	}
	if v.newKinds() != nil {
		tell(firstKindsMark, 0, burstDays+1)
	}
	if v.isNewCountry() {
		tell(countryMark, 0, tripDays)
	}
	if _, _, found := v.journey(); found {
		if p.tells(journeyMark, account, t.Date, tripDays) {
			tell(wayBackMark, account, tripDays)
		} else {
			p.told[mark{journeyMark, account}] = day
			delete(p.told, mark{wayBackMark, account})
		}
	}
	if v.isFeeAbroad() {
		tell(feeMark, account, feeDays)
	}
}
