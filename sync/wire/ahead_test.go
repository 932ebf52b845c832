package wire_test

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// corked is a connection whose writes wait for each other, so that records of TLS come in one piece.
type corked struct {
	net.Conn
	held bytes.Buffer
	cork bool
}

func (c *corked) Write(p []byte) (int, error) {
	if c.cork {
		return c.held.Write(p)
	}
	return c.Conn.Write(p)
}

// TestAnAnswerThatIsSentAheadUnderTLSAnswersNothing: TLS reads as much as there is, so the next record
// may be in memory already, or the rest of one, where a look at the socket finds nothing.
func TestAnAnswerThatIsSentAheadUnderTLSAnswersNothing(t *testing.T) {
	body := strings.Repeat("true", 3000)
	first := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body))
	const second = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfalse"
	authority := wiretest.NewAuthority(t)
	for name, test := range map[string]struct {
		records []string
		bye     bool
		conns   int64
	}{
		"in the same record": {[]string{first, body + second}, false, 3},
		"in the next record": {[]string{first, body, second}, false, 3},
		"a goodbye":          {[]string{first, body}, true, 3},
		"nothing":            {[]string{first, body}, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			config := authority.Issue(t, wiretest.Leaf{})
			config.SessionTicketsDisabled = true
			address, count := wiretest.RawTLS(t, func(raw net.Conn) {
				below := &corked{Conn: raw}
				c := tls.Server(below, config)
				for {
					if _, err := c.Read(make([]byte, 4096)); err != nil {
						return
					}
					below.cork = true
					for _, record := range test.records {
						io.WriteString(c, record)
					}
					if test.bye {
						_ = c.CloseWrite()                    // it is held back, so
						_ = raw.SetWriteDeadline(time.Time{}) // it is not over
					}
					below.cork = false
					_, _ = below.held.WriteTo(raw)
				}
			})
			o := open(t, wire.Config{Roots: authority.Pool()}, address)
			for range 3 {
				if text, err := read(t, o.line, get(address)); err != nil || text != body {
					t.Fatalf("got %d bytes, %v", len(text), err)
				}
			}
			if rows := o.book.all(); count.Conns.Load() != test.conns || len(rows) != 3 {
				t.Errorf("%d connections, %d rows", count.Conns.Load(), len(rows))
			}
		})
	}
}
