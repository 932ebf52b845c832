// Package engine refreshes links: which account next, read, reconcile, save, tell.
package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"coffer/app/consent"
	"coffer/app/event"
	"coffer/app/ledger"
	"coffer/sync/bank"
)

// Store is what engine reads and saves through. Every method is one step: all of it or nothing.
type Store interface {
	Link(ctx context.Context, id consent.LinkID) (consent.Link, error)
	Links(ctx context.Context) ([]consent.Link, error)
	SaveLink(ctx context.Context, link consent.Link) error
	Accounts(ctx context.Context) ([]ledger.AccountView, error)
	SaveAccounts(ctx context.Context, link consent.LinkID, found []ledger.AccountView) ([]ledger.Account, error)
	Reading(ctx context.Context, account ledger.AccountID) (ledger.Reading, error)
	Gaps(ctx context.Context, account ledger.AccountID) ([]ledger.Gap, error)
	Stored(ctx context.Context, account ledger.AccountID, from, to ledger.Date, aliases []string) ([]ledger.Transaction, []ledger.Tombstone, error)
	// Recent returns the last day from from to to with a booked row, and the first day ever with a pending one; zero for none.
	Recent(ctx context.Context, account ledger.AccountID, from, to ledger.Date) (booked, pending ledger.Date, err error)
	Apply(ctx context.Context, w ledger.Write) (ledger.Written, error)
	// Reconcile makes w.Plan of batch and what is stored, and applies it, in that one step.
	Reconcile(ctx context.Context, batch ledger.Batch, w ledger.Write) (ledger.Written, error)

	// Setting returns what was set under key, "" if nothing was.
	Setting(ctx context.Context, key string) (string, error)
	SetSetting(ctx context.Context, key, value string) error
}

// Sessions opens links. Its faults are those of the token endpoint: LoginNeeded when the grant
// is refused, BankDown, BankPaused, Offline.
type Sessions interface {
	// Session opens link with an access token that is fresh as far as its expiry tells.
	Session(ctx context.Context, link consent.Link) (bank.Session, error)
	// Renewed opens link with a new access token, whatever the expiry of the old one says. It errs with
	// bank.ErrUnrenewable where nothing gives one.
	Renewed(ctx context.Context, link consent.Link) (bank.Session, error)
}

// Standings is a Sessions that can ask how a consent stands without the person's tokens (bank.ConsentMaker).
type Standings interface {
	// Standing returns how the consent of link stands; ok is false where nobody can ask that. Each request asks spend before
	// it is sent, unless that is nil.
	Standing(ctx context.Context, link consent.Link, spend func(context.Context) error) (stands bank.ConsentStanding, ok bool, err error)
}

// Config is what an Engine needs. All but Log, Changed, SliceDays, SliceRows and Retry are required.
type Config struct {
	Store    Store
	Sessions Sessions
	Dialects []bank.Dialect
	Now      func() time.Time // in the zone of the person: its day is today
	Log      *slog.Logger     // nil: silent
	Changed  *event.Topic[ledger.AccountID]

	SliceDays int // days read and saved in one go at first; 0 is 92
	SliceRows int // rows beyond which a slice is cut in half; 0 is 5000

	Retry Retry // of reads that fail as if by chance; the zero Retry makes none
}

// Engine refreshes links. It may be used from any goroutine.
type Engine struct {
	config   Config
	dialects map[string]bank.Dialect

	mu    sync.Mutex
	turns map[consent.LinkID]*turn

	quotas sync.Mutex // one counts at a time

	circuits circuits
}

// New checks c.
func New(c Config) (*Engine, error) {
	switch {
	case c.Store == nil:
		return nil, errors.New("engine: no store")
	case c.Sessions == nil:
		return nil, errors.New("engine: no sessions")
	case len(c.Dialects) == 0:
		return nil, errors.New("engine: no dialects")
	case c.Now == nil:
		return nil, errors.New("engine: no clock")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Changed == nil {
		c.Changed = new(event.Topic[ledger.AccountID])
	}
	if c.SliceDays <= 0 {
		c.SliceDays = 92
	}
	if c.SliceRows <= 0 {
		c.SliceRows = 5000
	}
	if c.Retry.Times > 0 && (c.Retry.Wait == nil || c.Retry.Random == nil) {
		return nil, errors.New("engine: retries without a wait or chance")
	}
	e := &Engine{config: c, dialects: map[string]bank.Dialect{}, turns: map[consent.LinkID]*turn{}}
	for _, d := range c.Dialects {
		e.dialects[d.Name()] = d
	}
	return e, nil
}

// Step names what a refresh is at.
type Step int

// The steps of a refresh.
const (
	Opening  Step = iota // asking for a fresh token
	Listing              // asking for the accounts
	Reading              // reading the transactions of Progress.Account
	Saved                // a slice of them is durable
	Finished             // the account is done
)

// Progress is how far the refresh of a link is.
type Progress struct {
	Link        consent.LinkID
	Account     ledger.AccountID // empty while Opening and Listing
	Name        string           // of the account
	Step        Step
	Done, Total int // days of the account that are read and saved, and that will be
	Rows        int // rows of the account that came so far

	AccountNo, Accounts int // the account is the nth, from 1, of so many that are read; 0 while Opening and Listing
}

// AccountResult is how the refresh of one account ended.
type AccountResult struct {
	Account ledger.Account // without an ID if it could not be read at all
	Written ledger.Written
	Partial bool  // the bank said that rows are missing
	Err     error // this account alone failed; the others went on
}

// Result is how the refresh of a link ended.
type Result struct {
	Link     consent.LinkID
	State    consent.State // now
	Accounts []AccountResult
	Written  ledger.Written // the sum
	Err      error          // as Refresh returned it
}

// List asks the bank which accounts the link may read and puts them into its choice (consent.Link.Offer).
// Nothing of them but their names, kinds and last digits is kept, and no transaction is asked for.
// Faults as of Refresh.
func (e *Engine) List(ctx context.Context, link consent.LinkID) error {
	_, err := e.refresh(ctx, link, true, nil, true)
	return err
}

func tell(told func(Progress), p Progress) {
	if told != nil {
		told(p)
	}
}
