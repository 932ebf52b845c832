package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
)

// job is what a request says about itself beside its HTTP.
type job struct {
	purpose  egress.Purpose
	path     string
	op       string
	maxBytes int64
	secret   bool        // it may hold a token, a code or a password
	access   secret.Text // the token that the request shows; empty for none
}

// call is one request from its ledger row to the outcome.
type call struct {
	door   *Door
	op     string
	via    string // the proxy to go by; empty for none
	cancel context.CancelFunc
	save   func(egress.Outcome) error // nothing to save before there is a row

	pool    *pool
	limit   int64         // bytes of the body
	conn    *conn         // nil before the dial
	release func() bool   // stops what ends the connection with the context
	answer  http.Response // with the body as it comes
	status  int
	stale   bool // the connection was kept, and at its end before it brought anything

	once   sync.Once
	result error // of save
}

// send takes one request through the door. What is safe to repeat (RFC 9110 §9.2.1: GET, HEAD) may
// use a connection that a request of the same link has left; if the host turns out to have closed
// that one meanwhile, it is sent again on a new connection and with a row of its own. All else
// dials, and leaves once.
func (l *Line) send(out *http.Request, j job) (*http.Response, error) {
	origin, err := originOf(out.URL)
	if err != nil || !l.leaves(origin, j.secret) {
		return nil, l.refuse(j.op, out.URL.Hostname(), j.purpose.ID)
	}
	out = out.WithContext(out.Context()) // the caller's own is not to change
	if err := l.dress(out); err != nil {
		return nil, fmt.Errorf("wire: %s: %w", j.op, err)
	}
	return l.convince(out, j, origin)
}

// reach passes a request once, and a second time only if it is safe to repeat.
func (l *Line) reach(out *http.Request, j job, origin string) (*http.Response, error) {
	if err := l.count(out.Context()); err != nil {
		return nil, err
	}
	repeatable := (out.Method == http.MethodGet || out.Method == http.MethodHead) && (out.Body == nil || out.Body == http.NoBody)
	if repeatable {
		if kept := l.pool.take(origin); kept != nil {
			answer, stale, err := l.pass(out, j, origin, kept)
			if !stale {
				return answer, err
			}
			if err := l.count(out.Context()); err != nil {
				return nil, err
			}
		}
	}
	answer, _, err := l.pass(out, j, origin, nil)
	return answer, err
}

// pass takes one request on one connection through the door, with its row: on kept, or a new one.
// It is stale if kept was at its end and brought nothing.
func (l *Line) pass(out *http.Request, j job, origin string, kept *conn) (_ *http.Response, stale bool, _ error) {
	if err := l.prove(out, j); err != nil {
		return nil, false, fmt.Errorf("wire: %s: %w", j.op, err)
	}
	config := l.door.config
	ctx, cancel := context.WithTimeout(out.Context(), config.Limits.Whole)
	c := &call{door: l.door, pool: l.pool, op: j.op, cancel: cancel, conn: kept, save: func(egress.Outcome) error { return nil }}
	if err := l.door.enter(c); err != nil {
		c.abandon()
		return nil, false, err
	}
	defer l.door.inside.Done()
	via, err := l.door.way(ctx, out.URL, j.op)
	if err != nil {
		l.door.leave(c)
		c.abandon()
		return nil, false, err
	}
	if c.conn != nil && c.conn.via != via { // the person has changed the proxy since
		c.conn.drop()
		c.conn, kept = nil, nil
	}
	row, err := config.Ledger.Begin(ctx, egress.Entry{
		Link: l.options.Link, Purpose: j.purpose, Method: out.Method, Origin: origin, Path: j.path, Via: via, Started: config.Now().UTC(),
	})
	if err != nil {
		l.door.leave(c)
		c.abandon()
		return nil, false, fault.New(kindOr(err, fault.DiskFailed), j.op+": begin the ledger row", err)
	}
	c.via, c.save = via, func(o egress.Outcome) error {
		// The row is completed even if the caller has given up.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), config.Limits.Dial)
		defer cancel()
		return config.Ledger.Complete(ctx, row.Seq, o)
	}
	if c.limit = j.maxBytes; c.limit <= 0 {
		c.limit = config.Limits.Body
	}
	answer, err := c.exchange(out.WithContext(ctx), l, origin)
	if err != nil {
		stale = kept != nil && c.stale
		_ = c.finish(err) // the first error is the one to tell; this one is logged
		return nil, stale, err
	}
	// Where only the end of the connection ends a body, whoever cuts the line would decide where.
	open := c.conn.secure != nil && c.conn.two == nil && answer.ContentLength < 0 && len(answer.TransferEncoding) == 0
	answer.Body = &body{call: c, ctxErr: ctx.Err, from: answer.Body, left: c.limit, open: open}
	return answer, false, nil
}

