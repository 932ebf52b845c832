package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"coffer/app/egress"
	"coffer/app/fault"
)

// job is what a request says about itself beside its HTTP.
type job struct {
	purpose  egress.Purpose
	path     string
	op       string
	maxBytes int64
}

// call is one request from its ledger row to the outcome.
type call struct {
	door   *Door
	op     string
	via    string // the proxy to go by; empty for none
	cancel context.CancelFunc
	save   func(egress.Outcome) error // nothing to save before there is a row

	once   sync.Once
	result error // of save
	meter  meter
	secure *tls.Conn
	status int
}

// send takes one request through the door.
func (l *Line) send(out *http.Request, j job) (*http.Response, error) {
	origin, err := originOf(out.URL)
	if err != nil || !l.origins[origin] {
		return nil, l.refuse(j.op, out.URL.Hostname(), j.purpose.ID)
	}
	config := l.door.config
	ctx, cancel := context.WithTimeout(out.Context(), config.Limits.Whole)
	c := &call{door: l.door, op: j.op, cancel: cancel, save: func(egress.Outcome) error { return nil }}
	if err := l.door.enter(c); err != nil {
		cancel()
		return nil, err
	}
	defer l.door.inside.Done()
	via, err := l.door.way(ctx, out.URL, j.op)
	if err != nil {
		l.door.leave(c)
		cancel()
		return nil, err
	}
	row, err := config.Ledger.Begin(ctx, egress.Entry{
		Link: l.options.Link, Purpose: j.purpose, Method: out.Method, Origin: origin, Path: j.path, Via: via, Started: config.Now().UTC(),
	})
	if err != nil {
		l.door.leave(c)
		cancel()
		return nil, fault.New(kindOr(err, fault.DiskFailed), j.op+": begin the ledger row", err)
	}
	c.via, c.save = via, func(o egress.Outcome) error {
		// The row is completed even if the caller has given up.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), config.Limits.Dial)
		defer cancel()
		return config.Ledger.Complete(ctx, row.Seq, o)
	}
	answer, err := c.exchange(out.WithContext(ctx), l, origin)
	if err != nil {
		_ = c.finish(err) // the first error is the one to tell; this one is logged
		return nil, err
	}
	limit := j.maxBytes
	if limit <= 0 {
		limit = config.Limits.Body
	}
	// Where only the end of the connection ends a body, whoever cuts the line would decide where.
	open := c.secure != nil && answer.ContentLength < 0 && len(answer.TransferEncoding) == 0
	answer.Body = &body{call: c, ctxErr: ctx.Err, from: answer.Body, left: limit, open: open}
	return answer, nil
}

// exchange connects, writes the request and reads the head of the answer.
func (c *call) exchange(out *http.Request, l *Line, origin string) (*http.Response, error) {
	conn, err := c.connect(out.Context(), l, origin)
	if err != nil {
		return nil, err
	}
	c.dress(out)
	before := c.meter.received.Load()
	answer, err := c.transport(conn).RoundTrip(out)
	if err != nil {
		return nil, c.broken(out.Context(), err, c.meter.received.Load() == before)
	}
	c.status = answer.StatusCode
	if err := c.check(answer, l, out.URL); err != nil {
		_ = answer.Body.Close() // nothing of it is used
		return nil, err
	}
	return answer, nil
}

// connect dials origin and, for https, shakes hands.
func (c *call) connect(ctx context.Context, l *Line, origin string) (net.Conn, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return nil, fault.New(fault.HostRefused, c.op, errors.New("the origin can't be read"))
	}
	raw, err := c.dial(ctx, u)
	if err != nil {
		return nil, err
	}
	c.meter.Conn = raw
	if c.via != "" {
		if err := c.tunnel(ctx, &c.meter, c.via, u.Host); err != nil {
			return nil, err
		}
	}
	if u.Scheme == "http" {
		return &c.meter, nil
	}
	c.secure = tls.Client(&c.meter, l.secured(u.Hostname()))
	handshake, cancel := context.WithTimeout(ctx, c.door.config.Limits.TLS)
	defer cancel()
	if err := c.secure.HandshakeContext(handshake); err != nil {
		return nil, c.behind(c.unproved(ctx, handshake, err))
	}
	return c.secure, nil
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

// transport returns a transport that has conn and can't get another: no proxy, no pool, no
// compression (so no bomb), no HTTP/2.
func (c *call) transport(conn net.Conn) *http.Transport {
	var used atomic.Bool
	hand := func(context.Context, string, string) (net.Conn, error) {
		if used.Swap(true) {
			return nil, errors.New("one connection a request")
		}
		return conn, nil
	}
	limits := c.door.config.Limits
	return &http.Transport{
		DialContext: hand, DialTLSContext: hand, DisableKeepAlives: true, DisableCompression: true,
		ResponseHeaderTimeout: limits.Headers, MaxResponseHeaderBytes: limits.HeaderBytes,
		TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{},
	}
}

func (c *call) dress(out *http.Request) {
	out.Header = out.Header.Clone()
	out.Header.Del("Referer")
	out.Header.Del("Cookie")
	out.Header.Set("User-Agent", c.door.config.UserAgent)
	out.Header.Set("Accept-Encoding", "identity") // silence would mean any (RFC 9110 §12.5.3)
	if out.Header.Get("Accept") == "" {
		out.Header.Set("Accept", "application/json")
	}
}

// finish closes the connection and completes the row. Only the first call counts.
func (c *call) finish(problem error) error {
	c.once.Do(func() {
		o := egress.Outcome{Status: c.status}
		if c.secure != nil {
			o.TLS = version(c.secure.ConnectionState().Version)
			_ = c.secure.Close() // the answer is whole or lost by now
		}
		if c.meter.Conn != nil {
			_ = c.meter.Close() // as above
		}
		c.cancel()
		if problem != nil {
			o.Problem = int(fault.KindOf(problem))
		}
		o.Sent, o.Received = c.meter.totals()
		o.Ended = c.door.config.Now().UTC()
		if err := c.save(o); err != nil {
			c.result = fault.New(kindOr(err, fault.DiskFailed), c.op+": complete the ledger row", err)
			c.door.config.Log.Error("ledger row not completed", "op", c.op, "err", err)
		}
		c.door.leave(c)
		c.door.config.Log.Debug("request", "op", c.op, "status", o.Status, "sent", o.Sent, "received", o.Received,
			"problem", o.Problem)
	})
	return c.result
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

// meter counts the bytes at the socket, under TLS.
type meter struct {
	net.Conn
	sent, received atomic.Int64
	cut            atomic.Bool  // the connection ended; TLS that said goodbye has not read so far
	busy           sync.RWMutex // held for reading while bytes move, until they are counted
}

// totals returns what was counted on a closed connection. The answer may be here before the
// goroutine that wrote the request has counted it.
func (m *meter) totals() (sent, received int64) {
	m.busy.Lock()
	defer m.busy.Unlock()
	return m.sent.Load(), m.received.Load()
}

func (m *meter) Read(b []byte) (int, error) {
	m.busy.RLock()
	defer m.busy.RUnlock()
	n, err := m.Conn.Read(b)
	m.received.Add(int64(n))
	if err == io.EOF {
		m.cut.Store(true)
	}
	return n, err
}

func (m *meter) Write(b []byte) (int, error) {
	m.busy.RLock()
	defer m.busy.RUnlock()
	n, err := m.Conn.Write(b)
	m.sent.Add(int64(n))
	return n, err
}
