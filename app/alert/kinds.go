package alert

import (
	"cmp"
	"slices"

	"coffer/app/ledger"
)

// kindOf is what a charge was for: its category, else its merchant category code, else empty.
func kindOf(t *ledger.Transaction) string {
	if t.Category != ledger.NoCategory {
		return string(t.Category)
	}
	return t.MCC
}

// isCash reports whether cash was taken.
func isCash(t *ledger.Transaction) bool {
	return t.Amount.Minor < 0 &&
		(t.Channel == ledger.CashMachine || t.Category == ledger.Cash || t.MCC == "6010" || t.MCC == "6011")
}

// isPayment reports whether money was sent to a payee: told by the bank, or by the row's words where it tells nothing.
func isPayment(t *ledger.Transaction) bool {
	if t.Amount.Minor >= 0 || t.Category == ledger.Transfer || isCash(t) {
		return false
	}
	if t.Channel != ledger.UnknownChannel {
		return t.Channel == ledger.PaymentOut
	}
	return t.MCC == "" && t.Card == "" && (hasWord(t.Text, paymentWords) || hasWord(t.Memo, paymentWords))
}

// isFee reports whether the bank charged for a service of its own.
func isFee(t *ledger.Transaction) bool {
	if t.Amount.Minor >= 0 {
		return false
	}
	return t.Category == ledger.Fees || hasWord(t.Payee, feeWords) || hasWord(t.Text, feeWords)
}

// isPlain reports whether a card was used at a counter: no way to test a stolen number, or to bill a subscription.
func isPlain(t *ledger.Transaction) bool { return t.Channel == ledger.CardPresent || isCash(t) }

var (
	paymentWords = []string{
		"transfer", "zelle", "venmo", "wire", "sepa", "ueberweisung", "überweisung", "virement", "transferencia",
		"bonifico", "overboeking", "standing", "faster", "fps", "chaps", "bacs", "payid", "osko", "interac", "pix",
	}
	feeWords      = []string{"fee", "fees", "gebuehr", "gebühr", "entgelt", "frais", "comision", "comisión", "commissione", "surcharge"}
	interestWords = []string{"interest", "zinsen", "interets", "intereses", "cashback", "reward", "rewards", "dividend", "bonus"}
)

// hasWord reports whether one of words stands in text. It folds the case of plain letters alone.
func hasWord(text string, words []string) bool {
	start := -1
	for i := 0; i <= len(text); i++ {
		if i < len(text) && isLetter(text[i]) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && slices.ContainsFunc(words, func(w string) bool { return sameWord(text[start:i], w) }) {
			return true
		}
		start = -1
	}
	return false
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80 }

func sameWord(a, small string) bool {
	if len(a) != len(small) {
		return false
	}
	for i := range len(a) {
		c := a[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != small[i] {
			return false
		}
	}
	return true
}

func hourOf(at visit) int {
	const day = 24 * 3600
	return int((at.at%day+day)%day) / 3600
}

// night reports whether the row was made at an hour, by UTC, around which the person hardly ever pays: one of a hundred
// own charges at most lies within an hour of it.
func (v View) night() bool {
	const leastTimed = 100
	at := v.visited()
	if !at.timed {
		return false
	}
	total, h := uint64(0), hourOf(at)
	for _, n := range v.past.hours {
		total += uint64(n)
	}
	around := uint64(v.past.hours[(h+23)%24]) + uint64(v.past.hours[h]) + uint64(v.past.hours[(h+1)%24])
	return total >= leastTimed && around*100 <= total
}

// home returns the country where most rows of an account are from; empty if none is told.
func (b *book) home() string {
	home, most := "", int32(0)
	for _, s := range b.countries {
		if s.rows > most {
			home, most = s.country, s.rows
		}
	}
	return home
}

// isAbroad reports whether a row was made in another currency or country than the account's.
func (b *book) isAbroad(t *ledger.Transaction) bool {
	if f := t.Foreign.Currency; f != "" && f != t.Amount.Currency {
		return true
	}
	home := b.home()
	return t.Country != "" && home != "" && t.Country != home
}

// watched returns what the person said last of the row's merchant, and whether they said anything.
func (v View) watched() (WatchedMerchant, bool) {
	if v.Watch == nil {
		return WatchedMerchant{}, false
	}
	return v.Watch.Merchant(v.Merchant)
}

func (v View) trusted() bool {
	m, found := v.watched()
	return found && !m.Blocked
}

// onTrip reports whether the person said ahead that they would be away; there, if the row says where it was.
func (v View) onTrip() bool {
	if v.Watch == nil {
		return false
	}
	return slices.ContainsFunc(v.Watch.Trips, func(t Trip) bool {
		return v.Row.Date >= t.From && v.Row.Date <= t.To &&
			(len(t.Countries) == 0 || v.Row.Country == "" || slices.Contains(t.Countries, v.Row.Country))
	})
}

// confirmedPayee reports whether the person named the row's payee ahead.
func (v View) confirmedPayee() bool {
	return v.Watch != nil && slices.ContainsFunc(v.Watch.Payees, func(p KnownPayee) bool { return p.Payee == v.Merchant })
}

// linking reports whether the person linked an account in the ten days before the row or on its day.
func (v View) linking() bool {
	const days = 10
	return v.Books != nil && slices.ContainsFunc(v.Books.Linked, func(d ledger.Date) bool {
		return v.Row.Date >= d && v.Row.Date <= d.AddDays(days)
	})
}

// lately returns the person's latest charges in the row's currency but those that the alert is about: of the last days, or
// where there are none the latest that are kept of each merchant.
func (v View) lately(about ...ledger.TransactionID) []ledger.TransactionID {
	recent := v.own().recent
	visits := make([]visit, 0, mostBaseline+len(about))
	for _, b := range recent[max(0, len(recent)-mostBaseline-len(about)):] {
		visits = append(visits, b.visit)
	}
	if ids := baseline(visits, about...); len(ids) > 0 {
		return ids
	}
	for key, spot := range v.past.places {
		if key.currency == v.Row.Amount.Currency {
			visits = append(visits, spot.charges...)
		}
	}
	slices.SortFunc(visits, func(a, b visit) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id))
	})
	return baseline(slices.Compact(visits), about...)
}
