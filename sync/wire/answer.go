package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"coffer/app/fault"
)

// check refuses an answer whose body must not be read.
func (c *call) check(answer *http.Response, l *Line, asked *url.URL) error {
	if location := answer.Header.Get("Location"); answer.StatusCode/100 == 3 && location != "" {
		to, err := asked.Parse(location)
		if err != nil {
			return redirected(c.op, "wire.redirect", asked, "")
		}
		if !l.Allows(to.String()) {
			return elsewhere(c.op, answer.StatusCode, asked, to)
		}
		return fault.Because(fault.BankUnexpected, "wire.redirect", c.op, errors.New("a redirect"))
	}
	if answer.StatusCode < 200 {
		return fault.Because(fault.BankUnexpected, "wire.http", c.op, errors.New("the answer is another protocol"))
	}
	if coding := answer.Header.Get("Content-Encoding"); coding != "" && !strings.EqualFold(coding, "identity") {
		return fault.Because(fault.BankUnexpected, "wire.encoding", c.op, errors.New("an encoding that was not asked for"))
	}
	return nil
}

func redirected(op, reason string, asked *url.URL, host string, more ...string) error {
	return fault.Because(fault.HostRefused, reason, op, errors.New("a redirect to another host"),
		append(more, "host", host, "who", asked.Hostname(), "why", "redirect")...)
}

// elsewhere is the fault of a redirect to a host that is not on the list. One that moves the same
// path for good (RFC 9110 §15.4) names the origin, so that the person can be asked.
func elsewhere(op string, status int, asked, to *url.URL) error {
	from, err := originOf(asked)
	origin, gone := originOf(to)
	same := to.EscapedPath() == asked.EscapedPath() && to.RawQuery == asked.RawQuery
	if err != nil || gone != nil || !same || status != http.StatusMovedPermanently && status != http.StatusPermanentRedirect {
		return redirected(op, "wire.redirect", asked, to.Hostname())
	}
	return redirected(op, Moved, asked, to.Hostname(), "origin", origin, "from", from)
}

// body is a capped answer that completes the row of its call.
type body struct {
	call   *call
	ctxErr func() error
	from   io.ReadCloser
	left   int64
	open   bool // its end is the end of the TLS connection, which must say so (RFC 8446 §6.1)
	err    error
}

// Read wraps io.EOF in nothing, and any other end in a fault.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	// One byte more than allowed tells a full answer from one that goes on.
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.from.Read(p)
	if int64(n) > b.left {
		n = int(b.left)
		err = fault.Because(fault.BankUnexpected, "wire.size", b.call.op, errTooLarge)
	} else if err == io.EOF && b.open && b.call.conn.meter.cut.Load() {
		err = b.call.cut(b.ctxErr(), io.ErrUnexpectedEOF)
	} else if err != nil && err != io.EOF {
		err = b.call.cut(b.ctxErr(), err)
	}
	b.left -= int64(n)
	if err != nil {
		b.err = err
		b.end(err)
	}
	return n, err
}

var errTooLarge = errors.New("the answer is larger than allowed")

// end completes the row; the connection is kept if err is io.EOF.
func (b *body) end(err error) {
	whole := err == io.EOF
	if whole {
		err = nil
	}
	_ = b.call.end(err, whole) // kept there for Close
}

// Close completes the row if the end was not read, and returns what the ledger said. A reader of
// JSON stops at the last brace, so the end may be one read away.
func (b *body) Close() error {
	if b.err == nil {
		b.err = errors.New("the answer is closed")
		late := time.AfterFunc(grace, func() { _ = b.call.conn.meter.Close() })
		_, err := io.CopyN(io.Discard, b.from, min(b.left, tail)+1)
		late.Stop()
		if err != io.EOF || b.open { // more than that is not worth it, and not asked for
			err = nil
		}
		b.end(err)
	}
	return b.call.result
}

// tail is how many bytes beyond the end of what it read a caller may leave without losing the
// connection.
const tail = 512

