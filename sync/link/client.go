package link

import (
	"maps"
	"net/url"
	"time"

	"coffer/app/consent"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// The ways in which a client that is not public shows who it is (RFC 7591 §2).
const (
	secretBasic   = "client_secret_basic"
	secretPost    = "client_secret_post"
	privateKeyJWT = "private_key_jwt" // RFC 7523; the secret is the key, as PEM
	mutualTLS     = "tls_client_auth" // RFC 8705; the secret is chain and key, as PEM
)

// client is who asks an authorization server.
type client struct {
	id     string
	shows  string // empty: it is public
	secret secret.Text

	issuer string // of who it asks; the token endpoint of a server without metadata
	now    func() time.Time
	ends   time.Time // of its certificate; zero without one
}

// clientIn is the client of a link, with the secret that is sealed beside its tokens.
func (c Config) clientIn(l consent.Link, with consent.Credential) client {
	return client{id: l.ClientID, shows: l.Shows, secret: with.ClientSecret, issuer: home(l), now: c.Now}
}

// confidential reports whether c has a secret that is sent as it is.
func (c client) confidential() bool { return c.shows == secretBasic || c.shows == secretPost }

// brings names what the person brings for c, as a provider file does; empty for nothing.
func (c client) brings() string {
	switch {
	case c.confidential():
		return "client-secret"
	case c.shows == privateKeyJWT:
		return "key"
	case c.shows == mutualTLS:
		return "certificate"
	}
	return ""
}

// shown is r with what shows who the client is (RFC 6749 §2.3.1).
func (c client) shown(r wire.Request) wire.Request {
	switch c.shows {
	case secretBasic:
		r.Basic = &wire.Basic{User: url.QueryEscape(c.id), Password: secret.New(url.QueryEscape(c.secret.Reveal()))}
	case secretPost:
		all := maps.Clone(r.SecretForm)
		if all == nil {
			all = map[string]secret.Text{}
		}
		all["client_secret"] = c.secret
		r.SecretForm = all
	case privateKeyJWT:
		r.FreshForm = c.asserted
	}
	return r
}
