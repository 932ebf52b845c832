package demobank

import (
	"slices"
	"time"
)

// EventKind is what the bank saw happen.
type EventKind string

// What the bank writes down about links. API reads that go well are not events.
const (
	GrantCreated   EventKind = "grant created"
	GrantDenied    EventKind = "grant denied by the person"
	GrantApproved  EventKind = "grant approved on the phone"
	GrantRevoked   EventKind = "grant revoked"
	TokenIssued    EventKind = "token issued"
	TokenRefreshed EventKind = "token refreshed"
	TokenRevoked   EventKind = "token revoked"
	CodeReused     EventKind = "code used twice"
	RefreshReused  EventKind = "refresh token used twice"
	AccessRefused  EventKind = "access token refused"
	RefreshRefused EventKind = "refresh token refused"
	ProofReplayed  EventKind = "proof of a key used twice"
	ProofRefused   EventKind = "token shown without its key"
	NonceWanted    EventKind = "proof without a nonce of the bank's"
	SignInRefused  EventKind = "sign-in refused"
)

// Event is one line of the bank's own log. Grant is the consent id, "" when the bank can't
// tell (a token it never issued). There is never a token, a code or a name in it.
type Event struct {
	At    time.Time
	Kind  EventKind
	Grant string
}

const keptEvents = 2000

// Events returns what the bank saw since it started, oldest first.
func (b *Bank) Events() []Event {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.events)
}

func (b *Bank) saw(kind EventKind, grant string) {
	if len(b.events) >= keptEvents {
		b.events = slices.Delete(b.events, 0, keptEvents/10)
	}
	b.events = append(b.events, Event{At: b.now(), Kind: kind, Grant: grant})
	b.log.Info("demo bank saw", "event", string(kind), "grant", grant)
}
