package wire_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

const bankByProxy = "https://bank.example"

// by is the setting of a proxy.
func by(address string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return address, nil }
}

// behind is a bank under a name that only the proxy can follow.
func behind(t *testing.T, answer http.HandlerFunc) (*wiretest.Authority, *wiretest.Proxy, *wiretest.Tally) {
	t.Helper()
	authority := wiretest.NewAuthority(t)
	server, count := wiretest.Serve(t, authority.Issue(t, wiretest.Leaf{Names: []string{"bank.example"}}), answer)
	return authority, wiretest.NewProxy(t, map[string]string{"bank.example:443": server.Listener.Addr().String()}), count
}

func TestEveryRequestGoesByTheProxyThatThePersonSet(t *testing.T) {
	authority, proxy, bank := behind(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			t.Errorf("headers %v", r.Header)
		}
		fmt.Fprint(w, strings.Repeat("x", 50_000))
	})
	other, notAsked := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		t.Setenv(name, "http://anna:"+token+"@"+strings.TrimPrefix(other.URL, "http://"))
	}
	t.Setenv("NO_PROXY", "*")
	names := wiretest.NewNames(t, map[string][][]netip.Addr{"bank.example": {addrs("127.0.0.1")}})
	o := open(t, wire.Config{Roots: authority.Pool(), Resolver: names.Resolver(), Proxy: by(proxy.Addr)}, bankByProxy)
	o.book.onBegin = func() {
		if proxy.Conns.Load() != 0 {
			t.Error("dialled before the row")
		}
	}
	text, err := read(t, o.line, get(bankByProxy))
	if err != nil || len(text) != 50_000 {
		t.Fatalf("got %d bytes, %v", len(text), err)
	}
	o.door.Close()
	row := o.book.last(t)
	if row.Via != proxy.Addr || row.Origin != "https://bank.example:443" || row.Status != 200 || row.TLS != "1.3" || row.Problem != 0 {
		t.Errorf("row %+v", row)
	}
	head := "CONNECT bank.example:443 HTTP/1.1\r\nHost: bank.example:443\r\n\r\n"
	if asked := proxy.Asked(); len(asked) != 1 || asked[0] != head {
		t.Errorf("the proxy was asked %q", asked)
	}
	for _, open := range []string{token, "accounts", "Bearer", "Coffer"} {
		if strings.Contains(proxy.Seen(), open) {
			t.Errorf("the proxy could read %q", open)
		}
	}
	const closeNotify = 64
	if d := row.Sent - proxy.In.Load(); d < 0 || d > closeNotify {
		t.Errorf("sent %d, the proxy saw %d", row.Sent, proxy.In.Load())
	}
	if d := proxy.Out.Load() - row.Received; d < 0 || d > closeNotify {
		t.Errorf("received %d, the proxy wrote %d", row.Received, proxy.Out.Load())
	}
	if row.Sent < bank.In.Load()+int64(len(head)) || row.Received <= bank.Out.Load() {
		t.Errorf("row %d and %d bytes, of which the bank saw %d and %d: CONNECT is not counted", row.Sent, row.Received, bank.In.Load(), bank.Out.Load())
	}
	if asked := names.Asked(); len(asked) != 0 || notAsked.Conns.Load() != 0 || proxy.Conns.Load() != 1 {
		t.Errorf("looked up %v, %d connections to the proxy of the environment, %d to the right one", asked, notAsked.Conns.Load(), proxy.Conns.Load())
	}
	clean(t, o, nil)
}

func TestAProxyIsLookedUpByItsNameAndMayBeHere(t *testing.T) {
	authority, proxy, _ := behind(t, func(http.ResponseWriter, *http.Request) {})
	_, port, _ := net.SplitHostPort(proxy.Addr)
	names := wiretest.NewNames(t, map[string][][]netip.Addr{"proxy.example": {addrs("127.0.0.1")}})
	o := open(t, wire.Config{Roots: authority.Pool(), Resolver: names.Resolver(), Proxy: by("http://Proxy.example:" + port)}, bankByProxy)
	if _, err := read(t, o.line, get(bankByProxy)); err != nil {
		t.Fatal(err)
	}
	if asked := names.Asked(); len(asked) != 1 || asked[0] != "proxy.example" {
		t.Errorf("looked up %v", asked)
	}
	if row := o.book.last(t); row.Via != "proxy.example:"+port {
		t.Errorf("row %+v", row)
	}
}

