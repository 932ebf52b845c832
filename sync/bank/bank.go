// Package bank says what a bank is to us. Each dialect is a room below.
package bank

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// Session is an open link to a bank: the line to its hosts and the token that opens it.
type Session struct {
	Line    *wire.Line
	Base    string // of the data API, without a slash at the end
	Token   secret.Text
	Skip    func(bankID string) bool     // accounts that are not to be asked for one by one: the person left them out; nil: none
	Left    func(prefix string) []string // bank ids that begin so, of accounts that Skip reports; empty where the person lets one that begins so be read; nil: none
	Only    []string                     // bank ids of the accounts that are read, where the person left others out: a call for several names these; nil: all
	App     secret.Text                  // a second secret beside Token: Akahu's app token, Investec's API key, Plaid's secret; empty elsewhere
	Client  string                       // id of the person's own client there; empty where there is none
	Consent string                       // the bank's id of the grant; empty if it has none
	Memo    *Memo                        // of this session; may be nil
	Present bool                         // the person is at the screen (FDX-API-Actor-Type USER, PSU-IP-Address …)
}

// What a dialect says beside the fault.Kind of an error. Engine branches on these.
var (
	// ErrAccountGone: this one account can't be read; the others may.
	ErrAccountGone = errors.New("the account can't be read")
	// ErrAccountClosed is an ErrAccountGone that stays so.
	ErrAccountClosed = fmt.Errorf("%w: closed", ErrAccountGone)
	// ErrCursor: the bank no longer takes the cursor; the window starts again without it.
	ErrCursor = errors.New("the cursor is refused")
	// ErrMoved: what is told changed while it was, and the cursor that was begun from is as good as before.
	ErrMoved = errors.New("the list moved while it was told")
	// ErrTooFar: the bank refuses the window's dates, as a rule because they lie too far back.
	ErrTooFar = errors.New("the dates are refused")
	// ErrTooMany: an answer has more rows than Window.Most.
	ErrTooMany = errors.New("more rows than were asked for")
	// ErrSkipped: the account was not asked for, as the session said.
	ErrSkipped = errors.New("the account is left out")
	// ErrUnrenewable: there is nothing to renew the token with. It says nothing of the grant.
	ErrUnrenewable = errors.New("nothing renews the token")
	// ErrRevoked: the bank says that the consent was taken back, not that it ran out.
	ErrRevoked = errors.New("the consent was revoked at the bank")
)

// Account is an account as the bank tells it. ID, Link, Provider and Identity of its
// ledger.Account are still empty: engine makes them, the identity from Number.
type Account struct {
	ledger.Account
	Balance ledger.Balance // no currency in an amount that the bank does not tell
	Number  string         // what makes the account the same in the next consent; never stored as it is
	Err     error          // it was named but could not be read: only BankID, Name and Err count
}

// Window is what to read of an account.
type Window struct {
	From, To ledger.Date // inclusive
	Cursor   string      // Next of the last page that was saved; empty to start

	// Most is how many rows of one answer are wanted; 0 is all. A dialect that reads rows as they come stops behind them with
	// ErrTooMany: a bank may answer with more than memory should hold.
	Most int
}

// Full is ErrTooMany once w wants no more than the rows that came.
func (w Window) Full(rows int) error {
	if w.Most > 0 && rows > w.Most {
		return ErrTooMany
	}
	return nil
}

// Page is one answer of the bank's pager, in the order it came.
type Page struct {
	Rows  []ledger.Row
	Next  string // opaque; empty on the last page
	Total int    // rows in all, 0 if the bank does not say

	Partial bool // the bank said that rows are missing (HTTP 206): nothing follows from an absence
}

// Answer is what a bank said to a call that proves something.
type Answer struct {
	Status int    // HTTP status
	Code   string // the protocol's own word: "invalid_grant"; may be empty
}

// Dialect speaks one kind of bank API. Its errors carry a fault.Kind: LoginNeeded for a refused
// token, BankDown, BankPaused with Args["until"] (RFC 3339), Offline, BankUnexpected, and
// NotFound for an account that is gone.
type Dialect interface {
	// Name is the stable key stored with a link. Never change it.
	Name() string
	// Accounts returns every account of the grant with its balances.
	Accounts(ctx context.Context, s Session) ([]Account, error)
	// Transactions yields the pages of w, and stops at the first error, at the last page, or when
	// ctx ends. A pager that loops is an error, never endless.
	Transactions(ctx context.Context, s Session, account ledger.Account, w Window) iter.Seq2[Page, error]
	// Probe makes the cheapest read there is. An Answer with status 401 or 403 is no error, unless OfAnother.
	Probe(ctx context.Context, s Session) (Answer, error)
}

// Parted is a Dialect at which several accounts of ours may be parts of one account of the bank's, which counts reads
// of the whole.
type Parted interface {
	// Whole is what the bank's own account is known by, the same for all parts of it: bankID itself if it has none.
	Whole(bankID string) string
}

// Delta is one answer of a bank that tells what changed in place of days. Its Page is never evidence of an absence.
type Delta struct {
	Page             // Rows are new or have changed; Next is the cursor after it, More says whether to go on
	Removed []string // SourceIDs that the bank took back
	More    bool     // the bank has more to tell now
}

// Changer is a Dialect that tells what changed since a cursor (Plaid /transactions/sync). Engine asks it so, and never by
// days.
type Changer interface {
	// Changes yields the answers from cursor on, empty for all that there is, and stops at the first error, when there is no
	// more, or when ctx ends. ErrCursor: the cursor is refused. ErrMoved: what was
	// told since the last answer without More is told again from there. From "" no removal is told.
	Changes(ctx context.Context, s Session, account ledger.Account, cursor string) iter.Seq2[Delta, error]
}

// OfAnother reports whether a 403 says nothing of the token: it is a page, such as a firewall sends, or the API's
// word that the token lives and may not read this (RFC 6750 §3.1).
func OfAnother(answer *wire.Response) bool {
	h := answer.Header
	return answer.Status == http.StatusForbidden &&
		(strings.HasPrefix(h.Get("Content-Type"), "text/html") || strings.Contains(h.Get("WWW-Authenticate"), "insufficient_scope"))
}

// ConsentReader is a Dialect whose API tells the terms of the consent that the person gave, which
// may be shorter than what was asked for.
type ConsentReader interface {
	// ConsentEnds returns when the consent ends, UTC; zero if the bank does not say. One that was
	// revoked is a LoginNeeded that is an ErrRevoked.
	ConsentEnds(ctx context.Context, s Session, consentID string) (time.Time, error)
}

// ConsentEnder is a Dialect whose API can end the consent itself, before RFC 7009.
type ConsentEnder interface {
	// EndConsent asks the bank to end the grant. Already ended (404, 409) is an Answer, no error.
	EndConsent(ctx context.Context, s Session, consentID string) (Answer, error)
}

// TokenEnder is a ConsentEnder that needs no id of the grant: the token says which.
type TokenEnder interface {
	ConsentEnder
	EndsByToken()
}
