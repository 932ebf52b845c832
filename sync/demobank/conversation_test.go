package demobank_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

// firstDay is a Sunday noon; the bank's first start.
var firstDay = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func fixed() time.Time { return firstDay }

func start(t *testing.T, c demobank.Config) *demobank.Bank {
	t.Helper()
	if c.Now == nil {
		c.Now = fixed
	}
	b, err := demobank.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// app is a hand-written client: no OAuth library, no FDX room.
type app struct {
	*testing.T
	bank     *demobank.Bank
	client   *http.Client
	callback string
	got      chan url.Values
	verifier string
}

const verifier = "the-quick-brown-fox-jumps-over-the-lazy-dog-0123456789"

func newApp(t *testing.T, b *demobank.Bank) *app {
	t.Helper()
	got := make(chan url.Values, 4)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got <- r.URL.Query()
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-served
	})
	return &app{T: t, bank: b, got: got, verifier: verifier, callback: "http://" + listener.Addr().String() + "/cb",
		client: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type reply struct {
	status int
	header http.Header
	body   string
	err    error // reading the body
}

func (r reply) json(t testing.TB) map[string]any {
	t.Helper()
	var m map[string]any
	d := json.NewDecoder(strings.NewReader(r.body))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		t.Fatalf("body %q: %v", r.body, err)
	}
	return m
}

func (a *app) do(method, to, body string, header map[string]string) reply {
	a.Helper()
	request, err := http.NewRequestWithContext(a.Context(), method, to, strings.NewReader(body))
	if err != nil {
		a.Fatal(err)
	}
	for name, value := range header {
		if name == "Host" {
			request.Host = value
			continue
		}
		request.Header.Set(name, value)
	}
	response, err := a.client.Do(request)
	if err != nil {
		a.Fatal(err)
	}
	raw, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	return reply{response.StatusCode, response.Header, string(raw), err}
}

func (a *app) post(path string, form url.Values) reply {
	a.Helper()
	return a.do(http.MethodPost, a.bank.Issuer()+path, form.Encode(), map[string]string{"Content-Type": "application/x-www-form-urlencoded"})
}

const interaction = "7b1f0a52-3a58-4c55-9d0c-5d9fb5a3b4c1"

func (a *app) api(method, path, token, body string) reply {
	a.Helper()
	header := map[string]string{"x-fapi-interaction-id": interaction}
	if token != "" {
		header["Authorization"] = "Bearer " + token
	}
	return a.do(method, a.bank.APIBase()+path, body, header)
}

func (a *app) request(change url.Values) url.Values {
	sum := sha256.Sum256([]byte(a.verifier))
	form := url.Values{
		"client_id": {demobank.ClientID}, "response_type": {"code"}, "redirect_uri": {a.callback}, "state": {"state-123"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for name, values := range change {
		if values[0] == "" {
			form.Del(name)
			continue
		}
		form[name] = values
	}
	return form
}

func (a *app) address(change url.Values) string {
	return a.bank.Issuer() + "/authorize?" + a.request(change).Encode()
}

// approve walks the pages and returns what came to the callback.
func (a *app) approve(change url.Values, o walk.Options) url.Values {
	a.Helper()
	if err := walk.Approve(a.Context(), a.address(change), o); err != nil {
		a.Fatal(err)
	}
	return a.callbackQuery()
}

func (a *app) callbackQuery() url.Values {
	a.Helper()
	select {
	case q := <-a.got:
		return q
	default:
		a.Fatal("no callback came")
		return nil
	}
}

type tokens struct{ access, refresh, grant string }

func (a *app) exchange(code string) reply {
	a.Helper()
	return a.post("/token", url.Values{"grant_type": {"authorization_code"}, "client_id": {demobank.ClientID},
		"code": {code}, "redirect_uri": {a.callback}, "code_verifier": {a.verifier}})
}

func (a *app) tokens(r reply) tokens {
	a.Helper()
	if r.status != http.StatusOK {
		a.Fatalf("token endpoint: %d %s", r.status, r.body)
	}
	m := r.json(a)
	return tokens{m["access_token"].(string), m["refresh_token"].(string), m["grant_id"].(string)}
}

// link is the whole way in, with all accounts.
func (a *app) link() tokens {
	a.Helper()
	return a.linkWith(nil, walk.Options{})
}

func (a *app) linkWith(change url.Values, o walk.Options) tokens {
	a.Helper()
	return a.tokens(a.exchange(a.approve(change, o).Get("code")))
}

func (a *app) refresh(token string) reply {
	a.Helper()
	return a.post("/token", url.Values{"grant_type": {"refresh_token"}, "client_id": {demobank.ClientID}, "refresh_token": {token}})
}

func (a *app) revoke(token string) reply {
	a.Helper()
	return a.post("/revoke", url.Values{"client_id": {demobank.ClientID}, "token": {token}})
}

func (a *app) wants(r reply, status int) reply {
	a.Helper()
	if r.status != status {
		a.Fatalf("got status %d, want %d: %s", r.status, status, r.body)
	}
	return r
}

func kinds(b *demobank.Bank, grant string) []demobank.EventKind {
	var all []demobank.EventKind
	for _, e := range b.Events() {
		if e.Grant == grant {
			all = append(all, e.Kind)
		}
	}
	return all
}
