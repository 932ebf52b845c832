package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
)

const (
	protocolTwo = "h2"
	protocolOne = "http/1.1"
	window      = 256 << 10 // bytes of an HTTP/2 answer that may come before they are read

	// overhead is how many times its body an HTTP/2 answer may be at the socket, with what frames
	// and TLS add. HTTP/1.1 adds so little that the caps on head and body do.
	overhead = 4
)

// speakTwo begins HTTP/2, by net/http. The transport has this connection and can't get another:
// no proxy, no pool, no compression (so no bomb), no ping of its own.
func (c *conn) speakTwo(ctx context.Context, l Limits) error {
	var only http.Protocols
	only.SetUnencryptedHTTP2(true) // as the transport sees it: TLS is below
	c.frames = &frames{Conn: c.secure, in: bufio.NewReader(c.secure), meter: c.meter}
	transport := &http.Transport{
		DialContext:        func(context.Context, string, string) (net.Conn, error) { return c.frames, nil },
		DisableCompression: true, ResponseHeaderTimeout: l.Headers, MaxResponseHeaderBytes: l.HeaderBytes, Protocols: &only,
		HTTP2: &http.HTTP2Config{MaxReceiveBufferPerConnection: window, MaxReceiveBufferPerStream: window},
	}
	u, err := url.Parse(c.origin)
	if err != nil {
		return err
	}
	c.two, err = transport.NewClientConn(ctx, "http", u.Host)
	return err
}

// refusesMore reports whether the far end of an HTTP/2 connection has said that it will take no
// more requests (GOAWAY), or has gone.
func (c *conn) refusesMore() bool {
	return c.two != nil && (c.meter.cut.Load() || c.frames.goodbye.Load())
}

// reset is an HTTP/2 stream that was reset. net/http fills it in, going by the names of its fields.
type reset struct {
	StreamID uint32
	Code     uint32
	Cause    error
}

func (reset) Error() string { return "the stream was reset" }

// givenUp reports whether the reset says nothing against the request or the answer (RFC 9113 §7):
// NO_ERROR, INTERNAL_ERROR, REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM.
func (r reset) givenUp() bool { return slices.Contains([]uint32{0, 2, 7, 8, 11}, r.Code) }

// frames is an HTTP/2 connection without the frames that mean nothing to us: priorities, and
// those of extensions, to be ignored by RFC 9113 §5.5. net/http prints a line for each.
type frames struct {
	*tls.Conn
	in      *bufio.Reader
	meter   *meter
	begun   bool // a frame was passed on
	left    int  // bytes of it that were not
	goodbye atomic.Bool
	lost    atomic.Pointer[error] // what ended the connection; net/http tells it as text alone
}

const (
	frameHead = 9        // bytes: three of length, kind, flags, four of stream
	largest   = 16 << 10 // bytes of a body (RFC 9113 §4.2)
	priority  = 2
	goAway    = 7
	lastOfRFC = 9 // CONTINUATION
)

// Read passes on whole heads and what fits of bodies.
func (f *frames) Read(p []byte) (int, error) {
	for f.left == 0 {
		head, err := f.in.Peek(frameHead)
		if err != nil {
			if err == io.EOF && len(head) > 0 {
				err = io.ErrUnexpectedEOF
			}
			f.lost.CompareAndSwap(nil, &err)
			return 0, err
		}
		body, kind := int(head[0])<<16|int(head[1])<<8|int(head[2]), head[3]
		// What can't be a frame is for net/http to say.
		if kind != priority && kind <= lastOfRFC || !f.begun || body > largest {
			f.begun, f.left = true, frameHead+body
			if kind == goAway {
				f.goodbye.Store(true)
			}
			break
		}
		if _, err := f.in.Discard(frameHead + body); err != nil {
			return 0, err
		}
	}
	n, err := f.in.Read(p[:min(len(p), f.left)])
	f.left -= n
	return n, err
}

// Close ends the connection without a word.
func (f *frames) Close() error { return f.meter.Close() }
