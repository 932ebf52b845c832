// Package wire is the one door to the network. Every request has its row in the ledger of
// connections before a name is looked up, and goes to an origin that its link allows.
//
// A connection belongs to one link and one origin, and carries one request at a time, over HTTP/2
// too. After an answer that was read to its end it rests for some seconds for the next request of
// its link, which must be safe to repeat (GET, HEAD): others dial. Bytes are counted at the socket,
// under TLS, and those of a row are exactly the ones that moved while the row was open: handshake,
// settings, tickets, windows, acknowledgements and the goodbye of a connection that is not kept
// among them. While a connection rests the meter lets none through: nothing is read, and a write is
// refused and ends it. It ends without a goodbye, as that would be nobody's: by time, when the door
// closes, when its link is forgotten, or may go elsewhere than before. What a host sends to a
// connection at rest is therefore never read, answered or counted: where anything is there, be it a
// goodbye, the connection is dropped and another one dialled. What slips through that look, or
// where the system has none, is found out by use: a request on a kept connection that ends without
// a byte of an answer, or over HTTP/2 without its head, is sent once more, on a new connection and
// with a row of its own; the first row stays, with its bytes, as one that failed.
package wire

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
)

// Ledger saves one row per request.
type Ledger interface {
	// Begin saves e (Seq, Previous and Hash are filled in) and is durable when it returns.
	Begin(ctx context.Context, e egress.Entry) (egress.Entry, error)
	// Complete saves how the entry with seq ended.
	Complete(ctx context.Context, seq int64, o egress.Outcome) error
}

// Limits bound every phase of a request, and the rest after it. A zero field means the default named with it.
type Limits struct {
	Dial    time.Duration // name look-up and connect, 10 s
	TLS     time.Duration // handshake, 10 s
	Headers time.Duration // from the request written to the answer's headers, 30 s
	Whole   time.Duration // all of it with the body, 2 min
	Idle    time.Duration // that a connection rests for the next request of its link, 5 s; below zero: none does

	HeaderBytes int64 // of the answer, 64 KiB
	Body        int64 // of the answer where Request.MaxBytes is zero, 16 MiB
}

func (l Limits) filled() Limits {
	duration := func(d *time.Duration, value time.Duration) {
		if *d <= 0 {
			*d = value
		}
	}
	duration(&l.Dial, 10*time.Second)
	duration(&l.TLS, 10*time.Second)
	duration(&l.Headers, 30*time.Second)
	duration(&l.Whole, 2*time.Minute)
	if l.Idle == 0 {
		l.Idle = 5 * time.Second
	}
	if l.HeaderBytes <= 0 {
		l.HeaderBytes = 64 << 10
	}
	if l.Body <= 0 {
		l.Body = 16 << 20
	}
	return l
}

// Config is what a Door needs. Ledger, Now and UserAgent are required.
type Config struct {
	Ledger    Ledger
	Now       func() time.Time
	UserAgent string         // "Coffer/1.0.0", and nothing about the computer
	Log       *slog.Logger   // nil: silent
	Limits    Limits         // zero: the defaults
	Roots     *x509.CertPool // nil: the system's
	Resolver  *net.Resolver  // nil: the system's

	// Proxy returns the host:port of the HTTP proxy that the person set, or "". It is asked before
	// each request; where it errs, nothing leaves. nil: there is none.
	Proxy func(ctx context.Context) (string, error)
}

// Door lets requests out. It is safe for use by many goroutines.
type Door struct {
	config    Config
	protocols []string // that TLS offers

	mu     sync.Mutex
	closed bool
	calls  map[*call]struct{}
	pools  map[string]*pool // by link
	inside sync.WaitGroup   // calls that have not yet returned to their caller
}

// New returns a Door that is open.
func New(c Config) (*Door, error) {
	switch {
	case c.Ledger == nil:
		return nil, errors.New("wire: no ledger")
	case c.Now == nil:
		return nil, errors.New("wire: no clock")
	case c.UserAgent == "":
		return nil, errors.New("wire: no user agent")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Limits = c.Limits.filled()
	d := &Door{config: c, protocols: []string{protocolTwo, protocolOne}, calls: map[*call]struct{}{}, pools: map[string]*pool{}}
	if strings.Contains(os.Getenv("GODEBUG"), "http2") {
		d.protocols = []string{protocolOne} // http2debug prints headers, and so tokens; http2client=0 means what it says
	}
	return d, nil
}

// Close breaks off all requests, waits for them, completes their rows, ends all connections and
// lets nothing out any more.
func (d *Door) Close() {
	d.mu.Lock()
	d.closed = true
	open := make([]*call, 0, len(d.calls))
	for c := range d.calls {
		open = append(open, c)
		c.cancel()
	}
	for _, p := range d.pools {
		p.retire()
	}
	d.mu.Unlock()
	d.inside.Wait()
	for _, c := range open {
		_ = c.finish(fault.New(fault.Canceled, c.op, context.Canceled)) // logged there
	}
}

// enter registers c, unless the door is closed.
func (d *Door) enter(c *call) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return fault.New(fault.Canceled, c.op, errors.New("the door to the network is closed"))
	}
	d.calls[c] = struct{}{}
	d.inside.Add(1)
	return nil
}

func (d *Door) leave(c *call) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.calls, c)
}
