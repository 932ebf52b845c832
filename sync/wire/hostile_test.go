package wire_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

func TestARedirectIsNeverFollowed(t *testing.T) {
	elsewhere, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	var to string
	var visits int
	bank, _ := serve(t, false, func(w http.ResponseWriter, _ *http.Request) {
		visits++
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	for name, test := range map[string]struct {
		to   string
		want fault.Kind
	}{
		"to another host":     {elsewhere.URL + "/" + token, fault.HostRefused},
		"to a name":           {"https://elsewhere.example/" + token, fault.HostRefused},
		"to nonsense":         {"http://%zz/", fault.HostRefused},
		"on the same host":    {"/next?code=" + token, fault.BankUnexpected},
		"to a scheme of apps": {"coffer://x", fault.HostRefused},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, wire.Config{}, bank.URL)
			to, visits = test.to, 0
			_, err := read(t, o.line, get(bank.URL))
			kind(t, err, test.want)
			clean(t, o, err)
			if row := o.book.last(t); row.Status != 307 || row.Problem != int(test.want) {
				t.Errorf("row %+v", row)
			}
			_, err = o.line.Client(egress.Purpose{ID: "token"}).Post(bank.URL+"/token", "text/plain", strings.NewReader(token))
			kind(t, err, test.want)
			if visits != 2 {
				t.Errorf("%d visits", visits)
			}
		})
	}
	if count.Conns.Load() != 0 || count.In.Load() != 0 {
		t.Errorf("the other host saw %d connections, %d bytes", count.Conns.Load(), count.In.Load())
	}
}

// brief are limits that end every stall of the kit soon.
func brief() wire.Limits {
	return wire.Limits{
		Dial: time.Second, TLS: 100 * time.Millisecond, Headers: 100 * time.Millisecond, Whole: 400 * time.Millisecond,
		HeaderBytes: 4 << 10, Body: 64 << 10,
	}
}

func TestHostileAnswers(t *testing.T) {
	for _, test := range wiretest.Answers() {
		t.Run(test.Name, func(t *testing.T) {
			t.Parallel()
			address, _ := wiretest.Raw(t, test.Write)
			names := wiretest.NewNames(t, nil)
			o := open(t, wire.Config{Limits: brief(), Resolver: names.Resolver()}, address)
			began := time.Now()
			_, err := read(t, o.line, get(address))
			kind(t, err, test.Kind)
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("took %v", took)
			}
			if f := fault.Of(err); f == nil || f.Reason != test.Reason {
				t.Errorf("reason of %v, want %q", err, test.Reason)
			}
			if row := o.book.last(t); row.Problem != int(test.Kind) || row.Ended.IsZero() || row.Received > 2<<20 || len(o.book.all()) != 1 {
				t.Errorf("row %+v", row)
			}
			if asked := names.Asked(); len(asked) != 0 {
				t.Errorf("looked up %v", asked)
			}
			clean(t, o, err)
		})
	}
}

func TestTheCapOfARequestIsExact(t *testing.T) {
	server, _ := serve(t, false, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 100)) })
	o := open(t, wire.Config{}, server.URL)
	r := get(server.URL)
	r.MaxBytes = 100
	if text, err := read(t, o.line, r); err != nil || len(text) != 100 {
		t.Errorf("at the cap: %d bytes, %v", len(text), err)
	}
	r.MaxBytes = 99
	_, err := read(t, o.line, r)
	kind(t, err, fault.BankUnexpected)
}

func TestAHostThatCanNotProveItsNameGetsNoRequest(t *testing.T) {
	var asked bool
	ask := func(http.ResponseWriter, *http.Request) { asked = true }
	unknown, _ := serve(t, true, ask)
	o := open(t, wire.Config{}, unknown.URL)
	_, err := read(t, o.line, get(unknown.URL))
	kind(t, err, fault.BankUnexpected)
	if f := fault.Of(err); f == nil || f.Reason != "wire.certificate" {
		t.Errorf("got %v", err)
	}
	clean(t, o, err)

	plain, _ := serve(t, false, ask)
	secure := "https" + strings.TrimPrefix(plain.URL, "http")
	o = open(t, wire.Config{}, secure)
	_, err = read(t, o.line, get(secure))
	kind(t, err, fault.BankUnexpected)
	if asked {
		t.Error("the request was sent")
	}

	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	address := "https://" + silent.Addr().String()
	o = open(t, wire.Config{Limits: wire.Limits{TLS: 50 * time.Millisecond}}, address)
	_, err = read(t, o.line, get(address))
	kind(t, err, fault.Offline)
}

