package bank

import (
	"context"
	"time"

	"coffer/app/ledger"
)

// ConsentMaker is a Dialect whose API makes the consent before the person approves it on a page of
// the bank (OBIE account-access-consents, Berlin Group /v1/consents).
type ConsentMaker interface {
	ConsentEnder
	// MakeConsent asks the bank for a consent. s has no consent yet; its token is the client's
	// (see ConsentScope). An error beside an ID: it was made, and is of no use. It is ended then.
	MakeConsent(ctx context.Context, s Session, ask ConsentAsk) (ConsentMade, error)
	// ConsentStands returns how the consent stands now. One that the bank no longer knows (404) is
	// ConsentRevoked, no error.
	ConsentStands(ctx context.Context, s Session, consentID string) (ConsentStanding, error)
	// ConsentScope returns the scope of the client's own token (RFC 6749 §4.4) that opens the
	// consent's own calls: to make, read and end it. Empty: they are opened by no token.
	ConsentScope() string
}

// ConsentAsk is what a consent is asked for.
type ConsentAsk struct {
	Until    time.Time   // UTC; zero: as long as the bank gives
	From     ledger.Date // how far back rows are read; zero: all
	Redirect string      // where the bank's page leads back to (Berlin Group TPP-Redirect-URI)
	Refused  string      // where it leads back to after a no; may equal Redirect
}

// DaysBefore returns the day that lies so many days before now's, in now's zone.
func DaysBefore(now time.Time, days int) ledger.Date { return ledger.DateOf(now.AddDate(0, 0, -days)) }

// ConsentMade is a consent that waits for the person's approval.
type ConsentMade struct {
	ID       string   // the bank's own; not empty
	Page     string   // address to open in the browser at once (scaRedirect); empty: OAuth
	Metadata string   // address of the authorization server's metadata (scaOAuth); empty: the provider's own issuer
	Scopes   []string // to ask for in place of the provider's ("AIS:<id>"); nil: the provider's
	Intent   string   // openbanking_intent_id for the signed request object; empty: none
}

// ConsentStanding is how a consent stands.
type ConsentStanding struct {
	State ConsentState
	Ends  time.Time // UTC; zero if the bank does not say
}

// ConsentState is where a consent is in its life. The zero value is none: the bank said a word that
// is not known.
type ConsentState int

// The states of a consent.
const (
	ConsentUnknown  ConsentState = iota
	ConsentWaiting               // made, not yet approved: AwaitingAuthorisation, received, partiallyAuthorised
	ConsentValid                 // approved: Authorised, valid
	ConsentRejected              // the person said no: Rejected, rejected
	ConsentRevoked               // ended by the person or by Coffer: Revoked, revokedByPsu, terminatedByTpp
	ConsentExpired               // run out: Expired, expired
)
