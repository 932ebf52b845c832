package wire

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"coffer/app/fault"
)

// Line is the way of one link through the door: to its origins and no other.
type Line struct {
	door    *Door
	options LineOptions
	origins map[string]bool // true where secrets may go, too
	pins    [][sha256.Size]byte
	pool    *pool
	prover  Prover // nil: its requests prove nothing

	spend func(context.Context) error // asked before each request; nil: nobody counts
}

// LineOptions say where a link may go and who must be there. Link and Origins are required.
type LineOptions struct {
	Link    string
	Who     string   // the bank as the person knows it, for the card about a host that is not listed
	Origins []string // scheme://host or scheme://host:port, and exactly that; http is for 127.0.0.1 and [::1] only

	// Tokenless are those of Origins that no secret goes to: the person allowed them to be read without.
	Tokenless []string

	// Pins are SHA-256 hashes of public keys (RFC 7469 §2.4) as "sha256/BASE64": of the bank's own,
	// or of the authorities that may issue for it. If there are any, a chain that is good otherwise
	// must hold one of them, or nothing of a request is sent.
	Pins []string

	// Identity is shown to those of Origins that secrets may go to, where they ask for a certificate; nil: none is.
	Identity *Identity
}

// Line returns the line of link to origins, without pins.
func (d *Door) Line(link string, origins []string) (*Line, error) {
	return d.LineWith(LineOptions{Link: link, Origins: origins})
}

// LineWith returns the line that o describes.
func (d *Door) LineWith(o LineOptions) (*Line, error) {
	const op = "read the allow-list of a link"
	l := &Line{door: d, options: o, origins: make(map[string]bool, len(o.Origins))}
	for _, origin := range o.Origins {
		bare, err := parseOrigin(origin)
		if err != nil {
			return nil, fault.New(fault.HostRefused, op, err)
		}
		l.origins[bare] = true
	}
	for _, origin := range o.Tokenless {
		if bare, err := parseOrigin(origin); err == nil && l.origins[bare] { // else nothing goes there at all
			l.origins[bare] = false
		}
	}
	if len(l.origins) == 0 {
		return nil, fault.New(fault.HostRefused, op, errors.New("it is empty"))
	}
	for _, text := range o.Pins {
		pin, err := parsePin(text)
		if err != nil {
			return nil, fault.New(fault.HostRefused, op, err)
		}
		l.pins = append(l.pins, pin)
	}
	l.pool = d.poolOf(o)
	return l, nil
}

// poolOf returns the pool of the link of o. Where the link may go elsewhere now, or somebody else
// must be there, what rests in the pool of before is dropped.
func (d *Door) poolOf(o LineOptions) *pool {
	terms := strings.Join(slices.Sorted(slices.Values(o.Origins)), " ") + " " + strings.Join(slices.Sorted(slices.Values(o.Pins)), " ") + " " + o.Identity.terms()
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.pools[o.Link]
	if p != nil && p.terms == terms {
		return p
	}
	if p != nil {
		p.retire()
	}
	p = newPool(terms, d.config.Limits.Idle)
	if d.closed {
		p.retire()
	} else {
		d.pools[o.Link] = p
	}
	return p
}

// Forget drops what link has left at the door: connections that rest, and TLS sessions. It is for
// a link that has ended; what is under way is not broken off.
func (d *Door) Forget(link string) {
	d.mu.Lock()
	p := d.pools[link]
	delete(d.pools, link)
	d.mu.Unlock()
	if p != nil {
		p.retire()
	}
}

// Counted is l that asks spend before each request, and before each time that one is sent again.
// Where it errs, nothing leaves, there is no row, and the error is the request's.
func (l *Line) Counted(spend func(context.Context) error) *Line {
	counted := *l
	counted.spend = spend
	return &counted
}

func (l *Line) count(ctx context.Context) error {
	if l.spend == nil {
		return nil
	}
	return l.spend(ctx)
}

func parsePin(text string) (pin [sha256.Size]byte, err error) {
	sum, named := strings.CutPrefix(text, "sha256/")
	raw, err := base64.StdEncoding.DecodeString(sum)
	if !named || err != nil || len(raw) != len(pin) {
		return pin, errors.New("a pin is sha256/ and 32 bytes in base64")
	}
	return [sha256.Size]byte(raw), nil
}

// Allows reports whether a request to address may leave on l.
func (l *Line) Allows(address string) bool {
	origin, err := Origin(address)
	_, listed := l.origins[origin]
	return err == nil && listed
}

// AllowsSecret reports whether a request with a token, a code or a password may.
func (l *Line) AllowsSecret(address string) bool {
	origin, err := Origin(address)
	return err == nil && l.origins[origin]
}

// leaves reports whether a request to origin may leave on l.
func (l *Line) leaves(origin string, secret bool) bool {
	secretToo, listed := l.origins[origin]
	return listed && (secretToo || !secret)
}

// refuse is the fault of an address that is not on the list: its host, who was to be asked, and
// what for (the id of a purpose). more are further values for it.
func (l *Line) refuse(op, host, why string, more ...string) error {
	l.door.config.Log.Warn("host refused", "op", op)
	return fault.With(fault.HostRefused, op, errNotListed, append(more, "host", host, "who", l.options.Who, "why", why)...)
}

// NotListed is the reason of a refused address to which a request could go if the person allowed
// its origin: Args has "origin", and "token" is "yes" if the request would have held a secret.
const NotListed = "wire.unlisted"

// Moved is the reason of a refused answer that says for good (301, 308) that the same path is now
// on another origin, in Args["origin"]; Args["from"] is the origin that was asked.
const Moved = "wire.moved"

// offer is refuse for an address that the person may be asked about.
func (l *Line) offer(op, origin string, r Request) error {
	secret := "no"
	if r.secret() {
		secret = "yes"
	}
	err := l.refuse(op, hostOf(r.URL), r.Purpose.ID, "origin", origin, "token", secret)
	fault.Of(err).Reason = NotListed
	return err
}

var errNotListed = errors.New("the host is not on the link's list")

// secured is the TLS of a connection to host. The chain is checked by the system's roots first;
// VerifyConnection runs on resumed sessions too, and before a byte of a request.
func (l *Line) secured(host string, c *conn) *tls.Config {
	return &tls.Config{
		GetClientCertificate: l.asked(c),
		ServerName:           host, MinVersion: tls.VersionTLS12, RootCAs: l.door.config.Roots, NextProtos: l.door.protocols,
		ClientSessionCache: ofOrigin{l.pool.sessions, c.origin}, VerifyConnection: l.pinned,
	}
}

var errNotPinned = errors.New("no key in the certificate's chain is one that the provider file names")

func (l *Line) pinned(state tls.ConnectionState) error {
	if len(l.pins) == 0 {
		return nil
	}
	for _, chain := range state.VerifiedChains {
		if slices.ContainsFunc(chain, func(c *x509.Certificate) bool {
			return slices.Contains(l.pins, sha256.Sum256(c.RawSubjectPublicKeyInfo))
		}) {
			return nil
		}
	}
	return errNotPinned
}

func describe(method, origin, path string) string {
	return fmt.Sprintf("%s %s%s", method, origin, path)
}
