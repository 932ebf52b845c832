package link

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// aliases are the endpoints for clients with a certificate (RFC 8705 §5). No other client reads them.
type aliases struct {
	Token      string `json:"token_endpoint"`
	Revocation string `json:"revocation_endpoint"`
	PAR        string `json:"pushed_authorization_request_endpoint"`
}

// aliased is m as a client of p uses it. What is on another host is asked about like any other address.
func (m metadata) aliased(p Provider) metadata {
	if p.Shows != mutualTLS {
		return m
	}
	for alias, into := range map[string]*string{m.Aliases.Token: &m.Token, m.Aliases.Revocation: &m.Revocation, m.Aliases.PAR: &m.PAR} {
		if alias != "" {
			*into = alias
		}
	}
	return m
}

// certificate is what a client shows in the handshake.
type certificate struct {
	identity   *wire.Identity
	from, ends time.Time   // of the first in the chain
	owner      string      // its organizationIdentifier (ETSI EN 319 412-1 §5.1.4): "PSDGB-FCA-123456"; empty without
	text       secret.Text // chain and key, as they are sealed
}

const (
	longestPEM   = 64 << 10 // bytes
	longestChain = 8
)

// pemPart is one block. Spaces stand for line ends where it was pasted into one line. A block with headers
// is none: that is how keys were encrypted before PKCS #8.
var pemPart = regexp.MustCompile(`-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END ([A-Z0-9 ]+)-----`)

// pemLocked is a key under a passphrase.
var pemLocked = regexp.MustCompile(`-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type:\s*4\s*,\s*ENCRYPTED`)

// notUsable is the fault of what the person brought for need. It repeats nothing of it.
func notUsable(need, reason, why string, pairs ...string) error {
	return fault.Because(fault.BadAnswer, "answer."+reason, "read the client's certificate", errors.New(why), append(pairs, "need", need)...)
}

// openCertificate reads a chain and its key from one text, as it is sealed.
func openCertificate(text secret.Text) (certificate, error) {
	return readCertificate(text, text)
}

// readCertificate reads the certificates in chain and the private key in key, or in chain where somebody
// keeps both in one file. They must belong together. Whether they are good now is for who asks.
func readCertificate(chain, key secret.Text) (certificate, error) {
	if chain.Len()+key.Len() > 2*longestPEM {
		return certificate{}, notUsable("certificate", "certificate", "it is too long")
	}
	var found []*x509.Certificate
	for _, part := range partsOf(chain, "CERTIFICATE") {
		one, err := x509.ParseCertificate(part.Bytes)
		if err != nil { // which may repeat what was read
			return certificate{}, notUsable("certificate", "certificate", "its contents can't be read")
		}
		found = append(found, one)
	}
	if len(found) == 0 || len(found) > longestChain {
		return certificate{}, notUsable("certificate", "certificate", "it is no PEM of one certificate and those between it and its authority")
	}
	signer, block, err := readKey(key)
	if key.Empty() || !holdsKey(key) && holdsKey(chain) {
		signer, block, err = readKey(chain)
	}
	if err != nil {
		return certificate{}, err
	}
	public, comparable := signer.Public().(interface{ Equal(crypto.PublicKey) bool })
	own := slices.IndexFunc(found, func(c *x509.Certificate) bool { return comparable && public.Equal(c.PublicKey) })
	if own < 0 {
		return certificate{}, notUsable("key", "pair", "it is the key of another certificate")
	}
	found[0], found[own] = found[own], found[0] // RFC 8446 §4.4.2: the own one first
	c := certificate{from: found[0].NotBefore, ends: found[0].NotAfter, owner: ownerIn(found[0])}
	if c.identity, err = wire.NewIdentity(found, signer); err != nil {
		return certificate{}, notUsable("key", "pair", "it can't sign for the certificate")
	}
	var sealed strings.Builder
	for _, one := range found {
		_ = pem.Encode(&sealed, &pem.Block{Type: "CERTIFICATE", Bytes: one.Raw}) // a Builder takes all
	}
	_ = pem.Encode(&sealed, block)
	c.text = secret.New(sealed.String())
	return c, nil
}

