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
	"coffer/sync/wire"
)

// Provider is a bank that Coffer can be linked to, as its provider file says it.
type Provider struct {
	ID       string // stable key: "demo-northlight"
	Name     string // for the person
	Dialect  string // name of the dialect that its API speaks
	Issuer   string // RFC 8414 issuer; its metadata must name exactly this
	ClientID string // of a public client
	Scopes   []string
	API      string   // base of the data API
	Origins  []string // all that the link may talk to; empty is the issuer's and the API's

	RedirectPort int    // of the callback on 127.0.0.1; 0 is any free one
	RedirectPath string // where the bank wants an exact one; empty is random

	HistoryDays int // how far back to ask for
	ConsentDays int // how long to ask for; 0 leaves it to the bank
}

func (p Provider) origins() ([]string, error) {
	if len(p.Origins) > 0 {
		return p.Origins, nil
	}
	var found []string
	for _, address := range []string{p.Issuer, p.API} {
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

// Vault is what links are saved through. A credential may be saved before its link is.
type Vault interface {
	Link(ctx context.Context, id consent.LinkID) (consent.Link, error)
	SaveLink(ctx context.Context, l consent.Link) error
	SaveCredential(ctx context.Context, id consent.LinkID, c consent.Credential) error
	Credential(ctx context.Context, id consent.LinkID) (consent.Credential, error)
	DropCredential(ctx context.Context, id consent.LinkID) error
	// SaveReceipt fills in Previous and Hash.
	SaveReceipt(ctx context.Context, r consent.Receipt) (consent.Receipt, error)
}

// Config is what this room needs. Vault, Door and Now are required.
type Config struct {
	Vault Vault
	Door  *wire.Door
	Now   func() time.Time
	Log   *slog.Logger // nil: silent

	// Limit is how long the person has in the browser; 0 is 5 minutes.
	Limit time.Duration
	// Page is what the browser shows in the end; the zero Page is in English.
	Page Page
	// Accounts lists the masked accounts of a link for its receipt; nil: none are named.
	Accounts func(ctx context.Context, id consent.LinkID) ([]string, error)
}

// Page is the text of the last page in the browser.
type Page struct {
	Language string // "en"
	Title    string
	Text     string
}

const defaultLimit = 5 * time.Minute

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
	if c.Page == (Page{}) {
		c.Page = Page{Language: "en", Title: "Return to Coffer", Text: "Your bank has answered. You can close this page."}
	}
	return c, nil
}

// lineOf returns the line of a link that is already made.
func (c Config) lineOf(l consent.Link) (*wire.Line, error) {
	return c.Door.Line(string(l.ID), l.Origins)
}

func randomText(bytes int) string {
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

// templateOf is the path of an endpoint for the ledger: it is the bank's, and holds no id of
// the person.
func templateOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || !strings.HasPrefix(u.Path, "/") {
		return "/"
	}
	return u.Path
}
