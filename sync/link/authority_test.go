package link_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/link"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

const canary = "canary" // part of every secret that the test's bank hands out

// authority is a small authorization server and bank, strict about PKCE and rotation.
type authority struct {
	server  *httptest.Server
	sockets *wiretest.Tally

	mu       sync.Mutex
	metadata map[string]any
	pushed   map[string]url.Values
	codes    map[string]url.Values
	live     map[string]bool // tokens
	count    int
	calls    map[string]int // by path
	instead  map[string]http.HandlerFunc
	life     int                                               // seconds of an access token
	grant    string                                            // id of the grants that are given
	more     func(asked url.Values, said map[string]any)       // what the answer to a code has beside; nil: nothing
	kind     string                                            // token_type; empty: Bearer
	wants    func(w http.ResponseWriter, r *http.Request) bool // answers a trusted request otherwise, and says so; nil: none
	trusts   func(r *http.Request) bool                        // of who asks /par, /token and /revoke; nil: all
}

func newAuthority(t *testing.T) *authority { return newSecureAuthority(t, nil) }

// newSecureAuthority is newAuthority under TLS, where there is a config.
func newSecureAuthority(t *testing.T, config *tls.Config) *authority {
	t.Helper()
	a := &authority{
		pushed: map[string]url.Values{}, codes: map[string]url.Values{}, live: map[string]bool{}, calls: map[string]int{},
		instead: map[string]http.HandlerFunc{}, life: 900, grant: "consent-1",
	}
	a.server, a.sockets = wiretest.Serve(t, config, a.answer)
	a.metadata = map[string]any{
		"issuer": a.issuer(), "authorization_endpoint": a.issuer() + "/authorize", "token_endpoint": a.issuer() + "/token",
		"revocation_endpoint": a.issuer() + "/revoke", "pushed_authorization_request_endpoint": a.issuer() + "/par",
		"code_challenge_methods_supported": []string{"S256"}, "authorization_response_iss_parameter_supported": true,
	}
	return a
}

func (a *authority) issuer() string { return a.server.URL + "/as" }

func (a *authority) provider() link.Provider {
	return link.Provider{
		ID: "test-bank", Name: "Test Bank", Dialect: "fdx", Issuer: a.issuer(), ClientID: "coffer", Scopes: []string{"accounts"},
		API: a.server.URL + "/api", HistoryDays: 730, ConsentDays: 365,
	}
}

// when makes path answer otherwise.
func (a *authority) when(path string, h http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.instead[path] = h
}

func (a *authority) heal() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.instead)
}

func (a *authority) called(path string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.calls[path]
}

func (a *authority) answer(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.calls[r.URL.Path]++
	other := a.instead[r.URL.Path]
	a.mu.Unlock()
	if other != nil {
		other(w, r)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		w.WriteHeader(400)
		return
	}
	if asks := strings.HasPrefix(r.URL.Path, "/as/") && r.Method == http.MethodPost; asks && a.trusts != nil && !a.trusts(r) {
		reply(w, 401, map[string]any{"error": "invalid_client"})
		return
	} else if asks && a.wants != nil && a.wants(w, r) {
		return
	}
	switch r.URL.Path {
	case "/.well-known/oauth-authorization-server/as":
		reply(w, 200, a.metadata)
	case "/as/par":
		a.count++
		id := fmt.Sprintf("urn:request:%d", a.count)
		a.pushed[id] = r.PostForm
		reply(w, 201, map[string]any{"request_uri": id, "expires_in": 60})
	case "/as/token":
		a.token(w, r.PostForm)
	case "/as/revoke":
		a.live[r.PostForm.Get("token")] = false
	case "/api/probe", "/api/end":
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if bound := strings.EqualFold(a.kind, "DPoP"); !a.live[token] || bound != (scheme == "DPoP") || bound != (r.Header.Get("DPoP") != "") {
			w.WriteHeader(401)
		}
	default:
		w.WriteHeader(404)
	}
}

func (a *authority) token(w http.ResponseWriter, form url.Values) {
	var asked url.Values
	switch form.Get("grant_type") {
	case "authorization_code":
		asked = a.codes[form.Get("code")]
		delete(a.codes, form.Get("code"))
		sum := sha256.Sum256([]byte(form.Get("code_verifier")))
		if asked == nil || asked.Get("redirect_uri") != form.Get("redirect_uri") || asked.Get("code_challenge_method") != "S256" ||
			asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) {
			reply(w, 400, map[string]any{"error": "invalid_grant", "error_description": "code " + form.Get("code")})
			return
		}
	case "refresh_token":
		if !a.live[form.Get("refresh_token")] {
			reply(w, 400, map[string]any{"error": "invalid_grant", "error_description": form.Get("refresh_token")})
			return
		}
		a.live[form.Get("refresh_token")] = false
	}
	said := a.mint()
	if asked != nil && a.more != nil {
		a.more(asked, said)
	}
	reply(w, 200, said)
}