// TestOnlyTheProxyIsDialled checks what the dialer is about to do, whoever looked the name up.
func TestOnlyTheProxyIsDialled(t *testing.T) {
	for name, test := range map[string]struct {
		via, address string
		ok           bool
	}{
		"the address itself":       {"192.168.1.2:3128", "192.168.1.2:3128", true},
		"the same in IPv6":         {"192.168.1.2:3128", "[::ffff:192.168.1.2]:3128", true},
		"an IPv6 address":          {"[::1]:3128", "[::1]:3128", true},
		"wherever a name leads to": {"proxy.example:3128", "10.0.0.7:3128", true},
		"another address":          {"192.168.1.2:3128", "192.168.1.3:3128", false},
		"another port":             {"192.168.1.2:3128", "192.168.1.2:443", false},
		"another port of a name":   {"proxy.example:3128", "10.0.0.7:443", false},
		"what is no address":       {"proxy.example:3128", "proxy.example:3128", false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := wire.OnlyProxy(test.via, test.address); (err == nil) != test.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheProxyMayBeChangedBetweenTwoRequests(t *testing.T) {
	authority, first, bank := behind(t, func(http.ResponseWriter, *http.Request) {})
	second := wiretest.NewProxy(t, map[string]string{"bank.example:443": bank.Listener.Addr().String()})
	now := first.Addr
	o := open(t, wire.Config{Roots: authority.Pool(), Proxy: func(context.Context) (string, error) { return now, nil }}, bankByProxy)
	for _, address := range []string{first.Addr, second.Addr, first.Addr} {
		now = address
		if _, err := read(t, o.line, get(bankByProxy)); err != nil {
			t.Fatal(err)
		}
		if row := o.book.last(t); row.Via != address {
			t.Errorf("went by %s, want %s", row.Via, address)
		}
	}
	if first.Conns.Load() == 0 || second.Conns.Load() != 1 {
		t.Errorf("%d and %d connections", first.Conns.Load(), second.Conns.Load())
	}
}

func TestThisComputerIsNeverAskedThroughTheProxy(t *testing.T) {
	proxy := wiretest.NewProxy(t, nil)
	plain, _ := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	secure, _ := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	roots := secure.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	o := open(t, wire.Config{Roots: roots, Proxy: by(proxy.Addr)}, plain.URL, secure.URL)
	for _, address := range []string{plain.URL, secure.URL} {
		if _, err := read(t, o.line, get(address)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if row := o.book.last(t); row.Via != "" {
			t.Errorf("row %+v", row)
		}
	}
	if proxy.Conns.Load() != 0 {
		t.Errorf("the proxy saw %d connections", proxy.Conns.Load())
	}
}

// TestAProxyThatLetsNothingThrough has each fail in its own way; nobody else gets a byte.
func TestAProxyThatLetsNothingThrough(t *testing.T) {
	closed := func(t *testing.T) string {
		t.Helper()
		gone, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer gone.Close()
		return gone.Addr().String()
	}
	tests := append(wiretest.ProxyAnswers(), wiretest.Answer{Name: "nobody is there", Kind: fault.ProxyFailed, Reason: "proxy.unreached"})
	for _, test := range tests {
		t.Run(test.Name, func(t *testing.T) {
			t.Parallel()
			address, count := "", &wiretest.Tally{}
			if test.Write == nil {
				address = closed(t)
			} else {
				var origin string
				origin, count = wiretest.Raw(t, test.Write)
				address = strings.TrimPrefix(origin, "http://")
			}
			names := wiretest.NewNames(t, map[string][][]netip.Addr{"bank.example": {addrs("127.0.0.1")}})
			o := open(t, wire.Config{Limits: brief(), Resolver: names.Resolver(), Proxy: by(address)}, bankByProxy)
			began := time.Now()
			_, err := read(t, o.line, get(bankByProxy))
			reason(t, err, test.Kind, test.Reason)
			if f := fault.Of(err); f == nil || f.Args["proxy"] != address {
				t.Errorf("%v does not name the proxy", err)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("took %v", took)
			}
			row := o.book.last(t)
			if row.Via != address || row.Problem != int(test.Kind) || row.Status != 0 || row.Ended.IsZero() || row.TLS != "" || row.Received > 128<<10 {
				t.Errorf("row %+v", row)
			}
			if connect := int64(len("CONNECT bank.example:443 HTTP/1.1\r\nHost: bank.example:443\r\n\r\n")); row.Sent != connect && count.Conns.Load() > 0 {
				t.Errorf("sent %d bytes, want the %d of CONNECT", row.Sent, connect)
			}
			if asked := names.Asked(); len(asked) != 0 {
				t.Errorf("looked up %v", asked)
			}
			clean(t, o, err)
		})
	}
}

// TestAProxyThatOpensTheEncryptionGetsNothing: it shows a certificate of its own, or none.
func TestAProxyThatOpensTheEncryptionGetsNothing(t *testing.T) {
	theirs := wiretest.NewAuthority(t)
	opening := theirs.Issue(t, wiretest.Leaf{Names: []string{"bank.example"}})
	for name, serve := range map[string]func(net.Conn) string{
		"with a certificate of its own": func(c net.Conn) string {
			secure := tls.Server(c, opening)
			text, _ := io.ReadAll(io.LimitReader(secure, 10_000))
			return string(text)
		},
		"with plain text": func(c net.Conn) string {
			hello := make([]byte, 10_000)
			n, _ := c.Read(hello)
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n{}")
			text, _ := io.ReadAll(io.LimitReader(c, 10_000))
			return string(hello[:n]) + string(text)
		},
	} {
		t.Run(name, func(t *testing.T) {
			heard := make(chan string, 1)
			origin, _ := wiretest.Raw(t, func(c net.Conn) {
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n\r\n")
				heard <- serve(c)
			})
			o := open(t, wire.Config{Limits: brief(), Roots: wiretest.NewAuthority(t).Pool(), Proxy: by(strings.TrimPrefix(origin, "http://"))}, bankByProxy)
			_, err := read(t, o.line, get(bankByProxy))
			reason(t, err, fault.BankUnexpected, "proxy.opened")
			o.door.Close()
			if text := <-heard; strings.Contains(text, token) || strings.Contains(text, "accounts") {
				t.Errorf("the proxy read %q", text)
			}
			clean(t, o, err)
		})
	}
}

func TestAPinHoldsBehindAProxy(t *testing.T) {
	authority, proxy, _ := behind(t, func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") })
	o := open(t, wire.Config{Roots: authority.Pool(), Proxy: by(proxy.Addr)}, bankByProxy)
	line, err := o.door.LineWith(wire.LineOptions{Link: "l", Origins: []string{bankByProxy}, Pins: []string{wiretest.Pin(wiretest.NewAuthority(t).Certificate)}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = read(t, line, get(bankByProxy))
	reason(t, err, fault.BankUnexpected, "wire.pin")
}

// TestAProxyThatCantBeToldLetsNothingOut: neither by a proxy nor past it.
func TestAProxyThatCantBeToldLetsNothingOut(t *testing.T) {
	for name, test := range map[string]struct {
		proxy  func(context.Context) (string, error)
		kind   fault.Kind
		reason string
	}{
		"the vault is locked": {func(context.Context) (string, error) {
			return "", fault.New(fault.Locked, "read", errors.New("locked"))
		}, fault.Locked, ""},
		"a plain error":          {func(context.Context) (string, error) { return "", errors.New("odd") }, fault.DiskFailed, ""},
		"a setting that is none": {by("somewhere"), fault.ProxyFailed, "proxy.setting"},
		"a setting with a user":  {by("anna:" + token + "@127.0.0.1:80"), fault.ProxyFailed, "proxy.setting"},
	} {
		t.Run(name, func(t *testing.T) {
			names := wiretest.NewNames(t, nil)
			o := open(t, wire.Config{Resolver: names.Resolver(), Proxy: test.proxy}, bankByProxy)
			_, err := read(t, o.line, get(bankByProxy))
			reason(t, err, test.kind, test.reason)
			if asked := names.Asked(); len(asked) != 0 || len(o.book.all()) != 0 {
				t.Errorf("looked up %v, %d rows", asked, len(o.book.all()))
			}
			clean(t, o, err)
		})
	}
}

func TestAHostThatIsNotListedIsNoQuestionForTheProxy(t *testing.T) {
	proxy := wiretest.NewProxy(t, nil)
	o := open(t, wire.Config{Proxy: by(proxy.Addr)}, bankByProxy)
	for _, address := range []string{"https://evil.example", "https://10.0.0.1", "http://bank.example"} {
		_, err := read(t, o.line, get(address))
		kind(t, err, fault.HostRefused)
	}
	if proxy.Conns.Load() != 0 || len(o.book.all()) != 0 {
		t.Errorf("%d connections, %d rows", proxy.Conns.Load(), len(o.book.all()))
	}
}

func TestAStalledProxyIsGivenUpOn(t *testing.T) {
	for name, stop := range map[string]func(o opened, cancel context.CancelFunc){
		"by the person": func(_ opened, cancel context.CancelFunc) { cancel() },
		"by the door":   func(o opened, _ context.CancelFunc) { o.door.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			asked := make(chan struct{})
			origin, _ := wiretest.Raw(t, func(c net.Conn) {
				close(asked)
				_, _ = io.Copy(io.Discard, c)
			})
			o := open(t, wire.Config{Proxy: by(strings.TrimPrefix(origin, "http://"))}, bankByProxy)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			go func() {
				_, err := o.line.Do(ctx, get(bankByProxy))
				ended <- err
			}()
			<-asked
			stop(o, cancel)
			kind(t, <-ended, fault.Canceled)
			if row := o.book.last(t); row.Problem != int(fault.Canceled) {
				t.Errorf("row %+v", row)
			}
		})
	}
}

// FuzzConnected reads what a proxy may answer to CONNECT: it ends, within its bounds.
func FuzzConnected(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200\r\n\r\n", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nx", "HTTP/1.1 2", "\x05\x00", "",
	} {
		f.Add([]byte(seed))
	}
	const most = 1 << 10
	f.Fuzz(func(t *testing.T, answer []byte) {
		fuzzed.Limit(t)
		from := bytes.NewReader(answer)
		status, err := wire.Connected(from, most)
		if read := len(answer) - from.Len(); read > most {
			t.Errorf("read %d bytes", read)
		}
		if err == nil && (status < 101 || status > 599 || !bytes.Contains(answer, []byte("HTTP/1."))) {
			t.Errorf("status %d of %q", status, answer)
		}
		if err == nil && status/100 == 2 && from.Len() > 0 && len(answer) <= most {
			t.Errorf("%d bytes are left behind a success", from.Len())
		}
	})
}
