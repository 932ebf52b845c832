package wire_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"coffer/app/egress"
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
