package consent

import "fmt"

// State is where a link is in its life. Append only: it is stored.
type State int

// The states of a link.
const (
	Linking       State = iota // the browser is open, or accounts are being chosen
	Active                     // reads work
	NeedsLogin                 // the bank wants the person to sign in again; data kept
	Outage                     // the bank does not answer; tokens kept
	Paused                     // the bank said to wait
	RevokePending              // reading has ended here; the bank has not confirmed
	Revoked                    // ended here and at the bank, proved
	RevokedAtBank              // the bank ended it
	Lapsed                     // what the person pays, to a bridge or to the bank, has run out; tokens kept
	Unapproved                 // granted, and it opens nothing until the person approves in the bank's phone app; tokens kept
	states
)

// Event is what can happen to a link.
type Event int

// The events in a link's life.
const (
	Granted         Event = iota // the person approved and the tokens are sealed
	ReadOK                       // a read was answered
	BankFailed                   // 5xx, network, time-out: never costs a token
	ToldToWait                   // 429 and its kin
	GrantRefused                 // invalid_grant, or 401 after a successful renewal
	AskedToRevoke                // the person pressed Revoke
	RevokeProved                 // the bank answered and both probes were refused
	GrantGone                    // the bank says that the consent was revoked there
	PaymentDue                   // 402: a subscription has run out, which says nothing of the grant
	ApprovalMissing              // the tokens open nothing yet: the person is to approve in the bank's phone app
	events
)

var after = map[State]map[Event]State{
	Linking:       {Granted: Active, ApprovalMissing: Unapproved},
	Active:        {ReadOK: Active, BankFailed: Outage, ToldToWait: Paused, PaymentDue: Lapsed, GrantRefused: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank, Granted: Active, ApprovalMissing: Unapproved},
	NeedsLogin:    {Granted: Active, GrantRefused: NeedsLogin, BankFailed: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank, ApprovalMissing: Unapproved},
	Outage:        {ReadOK: Active, BankFailed: Outage, ToldToWait: Paused, PaymentDue: Lapsed, GrantRefused: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank, Granted: Active, ApprovalMissing: Unapproved},
	Paused:        {ReadOK: Active, BankFailed: Outage, ToldToWait: Paused, PaymentDue: Lapsed, GrantRefused: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank, Granted: Active, ApprovalMissing: Unapproved},
	RevokePending: {AskedToRevoke: RevokePending, RevokeProved: Revoked, BankFailed: RevokePending},
	Revoked:       {},
	RevokedAtBank: {Granted: Active, AskedToRevoke: RevokePending, GrantRefused: RevokedAtBank, GrantGone: RevokedAtBank, ApprovalMissing: Unapproved},
	// An outage or a pause is no payment: until a read is answered, what is due stays what is told.
	Lapsed: {ReadOK: Active, BankFailed: Lapsed, ToldToWait: Lapsed, PaymentDue: Lapsed, GrantRefused: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank, Granted: Active, ApprovalMissing: Unapproved},
	// Waiting takes as long as it takes: an outage or a pause meanwhile says nothing of it.
	Unapproved: {ReadOK: Active, ApprovalMissing: Unapproved, BankFailed: Unapproved, ToldToWait: Unapproved, PaymentDue: Lapsed, GrantRefused: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank, Granted: Active},
}

// After returns the state that s goes to when e happens. An event that can't happen in s is an
// error and changes nothing.
func (s State) After(e Event) (State, error) {
	next, ok := after[s][e]
	if !ok {
		return s, fmt.Errorf("link state %d does not know event %d", s, e)
	}
	return next, nil
}

// Reads reports whether data may be asked for in s. An unapproved link is asked whether it is one still.
func (s State) Reads() bool {
	return s == Active || s == Outage || s == Paused || s == Lapsed || s == Unapproved
}

// Ended reports whether the link is over.
func (s State) Ended() bool { return s == Revoked || s == RevokedAtBank }

// States returns every State, for tests that must cover all.
func States() []State { return all[State](int(states)) }

// Events returns every Event, for tests that must cover all.
func Events() []Event { return all[Event](int(events)) }

func all[T ~int](n int) []T {
	made := make([]T, n)
	for i := range made {
		made[i] = T(i)
	}
	return made
}
