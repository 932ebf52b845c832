// Package dispute is what to do about a charge that the person did not make: the questions, the steps in their
// order, the legal clocks by country and instrument, the letter and the evidence, and how far it has come. Pure.
//
// General information, not legal advice. It gives no phone number and promises no refund. A ledger.Date of zero
// means here that the day is not known.
package dispute

import (
	"slices"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

// ID is our own id of a dispute.
type ID string

// Pack is the answer to the first question: did you, or anyone with your permission, make or approve it?
type Pack string

// The packs.
const (
	Unauthorised Pack = "unauthorised" // no; a code that somebody was tricked into giving counts as this
	Tricked      Pack = "tricked"      // yes, because somebody lied
	WentWrong    Pack = "went-wrong"   // yes, and what was bought did not come or was not as promised
)

// Packs lists the packs in the order in which they are asked for.
func Packs() []Pack { return []Pack{Unauthorised, Tricked, WentWrong} }

// Instrument is the answer to the second question: how was it paid?
type Instrument string

// The instruments. The empty one is not known.
const (
	CreditCard  Instrument = "credit-card"
	DebitCard   Instrument = "debit-card"
	Cash        Instrument = "cash-machine"
	Prepaid     Instrument = "prepaid-card"
	DirectDebit Instrument = "direct-debit" // also called ACH debit, pre-authorised debit, debit order
	Transfer    Instrument = "transfer"     // sent from the account at once: Faster Payment, SEPA, Pix, peer to peer
	Wire        Instrument = "wire"         // no clock is known
	Cheque      Instrument = "cheque"       // no clock is known
)

// Instruments lists the instruments in the order in which they are asked for.
func Instruments() []Instrument {
	return []Instrument{CreditCard, DebitCard, Cash, Prepaid, DirectDebit, Transfer, Wire, Cheque}
}

// ByCard reports whether i is paid by a card.
func (i Instrument) ByCard() bool {
	return i == CreditCard || i == DebitCard || i == Cash || i == Prepaid
}

// InstrumentOf is how rows of an account of that kind are paid if nothing else is known.
func InstrumentOf(k ledger.Kind, t ledger.Transaction) Instrument {
	switch {
	case k == ledger.Card:
		return CreditCard
	case t.Card != "":
		return DebitCard
	}
	return ""
}

// Item is one disputed row as it stood when it was disputed: it stays, whatever becomes of the row.
type Item struct {
	Row    ledger.TransactionID
	Date   ledger.Date
	At     time.Time    // UTC; zero if only the day is known
	Amount money.Amount // as booked: below zero
	Payee  string
	Text   string
	Source string // the bank's own id of the row
}

// ItemOf returns t as an item.
func ItemOf(t ledger.Transaction) Item {
	return Item{Row: t.ID, Date: t.Date, At: t.At, Amount: t.Amount, Payee: t.Payee, Text: t.Text, Source: t.SourceID}
}

// Name is what the item is called: its payee, else the bank's text.
func (i Item) Name() string {
	if i.Payee != "" {
		return i.Payee
	}
	return i.Text
}

// Answers are what the person says about it. Dates are of the bank's own calendar.
type Answers struct {
	Country    string     `json:",omitempty"` // ISO 3166-1 alpha-2 of the bank; empty: not known
	Instrument Instrument `json:",omitempty"`
	Pack       Pack       `json:",omitempty"`

	Lost       bool `json:",omitempty"` // the card or its code was lost or stolen
	Kept       bool `json:",omitempty"` // the person has the card
	NewAccount bool `json:",omitempty"` // opened in the 30 days before
	InShop     bool `json:",omitempty"` // a debit card at a till
	Abroad     bool `json:",omitempty"` // begun in another country

	Learned    ledger.Date `json:",omitempty"` // the person noticed
	Statement  ledger.Date `json:",omitempty"` // the first statement that shows it was sent, or an earlier day
	Told       ledger.Date `json:",omitempty"` // the bank was told
	Letter     ledger.Date `json:",omitempty"` // the letter was there
	Complained ledger.Date `json:",omitempty"` // the bank had the complaint
	Final      ledger.Date `json:",omitempty"` // of the bank's final answer
	CycleDay   int         `json:",omitempty"` // day of the month on which the card's billing cycle closes, 31 is its end; 0: not known

	Reference string   `json:",omitempty"` // that the bank gave
	Holder    []string `json:",omitempty"` // the person's name and address, for the letter
	Bank      []string `json:",omitempty"` // where the letter goes
	Words     []string `json:",omitempty"` // the person's own paragraphs in place of ours
}

// Dispute is one case: some rows of one account.
type Dispute struct {
	ID      ID
	Account ledger.AccountID
	Alert   string // that it came from; empty: from rows
	Opened  time.Time
	Items   []Item // oldest first, at least one
	Answers Answers
	Events  []Event // what happened since, oldest first
}

// Facts are what the clocks are counted from.
type Facts struct {
	Answers
	Debited  ledger.Date // of the oldest item
	LastPaid ledger.Date // of the newest
}

// Facts returns what the clocks of d are counted from.
func (d Dispute) Facts() Facts {
	f := Facts{Answers: d.Answers}
	for i, item := range d.Items {
		if i == 0 || item.Date < f.Debited {
			f.Debited = item.Date
		}
		f.LastPaid = max(f.LastPaid, item.Date)
	}
	return f
}

// Total returns what the items took together, above zero. It wraps money.ErrCurrency where they are of
// several currencies.
func (d Dispute) Total() (money.Amount, error) {
	var sum money.Amount
	for _, item := range d.Items {
		var err error
		if sum, err = sum.Sub(item.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return sum, nil
}

// Has reports whether row is one of the items.
func (d Dispute) Has(row ledger.TransactionID) bool {
	return slices.ContainsFunc(d.Items, func(i Item) bool { return i.Row == row })
}
