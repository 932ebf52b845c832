package wire_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// ways are the kinds of server that the door meets.
func ways() []string { return []string{"plain", "TLS", "HTTP/2"} }

// bankOf starts a server of that kind.
func bankOf(t testing.TB, way string, authority *wiretest.Authority, answer http.HandlerFunc) (*httptest.Server, *wiretest.Tally) {
	t.Helper()
	switch way {
	case "plain":
		return wiretest.Serve(t, nil, answer)
	case "TLS":
		return wiretest.Serve(t, authority.Issue(t, wiretest.Leaf{}), answer)
	}
	return wiretest.ServeTwo(t, authority.Issue(t, wiretest.Leaf{}), answer)
}

// sums adds the bytes of rows.
func sums(rows []egress.Entry) (sent, received int64) {
	for _, row := range rows {
		sent, received = sent+row.Sent, received+row.Received
	}
	return sent, received
}

// goodbye is how many bytes a server may write when a connection has already gone: TLS's last alert.
const goodbye = 24

func TestALinkUsesItsConnectionAgainAndEveryByteHasItsRow(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	for _, way := range ways() {
		t.Run(way, func(t *testing.T) {
			protocol := "HTTP/1.1"
			if way == "HTTP/2" {
				protocol = "HTTP/2.0"
			}
			server, count := bankOf(t, way, authority, func(w http.ResponseWriter, r *http.Request) {
				if r.Proto != protocol {
					t.Errorf("spoken: %s", r.Proto)
				}
				fmt.Fprint(w, strings.Repeat("x", 5000))
			})
			o := open(t, wire.Config{Roots: authority.Pool()}, server.URL)
			const requests = 20
			for range requests {
				if text, err := read(t, o.line, get(server.URL)); err != nil || len(text) != 5000 {
					t.Fatalf("got %d bytes, %v", len(text), err)
				}
			}
			o.door.Close()
			count.Wait()
			server.Close()
			rows := o.book.all()
			sent, received := sums(rows)
			if len(rows) != requests || count.Conns.Load() != 1 {
				t.Errorf("%d rows, %d connections", len(rows), count.Conns.Load())
			}
			if sent != count.In.Load() {
				t.Errorf("the rows come to %d bytes sent, the server saw %d", sent, count.In.Load())
			}
			if d := count.Out.Load() - received; d < 0 || d > goodbye {
				t.Errorf("the rows come to %d bytes received, the server wrote %d", received, count.Out.Load())
			}
		})
	}
}

// TestNoLinkUsesAnothersConnection has the server tell which link each connection serves.
func TestNoLinkUsesAnothersConnection(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	for _, way := range ways() {
		t.Run(way, func(t *testing.T) {
			var mu sync.Mutex
			serves := map[int64]string{}
			server, count := bankOf(t, way, authority, func(_ http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				if other := serves[wiretest.Conn(r)]; other != "" && other != r.Header.Get("X-Link") {
					t.Errorf("a connection of %q served %q", other, r.Header.Get("X-Link"))
				}
				serves[wiretest.Conn(r)] = r.Header.Get("X-Link")
			})
			o := open(t, wire.Config{Roots: authority.Pool()}, server.URL)
			for range 3 {
				for _, link := range []string{"one", "two", "three"} {
					line, err := o.door.Line(link, []string{server.URL}) // as sync/link does, each time
					if err != nil {
						t.Fatal(err)
					}
					r := get(server.URL)
					r.Header = http.Header{"X-Link": {link}}
					if _, err := read(t, line, r); err != nil {
						t.Fatal(err)
					}
				}
			}
			if count.Conns.Load() != 3 {
				t.Errorf("%d connections for three links", count.Conns.Load())
			}
		})
	}
}

