// Package fault sorts errors by what the person can do about them.
// The log gets the whole chain; a screen gets the sentence that ui/say has for the Kind.
package fault

import (
	"context"
	"errors"
)

// Kind says what the person can do. Each needs a sentence in ui/say: what happened,
// what is safe, what to do next. Append only: kinds are stored with links and jobs.
type Kind int

// The kinds.
const (
	Unknown            Kind = iota // our mistake: offer the log
	Canceled                       // the person stopped it: say nothing
	Offline                        // no network, or the host does not answer: try later
	LoginNeeded                    // the consent ended: sign in again
	ConsentDenied                  // the person said no at the bank: nothing was stored
	LinkTimedOut                   // the browser was closed or nothing came back in time
	BankDown                       // the bank's fault (5xx): try later
	BankPaused                     // too many calls: wait until Args["until"]
	BankUnexpected                 // the bank answered something we do not understand
	HostRefused                    // an address that the person did not approve: nothing was sent
	NoBrowser                      // no system browser: copy Args["address"]
	PortTaken                      // the fixed callback port is in use
	WrongPassphrase                // or wrong recovery key
	WeakPassphrase                 // too short or too easy to guess
	Locked                         // the vault is locked
	VaultInUse                     // another Coffer holds the vault
	VaultDamaged                   // bytes were changed or are missing
	VaultNewer                     // written by a newer Coffer
	VaultForeign                   // not a Coffer vault
	VaultMissing                   // there is no vault yet
	VaultExists                    // there is one already
	KeyringLocked                  // the system keyring does not open
	DiskFull                       // no room, nothing half-written
	DiskFailed                     // the system refused a read or write
	BadFile                        // a statement that can't be read: Args["line"], Reason
	UnknownFormat                  // a file that no reader knows
	NotFound                       // gone in the meantime
	NoDisplay                      // no screen to draw a window on
	RevokePending                  // stopped here, not yet revoked at the bank
	BadName                        // no vault can have that name
	ProxyFailed                    // the person's own proxy let nothing through: Args["proxy"], Reason; nothing reached the bank
	BadProxy                       // no proxy can have that address
	ProviderChanged                // the person's own provider file is another, or gone: Args["file"]
	ProviderLacks                  // this version can't link such a bank yet
	BadAnswer                      // what the person typed for a bank can't be: Args["need"], Reason
	KeyRefused                     // the bank did not take what the person brought: Args["need"], Reason; nothing was stored
	SubscriptionLapsed             // what the person pays a bridge or the bank has run out (402): tokens kept
	ApprovalNeeded                 // the grant opens nothing until the person approves in the bank's phone app
	QuotaSpent                     // the bank's limit for a day is reached: wait until Args["until"]; nothing was sent
	BadDispute                     // that doesn't fit the dispute: Reason; nothing was changed
	BadWatch                       // what the person wants watched can't be: Reason; nothing was changed
	BadDay                         // has passed, or is too far ahead; nothing was changed
	kinds
)

// Kinds returns every Kind, for tests that must cover all.
func Kinds() []Kind {
	all := make([]Kind, kinds)
	for k := range all {
		all[k] = Kind(k)
	}
	return all
}

// Fault is an error with its Kind.
type Fault struct {
	Kind   Kind
	Op     string            // what was tried, for the log: "read page 3"
	Reason string            // an id that refines Kind for ui/say, or empty: "ofx.date"
	Args   map[string]string // values for the sentence; never a secret
	Err    error             // the cause, for the log
}

// New returns err as a Fault, or nil for a nil err.
func New(kind Kind, op string, err error) error {
	if err == nil {
		return nil
	}
	return &Fault{Kind: kind, Op: op, Err: err}
}

// With returns err as a Fault with values for its sentence, given as name, value pairs,
// or nil for a nil err. A name without a value is dropped.
func With(kind Kind, op string, err error, pairs ...string) error {
	if err == nil {
		return nil
	}
	args := make(map[string]string, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return &Fault{Kind: kind, Op: op, Args: args, Err: err}
}

// Because is With plus a Reason.
func Because(kind Kind, reason, op string, err error, pairs ...string) error {
	if err == nil {
		return nil
	}
	f := With(kind, op, err, pairs...).(*Fault)
	f.Reason = reason
	return f
}

func (f *Fault) Error() string { return f.Op + ": " + f.Err.Error() }

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// KindOf returns the Kind nearest the top of err's chain. A canceled context is
// Canceled whoever wrapped it.
func KindOf(err error) Kind {
	if errors.Is(err, context.Canceled) {
		return Canceled
	}
	if f := Of(err); f != nil {
		return f.Kind
	}
	return Unknown
}

// Of returns the Fault nearest the top of err's chain, or nil.
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return nil
}
