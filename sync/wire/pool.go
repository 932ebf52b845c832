package wire

import (
	"crypto/tls"
	"slices"
	"sync"
	"time"
)

// pool holds what a link leaves behind at the door for its next request: connections that rest,
// and TLS sessions. Lines of one link with the same origins and pins share it; no other link does.
type pool struct {
	terms    string // origins, pins and certificate
	idle     time.Duration
	sessions tls.ClientSessionCache

	mu      sync.Mutex
	retired bool // nothing rests here any more
	resting []*conn
}

const (
	resumable  = 8 // TLS sessions that a link remembers: two of each host, as a rule
	mostAtRest = 2 // connections of a link to one origin; a third request at a time dials, and hangs up
)

// ofOrigin is what all remembers of the TLS sessions with origin. By itself crypto/tls keeps them by the host's
// name: another port of it would be shown a session that holds the link's certificate.
type ofOrigin struct {
	all    tls.ClientSessionCache
	origin string
}

// Get implements tls.ClientSessionCache.
func (o ofOrigin) Get(key string) (*tls.ClientSessionState, bool) {
	return o.all.Get(o.origin + " " + key)
}

// Put implements tls.ClientSessionCache.
func (o ofOrigin) Put(key string, s *tls.ClientSessionState) { o.all.Put(o.origin+" "+key, s) }

func newPool(terms string, idle time.Duration) *pool {
	return &pool{terms: terms, idle: idle, sessions: tls.NewLRUClientSessionCache(resumable), retired: idle < 0}
}

// take returns the connection to origin that came to rest last and is still good, or nil. It goes on
// resting until its request has a row.
func (p *pool) take(origin string) *conn {
	for {
		c := p.last(origin)
		if c == nil {
			return nil
		}
		c.timer.Stop()
		// The clock on the wall goes on while the computer sleeps; that of the timer may not.
		if time.Since(c.rested) <= p.idle && untouched(c.meter.Conn) {
			return c
		}
		c.drop()
	}
}

func (p *pool) last(origin string) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, c := range slices.Backward(p.resting) {
		if c.origin == origin {
			p.resting = slices.Delete(p.resting, i, i+1)
			return c
		}
	}
	return nil
}

// put lays c to rest, or drops it.
func (p *pool) put(c *conn) {
	p.mu.Lock()
	same := 0
	for _, other := range p.resting {
		if other.origin == c.origin {
			same++
		}
	}
	if p.retired || same >= mostAtRest {
		p.mu.Unlock()
		c.drop()
		return
	}
	defer p.mu.Unlock()
	c.rested = time.Now().Round(0)
	c.timer = time.AfterFunc(p.idle, func() { p.expire(c) })
	p.resting = append(p.resting, c)
}

func (p *pool) expire(c *conn) {
	p.mu.Lock()
	i := slices.Index(p.resting, c)
	if i >= 0 {
		p.resting = slices.Delete(p.resting, i, i+1)
	}
	p.mu.Unlock()
	if i >= 0 { // otherwise it was taken at this moment
		c.drop()
	}
}

// retire drops all that rests, now and later.
func (p *pool) retire() {
	p.mu.Lock()
	all := p.resting
	p.resting, p.retired = nil, true
	p.mu.Unlock()
	for _, c := range all {
		c.timer.Stop()
		c.drop()
	}
}