// TestOtherTermsDropWhatRests: a list or a pin that changes ends the connections of before, and
// they are not there for the terms of before either.
func TestOtherTermsDropWhatRests(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	config := authority.Issue(t, wiretest.Leaf{})
	server, count := wiretest.Serve(t, config, func(http.ResponseWriter, *http.Request) {})
	o := open(t, wire.Config{Roots: authority.Pool()}, server.URL)
	line := func(more wire.LineOptions) *wire.Line {
		more.Link = "link-1"
		l, err := o.door.LineWith(more)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	ask := func(l *wire.Line) {
		t.Helper()
		if _, err := read(t, l, get(server.URL)); err != nil {
			t.Fatal(err)
		}
	}
	ask(o.line)
	wider := line(wire.LineOptions{Origins: []string{server.URL, "https://bank.example"}})
	count.Wait() // the first connection has ended
	ask(wider)
	pinned := line(wire.LineOptions{Origins: []string{server.URL}, Pins: []string{wiretest.Pin(config.Certificates[0].Leaf)}})
	count.Wait()
	ask(pinned)
	ask(pinned)
	if count.Conns.Load() != 3 {
		t.Errorf("%d connections for three terms", count.Conns.Load())
	}
	ask(wider) // an old line still works; what it leaves does not rest
	count2 := count.Conns.Load()
	ask(wider)
	if count.Conns.Load() != count2+1 {
		t.Error("a line of former terms keeps its connections")
	}
	o.door.Forget("link-1")
	count.Wait()
}

// TestRequestsAtATimeHaveAConnectionEach: no two rows share bytes, over HTTP/2 either.
func TestRequestsAtATimeHaveAConnectionEach(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	for _, way := range ways() {
		t.Run(way, func(t *testing.T) {
			const crowd = 3
			var meet sync.WaitGroup
			meet.Add(crowd)
			server, count := bankOf(t, way, authority, func(_ http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-Meet") != "" {
					meet.Done()
					meet.Wait()
				}
			})
			o := open(t, wire.Config{Roots: authority.Pool()}, server.URL)
			var done sync.WaitGroup
			for range crowd {
				done.Go(func() {
					r := get(server.URL)
					r.Header = http.Header{"X-Meet": {"yes"}}
					if _, err := read(t, o.line, r); err != nil {
						t.Error(err)
					}
				})
			}
			done.Wait()
			for range 5 {
				if _, err := read(t, o.line, get(server.URL)); err != nil {
					t.Fatal(err)
				}
			}
			if count.Conns.Load() != crowd {
				t.Errorf("%d connections", count.Conns.Load())
			}
			o.door.Close()
			count.Wait()
			if sent, _ := sums(o.book.all()); sent < count.In.Load() || sent > count.In.Load()+crowd*goodbye {
				t.Errorf("the rows come to %d bytes sent, the server saw %d", sent, count.In.Load())
			}
		})
	}
}

// TestNothingIsSentAtRest watches the server's socket while a connection rests and ends: by time,
// by the door, by Forget.
func TestNothingIsSentAtRest(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	for _, way := range ways() {
		for name, end := range map[string]func(o opened){
			"by time":   func(opened) {},
			"the door":  func(o opened) { o.door.Close() },
			"forgotten": func(o opened) { o.door.Forget("link-1") },
		} {
			t.Run(way+"/"+name, func(t *testing.T) {
				server, count := bankOf(t, way, authority, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 70_000)) })
				limits := wire.Limits{Idle: time.Hour}
				if name == "by time" {
					limits.Idle = 10 * time.Millisecond
				}
				o := open(t, wire.Config{Roots: authority.Pool(), Limits: limits}, server.URL)
				if _, err := read(t, o.line, get(server.URL)); err != nil {
					t.Fatal(err)
				}
				row := o.book.last(t)
				end(o)
				count.Wait() // the server has read to the end
				if count.In.Load() != row.Sent {
					t.Errorf("the row says %d bytes sent, the server saw %d", row.Sent, count.In.Load())
				}
			})
		}
	}
}

// TestAConnectionThatTheBankClosedIsNotUsed: it is noticed before anything is sent.
func TestAConnectionThatTheBankClosedIsNotUsed(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	for _, way := range ways() {
		t.Run(way, func(t *testing.T) {
			server, count := bankOf(t, way, authority, func(http.ResponseWriter, *http.Request) {})
			o := open(t, wire.Config{Roots: authority.Pool()}, server.URL)
			for n := range 3 {
				if _, err := read(t, o.line, get(server.URL)); err != nil {
					t.Fatal(err)
				}
				server.CloseClientConnections()
				if rows := o.book.all(); len(rows) != n+1 || rows[n].Problem != 0 || count.Conns.Load() != int64(n+1) {
					t.Errorf("%d rows, %d connections, the last is %+v", len(rows), count.Conns.Load(), rows[n])
				}
			}
		})
	}
}

// fickle is a bank that answers the first request of each connection and hangs up on the second,
// after reading it; with config under TLS, which says goodbye. It returns what it was asked.
func fickle(t *testing.T, config *tls.Config, second string) (string, *wiretest.Tally, func() []string) {
	t.Helper()
	var mu sync.Mutex
	var asked []string
	address, count := wiretest.RawTLS(t, func(c net.Conn) {
		if config != nil {
			c = tls.Server(c, config)
			defer c.Close()
		}
		in := bufio.NewReader(c)
		for _, answer := range []string{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", second} {
			r, err := http.ReadRequest(in)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, r.Body) // what is missing shows below
			mu.Lock()
			asked = append(asked, r.Method)
			mu.Unlock()
			io.WriteString(c, answer)
		}
	})
	if config == nil {
		address = "http" + strings.TrimPrefix(address, "https")
	}
	return address, count, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), asked...)
	}
}

