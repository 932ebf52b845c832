package bank

import (
	"context"
	"sync"
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
	// Claim trades setup for what opens the link. One that was used before is a fault.KeyRefused with
	// the reason "setup.used": somebody else may have it.
	Claim(ctx context.Context, line *wire.Line, setup secret.Text) (Grant, error)
}

// Signer is a Dialect whose calls each carry a short token that the person's own key signs
// (provider.SignedJWT). Link signs: no dialect opens a key.
type Signer interface {
	// Unsigned is what to sign for client.
	Unsigned(client string, now time.Time) Unsigned
}

// Unsigned is a JSON Web Token (RFC 7519) before it is signed.
type Unsigned struct {
	Alg    string         // RFC 7518: "RS256", "PS256" or "ES256"
	Head   map[string]any // beside alg
	Claims map[string]any
}

// Visitor is a Dialect whose own API names the page where the person approves (provider.SignedJWT,
// HostedLink).
type Visitor interface {
	// Visit asks for the page. s has no Consent yet, and a Token only where it is signed.
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

// Memo keeps what a Dialect was told, for as long as one session is read: some banks count requests, and
// answer one for all accounts at once. The nil Memo keeps nothing.
type Memo struct {
	mu  sync.Mutex
	all map[string]any
}

// mostKept bounds a Memo, far above two things for each account of a link: beyond that it keeps nothing new, and what
// it has stays.
const mostKept = 4096

// Kept returns what was kept under key.
func (m *Memo) Kept(key string) (any, bool) {
	if m == nil {
		return nil, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.all[key]
	return v, ok
}

// Keep keeps v under key. Whoever gets it must not change it.
func (m *Memo) Keep(key string, v any) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		m.all = map[string]any{}
	}
	if _, known := m.all[key]; known || len(m.all) < mostKept {
		m.all[key] = v
	}
}
