package alert

import (
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
