package demobank

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
)

// What a bank can move to a port of its own.
const (
	MovedSignIn = "sign-in" // the metadata names the page there
	MovedToken  = "token"   // the metadata names the token endpoint there
	MovedAPI    = "api"     // the API answers 308 (RFC 9110 §15.4.9) and is there
)

// annex is the bank's second door.
type annex struct {
	origin string
	moved  []string
	calls  atomic.Int64
	server *http.Server
	served chan error
}

// Move opens a second door on another port of 127.0.0.1, and leads callers there for what is
// moved from now on. ctx bounds the opening alone.
func (b *Bank) Move(ctx context.Context, moved ...string) error {
	for _, what := range moved {
		if !slices.Contains([]string{MovedSignIn, MovedToken, MovedAPI}, what) {
			return fmt.Errorf("move %q: it is one of %s, %s, %s", what, MovedSignIn, MovedToken, MovedAPI)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.annex == nil && len(moved) > 0 {
		a, err := b.openAnnex(ctx)
		if err != nil {
			return fmt.Errorf("open the demo bank's second port: %w", err)
		}
		b.annex = a
	}
	if b.annex != nil {
		b.annex.moved = slices.Clone(moved)
	}
	return nil
}

// openAnnex asks for the port beside the bank's own first, so that it is the same at the next start.
func (b *Bank) openAnnex(ctx context.Context) (*annex, error) {
	addr := anyPort
	if _, port, err := net.SplitHostPort(b.Addr()); err == nil {
		if n, err := strconv.Atoi(port); err == nil && n < 65535 {
			addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(n+1))
		}
	}
	listener, err := listen(ctx, addr)
	if err != nil {
		return nil, err
	}
	a := &annex{origin: "http://" + listener.Addr().String(), served: make(chan error, 1)}
	handler := b.handler(listener.Addr().String())
	a.server = b.serverOf(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.calls.Add(1)
		handler.ServeHTTP(w, r)
	}))
	go func() { a.served <- a.server.Serve(listener) }()
	return a, nil
}

// Annex returns the origin of the second door, empty if it was never opened, and how many requests
// came there.
func (b *Bank) Annex() (origin string, calls int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.annex == nil {
		return "", 0
	}
	return b.annex.origin, b.annex.calls.Load()
}

func (b *Bank) closeAnnex() error {
	b.mu.Lock()
	a := b.annex
	b.mu.Unlock()
	if a == nil {
		return nil
	}
	err := a.server.Close()
	if served := <-a.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// placeOf is the address of the issuer's path, at the second door if what is moved.
func (b *Bank) placeOf(what, path string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.annex != nil && slices.Contains(b.annex.moved, what) {
		return b.annex.origin + issuerPath + path
	}
	return b.Issuer() + path
}

// lead answers a request for an API that has moved.
func (b *Bank) lead(w http.ResponseWriter, r *http.Request) (led bool) {
	if r.Host != b.Addr() || !strings.HasPrefix(r.URL.Path, apiPath+"/") {
		return false
	}
	to := strings.TrimSuffix(b.placeOf(MovedAPI, ""), issuerPath)
	if to == b.origin {
		return false
	}
	w.Header().Set("Location", to+r.URL.RequestURI())
	w.WriteHeader(http.StatusPermanentRedirect)
	return true
}
