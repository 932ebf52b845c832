package wire_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

const token = "canary-7f3a9-token"

// book is a ledger in memory.
type book struct {
	mu      sync.Mutex
	rows    []egress.Entry
	refuse  error // by Begin
	forget  bool  // Complete saves nothing, as in a crash
	onBegin func()
}

func (b *book) Begin(_ context.Context, e egress.Entry) (egress.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.onBegin != nil {
		b.onBegin()
	}
	if b.refuse != nil {
		return egress.Entry{}, b.refuse
	}
	e.Seq = int64(len(b.rows) + 1)
	if len(b.rows) > 0 {
		e.Previous = b.rows[len(b.rows)-1].Hash
	}
	e.Hash = egress.HashEntry(e)
	b.rows = append(b.rows, e)
	return e, nil
}

func (b *book) Complete(ctx context.Context, seq int64, o egress.Outcome) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	if b.forget {
		return errors.New("the power went")
	}
	b.rows[seq-1].Outcome = o
	return nil
}

func (b *book) all() []egress.Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]egress.Entry(nil), b.rows...)
}

func (b *book) last(t *testing.T) egress.Entry {
	t.Helper()
	rows := b.all()
	if len(rows) == 0 {
		t.Fatal("the ledger is empty")
	}
	return rows[len(rows)-1]
}

// tally counts connections and their bytes at the server's socket.
type tally struct {
	net.Listener
	conns   atomic.Int64
	in, out atomic.Int64
}

type tallied struct {
	net.Conn
	t *tally
}

func (t *tally) Accept() (net.Conn, error) {
	conn, err := t.Listener.Accept()
	if err != nil {
		return nil, err
	}
	t.conns.Add(1)
	return &tallied{Conn: conn, t: t}, nil
}

func (c *tallied) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.t.in.Add(int64(n))
	return n, err
}

func (c *tallied) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.t.out.Add(int64(n))
	return n, err
}

// serve starts a server on the loopback whose bytes are counted.
func serve(t *testing.T, secure bool, answer http.HandlerFunc) (*httptest.Server, *tally) {
	t.Helper()
	server := httptest.NewUnstartedServer(answer)
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	count := &tally{Listener: server.Listener}
	server.Listener = count
	if secure {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server, count
}

// raw starts a server that reads one request and then does what write says with the connection.
func raw(t *testing.T, write func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			done.Go(func() {
				defer conn.Close()
				head := make([]byte, 4096)
				if _, err := conn.Read(head); err == nil {
					write(conn)
				}
			})
		}
	})
	t.Cleanup(func() { listener.Close(); done.Wait() })
	return "http://" + listener.Addr().String()
}

type opened struct {
	door *wire.Door
	line *wire.Line
	book *book
	log  *bytes.Buffer
}

func open(t *testing.T, c wire.Config, origins ...string) opened {
	t.Helper()
	o := opened{book: &book{}, log: &bytes.Buffer{}}
	c.Ledger, c.Now, c.UserAgent = o.book, time.Now, "Coffer/test"
	c.Log = slog.New(slog.NewTextHandler(o.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	if o.door, err = wire.New(c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.door.Close)
	if o.line, err = o.door.Line("link-1", origins); err != nil {
		t.Fatal(err)
	}
	return o
}

func get(address string) wire.Request {
	return wire.Request{
		Purpose: egress.Purpose{ID: "accounts"}, Method: "GET", URL: address + "/accounts/777-id?cursor=" + token,
		Path: "/accounts/{id}", Bearer: secret.New(token),
	}
}

// read makes the whole call and returns the body and the first error.
func read(t *testing.T, line *wire.Line, r wire.Request) (string, error) {
	t.Helper()
	answer, err := line.Do(t.Context(), r)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	return string(text), err
}

func clean(t *testing.T, o opened, err error) {
	t.Helper()
	for name, text := range map[string]string{"error": errText(err), "log": o.log.String()} {
		for _, secret := range []string{token, "777-id", "cursor="} {
			if strings.Contains(text, secret) {
				t.Errorf("the %s holds %q: %s", name, secret, text)
			}
		}
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func kind(t *testing.T, err error, want fault.Kind) {
	t.Helper()
	if got := fault.KindOf(err); err == nil || got != want {
		t.Errorf("got kind %d of %v, want %d", got, err, want)
	}
}
