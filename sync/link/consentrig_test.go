package link_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	answers "coffer/sync/bank/reply"
	"coffer/sync/link"
	"coffer/sync/wire"
)

// consentBank is the test's bank with an API that makes consents first. They are approved by a signed request at its
// authorization server, as in the United Kingdom, or as how says.
type consentBank struct {
	*idBank
	key   *ecdsa.PrivateKey // of Coffer's client
	hasty *wire.Door        // with the limits of a scene

	many    sync.Mutex
	how     string            // "oauth", "page" or "elsewhere"
	stands  map[string]string // by the consent's id
	ended   []string
	asks    []map[string]string // what each consent was asked for
	request map[string]any      // claims of the last signed request
	intent  string              // in the ID token; empty: the one that was asked for
	place   string              // of the metadata, where how is "elsewhere"
	of      map[string]string   // a token's consent
}

func newConsentBank(t *testing.T, how string) *consentBank {
	t.Helper()
	b := &consentBank{idBank: newIDBank(t), key: newCurve(t), how: how, stands: map[string]string{}, of: map[string]string{}}
	b.bank.wants = b.open
	b.bank.more = b.give
	b.bank.when("/api/consents", b.make)
	b.bank.when("/api/consent", b.one)
	b.bank.when("/api/probe", b.read)
	b.place = b.bank.server.URL + "/.well-known/oauth-authorization-server/as"
	door, err := wire.New(wire.Config{ // as the scene's, for a busy computer
		Ledger: b.ledger, Now: time.Now, UserAgent: "Coffer/test", Log: b.config.Log, Resolver: b.names.Resolver(),
		Limits: wire.Limits{Headers: 2 * time.Second, Whole: 4 * time.Second, Idle: time.Hour},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	b.hasty = b.config.Door
	b.config.Door, b.config.Dialect, b.config.Poll = door, speaks(consenting{b}), time.Millisecond
	return b
}

// provider is the bank as its file says it.
func (b *consentBank) provider() link.Provider {
	p := b.bank.provider()
	p.Dialect, p.Consents = "consenting", true
	if b.how != "oauth" {
		p.Issuer, p.Scopes, p.ClientID, p.Origins = "", nil, "coffer", []string{b.bank.server.URL}
		return p
	}
	raw, err := x509.MarshalPKCS8PrivateKey(b.key)
	p.Shows, p.Secret, p.Scopes = "private_key_jwt", secret.New(pemOf(b.t, "PRIVATE KEY", raw, err)), []string{"openid", "accounts"}
	return p
}

// open gives the client its own tokens, and opens signed requests.
func (b *consentBank) open(w http.ResponseWriter, r *http.Request) bool {
	if r.PostForm.Get("grant_type") == "client_credentials" {
		b.bank.count++
		token := fmt.Sprintf("%s-client-%d", canary, b.bank.count)
		b.bank.live[token] = true
		if r.PostForm.Get("scope") != "accounts" || r.PostForm.Get("client_assertion") == "" {
			reply(w, 400, map[string]any{"error": "invalid_scope"})
			return true
		}
		reply(w, 200, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 300})
		return true
	}
	if r.PostForm.Has("request") {
		r.PostForm = b.opened(r.PostForm)
	}
	return false
}

// opened is a request as its signed object says it, and nothing of what stands beside it.
func (b *consentBank) opened(asked url.Values) url.Values {
	parts := strings.Split(asked.Get("request"), ".")
	if len(parts) != 3 {
		b.t.Fatalf("%d parts of a request", len(parts))
	}
	raw, err1 := base64.RawURLEncoding.DecodeString(parts[1])
	signature, err2 := base64.RawURLEncoding.DecodeString(parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	claims := map[string]any{}
	if err := errors.Join(err1, err2, json.Unmarshal(raw, &claims)); err != nil || len(signature) != 64 ||
		!ecdsa.Verify(&b.key.PublicKey, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		b.t.Errorf("the request is not signed by the client: %v", err)
	}
	b.request = claims
	out := url.Values{}
	for name, value := range claims {
		if text, ok := value.(string); ok {
			out.Set(name, text)
		}
	}
	return out
}

// give ties tokens to the consent, and says in the ID token which it is.
func (b *consentBank) give(asked url.Values, said map[string]any) {
	id := b.newest()
	b.claims = set("openbanking_intent_id", id)
	if b.intent != "" {
		b.claims = set("openbanking_intent_id", b.intent)
	}
	if b.how == "oauth" {
		b.say(asked, said)
	}
	b.many.Lock()
	defer b.many.Unlock()
	b.of[said["access_token"].(string)], b.of[said["refresh_token"].(string)] = id, id
}

// newest is the id of the last consent.
func (b *consentBank) newest() string {
	b.many.Lock()
	defer b.many.Unlock()
	return fmt.Sprintf("c-%d", len(b.asks))
}

func (b *consentBank) set(id, state string) {
	b.many.Lock()
	defer b.many.Unlock()
	b.stands[id] = state
}

func (b *consentBank) standing(id string) string {
	b.many.Lock()
	defer b.many.Unlock()
	return b.stands[id]
}

// trusted reports whether r shows a token of the client's own, where the bank wants one.
func (b *consentBank) trusted(w http.ResponseWriter, r *http.Request) bool {
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	b.bank.mu.Lock()
	defer b.bank.mu.Unlock()
	ok := b.how != "oauth" && token == "" || strings.HasPrefix(token, canary+"-client-") && b.bank.live[token]
	if !ok {
		w.WriteHeader(401)
	}
	return ok
}

func (b *consentBank) make(w http.ResponseWriter, r *http.Request) {
	if !b.trusted(w, r) {
		return
	}
	ask := map[string]string{}
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		b.t.Error(err)
	}
	b.many.Lock()
	b.asks = append(b.asks, ask)
	b.many.Unlock()
	b.set(b.newest(), "waiting")
	reply(w, 201, map[string]any{"id": b.newest()})
}

func (b *consentBank) one(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	switch {
	case !b.trusted(w, r):
	case b.standing(id) == "":
		w.WriteHeader(404)
	case r.Method == http.MethodDelete:
		b.end(id, "revoked")
		w.WriteHeader(204)
	default:
		reply(w, 200, map[string]any{"state": b.standing(id)})
	}
}

// end ends a consent and the tokens that were given for it.
func (b *consentBank) end(id, state string) {
	b.set(id, state)
	b.many.Lock()
	b.ended = append(b.ended, id)
	of := maps.Clone(b.of)
	b.many.Unlock()
	b.bank.mu.Lock()
	defer b.bank.mu.Unlock()
	maps.DeleteFunc(b.bank.live, func(token string, _ bool) bool { return of[token] == id })
}

func (b *consentBank) read(w http.ResponseWriter, r *http.Request) {
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	b.bank.mu.Lock()
	live := b.bank.live[token]
	b.bank.mu.Unlock()
	if b.standing(r.Header.Get("Consent-Id")) != "valid" || (b.how != "page") != live {
		w.WriteHeader(401)
	}
}

// leads plays the person at the bank's page who says yes, and returns where the browser is sent.
func (b *consentBank) leads(address string) *url.URL {
	b.t.Helper()
	b.set(b.newest(), "valid")
	if b.how == "page" {
		if address != b.bank.server.URL+"/page?consent="+b.newest() {
			b.t.Errorf("the browser is sent to %s", address)
		}
		return parsed(b.t, b.asks[len(b.asks)-1]["redirect"])
	}
	u := parsed(b.t, address)
	if u.Query().Has("request") {
		if q := u.Query(); q.Get("response_type") != "code" || q.Get("client_id") != "coffer" || q.Has("state") || q.Has("redirect_uri") {
			b.t.Errorf("beside the request: %v", q)
		}
		u.RawQuery = b.opened(u.Query()).Encode()
	}
	return b.bank.approve(b.t, u.String())
}

func parsed(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// made links, or signs l in again where that is not empty, with a person who says yes.
func (b *consentBank) made(tokens *link.Tokens, again consent.LinkID) consent.Link {
	b.t.Helper()
	a, err := tokens.BeginOrAgain(b.t.Context(), b.provider(), again)
	if err != nil {
		b.t.Fatal(err)
	}
	defer a.Close()
	l, err := b.comes(a, b.leads(a.Address()))
	if err != nil {
		b.t.Fatal(err)
	}
	return l
}

// comes has the browser come to back while a waits.
func (b *consentBank) comes(a *link.Attempt, back *url.URL) (consent.Link, error) {
	var seen sync.WaitGroup
	seen.Go(func() { visit(b.t, "GET", back.String(), nil) })
	defer seen.Wait()
	return a.Wait(b.t.Context())
}

// consenting speaks to a consentBank.
type consenting struct{ bank *consentBank }

var _ bank.ConsentMaker = consenting{}

func (consenting) Name() string { return "consenting" }

func (c consenting) ConsentScope() string {
	if c.bank.how == "oauth" {
		return "accounts"
	}
	return ""
}

func (c consenting) MakeConsent(ctx context.Context, s bank.Session, ask bank.ConsentAsk) (bank.ConsentMade, error) {
	raw, err := json.Marshal(map[string]string{"redirect": ask.Redirect, "refused": ask.Refused, "until": ask.Until.Format(time.DateOnly), "from": ask.From.String()})
	if err != nil {
		return bank.ConsentMade{}, err
	}
	var said struct{ ID string }
	status, err := c.call(ctx, s, "consent", http.MethodPost, "/consents", raw, &said)
	if err == nil && status != 201 {
		err = fault.New(fault.LoginNeeded, "make", errors.New("refused"))
	}
	made := bank.ConsentMade{ID: said.ID}
	switch c.bank.how {
	case "oauth":
		made.Intent = said.ID
	case "page":
		made.Page = c.bank.bank.server.URL + "/page?consent=" + said.ID
	case "elsewhere":
		made.Metadata, made.Scopes = c.bank.place, []string{"AIS:" + said.ID}
	}
	return made, err
}

func (c consenting) ConsentStands(ctx context.Context, s bank.Session, id string) (bank.ConsentStanding, error) {
	var said struct{ State string }
	status, err := c.call(ctx, s, "consent", http.MethodGet, "/consent?id="+url.QueryEscape(id), nil, &said)
	switch status {
	case 404:
		said.State = "revoked"
	case 401:
		err = fault.New(fault.LoginNeeded, "ask", errors.New("401"))
	}
	stands := bank.ConsentStanding{Ends: c.bank.now.AddDate(0, 0, 90)}
	stands.State = map[string]bank.ConsentState{"waiting": bank.ConsentWaiting, "valid": bank.ConsentValid, "rejected": bank.ConsentRejected,
		"revoked": bank.ConsentRevoked, "expired": bank.ConsentExpired}[said.State]
	return stands, err
}

func (c consenting) EndConsent(ctx context.Context, s bank.Session, id string) (bank.Answer, error) {
	status, err := c.call(ctx, s, "revoke", http.MethodDelete, "/consent?id="+url.QueryEscape(id), nil, nil)
	return bank.Answer{Status: status}, err
}

func (c consenting) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	status, err := c.call(ctx, s, "probe", http.MethodGet, "/probe", nil, nil)
	return answers.Refusal{Status: status}.Probed(err, c.bank.now) // as every dialect does
}

func (consenting) call(ctx context.Context, s bank.Session, purpose, method, path string, raw []byte, into any) (int, error) {
	answer, err := s.Line.Do(ctx, wire.Request{
		Purpose: egress.Purpose{ID: purpose}, Method: method, URL: s.Base + path, Path: strings.SplitN(path, "?", 2)[0], JSON: raw, Bearer: s.Token,
		Header: http.Header{"Consent-Id": {s.Consent}}, MaxBytes: 1 << 16,
	})
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.Status >= 500 {
		return answer.Status, fault.New(fault.BankDown, path, errors.New("5xx"))
	}
	if into != nil && answer.Status/100 == 2 && json.NewDecoder(answer.Body).Decode(into) != nil {
		err = fault.New(fault.BankUnexpected, path, errors.New("no JSON"))
	}
	return answer.Status, err
}

func (consenting) Accounts(context.Context, bank.Session) ([]bank.Account, error) { return nil, nil }

func (consenting) Transactions(ctx context.Context, s bank.Session, a ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return plain{}.Transactions(ctx, s, a, w)
}
