package wire_test

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

// reason holds the kind and the reason of err against what was wanted.
func reason(t *testing.T, err error, want fault.Kind, id string) {
	t.Helper()
	kind(t, err, want)
	if f := fault.Of(err); f == nil || f.Reason != id {
		t.Errorf("reason of %v, want %q", err, id)
	}
}

func TestWrongCertificatesGetNoRequest(t *testing.T) {
	authority, stranger := wiretest.NewAuthority(t), wiretest.NewAuthority(t)
	old := authority.Issue(t, wiretest.Leaf{})
	old.MaxVersion = tls.VersionTLS11
	old.MinVersion = tls.VersionTLS10
	for name, test := range map[string]struct {
		config *tls.Config
		reason string
	}{
		"expired":                 {authority.Issue(t, wiretest.Leaf{NotAfter: time.Now().Add(-time.Minute)}), "wire.certificate"},
		"not yet valid":           {authority.Issue(t, wiretest.Leaf{NotBefore: time.Now().Add(time.Minute)}), "wire.certificate"},
		"for another name":        {authority.Issue(t, wiretest.Leaf{Names: []string{"bank.example"}}), "wire.certificate"},
		"of an unknown authority": {stranger.Issue(t, wiretest.Leaf{}), "wire.certificate"},
		"signed by itself":        {authority.Issue(t, wiretest.Leaf{Alone: true}), "wire.certificate"},
		"TLS 1.1":                 {old, "wire.tls"},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			server, _ := wiretest.Serve(t, test.config, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
			o := open(t, wire.Config{Roots: authority.Pool()}, server.URL)
			_, err := read(t, o.line, get(server.URL))
			reason(t, err, fault.BankUnexpected, test.reason)
			if asked.Load() != 0 {
				t.Error("the request was sent")
			}
			clean(t, o, err)
		})
	}
}

func TestPins(t *testing.T) {
	authority, other := wiretest.NewAuthority(t), wiretest.NewAuthority(t)
	config := authority.Issue(t, wiretest.Leaf{})
	var asked atomic.Int64
	server, count := wiretest.Serve(t, config, func(w http.ResponseWriter, _ *http.Request) { asked.Add(1); io.WriteString(w, "ok") })
	roots := authority.Pool()
	roots.AddCert(other.Certificate)
	leaf, issuer, wrong := wiretest.Pin(config.Certificates[0].Leaf), wiretest.Pin(authority.Certificate), wiretest.Pin(other.Certificate)
	for name, test := range map[string]struct {
		pins []string
		good bool
	}{
		"none":                     {nil, true},
		"the bank's key":           {[]string{leaf}, true},
		"the issuer's key":         {[]string{issuer}, true},
		"one of two":               {[]string{wrong, issuer}, true},
		"another trusted issuer's": {[]string{wrong}, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, wire.Config{Roots: roots, Limits: wire.Limits{Idle: -1}}, server.URL)
			line, err := o.door.LineWith(wire.LineOptions{Link: "l", Origins: []string{server.URL}, Pins: test.pins})
			if err != nil {
				t.Fatal(err)
			}
			before := asked.Load()
			for range 3 { // the second and third resume the session of the first
				_, err = read(t, line, get(server.URL))
				if test.good && err != nil {
					t.Errorf("refused: %v", err)
				}
				if !test.good {
					reason(t, err, fault.BankUnexpected, "wire.pin")
				}
			}
			if sent := asked.Load() - before; test.good != (sent == 3) || !test.good && sent != 0 {
				t.Errorf("%d requests were sent", sent)
			}
			clean(t, o, err)
		})
	}
	o := open(t, wire.Config{}, server.URL)
	for _, bad := range []string{"", "sha256/", "sha1/AAAA", "sha256/AAAA", leaf[7:], leaf + "="} {
		if _, err := o.door.LineWith(wire.LineOptions{Link: "l", Origins: []string{server.URL}, Pins: []string{bad}}); err == nil {
			t.Errorf("the pin %q was taken", bad)
		}
	}
	if count.Conns.Load() != 15 {
		t.Errorf("%d connections for 15 requests", count.Conns.Load())
	}
}

// TestAMissedPinSendsNoApplicationData reads the records that leave: after the handshake there
// is none that could hold a request.
func TestAMissedPinSendsNoApplicationData(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	for name, version := range map[string]uint16{"TLS 1.2": tls.VersionTLS12, "TLS 1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			config := authority.Issue(t, wiretest.Leaf{})
			config.MaxVersion = version
			var got atomic.Int64
			address, _ := wiretest.RawTLS(t, func(c net.Conn) {
				secure := tls.Server(c, config)
				n, _ := io.Copy(io.Discard, secure)
				got.Add(n)
			})
			o := open(t, wire.Config{Roots: authority.Pool()}, address)
			line, err := o.door.LineWith(wire.LineOptions{Link: "l", Origins: []string{address}, Pins: []string{wiretest.Pin(wiretest.NewAuthority(t).Certificate)}})
			if err != nil {
				t.Fatal(err)
			}
			_, err = read(t, line, get(address))
			reason(t, err, fault.BankUnexpected, "wire.pin")
			if row := o.book.last(t); "TLS "+row.TLS != name {
				t.Errorf("the row says TLS %q", row.TLS)
			}
			if got.Load() != 0 {
				t.Errorf("%d bytes of a request arrived", got.Load())
			}
		})
	}
}