// exchange sees to a connection, writes the request and reads the head of the answer.
func (c *call) exchange(out *http.Request, l *Line, origin string) (*http.Response, error) {
	limits := c.door.config.Limits
	if c.conn != nil && !c.conn.meter.wake() {
		c.conn.drop()
		c.conn = nil
	}
	if c.conn == nil {
		conn, err := c.connect(out.Context(), l, origin)
		if err != nil {
			return nil, err
		}
		c.conn = conn
	}
	meter := c.conn.meter
	c.release = context.AfterFunc(out.Context(), func() { _ = meter.Close() }) // ends all reads and writes
	if c.conn.two == nil && c.conn.in == nil {                                 // it is new
		if err := c.conn.speak(out.Context(), limits); err != nil {
			return nil, c.broken(out.Context(), err, false)
		}
	}
	if c.conn.two != nil {
		meter.allow(overhead*c.limit + limits.HeaderBytes + window)
	}
	before := meter.received.Load()
	answer, err := c.conn.roundTrip(out, limits)
	if err != nil {
		return nil, c.broken(out.Context(), err, meter.received.Load() == before)
	}
	c.status, c.answer = answer.StatusCode, *answer
	if err := c.check(answer, l, out.URL); err != nil {
		return nil, err
	}
	return answer, nil
}

// connect dials origin and, for https, shakes hands.
func (c *call) connect(ctx context.Context, l *Line, origin string) (*conn, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return nil, fault.New(fault.HostRefused, c.op, errors.New("the origin can't be read"))
	}
	raw, err := c.dial(ctx, u)
	if err != nil {
		return nil, err
	}
	made := &conn{origin: origin, via: c.via, meter: newMeter(raw)}
	if c.via != "" {
		if err := c.tunnel(ctx, made.meter, c.via, u.Host); err != nil {
			c.conn = made // its bytes are the row's
			return nil, err
		}
	}
	if u.Scheme == "http" {
		return made, nil
	}
	made.secure = tls.Client(made.meter, l.secured(u.Hostname()))
	handshake, cancel := context.WithTimeout(ctx, c.door.config.Limits.TLS)
	defer cancel()
	err = made.secure.HandshakeContext(handshake)
	made.tls = version(made.secure.ConnectionState().Version)
	if err != nil {
		c.conn = made // as above
		return nil, c.behind(c.unproved(ctx, handshake, err))
	}
	return made, nil
}

// dial reaches the host of u, or the proxy before it.
func (c *call) dial(ctx context.Context, u *url.URL) (net.Conn, error) {
	if c.via != "" {
		return c.toProxy(ctx, c.via)
	}
	dialer := &net.Dialer{
		Timeout: c.door.config.Limits.Dial, Resolver: c.door.config.Resolver, ControlContext: guard(isLoopback(u.Hostname()), c.op),
	}
	raw, err := dialer.DialContext(ctx, "tcp", u.Host)
	if err != nil {
		return nil, c.unreached(ctx, err)
	}
	return raw, nil
}

// dress sets what every request says, and refuses headers that can't be sent.
func (l *Line) dress(out *http.Request) error {
	out.Header = out.Header.Clone()
	if out.Header == nil {
		out.Header = http.Header{}
	}
	out.Header.Del("Referer")
	out.Header.Del("Cookie")
	out.Header.Set("User-Agent", l.door.config.UserAgent)
	out.Header.Set("Accept-Encoding", "identity") // silence would mean any (RFC 9110 §12.5.3)
	if out.Header.Get("Accept") == "" {
		out.Header.Set("Accept", "application/json")
	}
	for _, values := range out.Header {
		for _, value := range values {
			if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
				return errors.New("a header holds a control character")
			}
		}
	}
	return nil
}

// finish ends or keeps the connection and completes the row. Only the first call counts.
func (c *call) finish(problem error) error { return c.end(problem, false) }

// end is finish; whole says that the answer was read to its end.
func (c *call) end(problem error, whole bool) error {
	c.once.Do(func() {
		o := egress.Outcome{Status: c.status}
		alive := c.release == nil || c.release() // otherwise the time is over, and the connection with it
		keep := false
		if c.conn != nil {
			o.TLS = c.conn.tls
			if keep = alive && whole && problem == nil && c.conn.rest(&c.answer); !keep {
				c.conn.close()
			}
			sent, received := c.conn.meter.totals()
			o.Sent, o.Received = sent-c.conn.sent, received-c.conn.received
			c.conn.sent, c.conn.received, c.conn.kept = sent, received, true
		}
		c.cancel()
		if problem != nil {
			o.Problem = int(fault.KindOf(problem))
		}
		o.Ended = c.door.config.Now().UTC()
		if err := c.save(o); err != nil {
			c.result = fault.New(kindOr(err, fault.DiskFailed), c.op+": complete the ledger row", err)
			c.door.config.Log.Error("ledger row not completed", "op", c.op, "err", err)
		}
		switch {
		case keep && c.result == nil:
			c.pool.put(c.conn)
		case keep:
			c.conn.drop()
		}
		c.door.leave(c)
		c.door.config.Log.Debug("request", "op", c.op, "status", o.Status, "sent", o.Sent, "received", o.Received,
			"problem", o.Problem, "kept", keep)
	})
	return c.result
}

// abandon ends a call that has no row.
func (c *call) abandon() {
	c.cancel()
	if c.conn != nil {
		c.conn.drop()
	}
}

func version(v uint16) string {
	switch v {
	case tls.VersionTLS12:
		return "1.2"
	case tls.VersionTLS13:
		return "1.3"
	}
	return ""
}
