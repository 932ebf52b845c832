package bank

import (
	"context"
	"time"

	"coffer/app/secret"
	"coffer/sync/wire"
)

// Grant is what a bank or bridge gave that is not OAuth's to give.
type Grant struct {
	Base    string      // of the data API, where the grant names it (SimpleFIN's access URL, without what opens it); empty: the provider file's
	Token   secret.Text // opens the link from now on
	Until   time.Time   // UTC, when Token ends; zero: nobody said
	Consent string      // the bank's id of the grant; empty if it has none
	Ends    time.Time   // UTC, when the consent ends; zero: nobody said
}

// Claimer is a Dialect whose bridge hands the person a setup token that is claimed once
// (provider.SetupToken).
type Claimer interface {
	// ClaimAddress returns the address that setup names, asking nobody. It opens something: never
	// log it. It errs with fault.BadAnswer for what is no setup token.
	ClaimAddress(setup secret.Text) (secret.Text, error)
	// Claim trades setup for what opens the link. One that was used before is a LoginNeeded with a
	// reason of its own: somebody else may have it.
	Claim(ctx context.Context, line *wire.Line, setup secret.Text) (Grant, error)
}

// Signer is a Dialect whose calls each carry a short token that the person's own key signs
// (provider.SignedJWT).
type Signer interface {
	// Sign returns a token for client, and until when it may be used, UTC. key is a PEM private key.
	Sign(client string, key secret.Text, now time.Time) (token secret.Text, until time.Time, err error)
}

// Visitor is a Dialect whose own API names the page where the person approves (provider.SignedJWT,
// HostedLink, OwnConsent).
type Visitor interface {
	// Visit asks for the page.
	Visit(ctx context.Context, s Session, v Visit) (Visited, error)
	// Visited returns the grant once the person has approved: with the code that came back, or,
	// for a page that is polled, empty. Until then ok is false and err nil.
	Visited(ctx context.Context, s Session, v Visited, code secret.Text) (g Grant, ok bool, err error)
}

// Visit is what a page is asked for.
type Visit struct {
	Bank     string // which of a bridge's banks, as the bridge names it; empty: the page asks
	Country  string // of Bank, ISO 3166-1 alpha-2
	Redirect string // https address that the person is sent to; empty: the page is polled
	State    secret.Text
	Until    time.Time // UTC, when the consent is to end; zero: as long as the bank gives
	Days     int       // of history
}

// Visited is a page that was asked for.
type Visited struct {
	Address string        // to open in the browser
	Ticket  secret.Text   // what the page is known by from then on
	Every   time.Duration // between two polls; 0: it is not polled
}
