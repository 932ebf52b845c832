package alert

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"coffer/app/ledger"
)

// Watchlist is what the person told Coffer ahead: it is never learnt, and it leaves only when the person takes it out.
type Watchlist struct {
	Merchants []WatchedMerchant
	Trips     []Trip
	Refunds   []ExpectedRefund
	Cancelled []CancelledSeries
	Payees    []KnownPayee
	Floors    []Floor
}

// WatchedMerchant is one that the person blocked or trusts.
type WatchedMerchant struct {
	ID       string
	Merchant string    // as ledger.MerchantOf gives it
	Shown    string    // as the person saw it
	Blocked  bool      // any charge there interrupts; otherwise trusted: only hard rules speak there
	Since    time.Time // UTC
}

// Trip is a time abroad that was announced: "abroad 3–17 May".
type Trip struct {
	ID        string
	From, To  ledger.Date // both included
	Countries []string    // ISO 3166-1 alpha-2; empty: anywhere
}

// ExpectedRefund is money that a merchant promised back.
type ExpectedRefund struct {
	ID       string
	Account  ledger.AccountID // empty: any
	Merchant string           // as ledger.MerchantOf gives it
	Shown    string
	Minor    int64 // positive
	Currency string
	Since    ledger.Date
	By       ledger.Date // zero: 14 days after Since
}

// CancelledSeries is a subscription that the person cancelled: a charge after Since interrupts.
type CancelledSeries struct {
	ID       string
	Merchant string // as ledger.MerchantOf gives it
	Shown    string
	Since    ledger.Date
}

// KnownPayee is somebody whom the person confirmed as a payee of transfers.
type KnownPayee struct {
	ID    string
	Payee string // as ledger.MerchantOf gives it
	Shown string
	Since time.Time // UTC
}

// Floor is the balance below which the person wants to be told.
type Floor struct {
	Account  ledger.AccountID
	Minor    int64
	Currency string
}

// WatchEntry is one thing on the watchlist: a WatchedMerchant, Trip, ExpectedRefund, CancelledSeries, KnownPayee or Floor.
type WatchEntry interface {
	Key() string // names it among all entries; two with the same key are one
}

// Watched is an entry with the account by whose rows it was made, if it was: it goes with that account.
type Watched struct {
	Entry WatchEntry // nil: there is none
	Of    ledger.AccountID
}

// BlockKey is the key of the block that an answer "not mine" makes. It ends with the answer.
func BlockKey(id ID) string { return "not-mine:" + string(id) }

// BlockKeyOf is the key of the block of another merchant of the same alert, by its row there. Its end is like that of no other key.
func BlockKeyOf(id ID, row ledger.TransactionID) string {
	sum := sha256.Sum256([]byte(row))
	return BlockKey(id) + "#" + hex.EncodeToString(sum[:8])
}

// ShownOf is what a row calls its merchant.
func ShownOf(r ledger.Row) string {
	for _, name := range []string{r.Payee, r.Text, r.Memo} {
		if name != "" {
			return name
		}
	}
	return ""
}

// Key implements WatchEntry.
func (m WatchedMerchant) Key() string { return m.ID }

// Key implements WatchEntry.
func (t Trip) Key() string { return t.ID }

// Key implements WatchEntry.
func (r ExpectedRefund) Key() string { return r.ID }

// Key implements WatchEntry.
func (c CancelledSeries) Key() string { return c.ID }

// Key implements WatchEntry.
func (p KnownPayee) Key() string { return p.ID }

// Key implements WatchEntry: an account has one floor.
func (f Floor) Key() string { return "floor:" + string(f.Account) }

// RefundDays is how long an expected refund is waited for where nothing else was said.
const RefundDays = 14

// Due returns the last day on which the refund is in time.
func (r ExpectedRefund) Due() ledger.Date {
	if r.By != 0 {
		return r.By
	}
	return r.Since.AddDays(RefundDays)
}

// Entries returns every entry, kind after kind, in the order of its list.
func (w Watchlist) Entries() []WatchEntry {
	all := make([]WatchEntry, 0, len(w.Merchants)+len(w.Trips)+len(w.Refunds)+len(w.Cancelled)+len(w.Payees)+len(w.Floors))
	for _, m := range w.Merchants {
		all = append(all, m)
	}
	for _, t := range w.Trips {
		all = append(all, t)
	}
	for _, r := range w.Refunds {
		all = append(all, r)
	}
	for _, c := range w.Cancelled {
		all = append(all, c)
	}
	for _, p := range w.Payees {
		all = append(all, p)
	}
	for _, f := range w.Floors {
		all = append(all, f)
	}
	return all
}

// Add puts an entry at the end of the list of its kind.
func (w *Watchlist) Add(e WatchEntry) {
	switch e := e.(type) {
	case WatchedMerchant:
		w.Merchants = append(w.Merchants, e)
	case Trip:
		w.Trips = append(w.Trips, e)
	case ExpectedRefund:
		w.Refunds = append(w.Refunds, e)
	case CancelledSeries:
		w.Cancelled = append(w.Cancelled, e)
	case KnownPayee:
		w.Payees = append(w.Payees, e)
	case Floor:
		w.Floors = append(w.Floors, e)
	}
}

// Merchant returns what was last said of a merchant: a block after a "not mine" outlasts an older trust.
func (w Watchlist) Merchant(merchant string) (said WatchedMerchant, ok bool) {
	for _, m := range w.Merchants {
		if merchant != "" && m.Merchant == merchant && (!ok || !m.Since.Before(said.Since)) {
			said, ok = m, true
		}
	}
	return said, ok
}

// OnTrip reports whether a day abroad in country, which may be empty, was announced.
func (w Watchlist) OnTrip(day ledger.Date, country string) bool {
	return slices.ContainsFunc(w.Trips, func(t Trip) bool {
		return day >= t.From && day <= t.To && (len(t.Countries) == 0 || slices.Contains(t.Countries, country))
	})
}

// WatchedFrom returns the first day whose rows an entry, or its end, may let be judged otherwise. What is said of merchants and payees
// counts from then on. It is today for what only the end of a day is held against.
func WatchedFrom(e WatchEntry, today ledger.Date) ledger.Date {
	switch e := e.(type) {
	case Trip:
		return e.From
	case ExpectedRefund:
		return e.Since
	case CancelledSeries:
		return e.Since
	case WatchedMerchant:
		return ledger.DateOf(e.Since.UTC())
	case KnownPayee:
		return ledger.DateOf(e.Since.UTC())
	}
	return today
}

// before returns the entries that count for the rows of day: those that were said by then.
func (w *Watchlist) before(day ledger.Date) *Watchlist {
	later := func(since time.Time) bool { return ledger.DateOf(since.UTC()) > day }
	laterMerchant := func(m WatchedMerchant) bool { return later(m.Since) }
	laterPayee := func(p KnownPayee) bool { return later(p.Since) }
	if !slices.ContainsFunc(w.Merchants, laterMerchant) && !slices.ContainsFunc(w.Payees, laterPayee) {
		return w
	}
	part := *w
	part.Merchants = slices.DeleteFunc(slices.Clone(w.Merchants), laterMerchant)
	part.Payees = slices.DeleteFunc(slices.Clone(w.Payees), laterPayee)
	return &part
}

// WatchedAccount returns the account that an entry is about alone; empty for all.
func WatchedAccount(e WatchEntry) ledger.AccountID {
	switch e := e.(type) {
	case ExpectedRefund:
		return e.Account
	case Floor:
		return e.Account
	}
	return ""
}
