package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// TestATokenlessHostGetsNoSecret: nor does it get a byte of a request that holds one.
func TestATokenlessHostGetsNoSecret(t *testing.T) {
	server, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	o := open(t, wire.Config{}, server.URL)
	line, err := o.door.LineWith(wire.LineOptions{Link: "link-1", Origins: []string{server.URL}, Tokenless: []string{server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	withForm, withBasic, without := get(server.URL), get(server.URL), get(server.URL)
	withForm.Method, withForm.Bearer, withForm.SecretForm = "POST", secret.Text{}, map[string]secret.Text{"code": secret.New(token)}
	withBasic.Bearer, withBasic.Basic = secret.Text{}, &wire.Basic{User: "a", Password: secret.New(token)}
	for _, r := range []wire.Request{get(server.URL), withForm, withBasic} {
		if _, err := read(t, line, r); fault.KindOf(err) != fault.HostRefused || fault.Of(err).Args["token"] != "yes" {
			t.Errorf("got %v", err)
		}
	}
	if _, err := line.Client(egress.Purpose{ID: "token"}).Post(server.URL, "text/plain", strings.NewReader(token)); fault.KindOf(err) != fault.HostRefused {
		t.Errorf("by a library: %v", err)
	}
	if count.Conns.Load() != 0 || !line.Allows(server.URL) || line.AllowsSecret(server.URL) {
		t.Errorf("%d connections", count.Conns.Load())
	}
	without.Bearer = secret.Text{}
	if _, err := read(t, line, without); err != nil {
		t.Errorf("without one: %v", err)
	}
}

func TestARequestIsInTheLedgerWithTheBytesThatTheServerSaw(t *testing.T) {
	server, count := serve(t, false, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Authorization"); got != "Bearer "+token {
			t.Errorf("authorization %q", got)
		}
		fmt.Fprint(w, strings.Repeat("x", 5000))
	})
	o := open(t, wire.Config{}, server.URL)
	o.book.onBegin = func() {
		if count.Conns.Load() != 0 {
			t.Error("dialled before the row")
		}
	}
	text, err := read(t, o.line, get(server.URL))
	if err != nil || len(text) != 5000 {
		t.Fatalf("got %d bytes, %v", len(text), err)
	}
	server.Close() // all connections are over, and counted
	row := o.book.last(t)
	if row.Sent != count.In.Load() || row.Received != count.Out.Load() || row.Sent == 0 || row.Received < 5000 {
		t.Errorf("row says %d sent, %d received; the server saw %d, %d", row.Sent, row.Received, count.In.Load(), count.Out.Load())
	}
	if row.Link != "link-1" || row.Path != "/accounts/{id}" || row.Origin != server.URL || row.Method != "GET" ||
		row.Purpose.ID != "accounts" || row.Status != 200 || row.Problem != 0 || row.TLS != "" || row.Ended.IsZero() {
		t.Errorf("got %+v", row)
	}
	if count.Conns.Load() != 1 {
		t.Errorf("%d connections", count.Conns.Load())
	}
	clean(t, o, nil)
}

func TestBytesUnderTLSAreCounted(t *testing.T) {
	server, count := serve(t, true, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("x", 100_000)) })
	roots := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	o := open(t, wire.Config{Roots: roots}, server.URL)
	if text, err := read(t, o.line, get(server.URL)); err != nil || len(text) != 100_000 {
		t.Fatalf("got %d bytes, %v", len(text), err)
	}
	server.Close()
	row := o.book.last(t)
	const closeNotify = 64 // each side may be gone before it reads the other's last record
	if d := row.Sent - count.In.Load(); d < 0 || d > closeNotify {
		t.Errorf("sent %d, the server saw %d", row.Sent, count.In.Load())
	}
	if d := count.Out.Load() - row.Received; d < 0 || d > closeNotify {
		t.Errorf("received %d, the server wrote %d", row.Received, count.Out.Load())
	}
	if row.TLS != "1.3" {
		t.Errorf("TLS %q", row.TLS)
	}
}

