package link

import (
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
)

// longestPaste bounds what is taken for an address, in bytes: as much as the callback reads.
const longestPaste = 2 * callbackBytes

// awaitPaste is listen where the bank sends the browser to a page that is not on this computer: nothing
// listens, and the person brings the address.
func (a *Attempt) awaitPaste() {
	a.callback = &callback{
		state: secret.New(randomText(32)), from: a.provider.from(a.link.Origins), must: a.meta.SendsIssuer, log: a.config.Log, arrived: make(chan result, 1),
	}
	a.served = make(chan struct{})
	a.timer = time.NewTimer(a.config.Limit)
}

// redirect is where the bank sends the browser in the end.
func (a *Attempt) redirect() string {
	if a.listener == nil {
		return a.provider.LastPage
	}
	return "http://" + a.callback.host + a.callback.path
}

// LastPage is where the browser ends, if that is not this computer; empty where the answer comes by itself.
func (a *Attempt) LastPage() string { return a.provider.LastPage }

// Paste takes the whole address of that page, judged as a request to the callback is. It asks nobody:
// Wait goes on with it. Faults: BadAnswer with the Reason, after which another may be pasted; LinkTimedOut.
func (a *Attempt) Paste(address secret.Text) error {
	return a.callback.paste(address, a.provider.LastPage, a.served)
}

// newAnswer is what judges an answer that the person brings from a page that is not OAuth's: no issuer is known, and
// one that it names must be of the API's own domain.
func newAnswer(state secret.Text, api string, log *slog.Logger) *callback {
	return &callback{state: state, from: func(issuer string) bool { return sameOwner(issuer, api) }, log: log, arrived: make(chan result, 1)}
}

// paste hands over the answer that address is, if it is one at page. over is closed once nobody waits for it.
func (c *callback) paste(address secret.Text, page string, over <-chan struct{}) error {
	const op = "read the address of the last page"
	if page == "" {
		return fault.New(fault.Canceled, op, errors.New("the answer comes by itself"))
	}
	select {
	case <-over:
		return fault.New(fault.LinkTimedOut, op, errors.New("nobody waits for it any more"))
	default:
	}
	found, why := c.judgePasted(address, page)
	if why == "" && !c.first() {
		why = "late"
	}
	if why != "" {
		c.log.Warn("paste refused", "why", why)
		return fault.Because(fault.BadAnswer, "paste."+why, op, errors.New("it is not the bank's answer"), "need", "last-page", "page", page)
	}
	c.arrived <- found
	return nil
}

// judgePasted says why text is not the bank's answer at page, or "" and what it brings. What stands
// behind a # no server gets, and neither do we.
func (c *callback) judgePasted(text secret.Text, page string) (result, string) {
	typed := strings.TrimSpace(text.Reveal())
	u, err := url.Parse(typed)
	want, wrong := url.Parse(page)
	switch {
	case len(typed) > longestPaste || err != nil || wrong != nil || u.Opaque != "" || u.Host == "" || u.User != nil:
		return result{}, "address"
	case !samePage(u, want):
		return result{}, "elsewhere"
	}
	found, why := c.judgeQuery(u.RawQuery)
	switch why {
	case "query", "twice":
		why = "address"
	case "state", "content":
		if u.RawQuery == "" {
			why = "short"
		}
	}
	return found, why
}

// samePage reports whether a browser at u was sent to want: a browser leaves the port of https out, and
// writes the path of a host alone.
func samePage(u, want *url.URL) bool {
	host := func(u *url.URL) string {
		bare := strings.TrimSuffix(strings.ToLower(u.Host), ":")
		if u.Scheme == "https" {
			return strings.TrimSuffix(bare, ":443")
		}
		return bare
	}
	path := func(u *url.URL) string {
		if u.EscapedPath() == "" {
			return "/"
		}
		return u.EscapedPath()
	}
	return u.Scheme == want.Scheme && host(u) == host(want) && path(u) == path(want)
}