func TestATLSThatBreaksOff(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	config := authority.Issue(t, wiretest.Leaf{})
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
	whole := func(c net.Conn, say string) *tls.Conn {
		secure := tls.Server(c, config)
		request := make([]byte, 4096)
		if _, err := secure.Read(request); err == nil {
			io.WriteString(secure, say)
		}
		return secure
	}
	for name, test := range map[string]struct {
		write func(net.Conn)
		want  fault.Kind
		id    string
	}{
		"before the handshake":     {func(net.Conn) {}, fault.Offline, ""},
		"within the handshake":     {func(c net.Conn) { io.ReadFull(c, make([]byte, 100)); c.Write([]byte{22, 3, 3, 0, 90, 2, 0}) }, fault.Offline, ""},
		"a handshake that stalls":  {func(c net.Conn) { io.Copy(io.Discard, c) }, fault.Offline, ""},
		"plain HTTP":               {func(c net.Conn) { io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") }, fault.BankUnexpected, "wire.tls"},
		"a record of nonsense":     {func(c net.Conn) { c.Write(append([]byte{22, 3, 3, 0, 4}, "none"...)) }, fault.BankUnexpected, "wire.tls"},
		"after the request":        {func(c net.Conn) { whole(c, "") }, fault.Offline, ""},
		"within the status line":   {func(c net.Conn) { whole(c, head[:11]).Close() }, fault.Offline, ""},
		"within a header's name":   {func(c net.Conn) { whole(c, head[:strings.Index(head, "\r\n")+6]).Close() }, fault.Offline, ""},
		"a header without a name":  {func(c net.Conn) { whole(c, head[:strings.Index(head, "\r\n")]+"\r\nno name\r\n\r\n").Close() }, fault.BankUnexpected, "wire.http"},
		"no HTTP at all, cut":      {func(c net.Conn) { whole(c, "SSH-2.0").Close() }, fault.BankUnexpected, "wire.http"},
		"within the body":          {func(c net.Conn) { whole(c, head+"abc") }, fault.Offline, ""},
		"within the body, closed":  {func(c net.Conn) { whole(c, head+"abc").Close() }, fault.Offline, ""},
		"a record that is forged":  {func(c net.Conn) { whole(c, head); c.Write(forged()) }, fault.BankUnexpected, "wire.http"},
		"a record that is too big": {func(c net.Conn) { whole(c, head); c.Write([]byte{23, 3, 3, 0xff, 0xff}) }, fault.BankUnexpected, "wire.http"},
	} {
		t.Run(name, func(t *testing.T) {
			address, _ := wiretest.RawTLS(t, test.write)
			o := open(t, wire.Config{Roots: authority.Pool(), Limits: brief()}, address)
			_, err := read(t, o.line, get(address))
			reason(t, err, test.want, test.id)
			clean(t, o, err)
			if row := o.book.last(t); row.Ended.IsZero() || row.Problem == 0 {
				t.Errorf("row %+v", row)
			}
		})
	}
}

// TestATLSBodyWithoutALengthMustBeClosedProperly: otherwise whoever cuts the line decides where
// the answer ends (RFC 8446 §6.1).
func TestATLSBodyWithoutALengthMustBeClosedProperly(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	config := authority.Issue(t, wiretest.Leaf{})
	address, _ := wiretest.RawTLS(t, func(c net.Conn) {
		secure := tls.Server(c, config)
		if _, err := secure.Read(make([]byte, 4096)); err == nil {
			io.WriteString(secure, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[1,2")
		}
	})
	o := open(t, wire.Config{Roots: authority.Pool()}, address)
	_, err := read(t, o.line, get(address))
	kind(t, err, fault.Offline)
}

// forged is a TLS record of application data whose seal is wrong.
func forged() []byte {
	body := []byte(strings.Repeat("x", 64))
	return append(binary.BigEndian.AppendUint16([]byte{23, 3, 3}, uint16(len(body))), body...)
}

func TestALinkResumesItsSessionsAndNoOther(t *testing.T) {
	authority := wiretest.NewAuthority(t)
	var resumed, first atomic.Int64
	server, _ := wiretest.Serve(t, authority.Issue(t, wiretest.Leaf{}), func(_ http.ResponseWriter, r *http.Request) {
		if r.TLS.DidResume {
			resumed.Add(1)
		} else {
			first.Add(1)
		}
	})
	o := open(t, wire.Config{Roots: authority.Pool(), Limits: wire.Limits{Idle: -1}}, server.URL)
	for _, link := range []string{"one", "another", "one"} {
		line, err := o.door.Line(link, []string{server.URL})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := read(t, line, get(server.URL)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if first.Load() != 2 || resumed.Load() != 7 {
		t.Errorf("%d whole handshakes and %d resumed ones of two links, one with two lines of three requests", first.Load(), resumed.Load())
	}
}
