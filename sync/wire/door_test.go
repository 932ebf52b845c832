package wire_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

const token = wiretest.Canary

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

// serve starts a server on the loopback whose bytes are counted.
func serve(t *testing.T, secure bool, answer http.HandlerFunc) (*httptest.Server, *wiretest.Tally) {
	t.Helper()
	if secure {
		return wiretest.Serve(t, &tls.Config{}, answer)
	}
	return wiretest.Serve(t, nil, answer)
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
