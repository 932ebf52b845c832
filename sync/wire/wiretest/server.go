// Package wiretest is the kit of hostile servers: every way in which the far end of a connection
// can lie, stall, flood or lead elsewhere, and counts of what reached it.
package wiretest

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
)

// Tally counts connections and their bytes at the server's socket.
type Tally struct {
	net.Listener
	Conns   atomic.Int64
	In, Out atomic.Int64 // bytes, from and to the client

	named atomic.Int64 // connections that have a number

	mu    sync.Mutex
	ended sync.Cond
	open  int
}

// NewTally counts what listener accepts.
func NewTally(listener net.Listener) *Tally {
	t := &Tally{Listener: listener}
	t.ended.L = &t.mu
	return t
}

// Wait returns once every connection so far was read to its end or closed by the server: then In
// has all that the clients sent.
func (t *Tally) Wait() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.open > 0 {
		t.ended.Wait()
	}
}

func (t *Tally) move(by int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open += by
	t.ended.Broadcast()
}

// Accept counts what comes.
func (t *Tally) Accept() (net.Conn, error) {
	conn, err := t.Listener.Accept()
	if err != nil {
		return nil, err
	}
	t.Conns.Add(1)
	t.move(1)
	return &tallied{Conn: conn, t: t}, nil
}

type tallied struct {
	net.Conn
	t    *Tally
	over sync.Once
}

// Close also ends Wait's wait for c.
func (c *tallied) Close() error {
	c.end()
	return c.Conn.Close()
}

func (c *tallied) end() { c.over.Do(func() { c.t.move(-1) }) }

func (c *tallied) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.t.In.Add(int64(n))
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		c.end()
	}
	return n, err
}

func (c *tallied) Write(p []byte) (int, error) {
	c.t.Out.Add(int64(len(p))) // at once: the client may have them before Write returns
	n, err := c.Conn.Write(p)
	c.t.Out.Add(int64(n - len(p)))
	return n, err
}

// Serve starts an HTTP server on the loopback whose bytes are counted; config, which may be nil,
// makes it https. It ends with the test.
func Serve(t testing.TB, config *tls.Config, answer http.HandlerFunc) (*httptest.Server, *Tally) {
	t.Helper()
	return start(t, httptest.NewUnstartedServer(answer), config)
}

// ServeTwo is Serve over HTTP/2, so config is needed.
func ServeTwo(t testing.TB, config *tls.Config, answer http.HandlerFunc) (*httptest.Server, *Tally) {
	t.Helper()
	server := httptest.NewUnstartedServer(answer)
	server.EnableHTTP2 = true
	return start(t, server, config)
}

type connKey struct{}

// Conn is the number of the connection that brought r to a server of this kit: 1, 2, 3 …
func Conn(r *http.Request) int64 {
	n, _ := r.Context().Value(connKey{}).(int64)
	return n
}

func start(t testing.TB, server *httptest.Server, config *tls.Config) (*httptest.Server, *Tally) {
	t.Helper()
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	count := NewTally(server.Listener)
	server.Listener = count
	server.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, count.named.Add(1))
	}
	if config == nil {
		server.Start()
	} else {
		server.TLS = config
		server.StartTLS()
	}
	t.Cleanup(server.Close)
	return server, count
}

// Raw starts a server that reads one request and then does what write says with the connection,
// as often as somebody connects. It returns its origin and ends with the test.
func Raw(t testing.TB, write func(net.Conn)) (string, *Tally) {
	t.Helper()
	count := listen(t)
	accept(t, count, func(conn net.Conn) {
		head := make([]byte, 4096)
		if _, err := conn.Read(head); err == nil {
			write(conn)
		}
	})
	return "http://" + count.Addr().String(), count
}

// RawTLS is Raw from the first byte on, before any handshake, under an https origin.
func RawTLS(t testing.TB, write func(net.Conn)) (string, *Tally) {
	t.Helper()
	count := listen(t)
	accept(t, count, write)
	return "https://" + count.Addr().String(), count
}

func listen(t testing.TB) *Tally {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return NewTally(listener)
}

func accept(t testing.TB, listener net.Listener, serve func(net.Conn)) {
	t.Helper()
	var done sync.WaitGroup
	var mu sync.Mutex
	open := map[net.Conn]bool{}
	done.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open[conn] = true
			mu.Unlock()
			done.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for conn := range open { // whoever still waits for the client
			_ = conn.Close()
		}
		mu.Unlock()
		done.Wait()
	})
}
