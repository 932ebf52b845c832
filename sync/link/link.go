// Package link makes, keeps and ends the grant that a person gives Coffer at a bank: OAuth
// with PKCE in the system's browser, tokens sealed before use, revocation with its proof.
package link

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// Provider is a bank that Coffer can be linked to, as its provider file says it.
type Provider struct {
	ID        string            // stable key: "demo-northlight"
	Name      string            // for the person
	Dialect   string            // name of the dialect that its API speaks
	Issuer    string            // RFC 8414 issuer; its metadata must name exactly this. Empty: there is no metadata
	Stated    consent.Endpoints // in place of metadata; of them the API is API
	ClientID  string
	Shows     string      // how the client shows who it is, as in consent.Link; empty: it is public
	Secret    secret.Text // of a client that is not public; empty when signing in again: the one that is sealed
	Chain     secret.Text // of a client with a certificate, whose key is Secret: PEM, as Secret
	Scopes    []string
	API       string   // base of the data API
	Origins   []string // all that the link may talk to; empty is the issuer's and the API's
	Pins      []string // keys of which a chain must hold one, as in consent.Link; empty: any good chain
	Proves    bool     // only tokens that are bound to a key of ours are taken (RFC 9449); else they are where the bank offers it
	Device    bool     // the person types a code at the bank's page (RFC 8628); nothing comes back through the browser
	Registers bool     // the client is registered at the bank, for this link alone (RFC 7591); ClientID and Secret are empty
	Consents  bool     // the API makes the consent before the person approves it (bank.ConsentMaker)
	Phone     bool     // the tokens open nothing until the person approves in the bank's phone app
	Plain     bool     // the consent request is not told in the dialect's own words (RFC 9396)

	Limits consent.Limits // what the bank lets Coffer ask

	File string // path of the person's own provider file; empty: it ships with Coffer
	Hash string // of the file

	RedirectPort int    // of the callback on 127.0.0.1; 0 is any free one
	RedirectPath string // where the bank wants an exact one; empty is random
	LastPage     string // registered elsewhere than here: nothing listens, and the person brings its address; empty: the callback

	Limited     bool // a new link reads no account until the person has chosen it
	HistoryDays int  // how far back to ask for
	ConsentDays int  // how long to ask for; 0 leaves it to the bank

	Brought Brought // where the bank isn't linked by OAuth

	// Ask asks the person about addresses that Origins does not list, or that a link has otherwise:
	// false allows none. Nothing has gone to them by then. nil: nobody can be asked, and none is allowed.
	Ask func(ctx context.Context, asks []consent.Ask) (bool, error)
}

func (p Provider) origins() ([]string, error) {
	if len(p.Origins) > 0 {
		return p.Origins, nil
	}
	var found []string
	for _, address := range []string{p.Issuer, p.Stated.Authorization, p.Stated.Token, p.Stated.PAR, p.Stated.Revocation, p.API, p.Brought.TokenPlace} {
		if address == "" {
			continue
		}
		origin, err := wire.Origin(address)
		if err != nil {
			return nil, fault.New(fault.HostRefused, "read provider "+p.ID, err)
		}
		if !slices.Contains(found, origin) {
			found = append(found, origin)
		}
	}
	return found, nil
}

// Vault is what links are saved through. Each method is one step: all of it or nothing.
type Vault interface {
	Link(ctx context.Context, id consent.LinkID) (consent.Link, error)
	SaveLink(ctx context.Context, l consent.Link) error
	// SaveGrant saves l and the credential that opens it from now on. The grant that they replace
	// is kept among the former ones.
	SaveGrant(ctx context.Context, l consent.Link, c consent.Credential) error
	SaveCredential(ctx context.Context, id consent.LinkID, c consent.Credential) error
	Credential(ctx context.Context, id consent.LinkID) (consent.Credential, error)

	FormerGrants(ctx context.Context, id consent.LinkID) ([]consent.Former, error)
	SaveFormer(ctx context.Context, f consent.Former) error
	DropFormer(ctx context.Context, f consent.Former) error

	// Settle shreds the credential and the former grants of l, saves l, and saves r, in which it
	// fills in Previous and Hash.
	Settle(ctx context.Context, l consent.Link, r consent.Receipt) (consent.Receipt, error)
}

// Config is what this room needs. Vault, Door and Now are required.
type Config struct {
	Vault Vault
	Door  *wire.Door
	Now   func() time.Time
	Log   *slog.Logger // nil: silent
	// After waits between two questions of a device grant; nil is time.After.
	After func(time.Duration) <-chan time.Time

	// Limit is how long the person has in the browser; 0 is 5 minutes.
	Limit time.Duration
	// Poll is the shortest pause between two looks at a page that is polled; 0 is a second.
	Poll time.Duration
	// Page is what the browser shows in the end; the zero Page is in English.
	Page Page
	// Answer is how long a bank has to answer a renewal or a step of a revocation, which do not
	// stop when their caller does; 0 is 20 s.
	Answer time.Duration
	// Accounts lists the masked accounts of a link for its receipt; nil: none are named.
	Accounts func(ctx context.Context, id consent.LinkID) ([]string, error)
	// Dialect finds what a former grant is ended with once a newer one has replaced it; nil: former
	// grants wait for Revoke.
	Dialect func(name string) (bank.Dialect, bool)
	// Hold keeps others from working on a link until release, while a reconnect saves it; nil:
	// there are no others.
	Hold func(ctx context.Context, id consent.LinkID) (release func(), err error)
}

// Page is the text of the last page in the browser.
type Page struct {
	Language string // "en"
	Title    string
	Text     string
}

const (
	defaultLimit  = 5 * time.Minute
	defaultAnswer = 20 * time.Second
)

func (c Config) filled() (Config, error) {
	switch {
	case c.Vault == nil:
		return c, errors.New("link: no vault")
	case c.Door == nil:
		return c, errors.New("link: no door to the network")
	case c.Now == nil:
		return c, errors.New("link: no clock")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Limit <= 0 {
		c.Limit = defaultLimit
	}
	if c.Poll <= 0 {
		c.Poll = time.Second
	}
	if c.Answer <= 0 {
		c.Answer = defaultAnswer
	}
	if c.After == nil {
		c.After = time.After
	}
	if c.Hold == nil {
		c.Hold = func(context.Context, consent.LinkID) (func(), error) { return func() {}, nil }
	}
	if c.Page == (Page{}) {
		c.Page = Page{Language: "en", Title: "Return to Coffer", Text: "Your bank has answered. You can close this page."}
	}
	return c, nil
}

// lineOf returns the line of a link that is already made, with the certificate that is sealed beside its
// tokens, if any.
func (c Config) lineOf(l consent.Link, with consent.Credential) (*wire.Line, error) {
	o := wire.LineOptions{Link: string(l.ID), Who: l.Bank, Origins: l.Origins, Tokenless: l.Tokenless(), Pins: l.Pins}
	if l.Shows == mutualTLS {
		opened, err := openCertificate(with.ClientSecret)
		if err != nil {
			return nil, fault.New(fault.VaultDamaged, "open the certificate of the link", err)
		}
		o.Identity = opened.identity
	}
	return c.Door.LineWith(o)
}

func randomText(bytes int) string {
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

// templateOf is the path of an endpoint for the ledger, as it is sent: it is the bank's, and holds no id of
// the person.
func templateOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || !strings.HasPrefix(u.Path, "/") {
		return "/"
	}
	return u.EscapedPath()
}
