package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// conn is a connection of one link to one origin. It carries one request at a time, HTTP/2 too, so
// that the bytes which pass between the beginning and the end of a request are the request's.
type conn struct {
	origin string
	via    string // the proxy that leads to it; empty for none
	meter  *meter
	secure *tls.Conn // nil for plain http
	asked  bool      // it asked for a certificate of ours
	shown  bool      // and was shown the link's
	tls    string    // "1.3"

	two    *http.ClientConn // HTTP/2
	frames *frames          // under two

	// HTTP/1.1, where two is nil:
	in   *bufio.Reader
	head *capped // under in
	out  *bufio.Writer

	sent, received int64 // of all requests so far
	kept           bool  // there was one

	rested time.Time
	timer  *time.Timer // of its rest; owner: the pool
}

// capped is a reader that ends with an error after left bytes.
type capped struct {
	io.Reader
	left int64
	some bool // a byte came, that was no goodbye of TLS

	first []byte // of what came, as many as httpOne has
	over  error  // what the stream ended with
}

// httpOne begins each answer.
const httpOne = "HTTP/1."

// begin is before an answer.
func (c *capped) begin() { c.some, c.first, c.over = false, c.first[:0], nil }

// cutOff is what ended the stream in the middle of a head, where that began as one; nil where nothing did. A line without
// an end is what the parser of heads finds then, and it says that it is wrong, not that it is cut.
func (c *capped) cutOff() error {
	switch {
	case c.over == nil || !strings.HasPrefix(httpOne, string(c.first)):
		return nil
	case errors.Is(c.over, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return c.over
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, errHead
	}
	n, err := c.Reader.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	c.some = c.some || n > 0
	c.first = append(c.first, p[:min(n, len(httpOne)-len(c.first))]...)
	if err != nil {
		c.over = err
	}
	return n, err
}

var errHead = errors.New("the head of the answer is too large")

// speak makes a connection whose handshake is done ready for requests.
func (c *conn) speak(ctx context.Context, l Limits) error {
	stream := net.Conn(c.meter)
	if c.secure != nil {
		stream = c.secure
		if c.secure.ConnectionState().NegotiatedProtocol == protocolTwo {
			return c.speakTwo(ctx, l)
		}
	}
	c.head = &capped{Reader: stream}
	c.in, c.out = bufio.NewReader(c.head), bufio.NewWriter(stream)
	return nil
}

// roundTrip writes the request and reads the head of the answer. It ends with the meter.
func (c *conn) roundTrip(out *http.Request, l Limits) (*http.Response, error) {
	if c.two != nil {
		return c.two.RoundTrip(out)
	}
	c.head.begin()
	if err := out.Write(c.out); err != nil {
		return nil, err
	}
	if err := c.out.Flush(); err != nil {
		return nil, err
	}
	if err := c.meter.SetReadDeadline(time.Now().Add(l.Headers)); err != nil {
		return nil, err
	}
	c.head.left = l.HeaderBytes // with all that comes before the answer itself
	for {
		answer, err := http.ReadResponse(c.in, out)
		if err != nil {
			if cut := c.head.cutOff(); cut != nil && c.head.some {
				return nil, cut
			}
			return nil, err
		}
		if answer.StatusCode >= 200 || answer.StatusCode == http.StatusSwitchingProtocols {
			c.head.left = unlimited // the body has a cap of its own
			return answer, c.meter.SetReadDeadline(time.Time{})
		}
	}
}

// unanswered reports whether nothing that could be of an answer came since the last roundTrip began:
// under TLS the goodbye of a host that ended the connection before it knew of the request may have.
// HTTP/2 reads frames of no request, too, so there the head is what counts.
func (c *conn) unanswered() bool { return c.two != nil || c.head != nil && !c.head.some }

// rest reports whether c may carry another request after answer, which was read to its end, and
// stops all bytes until then.
func (c *conn) rest(answer *http.Response) bool {
	if c.two != nil {
		_ = answer.Body.Close() // returns when the stream is over
		return c.two.Err() == nil && c.two.InFlight() == 0 && c.two.Available() > 0 && c.meter.rest(true)
	}
	return !answer.Close && c.in.Buffered() == 0 && c.dry() && !c.meter.cut.Load() && c.meter.rest(false)
}

// dry reports whether TLS holds nothing that it has read beyond the answer: the next record, or the
// rest of one. The socket is not read.
func (c *conn) dry() bool {
	if c.secure == nil {
		return true
	}
	if c.meter.SetReadDeadline(longPast) != nil {
		return false
	}
	n, err := c.secure.Read(make([]byte, 1))
	return n == 0 && errors.Is(err, os.ErrDeadlineExceeded)
}

// close ends c with a goodbye, which is the current row's.
func (c *conn) close() {
	if c.secure != nil {
		late := time.AfterFunc(patience, func() { _ = c.meter.Close() })
		_ = c.secure.Close() // the answer is whole or lost by now
		late.Stop()
	}
	c.drop()
}

// drop ends c without a byte, as there is no row for it.
func (c *conn) drop() {
	_ = c.meter.Close() // nothing is lost
	if c.two != nil {
		_ = c.two.Close() // ends its reader
	}
}
