package wire

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net"
	"slices"

	"coffer/app/fault"
)

// Identity is a certificate with its key, by which a link shows hosts who asks (RFC 8705). The key signs
// handshakes and nothing else, and sits behind a func: no print reaches it.
type Identity struct {
	show func() *tls.Certificate
	sum  string // of the chain
}

// NewIdentity takes a chain, the certificate of key first.
func NewIdentity(chain []*x509.Certificate, key crypto.Signer) (*Identity, error) {
	if len(chain) == 0 {
		return nil, errors.New("wire: no certificate")
	}
	own, comparable := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !comparable || !own.Equal(chain[0].PublicKey) {
		return nil, errors.New("wire: the key is not the certificate's")
	}
	made, all := &tls.Certificate{PrivateKey: key, Leaf: chain[0]}, sha256.New()
	for _, one := range chain {
		made.Certificate = append(made.Certificate, one.Raw)
		all.Write(one.Raw)
	}
	return &Identity{show: func() *tls.Certificate { return made }, sum: hex.EncodeToString(all.Sum(nil))}, nil
}

// terms is what of i another pool is for; empty without one.
func (i *Identity) terms() string {
	if i == nil {
		return ""
	}
	return i.sum
}

// asked answers a host that asks for a certificate: with the link's, where its secrets may go. Others get
// none, as they get no token.
func (l *Line) asked(c *conn) func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
	return func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		c.asked = true
		if l.options.Identity == nil || !l.origins[c.origin] {
			return &tls.Certificate{}, nil
		}
		c.shown = true
		return l.options.Identity.show(), nil
	}
}

// unknown is the fault of a host that refuses our certificate, or that there is none; nil if err is not
// that. It says so in an alert (RFC 8446 §6.2), in TLS 1.3 only when the request is on its way.
func (c *call) unknown(err error) error {
	var op *net.OpError
	if !c.conn.asked || !errors.As(err, &op) || op.Op != "remote error" || op.Err == nil || !slices.Contains(aboutCertificates, op.Err.Error()) {
		return nil
	}
	if !c.conn.shown {
		return fault.Because(fault.BankUnexpected, "wire.identity-wanted", c.op, errors.New("it wants a certificate, and there is none for it"))
	}
	return fault.Because(fault.BankUnexpected, "wire.identity", c.op, errors.New("it refuses the certificate: "+op.Err.Error()))
}

// told is what ended the connection of a request that ended with err, where net/http keeps that to itself.
func (c *conn) told(err error) error {
	if c.frames != nil {
		if lost := c.frames.lost.Load(); lost != nil {
			return *lost
		}
	}
	return err
}

// aboutCertificates are the alerts, in crypto/tls's words, that say something of the certificate shown.
var aboutCertificates = []string{
	"tls: bad certificate", "tls: unsupported certificate", "tls: revoked certificate", "tls: expired certificate", "tls: unknown certificate",
	"tls: unknown certificate authority", "tls: access denied", "tls: certificate required", "tls: handshake failure",
}

// hungUp is the fault of a host that ended a new connection without a word once it had seen the certificate:
// what it said may have been lost with the connection.
func (c *call) hungUp(ctx context.Context, err error) error {
	if c.conn == nil || !c.conn.shown || c.conn.kept || timedOut(err) || ctx.Err() != nil {
		return nil
	}
	return fault.Because(fault.Offline, "wire.identity-ended", c.op, errors.New("the host closed the connection when it had seen the certificate"))
}
