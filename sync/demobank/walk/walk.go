// Package walk plays the browser at the demo bank's consent pages where there is none. It
// reaches 127.0.0.1 and nothing else.
package walk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Options says what the person at the pages does. The zero value signs in with what the
// page has filled in, ticks every account and keeps the duration that the page suggests.
type Options struct {
	Username string
	Password string // the demo bank's invented one
	// Accounts names the accounts to tick, by any part of their label; nil is all.
	Accounts []string
	// Days is the duration to pick; 0 is the one that the page suggests.
	Days int
}

// Page is one of the consent pages, by what it asks.
type Page string

// The pages in their order.
const (
	SignIn  Page = "sign-in"
	Choose  Page = "choose"
	Confirm Page = "approve"
)

var (
	// ErrRefused means that the bank showed an error page instead of a form.
	ErrRefused = errors.New("the bank refused")
	// ErrElsewhere means that a page led to another host than 127.0.0.1.
	ErrElsewhere = errors.New("not on this computer")
)

const (
	timeLimit   = 30 * time.Second
	mostHops    = 10
	longestPage = 1 << 20
)

// Approve goes through all pages, says yes, and calls the redirect URI as a browser would.
// It returns nil once that address has answered, whatever its status.
func Approve(ctx context.Context, authorizationURL string, o Options) error {
	return walk(ctx, authorizationURL, o, plan{last: "approve"})
}

// Deny goes to the last page and says no there, and calls the redirect URI with that.
func Deny(ctx context.Context, authorizationURL string, o Options) error {
	return walk(ctx, authorizationURL, o, plan{last: "deny"})
}

// Abandon opens the pages up to the given one, and leaves without an answer, as one who
// closes the tab.
func Abandon(ctx context.Context, authorizationURL string, o Options, at Page) error {
	return walk(ctx, authorizationURL, o, plan{stop: at})
}

// plan is how a walk ends: at a page, or with a button on the last one.
type plan struct {
	stop Page
	last string
}

func walk(ctx context.Context, authorizationURL string, o Options, p plan) error {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	b, err := newBrowser()
	if err != nil {
		return err
	}
	defer b.transport.CloseIdleConnections()
	shown, err := b.open(ctx, http.MethodGet, authorizationURL, nil)
	for before := ""; err == nil; {
		if shown.left {
			return nil
		}
		if shown.form == nil {
			return fmt.Errorf("open the consent page: %w: status %d", ErrRefused, shown.status)
		}
		act, ok := shown.form.forward()
		if !ok {
			return fmt.Errorf("read the consent page: %w: no button to go on", ErrRefused)
		}
		if act == before {
			return fmt.Errorf("walk through the consent pages: %w what was filled in at %q", ErrRefused, act)
		}
		if before = act; Page(act) == p.stop {
			return nil
		}
		if Page(act) == Confirm {
			act = p.last
		}
		var values url.Values
		if values, err = shown.form.fill(o, act); err == nil {
			shown, err = b.open(ctx, http.MethodPost, shown.form.action, values)
		}
	}
	return fmt.Errorf("walk through the consent pages: %w", err)
}

// browser keeps cookies and follows redirects by hand, on loopback.
type browser struct {
	client    http.Client
	transport *http.Transport
}

func newBrowser() (*browser, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	dialer := net.Dialer{Timeout: 5 * time.Second, ControlContext: onlyLoopback}
	transport := &http.Transport{Proxy: nil, DialContext: dialer.DialContext, ResponseHeaderTimeout: 10 * time.Second}
	return &browser{transport: transport, client: http.Client{Transport: transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// onlyLoopback sees the address that is really dialled, after any name was looked up.
func onlyLoopback(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !at.Addr().IsLoopback() {
		return ErrElsewhere
	}
	return nil
}

// here parses an address and refuses any that is not literally on 127.0.0.1.
func here(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" || u.Hostname() != "127.0.0.1" || u.User != nil {
		return nil, ErrElsewhere // without the address: it may hold a code
	}
	return u, nil
}

// seen is where a request ended: a page with a form, or an address outside the bank.
type seen struct {
	form   *form
	status int
	left   bool
}

// open sends one request and follows what it is redirected to. The first address decides
// which origin is the bank.
func (b *browser) open(ctx context.Context, method, raw string, values url.Values) (seen, error) {
	at, err := here(raw)
	if err != nil {
		return seen{}, err
	}
	bank := at.Host
	for range mostHops {
		response, err := b.send(ctx, method, at, values)
		if err != nil {
			return seen{}, err
		}
		body, err := io.ReadAll(io.LimitReader(response.Body, longestPage))
		if err := errors.Join(err, response.Body.Close()); err != nil {
			return seen{}, err
		}
		if at.Host != bank {
			return seen{status: response.StatusCode, left: true}, nil
		}
		to := response.Header.Get("Location")
		if to == "" || response.StatusCode/100 != 3 {
			found, err := readForm(body, at)
			return seen{form: found, status: response.StatusCode}, err
		}
		next, err := at.Parse(to)
		if err != nil {
			return seen{}, ErrElsewhere
		}
		if at, err = here(next.String()); err != nil {
			return seen{}, err
		}
		method, values = http.MethodGet, nil
	}
	return seen{}, fmt.Errorf("%w: redirected in a circle", ErrRefused)
}

func (b *browser) send(ctx context.Context, method string, to *url.URL, values url.Values) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(values.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", to.Scheme+"://"+to.Host)
		request.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	response, err := b.client.Do(request)
	var failed *url.Error
	if errors.As(err, &failed) {
		return nil, fmt.Errorf("reach the page: %w", failed.Err) // url.Error shows the address
	}
	return response, err
}

// fill answers the form as o says and presses the button act.
func (f *form) fill(o Options, act string) (url.Values, error) {
	values := url.Values{"act": {act}}
	for _, in := range f.inputs {
		value := in.value
		switch {
		case in.name == "username" && o.Username != "":
			value = o.Username
		case in.name == "password" && o.Password != "":
			value = o.Password
		case in.kind == "checkbox" && !o.ticks(in.label):
			continue
		case in.kind == "radio" && o.Days == 0 && !in.checked:
			continue
		case in.kind == "radio" && o.Days != 0 && value != strconv.Itoa(o.Days):
			continue
		}
		values.Add(in.name, value)
	}
	if act == "approve" && !values.Has("days") {
		return nil, fmt.Errorf("%w: it does not offer %d days", ErrRefused, o.Days)
	}
	return values, nil
}

func (o Options) ticks(label string) bool {
	return o.Accounts == nil || slices.ContainsFunc(o.Accounts, func(part string) bool {
		return strings.Contains(label, part)
	})
}

// Phone opens the page that plays the person's phone, and presses Approve there. It errs with ErrRefused
// if nothing waits.
func Phone(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, timeLimit)
	defer cancel()
	b, err := newBrowser()
	if err != nil {
		return err
	}
	defer b.transport.CloseIdleConnections()
	shown, err := b.open(ctx, http.MethodGet, address, nil)
	if err == nil && shown.form == nil {
		err = fmt.Errorf("%w: nothing waits", ErrRefused)
	}
	if err != nil {
		return fmt.Errorf("open the phone: %w", err)
	}
	values, err := shown.form.fill(Options{}, "allow")
	if err == nil {
		_, err = b.open(ctx, http.MethodPost, shown.form.action, values)
	}
	if err != nil {
		return fmt.Errorf("approve on the phone: %w", err)
	}
	return nil
}
