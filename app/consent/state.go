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
	Dropped                    // the person let go of the tokens; that it ended at the bank was never proved
)

// Event is what can happen to a link.
type Event int

// The events in a link's life.
const (
	Granted       Event = iota // the person approved and the tokens are sealed
	ReadOK                     // a read was answered
	BankFailed                 // 5xx, network, time-out: never costs a token
	ToldToWait                 // 429 and its kin
	GrantRefused               // invalid_grant, or 401 after a successful renewal
	AskedToRevoke              // the person pressed Revoke
	RevokeProved               // the bank answered and both probes were refused
	GrantGone                  // the bank says that the consent was revoked there
	LetGo                      // the person drops the tokens of a revocation that nothing proves
)

var after = map[State]map[Event]State{
	Linking:       {Granted: Active},
	Active:        {ReadOK: Active, BankFailed: Outage, ToldToWait: Paused, GrantRefused: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank, Granted: Active},
	NeedsLogin:    {Granted: Active, GrantRefused: NeedsLogin, BankFailed: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank},
	Outage:        {ReadOK: Active, BankFailed: Outage, ToldToWait: Paused, GrantRefused: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank, Granted: Active},
	Paused:        {ReadOK: Active, BankFailed: Outage, ToldToWait: Paused, GrantRefused: NeedsLogin, AskedToRevoke: RevokePending, GrantGone: RevokedAtBank, Granted: Active},
	RevokePending: {AskedToRevoke: RevokePending, RevokeProved: Revoked, BankFailed: RevokePending, LetGo: Dropped},
	Revoked:       {},
	Dropped:       {},
	RevokedAtBank: {Granted: Active, AskedToRevoke: RevokePending, GrantRefused: RevokedAtBank, GrantGone: RevokedAtBank},
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

// Reads reports whether data may be fetched in s.
func (s State) Reads() bool { return s == Active || s == Outage || s == Paused }

// Ended reports whether the link is over.
func (s State) Ended() bool { return s == Revoked || s == RevokedAtBank || s == Dropped }
