package wiretest

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
)

// Two is the server's end of an HTTP/2 connection (RFC 9113), frame by frame, so that any of them
// can be wrong.
type Two struct {
	net.Conn // under TLS
}

// Kinds of frames and flags (RFC 9113 §6).
const (
	Data         = 0
	Headers      = 1
	Reset        = 3
	Settings     = 4
	Push         = 5
	Ping         = 6
	GoAway       = 7
	WindowUpdate = 8
	Continuation = 9

	EndStream  = 1
	Ack        = 1
	EndHeaders = 4
	Padded     = 8
)

// RawTwo is Raw over HTTP/2: serve gets a connection whose first request was read, on stream 1.
// config is a server's.
func RawTwo(t testing.TB, config *tls.Config, serve func(*Two)) (string, *Tally) {
	t.Helper()
	return RawTLS(t, func(conn net.Conn) {
		if w := meet(conn, config); w != nil && w.Request() != 0 {
			serve(w)
		}
	})
}

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// meet shakes hands; it says nothing of HTTP/2 yet.
func meet(conn net.Conn, config *tls.Config) *Two {
	config = config.Clone()
	config.NextProtos = []string{"h2"}
	w := &Two{tls.Server(conn, config)}
	begin := make([]byte, len(preface))
	if _, err := io.ReadFull(w, begin); err != nil || string(begin) != preface {
		return nil
	}
	return w
}

// Request reads frames up to a request and returns its stream, or 0 if the client has gone.
func (w *Two) Request() uint32 {
	for {
		kind, _, stream, _, err := w.Next()
		if err != nil {
			return 0
		}
		if kind == Headers {
			return stream
		}
	}
}

// Next reads a frame.
func (w *Two) Next() (kind, flags byte, stream uint32, payload []byte, err error) {
	var head [9]byte
	if _, err := io.ReadFull(w, head[:]); err != nil {
		return 0, 0, 0, nil, err
	}
	payload = make([]byte, int(head[0])<<16|int(head[1])<<8|int(head[2]))
	_, err = io.ReadFull(w, payload)
	return head[3], head[4], binary.BigEndian.Uint32(head[5:]), payload, err
}

// Frame returns the bytes of a frame.
func Frame(kind, flags byte, stream uint32, payload string) string {
	n := len(payload)
	head := []byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}
	return string(binary.BigEndian.AppendUint32(head, stream)) + payload
}

// Fields packs names and values, in turns, without HPACK's tables (RFC 7541 §6.2.2).
func Fields(pairs ...string) string {
	var s strings.Builder
	for i, text := range pairs {
		if i%2 == 0 {
			s.WriteByte(0)
		}
		s.WriteString(length(len(text)) + text)
	}
	return s.String()
}

// length is an integer with a prefix of 7 bits (RFC 7541 §5.1).
func length(n int) string {
	if n < 127 {
		return string([]byte{byte(n)})
	}
	b := []byte{127}
	for n -= 127; n >= 128; n >>= 7 {
		b = append(b, byte(n)|128)
	}
	return string(append(b, byte(n)))
}

// Say writes frames.
func (w *Two) Say(frames ...string) error {
	_, err := io.WriteString(w, strings.Join(frames, ""))
	return err
}

// Hello is the SETTINGS that a server begins with.
func Hello() string { return Frame(Settings, 0, 0, "") }

// Number is n in four bytes, as many frames want it.
func Number(n uint32) string { return string(binary.BigEndian.AppendUint32(nil, n)) }
