package wire

import (
	"errors"
	"net/http"

	"coffer/app/egress"
	"coffer/app/fault"
)

// Client returns a client for libraries that want one: the same line, ledger and allow-list as
// Do. The ledger gets the path of the address as it is, so it is for addresses without ids.
func (l *Line) Client(p egress.Purpose) *http.Client {
	return &http.Client{Transport: tripper{line: l, purpose: p}}
}

type tripper struct {
	line    *Line
	purpose egress.Purpose
}

// RoundTrip sends out through the door. A redirect is an error, so http.Client sees none.
func (t tripper) RoundTrip(out *http.Request) (*http.Response, error) {
	if out.Body != nil {
		defer out.Body.Close() // read by then, or refused
	}
	origin, err := originOf(out.URL)
	if err != nil {
		return nil, t.line.refuse(out.Method+": "+err.Error(), "", t.purpose.ID)
	}
	path := out.URL.Path
	if path == "" {
		path = "/"
	}
	return t.line.send(out, job{purpose: t.purpose, path: path, op: describe(out.Method, origin, path), secret: true})
}

// Refuser refuses every request: it stands where a way past the door would be.
type Refuser struct{}

// RoundTrip returns HostRefused.
func (Refuser) RoundTrip(out *http.Request) (*http.Response, error) {
	if out.Body != nil {
		_ = out.Body.Close() // the contract of RoundTripper
	}
	return nil, fault.With(fault.HostRefused, "pass the door to the network", errors.New("only sync/wire sends requests"),
		"host", out.URL.Hostname())
}

// RefuseDefaults makes http.DefaultTransport and http.DefaultClient refuse, so that anything
// that bypasses the door fails loudly. Main calls it first of all.
func RefuseDefaults() {
	http.DefaultTransport = Refuser{}
	http.DefaultClient = &http.Client{Transport: Refuser{}}
}
