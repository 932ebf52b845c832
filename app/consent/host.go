package consent

import (
	"slices"
	"strings"
	"time"
)

// Use says what an address of a link is for. Append only: it is stored.
type Use int

// The uses of an address.
const (
	SignInPage    Use = iota + 1 // the bank's page: the browser opens it, Coffer sends nothing there
	TokenPlace                   // gets codes and refresh tokens (RFC 6749)
	RevokePlace                  // gets the tokens that are handed back (RFC 7009)
	PushPlace                    // gets the request before the browser opens (RFC 9126)
	DataAPI                      // is read with the access token
	NextPage                     // an address in an answer of the bank, read with the access token
	PlainRead                    // an address in an answer of the bank, read without any token
	KeySet                       // the public keys that ID tokens are signed with (OpenID Connect), read without any token
	DevicePlace                  // gets the request for a code that the person types (RFC 8628)
	RegisterPlace                // registers a client for this link (RFC 7591), and deletes it
)

// Secret reports whether Coffer would send a secret there.
func (u Use) Secret() bool { return u != SignInPage && !u.Tokenless() }

// Tokenless reports whether Coffer connects there, and never with a secret.
func (u Use) Tokenless() bool { return u == PlainRead || u == KeySet }

// Dialled reports whether Coffer itself would connect there.
func (u Use) Dialled() bool { return u != SignInPage }

// Ask is a question for the person: whether a link may use an address that its provider file
// does not list, or that is another than the one stored with it. Until the answer is yes,
// nothing is looked up and nothing is sent.
type Ask struct {
	Use     Use
	Origin  string    // scheme://host:port; empty where the bank names no address any more
	Address string    // as it was named; of an answer, its origin alone, for the rest may hold ids
	Was     string    // the address that it would take the place of; empty if it comes beside
	Site    string    // the registrable domain of Address: whose it is
	Own     bool      // that is the issuer's, too
	Asker   string    // whose word it is: the issuer (an address), the host whose answer named it, or empty for the provider file
	At      time.Time // UTC, when it came up
	Refused time.Time // UTC, when the person said no; zero while nobody has
}

// Same reports whether two asks are one question, whenever they came up.
func (a Ask) Same(b Ask) bool { return a.Use == b.Use && a.Address == b.Address && a.Was == b.Was }

// Host is an origin that the person allowed a link to use.
type Host struct {
	Origin  string
	Use     Use
	Asker   string
	Asked   time.Time // UTC
	Allowed time.Time // UTC
}

// Allow writes the person's yes to a into l: the origin with its reason, and the address in the
// place that it is for.
func (l *Link) Allow(a Ask, now time.Time) {
	l.Drop(a)
	if a.Origin != "" && !l.Named(a.Origin, a.Use) {
		l.Hosts = append(slices.Clone(l.Hosts), Host{Origin: a.Origin, Use: a.Use, Asker: a.Asker, Asked: a.At, Allowed: now.UTC()})
	}
	if a.Origin != "" && a.Use.Dialled() && !slices.Contains(l.Origins, a.Origin) {
		l.Origins = append(slices.Clone(l.Origins), a.Origin)
	}
	if place := l.Endpoints.place(a.Use); place != nil {
		*place = a.Address
	}
}

// Named reports whether origin needs no further reason for u: the person gave one.
func (l Link) Named(origin string, u Use) bool {
	return slices.ContainsFunc(l.Hosts, func(h Host) bool { return h.Origin == origin && h.Use == u })
}

// Tokenless returns the origins that the person allowed for reads without a token, and for nothing else.
func (l Link) Tokenless() []string {
	var all []string
	for _, h := range l.Hosts {
		secret := slices.ContainsFunc(l.Hosts, func(other Host) bool { return other.Origin == h.Origin && other.Use.Secret() })
		if h.Use.Tokenless() && !secret && !slices.Contains(all, h.Origin) {
			all = append(all, h.Origin)
		}
	}
	return all
}

// MostAsks bounds the questions that a link keeps: a bank may name another host at each read.
const MostAsks = 12

// Keep puts a among the questions of l, unless it is one of them already or there are MostAsks. What
// is not kept is refused all the same.
func (l *Link) Keep(a Ask) {
	if len(l.Asks) < MostAsks && !slices.ContainsFunc(l.Asks, a.Same) {
		l.Asks = append(slices.Clone(l.Asks), a)
	}
}

// Refuse writes the person's no to a into l.
func (l *Link) Refuse(a Ask, now time.Time) {
	l.Drop(a)
	a.Refused = now.UTC()
	l.Keep(a)
}

// Drop takes a from the questions of l.
func (l *Link) Drop(a Ask) {
	l.Asks = slices.DeleteFunc(slices.Clone(l.Asks), a.Same)
}

// Find returns the question of l that is the same as a.
func (l Link) Find(a Ask) (Ask, bool) {
	if i := slices.IndexFunc(l.Asks, a.Same); i >= 0 {
		return l.Asks[i], true
	}
	return Ask{}, false
}

// Waiting returns the questions that the person has not answered.
func (l Link) Waiting() []Ask {
	return slices.DeleteFunc(slices.Clone(l.Asks), func(a Ask) bool { return !a.Refused.IsZero() })
}

// place is where the address for u is kept; nil if there is no such place.
func (e *Endpoints) place(u Use) *string {
	switch u {
	case SignInPage:
		return &e.Authorization
	case TokenPlace:
		return &e.Token
	case RevokePlace:
		return &e.Revocation
	case PushPlace:
		return &e.PAR
	case DevicePlace:
		return &e.Device
	case DataAPI:
		return &e.API
	}
	return nil
}

// Of returns the address for u, empty if there is none.
func (e Endpoints) Of(u Use) string {
	if place := e.place(u); place != nil {
		return *place
	}
	return ""
}

// Lead leads what l has at one origin to another: a demo bank that listens elsewhere now. Links of
// real banks are never led anywhere.
func (l *Link) Lead(from, to string) {
	e := &l.Endpoints
	for _, address := range []*string{&l.Issuer, &e.Authorization, &e.Token, &e.Revocation, &e.PAR, &e.Device, &e.API} {
		if rest, there := strings.CutPrefix(*address, from+"/"); there {
			*address = to + "/" + rest
		}
	}
	l.Origins = slices.Clone(l.Origins)
	for i, origin := range l.Origins {
		if origin == from {
			l.Origins[i] = to
		}
	}
}
