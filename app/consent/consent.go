// Package consent holds the nouns of a link to a bank: the link and its states, the
// credential, the receipt of a revocation. Pure.
package consent

import (
	"time"

	"coffer/app/secret"
)

// LinkID is our own id of a link.
type LinkID string

// Link is one grant that the person gave Coffer at a bank.
type Link struct {
	ID       LinkID
	Provider string // id of the provider file: "demo-northlight"
	File     string `json:",omitzero"` // path of that file where it is the person's own; empty: it ships with Coffer
	FileHash string `json:",omitzero"` // of the file as the person confirmed it last; empty in links from before there were files
	Bank     string // name as the provider file says it
	Dialect  string // name of the dialect that the bank speaks: "fdx"
	Way      string `json:",omitzero"` // how the link is opened, as provider.Way; empty: "oauth"
	State    State
	Since    time.Time // UTC, when State began
	Problem  int       // fault.Kind of the last failed refresh, 0 if none

	Issuer       string // RFC 8414 issuer, fixed at linking
	Endpoints    Endpoints
	ClientID     string
	Proves       bool   `json:",omitempty"` // only tokens that are bound to a key of ours are taken (RFC 9449), as the provider file has it
	Shows        string `json:",omitzero"`  // how the client shows who it is: "client_secret_basic", "client_secret_post"; empty: it is public
	LastPage     string `json:",omitempty"` // where the bank sends the browser, if that is not this computer
	AtBank       string `json:",omitempty"` // which of a bridge's banks, as the person named it
	AtCountry    string `json:",omitempty"` // of AtBank
	Scopes       []string
	Beyond       []string      `json:",omitempty"` // scopes that the bank granted and nobody asked for
	Without      []string      `json:",omitempty"` // scopes that were asked for and the bank did not grant
	Registration *Registration `json:",omitempty"` // of a client that is this link's own; nil: the client was there before
	Origins      []string      // scheme://host:port that this link may talk to, fixed at linking but for what the person allowed since
	Pins         []string      `json:",omitempty"` // keys that the bank must show one of, fixed at linking; see provider.Provider
	Hosts        []Host        `json:",omitempty"` // what the person allowed beside the provider file, and why
	Asks         []Ask         `json:",omitempty"` // what came up since and is not allowed

	Limits Limits `json:",omitzero"` // what the bank lets Coffer ask, as the provider file had it when the person signed in

	ConsentID   string    // the bank's id of the grant (FDX fdxConsentId, OBIE ConsentId)
	Granted     time.Time // UTC
	Expires     time.Time // UTC; zero if the bank does not say. Set by Until
	Certified   time.Time `json:",omitzero"` // UTC, the end of the client's certificate; zero without one
	HistoryDays int       // how far back the person let Coffer read
	LastUsed    time.Time // UTC, last answered request
	PausedUntil time.Time // UTC; not before then, by the bank's word

	// Refused is when the bank refused to renew the grant before its known end, UTC: it may have been ended
	// there. Zero: it was not, or nobody knows when it was to end.
	Refused time.Time `json:",omitzero"`

	Pending Pending `json:",omitzero"` // while RevokePending: what the last try found, and when the next is

	Unread []Unread `json:",omitempty"` // accounts that the last read left out while the link worked

	Unlisted []Unlisted `json:",omitempty"` // accounts that the bank listed once and lists no longer

	Limited bool      `json:",omitempty"` // only the accounts of Choice that the person lets Coffer read are read; else all that the bank granted
	Choice  []Account `json:",omitempty"` // what the bank lists, and what the person said of each
}

// longestPause is the longest that a bank's word to wait counts.
const longestPause = 24 * time.Hour

// Waits reports whether the bank has said to wait until later than now. What lies further ahead than any pause was
// reckoned by a clock that has been put right since.
func (l Link) Waits(now time.Time) bool {
	return now.Before(l.PausedUntil) && l.PausedUntil.Sub(now) <= longestPause
}