// organizationIdentifier is X.520's attribute of that name.
var organizationIdentifier = asn1.ObjectIdentifier{2, 5, 4, 97}

// ownerIn is the organizationIdentifier of a certificate.
func ownerIn(c *x509.Certificate) string {
	for _, name := range c.Subject.Names {
		if text, ok := name.Value.(string); ok && name.Type.Equal(organizationIdentifier) && len(text) <= longestID {
			return text
		}
	}
	return ""
}

// readKey reads the one private key in text: of ECDSA, Ed25519, or RSA with 2048 to 8192 bits.
func readKey(text secret.Text) (crypto.Signer, *pem.Block, error) {
	if pemLocked.MatchString(text.Reveal()) {
		return nil, nil, notUsable("key", "locked", "it is encrypted")
	}
	bad := func(why string) (crypto.Signer, *pem.Block, error) {
		return nil, nil, notUsable("key", "tls-key", why)
	}
	parts := partsOf(text, "PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY")
	if len(parts) != 1 {
		return bad("it is no PEM of one private key")
	}
	var key any
	var err error
	switch parts[0].Type {
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(parts[0].Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(parts[0].Bytes)
	default:
		key, err = x509.ParsePKCS8PrivateKey(parts[0].Bytes)
	}
	if err != nil { // which may repeat what was read
		return bad("its contents can't be read")
	}
	signer, signs := key.(crypto.Signer)
	if r, is := key.(*rsa.PrivateKey); !signs || is && (r.N.BitLen() < smallestRSA || r.N.BitLen() > longestRSA) {
		return bad("it can't sign, or its RSA modulus is too short or too long")
	}
	if e, is := key.(*ecdsa.PrivateKey); is && e.Curve.Params().BitSize < 256 {
		return bad("its curve is too small")
	}
	return signer, parts[0], nil
}

// holdsKey reports whether there is a private key in text, locked or not.
func holdsKey(text secret.Text) bool { return strings.Contains(text.Reveal(), "PRIVATE KEY-----") }

// partsOf returns the blocks of those kinds in text.
func partsOf(text secret.Text, kinds ...string) []*pem.Block {
	var all []*pem.Block
	for _, found := range pemPart.FindAllStringSubmatch(text.Reveal(), -1) {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(found[2]), ""))
		if err != nil || found[1] != found[3] {
			raw = nil // no parser takes it
		}
		if slices.Contains(kinds, found[1]) {
			all = append(all, &pem.Block{Type: found[1], Bytes: raw})
		}
	}
	return all
}

// certified is c with the certificate that the person brought, checked before anybody is asked for
// anything. Of a link that is signed in again, what they leave out is as sealed; a new certificate may
// come with a new key, or be for the old one.
func (c client) certified(p Provider, sealed secret.Text) (client, error) {
	chain, key := p.Chain, p.Secret
	if chain.Empty() {
		chain = sealed
	}
	if key.Empty() && !holdsKey(chain) {
		key = sealed
	}
	for need, empty := range map[string]bool{"certificate": chain.Empty(), "key": key.Empty() && !holdsKey(chain)} {
		if empty {
			return c, fault.Because(fault.BadAnswer, "answer.missing", "link a bank", errors.New("what the client shows is missing"), "need", need)
		}
	}
	read, err := readCertificate(chain, key)
	if err != nil {
		return c, err
	}
	now := c.now()
	switch {
	case !now.Before(read.ends):
		return c, notUsable("certificate", "expired", "it has ended", "until", read.ends.UTC().Format(time.RFC3339))
	case now.Before(read.from):
		return c, notUsable("certificate", "early", "it doesn't hold yet", "until", read.from.UTC().Format(time.RFC3339))
	}
	c.secret, c.ends = read.text, read.ends
	if p.untold() && c.id == "" { // Berlin Group's client_id, where the bank goes on with OAuth
		c.id = read.owner
	}
	return c, nil
}