func TestOldTLSIsRefused(t *testing.T) {
	server, _ := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	old, _ := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	certificate := old.TLS.Certificates[0]
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11,
	})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		quiet := &http.Server{Handler: server.Config.Handler, ErrorLog: server.Config.ErrorLog}
		_ = quiet.Serve(listener) // ends with the listener
	}()
	defer func() { listener.Close(); <-done }()
	address := "https://" + listener.Addr().String()
	o := open(t, wire.Config{Roots: old.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}, address)
	_, err = read(t, o.line, get(address))
	kind(t, err, fault.BankUnexpected)
	if f := fault.Of(err); f == nil || f.Reason != "wire.tls" {
		t.Errorf("got %v", err)
	}
}

func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	listener.Close()
	o := open(t, wire.Config{}, address)
	_, err = read(t, o.line, get(address))
	kind(t, err, fault.Offline)
	if row := o.book.last(t); row.Sent != 0 || row.Problem != int(fault.Offline) {
		t.Errorf("row %+v", row)
	}
	clean(t, o, err)
}

func TestANameThatLeadsHomeIsRefused(t *testing.T) {
	server, count := serve(t, true, func(http.ResponseWriter, *http.Request) {})
	address := "https://localhost" + server.URL[strings.LastIndex(server.URL, ":"):]
	o := open(t, wire.Config{}, address)
	_, err := read(t, o.line, get(address))
	kind(t, err, fault.HostRefused)
	if f := fault.Of(err); f == nil || f.Reason != "wire.private" {
		t.Errorf("got %v", err)
	}
	if count.Conns.Load() != 0 {
		t.Error("it was dialled")
	}
	clean(t, o, err)
}

func TestRetryAfter(t *testing.T) {
	var value string
	server, _ := serve(t, false, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", value)
		w.WriteHeader(http.StatusTooManyRequests)
	})
	o := open(t, wire.Config{}, server.URL)
	for v, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "0": 0, "": 0, "soon": 0, "-5": 0, "99999999999999999999": 24 * time.Hour, "4294967295": 24 * time.Hour,
		time.Now().UTC().Add(time.Hour).Format(http.TimeFormat):  time.Hour,
		time.Now().UTC().Add(-time.Hour).Format(http.TimeFormat): 0,
	} {
		value = v
		answer, err := o.line.Do(t.Context(), get(server.URL))
		if err != nil {
			t.Fatal(err)
		}
		if got := answer.RetryAfter; answer.Status != 429 || got < want-10*time.Second || got > want+10*time.Second {
			t.Errorf("Retry-After %q: %v, want %v", v, got, want)
		}
		answer.Body.Close()
	}
	if row := o.book.last(t); row.Status != 429 || row.Problem != 0 {
		t.Errorf("row %+v", row)
	}
}

func FuzzRetryAfter(f *testing.F) {
	now := time.Unix(1_800_000_000, 0)
	for _, seed := range []string{"", "120", "-1", "99999999999999999999", now.Format(http.TimeFormat), "Sun, 06 Nov 9994 08:49:37 GMT"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		fuzzed.Limit(t)
		if wait := wire.RetryAfter(value, now); wait < 0 || wait > 24*time.Hour {
			t.Errorf("RetryAfter(%q) = %v", value, wait)
		}
	})
}

// TestWhatAnAnswerPutsBesideItsBodyIsIgnored answers well, with everything around it that makes
// other clients remember, prefetch, move or read on.
func TestWhatAnAnswerPutsBesideItsBodyIsIgnored(t *testing.T) {
	elsewhere, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	requests := make(chan string, 2)
	address, bank := wiretest.RawTLS(t, func(c net.Conn) {
		head := make([]byte, 4096)
		n, err := c.Read(head)
		if err != nil {
			return
		}
		requests <- string(head[:n])
		fmt.Fprintf(c, "HTTP/1.1 103 Early Hints\r\nLink: <%[1]s/hint>; rel=preload\r\n\r\n"+
			"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=%[2]s\r\nAlt-Svc: h2=\":443\"\r\nRefresh: 0; url=%[1]s\r\nLink: <%[1]s>; rel=next\r\n"+
			"Content-Location: %[1]s\r\nLocation: %[1]s\r\nConnection: keep-alive\r\nX-A: b\r\n c\r\n\r\n{}"+
			"HTTP/1.1 302 Found\r\nLocation: %[1]s\r\n\r\n", elsewhere.URL, token)
	})
	address = "http" + strings.TrimPrefix(address, "https") // RawTLS for the bytes of the request themselves
	o := open(t, wire.Config{}, address)
	for range 2 {
		text, err := read(t, o.line, get(address))
		if err != nil || text != "{}" {
			t.Fatalf("got %q, %v", text, err)
		}
		asked := <-requests
		if strings.Contains(asked, "Cookie") || strings.Contains(asked, "Referer") || !strings.Contains(asked, "Connection: close\r\n") {
			t.Errorf("asked with\n%s", asked)
		}
	}
	if bank.Conns.Load() != 2 || count.Conns.Load() != 0 || len(o.book.all()) != 2 {
		t.Errorf("%d connections to the bank, %d elsewhere, %d rows", bank.Conns.Load(), count.Conns.Load(), len(o.book.all()))
	}
}