// grace is how long they may take.
const grace = 100 * time.Millisecond

func kindOr(err error, other fault.Kind) fault.Kind {
	if kind := fault.KindOf(err); kind != fault.Unknown {
		return kind
	}
	return other
}

// unreached is the fault of a dial.
func (c *call) unreached(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fault.New(fault.Canceled, c.op, context.Canceled)
	}
	if errors.Is(err, errPrivate) {
		return fault.Because(fault.HostRefused, "wire.private", c.op, errPrivate)
	}
	return fault.New(fault.Offline, c.op+": connect", err)
}

// unproved is the fault of a handshake. A host that can't prove its name is not the bank.
func (c *call) unproved(ctx, handshake context.Context, err error) error {
	var wrong *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return fault.New(fault.Canceled, c.op, context.Canceled)
	case handshake.Err() != nil:
		return fault.New(fault.Offline, c.op+": handshake", context.DeadlineExceeded)
	case errors.Is(err, errNotPinned):
		return fault.Because(fault.BankUnexpected, "wire.pin", c.op, errNotPinned)
	case errors.As(err, &wrong):
		return fault.Because(fault.BankUnexpected, "wire.certificate", c.op, fmt.Errorf("certificate: %w", wrong.Err))
	case c.unknown(err) != nil:
		return c.unknown(err)
	case errors.As(err, &record) || !isNetwork(err):
		return fault.Because(fault.BankUnexpected, "wire.tls", c.op, errors.New("no common version of TLS 1.2 or later"))
	}
	return fault.New(fault.Offline, c.op+": handshake", err)
}

// broken is the fault of a request without a readable head of an answer. The text of such an
// error may repeat what the host wrote, so it is replaced.
func (c *call) broken(ctx context.Context, err error, silent bool) error {
	if end := ended(ctx.Err(), c.op); end != nil {
		return end
	}
	if errors.Is(err, errTooLarge) {
		return fault.Because(fault.BankUnexpected, "wire.size", c.op, errTooLarge)
	}
	if refused := c.unknown(c.conn.told(err)); refused != nil {
		return refused
	}
	if silent || c.gone(err) {
		if ended := c.hungUp(ctx, err); ended != nil {
			return ended
		}
		c.stale = c.conn.kept && !timedOut(err) && c.conn.unanswered()
		return fault.New(fault.Offline, c.op, errors.New("the host closed the connection or did not answer in time"))
	}
	return fault.Because(fault.BankUnexpected, "wire.http", c.op, errors.New("the answer is not HTTP, or its head is too large"))
}

// cut is the fault of a body that ended early.
func (c *call) cut(ctxErr, err error) error {
	if end := ended(ctxErr, c.op); end != nil {
		return end
	}
	if errors.Is(err, errTooLarge) {
		return fault.Because(fault.BankUnexpected, "wire.size", c.op, errTooLarge)
	}
	if c.gone(err) {
		return fault.New(fault.Offline, c.op, errors.New("the answer was cut off"))
	}
	return fault.Because(fault.BankUnexpected, "wire.http", c.op, errors.New("the body is not HTTP"))
}

// gone tells a host that went, or gave the request up, from one that answered wrong.
func (c *call) gone(err error) bool {
	var stopped reset
	return isNetwork(err) || c.conn.refusesMore() || errors.As(err, &stopped) && stopped.givenUp()
}

func timedOut(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

func ended(ctxErr error, op string) error {
	switch {
	case errors.Is(ctxErr, context.Canceled):
		return fault.New(fault.Canceled, op, context.Canceled)
	case ctxErr != nil:
		return fault.New(fault.Offline, op, errors.New("the time for the request is over"))
	}
	return nil
}

// isNetwork tells a line that failed from an answer that was wrong. crypto/tls reports an alert,
// as of a record that was forged, as a net.Error with one of two names.
func isNetwork(err error) bool {
	var network net.Error
	var op *net.OpError
	if errors.As(err, &op) && (op.Op == "remote error" || op.Op == "local error") {
		return false
	}
	return errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
