package wire_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// ask is one request of a random life: by which link, to which of two banks, and what it does.
type ask struct {
	link, bank int
	method     string
	answer     string // what the bank does
	caller     string // what the caller does with the answer
	size       int    // bytes of the body
}

func asks() *rapid.Generator[ask] {
	return rapid.Custom(func(t *rapid.T) ask {
		return ask{
			link: rapid.IntRange(0, 2).Draw(t, "link"), bank: rapid.IntRange(0, 1).Draw(t, "bank"),
			method: rapid.SampledFrom([]string{"GET", "GET", "GET", "HEAD", "POST", "DELETE"}).Draw(t, "method"),
			answer: rapid.SampledFrom([]string{"whole", "chunked", "close", "nothing", "error", "redirect", "cut"}).Draw(t, "answer"),
			caller: rapid.SampledFrom([]string{"reads", "reads", "reads", "json", "stops", "cancels"}).Draw(t, "caller"),
			size:   rapid.SampledFrom([]int{0, 1, 300, 5000, 40_000}).Draw(t, "size"),
		}
	})
}

// TestTheRowsComeToWhatTheBanksSaw lives random lives over every kind of server, several requests
// at a time, and then compares what the ledger says with what was counted at the servers' sockets.
func TestTheRowsComeToWhatTheBanksSaw(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	for _, way := range ways() {
		t.Run(way, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				life := rapid.SliceOfN(asks(), 1, 12).Draw(rt, "life")
				atATime := rapid.IntRange(1, 3).Draw(rt, "at a time")
				liveThrough(t, rt, way, authority, life, atATime)
			})
		})
	}
}

// witness is what two banks saw of the connections that came to them.
type witness struct {
	mu    sync.Mutex
	links map[string]string // by bank and connection
	told  []string
}

func (w *witness) serve(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	conn := fmt.Sprint(r.Host, wiretest.Conn(r))
	link, known := w.links[conn]
	w.links[conn] = r.Header.Get("X-Link")
	if known && link != r.Header.Get("X-Link") {
		w.told = append(w.told, "a connection served two links")
	}
	if known && r.Method != "GET" && r.Method != "HEAD" {
		w.told = append(w.told, r.Method+" came on a connection that had served")
	}
	w.mu.Unlock()
	_, _ = io.Copy(io.Discard, r.Body) // a body that is missing is not what is looked for
	answer, size := r.Header.Get("X-Answer"), 0
	fmt.Sscan(r.Header.Get("X-Size"), &size)
	switch answer {
	case "close":
		rw.Header().Set("Connection", "close")
	case "nothing":
		rw.WriteHeader(http.StatusNoContent)
		return
	case "error":
		rw.WriteHeader(http.StatusServiceUnavailable)
	case "redirect":
		rw.Header().Set("Location", "/elsewhere")
		rw.WriteHeader(http.StatusFound)
	case "chunked":
		rw.(http.Flusher).Flush()
	case "cut":
		fmt.Fprint(rw, "[")
		rw.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	fmt.Fprint(rw, strings.Repeat("x", size))
}

func liveThrough(t *testing.T, rt *rapid.T, way string, authority *wiretest.Authority, life []ask, atATime int) {
	w := &witness{links: map[string]string{}}
	var addresses []string
	var counts []*wiretest.Tally
	var ends []func()
	for range 2 {
		server, count := bankOf(t, way, authority, w.serve)
		defer server.Close()
		ends = append(ends, func() { count.Wait(); server.Close() }) // all was read, then all was written
		addresses, counts = append(addresses, server.URL), append(counts, count)
	}
	b := &book{}
	door, err := wire.New(wire.Config{Ledger: b, Now: time.Now, UserAgent: "Coffer/test", Roots: authority.Pool()})
	if err != nil {
		rt.Fatal(err)
	}
	turns := make(chan struct{}, atATime)
	var done sync.WaitGroup
	for _, a := range life {
		turns <- struct{}{}
		done.Go(func() {
			defer func() { <-turns }()
			line, err := door.Line(fmt.Sprint("link-", a.link), addresses)
			if err != nil {
				rt.Error(err)
				return
			}
			live(rt, t.Context(), line, a, addresses[a.bank])
		})
	}
	done.Wait()
	door.Close()
	for _, end := range ends {
		end()
	}
	compare(rt, way, b.all(), addresses, counts, len(life))
	for _, told := range w.told {
		rt.Error(told)
	}
}

// live makes one request and holds what came of it against what was to come.
func live(rt *rapid.T, ctx context.Context, line *wire.Line, a ask, address string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := wire.Request{
		Purpose: egress.Purpose{ID: "accounts"}, Method: a.method, URL: address + "/x", Path: "/x", Bearer: secret.New(token),
		Header: http.Header{"X-Link": {fmt.Sprint(a.link)}, "X-Answer": {a.answer}, "X-Size": {fmt.Sprint(a.size)}},
	}
	if a.method == "POST" {
		r.JSON = []byte(`{"a":1}`)
	}
	answer, err := line.Do(ctx, r)
	if a.answer == "redirect" {
		if fault.KindOf(err) != fault.BankUnexpected {
			rt.Errorf("a redirect was %v", err)
		}
		return
	}
	if err != nil {
		rt.Errorf("%+v: %v", a, err)
		return
	}
	defer answer.Body.Close()
	switch a.caller {
	case "reads":
		text, err := io.ReadAll(answer.Body)
		lost := a.answer == "cut" && a.method != "HEAD"
		if lost != (err != nil) || err == nil && a.method != "HEAD" && a.answer != "nothing" && len(text) != a.size {
			rt.Errorf("%+v: %d bytes, %v", a, len(text), err)
		}
	case "json": // reads what it needs, and not the end
		_, _ = io.ReadFull(answer.Body, make([]byte, a.size)) // a cut answer is shorter
	case "stops":
		_, _ = io.ReadFull(answer.Body, make([]byte, a.size/2)) // as above
	case "cancels":
		cancel()
	}
}

// compare sums by bank. Plain HTTP is exact both ways but where one side ended a connection before
// it had read all: then the other has counted more. A bank does so with a request on a connection
// that it was just ending; such a request has no answer, and is repeated on another connection.
func compare(rt *rapid.T, way string, rows []egress.Entry, addresses []string, counts []*wiretest.Tally, requests int) {
	if len(rows) < requests {
		rt.Errorf("%d rows for %d requests", len(rows), requests)
	}
	for i, address := range addresses {
		var sent, received, unread int64
		for _, row := range rows {
			if row.Origin == address {
				sent, received = sent+row.Sent, received+row.Received
			}
			if row.Origin == address && row.Status == 0 {
				unread += row.Sent
			}
		}
		in, out, conns := counts[i].In.Load(), counts[i].Out.Load(), counts[i].Conns.Load()
		// With TLS a last word may be under way when a connection ends: an alert, and over HTTP/2
		// windows and a reset.
		slack := unread
		if way != "plain" {
			slack += conns * 200
		}
		if sent < in || sent > in+slack {
			rt.Errorf("%s: the rows come to %d bytes sent, the bank saw %d on %d connections", way, sent, in, conns)
		}
		if received > out {
			rt.Errorf("%s: the rows come to %d bytes received, the bank wrote %d", way, received, out)
		}
	}
}