func (a *authority) mint() map[string]any {
	a.count++
	access, refresh := fmt.Sprintf("%s-access-%d", canary, a.count), fmt.Sprintf("%s-refresh-%d", canary, a.count)
	a.live[access], a.live[refresh] = true, true
	return map[string]any{
		"access_token": access, "refresh_token": refresh, "token_type": cmp.Or(a.kind, "Bearer"), "expires_in": a.life, "grant_id": a.grant,
	}
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// silence answers when the caller has given up.
func silence(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // net/http watches for a caller that leaves only after that
	<-r.Context().Done()
}

// approve plays the person in the browser and returns where the browser is sent.
func (a *authority) approve(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	asked := u.Query()
	if id := asked.Get("request_uri"); id != "" {
		if len(asked) != 2 {
			t.Errorf("beside request_uri the address has %v", asked)
		}
		asked = a.pushed[id]
		delete(a.pushed, id)
	}
	back, err := url.Parse(asked.Get("redirect_uri"))
	if err != nil || asked.Get("redirect_uri") == "" {
		t.Fatalf("redirect_uri of %v: %v", asked, err)
	}
	a.count++
	code := fmt.Sprintf("%s-code-%d", canary, a.count)
	a.codes[code] = asked
	back.RawQuery = url.Values{"code": {code}, "state": {asked.Get("state")}, "iss": {a.issuer()}}.Encode()
	return back
}

// visit is one request of a browser.
func visit(t *testing.T, method, address string, spoil func(*http.Request)) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if spoil != nil {
		spoil(r)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(text)
}

// rows is a ledger in memory.
type rows struct {
	mu  sync.Mutex
	all []egress.Entry
}

func (b *rows) Begin(_ context.Context, e egress.Entry) (egress.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e.Seq = int64(len(b.all) + 1)
	b.all = append(b.all, e)
	return e, nil
}

func (b *rows) Complete(_ context.Context, seq int64, o egress.Outcome) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.all[seq-1].Outcome = o
	return nil
}

// scene is a bank, a vault and what Coffer says about them.
type scene struct {
	t      *testing.T
	bank   *authority
	vault  *vault
	names  *wiretest.Names // every look-up
	ledger *rows
	config link.Config
	log    *logbook
	now    time.Time // of the config's clock; set between calls only
}

type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, bank: newAuthority(t), vault: newVault(), names: wiretest.NewNames(t, nil), ledger: &rows{}, log: &logbook{}, now: time.Now()}
	log := slog.New(slog.NewTextHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	door, err := wire.New(wire.Config{
		Ledger: s.ledger, Now: time.Now, UserAgent: "Coffer/test", Log: log,
		Limits: wire.Limits{Headers: 200 * time.Millisecond, Whole: time.Second, Idle: time.Hour}, Resolver: s.names.Resolver(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	s.config = link.Config{Vault: s.vault, Door: door, Now: func() time.Time { return s.now }, Log: log, Limit: 5 * time.Second}
	t.Cleanup(func() { s.clean(nil) })
	return s
}

// clean fails if a secret is in err, in a log or in the ledger.
func (s *scene) clean(err error) {
	s.t.Helper()
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	text := s.log.text.String() + fmt.Sprintf("%+v %+v", s.ledger.all, err)
	if f := fault.Of(err); f != nil {
		text += fmt.Sprintf("%+v", f.Args) + f.Reason
	}
	if strings.Contains(text, canary) {
		s.t.Errorf("a secret got out: %s", text)
	}
}

func (s *scene) kind(err error, want fault.Kind) {
	s.t.Helper()
	if got := fault.KindOf(err); err == nil || got != want {
		s.t.Errorf("got kind %d of %v, want %d", got, err, want)
	}
	s.clean(err)
}

// linked returns a link that is made.
func (s *scene) linked() consent.Link {
	s.t.Helper()
	a, err := s.tokens().Begin(s.t.Context(), s.bank.provider())
	if err != nil {
		s.t.Fatal(err)
	}
	return s.finished(a)
}

// finished has the person approve at the bank.
func (s *scene) finished(a *link.Attempt) consent.Link {
	s.t.Helper()
	defer a.Close()
	back := s.bank.approve(s.t, a.Address())
	var seen sync.WaitGroup
	seen.Go(func() { visit(s.t, "GET", back.String(), nil) })
	l, err := a.Wait(s.t.Context())
	seen.Wait()
	if err != nil {
		s.t.Fatal(err)
	}
	return l
}

func (s *scene) tokens() *link.Tokens {
	s.t.Helper()
	tokens, err := link.New(s.config)
	if err != nil {
		s.t.Fatal(err)
	}
	return tokens
}

// plain is a dialect that can only be read; ending also has a consent call.
type plain struct{}

func (plain) Name() string { return "fdx" }

func (plain) Accounts(context.Context, bank.Session) ([]bank.Account, error) { return nil, nil }

func (plain) Transactions(context.Context, bank.Session, ledger.Account, bank.Window) iter.Seq2[bank.Page, error] {
	return func(func(bank.Page, error) bool) {}
}

func (plain) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	return call(ctx, s, "probe", "/probe")
}

type ending struct{ plain }

func (ending) EndConsent(ctx context.Context, s bank.Session, id string) (bank.Answer, error) {
	if id != "consent-1" {
		return bank.Answer{}, errors.New("wrong consent")
	}
	answer, err := call(ctx, s, "revoke", "/end")
	if err == nil && answer.Status == 401 {
		err = fault.New(fault.LoginNeeded, "end", errors.New("401"))
	}
	return answer, err
}

func call(ctx context.Context, s bank.Session, purpose, path string) (bank.Answer, error) {
	answer, err := s.Line.Do(ctx, wire.Request{
		Purpose: egress.Purpose{ID: purpose}, Method: "GET", URL: s.Base + path, Path: path, Bearer: s.Token,
	})
	if err != nil {
		return bank.Answer{}, err
	}
	if err := answer.Body.Close(); err != nil {
		return bank.Answer{}, err
	}
	if answer.Status >= 500 {
		return bank.Answer{Status: answer.Status}, fault.New(fault.BankDown, path, errors.New("5xx"))
	}
	return bank.Answer{Status: answer.Status}, nil
}

var _ bank.ConsentEnder = ending{}