// Unread is an account that could not be read although its link could.
type Unread struct {
	Account string // its ledger.AccountID; empty if it was never read
	Name    string
	Problem int    // fault.Kind
	Reason  string // of the fault, for ui/say; may be empty
}

// Unlisted is an account that the bank lists no longer.
type Unlisted struct {
	Account string    // its ledger.AccountID
	Seen    time.Time // UTC, when the bank last listed it
}

// Seen returns when the bank last listed an account that it lists no longer; ok is false for one that it lists.
func (l Link) Seen(account string) (at time.Time, ok bool) {
	for _, u := range l.Unlisted {
		if u.Account == account {
			return u.Seen, true
		}
	}
	return at, false
}

// Registration is a client that Coffer registered for one link (RFC 7591).
type Registration struct {
	Place string    // where it is deleted (RFC 7592); empty: the bank named no place that may be asked
	Path  string    // of its redirect address
	At    time.Time // UTC
}

// Endpoints are the addresses of a link, stored with it: later metadata never changes them.
type Endpoints struct {
	Authorization string
	Token         string
	Revocation    string
	PAR           string // RFC 9126; empty if not offered
	Device        string `json:",omitempty"` // RFC 8628; empty if not offered
	API           string // base of the data API
}

// Credential is what opens a link. It is sealed in the vault before its first use.
type Credential struct {
	Access        secret.Text
	Refresh       secret.Text
	AccessExpires time.Time // UTC; zero if the bank does not say

	ClientSecret secret.Text // of a confidential client, as the person brought it; empty for a public one
	App          secret.Text // a second secret that the person brought beside it or Access; see bank.Session. Of a client that Coffer registered: what deletes it again (RFC 7592)
	Certificate  secret.Text // PEM, of mutual TLS (RFC 8705); its private key is ClientSecret

	Key   secret.Text // made here, for the proofs of RFC 9449, which never leaves: a P-256 scalar in base64url; empty: no proofs
	Bound bool        // Access opens nothing without a proof by Key (token_type DPoP)
}

// Receipt is the record of a revocation: what was asked, what answered, what was probed.
type Receipt struct {
	Link     LinkID
	Bank     string
	Accounts []string // masked: "Everyday ·· 2290"
	Granted  time.Time
	Started  time.Time
	Ended    time.Time
	Steps    []Proof
	Proved   bool   // the bank answered, and both old tokens were refused
	History  string // "kept" or "erased"
	Previous string // hash of the receipt before, hex SHA-256; empty for the first
	Hash     string // of this one, by HashReceipt
	Agreed   string `json:",omitzero"` // hash of the Record of what the person had agreed to last; links of before there were records have none
	Ledger   Head   `json:",omitzero"` // of the ledger of connections when the receipt was written; older receipts have none

	How string `json:",omitzero"` // of what the proof is; empty: the bank answered, and both old tokens were refused

	Erasure *Erasure `json:",omitzero"` // of the link's data, and nothing else; nil in the receipt of a revocation
}

// Head is the newest row of the ledger of connections, as egress.Head.
type Head struct {
	Seq  int64
	Hash string
}

// ProofKind names a step of a revocation. Append only: it is stored.
type ProofKind int

// The steps of a revocation, in order.
const (
	ConsentEnded      ProofKind = iota // the bank's own consent call answered
	TokensReturned                     // RFC 7009: refresh token first, then access token
	AccessRefused                      // a read with the old access token was refused
	RefreshRefused                     // a renewal with the old refresh token was refused
	TokensShredded                     // gone from this computer
	RegistrationEnded                  // RFC 7592: the client that was this link's own is deleted
)

// Proof is one step of a revocation and how it ended.
type Proof struct {
	Kind   ProofKind
	OK     bool
	Answer string // as the protocol says it: "204", "200, 200", "401", "invalid_grant"
	At     time.Time
}
