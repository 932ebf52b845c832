package engine

import (
	"errors"
	"net/url"
	"sync"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/sync/bank"
)

var errCircuit = errors.New("the bank's computer failed too often in a row")

const (
	mostFailures = 5 // in a row, of one host
	firstRest    = time.Minute
	longestRest  = 30 * time.Minute
)

// circuits keep hosts that fail from being asked on and on, over all links. They are in memory alone: a start of the program
// is the person's.
type circuits struct {
	mu  sync.Mutex
	all map[string]*circuit
}

// circuit is of one host: after five failures in a row nothing is asked for 1, then 2, 4 … at most 30 minutes. The first
// answer ends that. What the person asks for themself is tried all the same, once for each time that they ask.
type circuit struct {
	mu       sync.Mutex
	failures int           // in a row
	rest     time.Duration // the newest
	until    time.Time
	open     bool // a try of the person's is at work
}

// hostOf is where the data of link is read from, and the bank there: behind a bridge one may be down while others are well.
func hostOf(link consent.Link) string {
	address := link.Endpoints.API
	if address == "" && len(link.Origins) > 0 {
		address = link.Origins[0]
	}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Host + " " + link.Bank
	}
	return string(link.ID) // of a link that names none: its own
}

// enter finds the circuit of host, or errs with BankDown and Args["until"] while it rests.
func (c *circuits) enter(host string, present bool, now time.Time) (*circuit, error) {
	c.mu.Lock()
	of := c.all[host]
	if of == nil {
		if c.all == nil {
			c.all = map[string]*circuit{}
		}
		of = &circuit{}
		c.all[host] = of
	}
	c.mu.Unlock()
	of.mu.Lock()
	defer of.mu.Unlock()
	of.open = of.open || present && of.rests(now)
	return of, of.refusal(now)
}

// rests reports whether now lies in a rest. A clock that went back ends it.
func (c *circuit) rests(now time.Time) bool {
	return now.Before(c.until) && c.until.Sub(now) <= c.rest
}

func (c *circuit) refusal(now time.Time) error {
	if !c.rests(now) || c.open {
		return nil
	}
	return fault.With(fault.BankDown, "ask the bank", errCircuit, "until", c.until.UTC().Format(time.RFC3339))
}

// pass errs while the host rests: another link may have found that it fails.
func (r *refresh) pass() error {
	if r.circuit == nil {
		return nil
	}
	r.circuit.mu.Lock()
	defer r.circuit.mu.Unlock()
	return r.circuit.refusal(r.config.Now())
}

// noted counts how a request to the host ended; nil and every answer but a failure of its own make it well again. What says
// nothing of it, as a computer without a network, or that names the time to come back, changes nothing.
func (r *refresh) noted(err error) {
	c, kind := r.circuit, fault.KindOf(err)
	if c == nil || kind == fault.QuotaSpent { // nothing was sent
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case kind == fault.Canceled, kind == fault.Offline, kind == fault.BankDown && fault.Of(err).Args["until"] != "":
		c.open = false
		return
	case kind != fault.BankDown, errors.Is(err, bank.ErrMoved):
		c.failures, c.rest, c.until, c.open = 0, 0, time.Time{}, false
		return
	}
	c.failures++
	if c.failures < mostFailures {
		return
	}
	now := r.config.Now()
	if c.rests(now) && !c.open {
		return // of a request that was on its way
	}
	c.rest = min(max(firstRest, 2*c.rest), longestRest)
	c.until, c.open = now.Add(c.rest), false
	r.config.Log.Warn("a host is left alone", "link", r.link.ID, "failures", c.failures, "minutes", int(c.rest/time.Minute))
}