func TestWhatARequestSaysOfUs(t *testing.T) {
	seen := make(chan *http.Request, 1)
	server, _ := serve(t, false, func(_ http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		seen <- r
	})
	o := open(t, wire.Config{}, server.URL)
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	_, err := read(t, o.line, wire.Request{
		Purpose: egress.Purpose{ID: "revoke"}, Method: "POST", URL: server.URL + "/revoke", Path: "/revoke",
		Form: url.Values{"client_id": {"coffer"}}, SecretForm: map[string]secret.Text{"token": secret.New(token)},
		Header: http.Header{"X-Fapi-Interaction-Id": {"1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := <-seen
	if r.PostForm.Get("token") != token || r.PostForm.Get("client_id") != "coffer" || r.Header.Get("X-Fapi-Interaction-Id") != "1" {
		t.Errorf("got %v", r.PostForm)
	}
	if r.UserAgent() != "Coffer/test" || r.Referer() != "" || len(r.Cookies()) != 0 || r.Header.Get("Accept-Encoding") != "identity" {
		t.Errorf("headers %v", r.Header)
	}
}

func TestNoDialWithoutARow(t *testing.T) {
	server, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	for name, test := range map[string]struct {
		err  error
		want fault.Kind
	}{
		"the disk is full":        {fault.New(fault.DiskFull, "save", errors.New("ENOSPC")), fault.DiskFull},
		"the vault is locked":     {fault.New(fault.Locked, "save", errors.New("locked")), fault.Locked},
		"a plain error is a disk": {errors.New("odd"), fault.DiskFailed},
	} {
		t.Run(name, func(t *testing.T) {
			o := open(t, wire.Config{}, server.URL)
			o.book.refuse = test.err
			_, err := read(t, o.line, get(server.URL))
			kind(t, err, test.want)
			if _, err := o.line.Client(egress.Purpose{ID: "token"}).Get(server.URL); fault.KindOf(err) != test.want {
				t.Errorf("the client said %v", err)
			}
			if count.Conns.Load() != 0 {
				t.Error("dialled all the same")
			}
			clean(t, o, err)
		})
	}
}

func TestOnlyListedOriginsAreDialled(t *testing.T) {
	bank, _ := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	other, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	o := open(t, wire.Config{}, bank.URL)
	port := other.URL[strings.LastIndex(other.URL, ":"):]
	for name, address := range map[string]string{
		"another port":         other.URL,
		"a name for loopback":  "http://localhost" + port,
		"https for http":       "https://127.0.0.1" + port,
		"a user in front":      strings.Replace(bank.URL, "http://", "http://"+token+"@", 1),
		"another loopback":     "http://127.0.0.2" + port,
		"a file":               "file:///etc/passwd",
		"no host":              "http:///x",
		"a control character":  bank.URL + "/\x7f",
		"a host in the userpw": "http://127.0.0.1:1@127.0.0.1" + port,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := read(t, o.line, get(address))
			kind(t, err, fault.HostRefused)
			clean(t, o, err)
			_, err = o.line.Client(egress.Purpose{ID: "token"}).Get(address)
			if err == nil {
				t.Error("the client went")
			}
			if o.line.Allows(address) {
				t.Error("Allows says yes")
			}
		})
	}
	if count.Conns.Load() != 0 || len(o.book.all()) != 0 {
		t.Errorf("%d connections, %d rows", count.Conns.Load(), len(o.book.all()))
	}
}

func TestACrashLeavesTheOutcomeUnknown(t *testing.T) {
	server, _ := serve(t, false, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	o := open(t, wire.Config{}, server.URL)
	o.book.forget = true
	_, err := read(t, o.line, get(server.URL))
	kind(t, err, fault.DiskFailed)
	if row := o.book.last(t); row.Outcome != (egress.Outcome{}) || row.Hash != egress.HashEntry(row) {
		t.Errorf("got %+v", row)
	}
}

func TestCancelEndsARequestAndItsRow(t *testing.T) {
	release := make(chan struct{})
	server, _ := serve(t, false, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == "GET" {
			fmt.Fprint(w, "begun")
			w.(http.Flusher).Flush()
		}
		<-release
	})
	defer close(release)
	o := open(t, wire.Config{}, server.URL)

	ctx, cancel := context.WithCancel(t.Context())
	answer, err := o.line.Do(ctx, get(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	_, err = io.ReadAll(answer.Body)
	kind(t, err, fault.Canceled)
	if row := o.book.last(t); row.Problem != int(fault.Canceled) || row.Status != 200 {
		t.Errorf("row %+v", row)
	}

	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r := get(server.URL)
	r.Method = "POST"
	_, err = o.line.Do(ctx, r)
	kind(t, err, fault.Offline)
	if row := o.book.last(t); row.Problem != int(fault.Offline) || row.Sent == 0 {
		t.Errorf("row %+v", row)
	}
}

func TestCloseCompletesOpenRowsAndLetsNothingOut(t *testing.T) {
	release := make(chan struct{})
	server, count := serve(t, false, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "begun")
		w.(http.Flusher).Flush()
		<-release
	})
	defer close(release)
	o := open(t, wire.Config{}, server.URL)
	answer, err := o.line.Do(t.Context(), get(server.URL))
	if err != nil {
		t.Fatal(err)
	}
	o.door.Close()
	if row := o.book.last(t); row.Ended.IsZero() || row.Problem != int(fault.Canceled) {
		t.Errorf("row %+v", row)
	}
	if _, err := io.ReadAll(answer.Body); err == nil {
		t.Error("the body reads on")
	}
	before := count.Conns.Load()
	_, err = read(t, o.line, get(server.URL))
	kind(t, err, fault.Canceled)
	if count.Conns.Load() != before {
		t.Error("a closed door let a request out")
	}
}

func TestRequestsThatAreOurMistake(t *testing.T) {
	server, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	o := open(t, wire.Config{}, server.URL)
	for name, spoil := range map[string]func(*wire.Request){
		"no template":          func(r *wire.Request) { r.Path = "" },
		"a query in it":        func(r *wire.Request) { r.Path = "/a?b" },
		"no purpose":           func(r *wire.Request) { r.Purpose.ID = "" },
		"an odd method":        func(r *wire.Request) { r.Method = "CONNECT" },
		"two bodies":           func(r *wire.Request) { r.JSON, r.Form = []byte("{}"), url.Values{} },
		"two authorizations":   func(r *wire.Request) { r.Basic = &wire.Basic{User: "a"} },
		"a token as header":    func(r *wire.Request) { r.Header = http.Header{"authorization": {token}} },
		"a token of two lines": func(r *wire.Request) { r.Bearer = secret.New(token + "\r\nX: y") },
		"a cookie":             func(r *wire.Request) { r.Header = http.Header{"Cookie": {token}} },
	} {
		t.Run(name, func(t *testing.T) {
			r := get(server.URL)
			spoil(&r)
			_, err := read(t, o.line, r)
			if err == nil {
				t.Error("it was sent")
			}
			clean(t, o, err)
		})
	}
	if count.Conns.Load() != 0 {
		t.Error("something was dialled")
	}
}

func TestADoorNeedsItsParts(t *testing.T) {
	whole := wire.Config{Ledger: &book{}, Now: time.Now, UserAgent: "Coffer/test"}
	for name, spoil := range map[string]func(*wire.Config){
		"no ledger": func(c *wire.Config) { c.Ledger = nil },
		"no clock":  func(c *wire.Config) { c.Now = nil },
		"no agent":  func(c *wire.Config) { c.UserAgent = "" },
	} {
		t.Run(name, func(t *testing.T) {
			c := whole
			spoil(&c)
			if _, err := wire.New(c); err == nil {
				t.Error("made")
			}
		})
	}
}

func TestNothingBypassesTheDoor(t *testing.T) {
	server, count := serve(t, false, func(http.ResponseWriter, *http.Request) {})
	transport, client := http.DefaultTransport, http.DefaultClient
	defer func() { http.DefaultTransport, http.DefaultClient = transport, client }()
	wire.RefuseDefaults()
	_, err := http.Get(server.URL)
	kind(t, err, fault.HostRefused)
	_, err = (&http.Client{}).Post(server.URL, "text/plain", strings.NewReader("x"))
	kind(t, err, fault.HostRefused)
	if count.Conns.Load() != 0 {
		t.Error("a request went round the door")
	}
}