// TestAReadIsRepeatedOnce on a new connection, and with a row of its own, when a kept one ends
// without a byte of an answer. Nothing else is.
func TestAReadIsRepeatedOnce(t *testing.T) {
	address, count, asked := fickle(t, nil, "")
	o := open(t, wire.Config{}, address)
	for n, want := range []string{"GET", "GET GET GET"} {
		if text, err := read(t, o.line, get(address)); err != nil || text != "{}" {
			t.Fatalf("request %d: %q, %v", n+1, text, err)
		}
		if got := strings.Join(asked(), " "); got != want {
			t.Errorf("after request %d the bank was asked %q", n+1, got)
		}
	}
	rows := o.book.all()
	if len(rows) != 3 || count.Conns.Load() != 2 {
		t.Fatalf("%d rows, %d connections", len(rows), count.Conns.Load())
	}
	if broken := rows[1]; broken.Problem != int(fault.Offline) || broken.Status != 0 || broken.Sent == 0 || broken.Received != 0 {
		t.Errorf("the request that was lost has the row %+v", broken)
	}
	if last := rows[2]; last.Problem != 0 || last.Status != 200 || last.Sent != rows[1].Sent {
		t.Errorf("its repetition has the row %+v", last)
	}
	o.door.Close()
	count.Wait()
	if sent, _ := sums(rows); sent != count.In.Load() {
		t.Errorf("the rows come to %d bytes, the bank saw %d", sent, count.In.Load())
	}
}

// TestAGoodbyeIsNoAnswer: under TLS a host that ends a connection says so, and that word may cross with
// the next request. It is a byte that came, and none of an answer.
func TestAGoodbyeIsNoAnswer(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	address, count, asked := fickle(t, authority.Issue(t, wiretest.Leaf{}), "")
	o := open(t, wire.Config{Roots: authority.Pool()}, address)
	for n := range 2 {
		if text, err := read(t, o.line, get(address)); err != nil || text != "{}" {
			t.Fatalf("request %d: %q, %v", n+1, text, err)
		}
	}
	rows := o.book.all()
	if len(rows) != 3 || count.Conns.Load() != 2 || strings.Join(asked(), " ") != "GET GET GET" {
		t.Fatalf("%d rows, %d connections, asked %v", len(rows), count.Conns.Load(), asked())
	}
	if lost := rows[1]; lost.Problem != int(fault.Offline) || lost.Status != 0 || lost.Sent == 0 || lost.Received == 0 {
		t.Errorf("the request that was lost has the row %+v", lost)
	}
}

func TestAnAnswerThatBeganIsNotAskedForAgain(t *testing.T) {
	address, count, asked := fickle(t, nil, "HTTP/1.1 200 OK\r\nX: ")
	o := open(t, wire.Config{}, address)
	if _, err := read(t, o.line, get(address)); err != nil {
		t.Fatal(err)
	}
	_, err := read(t, o.line, get(address))
	kind(t, err, fault.Offline)
	if len(asked()) != 2 || count.Conns.Load() != 1 || len(o.book.all()) != 2 {
		t.Errorf("asked %v on %d connections", asked(), count.Conns.Load())
	}
}

// TestAPostIsSentOnce: it dials, so there is no connection that could have ended meanwhile.
func TestAPostIsSentOnce(t *testing.T) {
	address, count, asked := fickle(t, nil, "")
	o := open(t, wire.Config{}, address)
	post := get(address)
	post.Method, post.JSON = "POST", []byte("{}")
	for n := range 3 {
		if _, err := read(t, o.line, post); err != nil || count.Conns.Load() != int64(n+1) {
			t.Errorf("%v, %d connections", err, count.Conns.Load())
		}
	}
	if got := strings.Join(asked(), " "); got != "POST POST POST" {
		t.Errorf("asked %q", got)
	}

	silent, count := wiretest.Raw(t, func(net.Conn) {})
	o = open(t, wire.Config{}, silent)
	post.URL = silent + "/token"
	_, err := read(t, o.line, post)
	kind(t, err, fault.Offline)
	if count.Conns.Load() != 1 || len(o.book.all()) != 1 {
		t.Errorf("%d connections, %d rows", count.Conns.Load(), len(o.book.all()))
	}
}

// TestAGoodbyeOverHTTP2IsRepeated: GOAWAY that spares the request, at the moment it is sent.
func TestAGoodbyeOverHTTP2IsRepeated(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	fine := func(stream uint32) string {
		return wiretest.Frame(wiretest.Headers, wiretest.EndHeaders|wiretest.EndStream, stream, wiretest.Fields(":status", "200"))
	}
	for name, second := range map[string]string{
		"a goodbye": wiretest.Frame(wiretest.GoAway, 0, 0, wiretest.Number(1)+wiretest.Number(0)),
		"the end":   "",
	} {
		t.Run(name, func(t *testing.T) {
			address, count := wiretest.RawTwo(t, authority.Issue(t, wiretest.Leaf{}), func(w *wiretest.Two) {
				if w.Say(wiretest.Hello(), fine(1)) != nil || w.Request() == 0 {
					return
				}
				_ = w.Say(second) // the client may have gone
			})
			o := open(t, wire.Config{Roots: authority.Pool(), Limits: brief()}, address)
			for n := range 2 {
				if _, err := read(t, o.line, get(address)); err != nil {
					t.Fatalf("request %d: %v", n+1, err)
				}
			}
			if rows := o.book.all(); len(rows) != 3 || count.Conns.Load() != 2 || rows[1].Problem != int(fault.Offline) || rows[2].Problem != 0 {
				t.Errorf("%d connections, rows %+v", count.Conns.Load(), rows)
			}
		})
	}
}
