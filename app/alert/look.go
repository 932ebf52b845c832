package alert

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
)

// due is a series that goes on.
type due struct {
	place  placeKey
	series []visit // oldest first
	cadence
	day     ledger.Date // when it goes on
	account ledger.AccountID
	size    int64 // its latest price
}

// lookID names a finding of a day by its detector, what it is about and the day it is due. What it is about may name a
// merchant, so a hash stands for it.
func lookID(detector, about string, day ledger.Date) ID {
	sum := sha256.Sum256([]byte(about))
	return ID(detector + ":" + hex.EncodeToString(sum[:8]) + "@" + day.String())
}

// told is a finding of a day, as Look gives it.
func (d DayView) told(detector, about string, account ledger.AccountID, day ledger.Date, level Level) Alert {
	return Alert{ID: lookID(detector, about, day), Detector: detector, Level: level, Account: account, Day: day}
}

// upcoming returns what goes on by its series, charges or incomes, by the day it is due. Their prices differ by so many
// percent at most, but for steps.
func (d DayView) upcoming(of func(*place) []visit, percent int) []due {
	var all []due
	for key, spot := range d.past.places {
		visits := of(spot)
		if len(visits) < leastSeries || int(d.Today-spot.last) > liveDays {
			continue
		}
		s := seriesOf(visits)
		if s.n < leastSeries || varied(s.of(visits), percent) {
			continue
		}
		last := visits[s.at[0]]
		all = append(all, due{
			place: key, series: s.of(visits), cadence: s.cadence, day: s.due(visits), size: last.size,
			account: d.past.accounts[last.account].id,
		})
	}
	slices.SortFunc(all, func(a, b due) int {
		return cmp.Or(cmp.Compare(a.day, b.day), strings.Compare(a.place.merchant, b.place.merchant),
			strings.Compare(a.place.currency, b.place.currency))
	})
	return all
}

func chargesOf(p *place) []visit { return p.charges }
func creditsOf(p *place) []visit { return p.credits }

// holdings returns the accounts whose balance is known, by ID, with what they hold.
func (d DayView) holdings(each func(id ledger.AccountID, h Holding, b *book, held int64)) {
	if d.Books == nil {
		return
	}
	for _, b := range d.past.accounts {
		if h, known := d.Books.Accounts[b.id]; known && h.Stated {
			each(b.id, h, b, h.Opening+b.sum)
		}
	}
}

// decimal is an amount as Reasons have it.
func decimal(minor int64, currency string) string { return money.New(minor, currency).Decimal() }

func amountOf(label string, minor int64, currency string) Number {
	return Number{Label: label, Amount: decimal(minor, currency), Currency: currency}
}
