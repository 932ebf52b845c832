//go:build !race

package app_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// echoBank is an authorization server and an FDX API whose refusals repeat all that it knows: what it
// was sent and what it gave. It takes proofs of a key, and a client with a secret.
type echoBank struct {
	*httptest.Server
	pushes bool // takes pushed requests

	mu     sync.Mutex
	given  []string          // tokens, codes
	sent   []string          // secrets that came with requests
	newest map[string]string // by kind: "access", "refresh"
	asked  url.Values        // the last request for a consent
	answer map[string]echo   // by path: what it is answered with from now on
	hangs  chan string       // hears of each request that waits for ever
}

// echo is a hostile answer: %s stands for all secrets. Heads are "Name: value".
type echo struct {
	status int
	body   string
	heads  []string
	hang   bool
}

func startEchoBank() *echoBank {
	b := &echoBank{newest: map[string]string{}, answer: map[string]echo{}, hangs: make(chan string, 8)}
	b.Server = httptest.NewServer(b)
	return b
}

// secrets are all that this bank knows and nobody else should.
func (b *echoBank) secrets() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Concat(b.given, b.sent)
}

func (b *echoBank) turn(path string, e echo) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answer = map[string]echo{path: e}
}

func (b *echoBank) give(kind string) string {
	text := kind + "-" + clearCanary(24)
	b.given, b.newest[kind] = append(b.given, text), text
	return text
}

// hear keeps what came as a secret.
func (b *echoBank) hear(r *http.Request) {
	texts := []string{r.PostForm.Get("code_verifier"), r.PostForm.Get("state"), r.PostForm.Get("code_challenge"), r.Header.Get("DPoP")}
	if _, password, ok := r.BasicAuth(); ok {
		texts = append(texts, password)
	}
	for _, text := range texts {
		if text != "" && !slices.Contains(b.sent, text) {
			b.sent = append(b.sent, text)
		}
	}
}

// ServeHTTP implements http.Handler.
func (b *echoBank) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hear(r)
	if e, hostile := b.answer[r.URL.Path]; hostile {
		b.echo(w, r, e)
		return
	}
	api := strings.TrimPrefix(r.URL.Path, "/api")
	switch {
	case r.URL.Path == "/.well-known/oauth-authorization-server":
		b.say(w, 200, b.metadata())
	case r.URL.Path == "/par":
		b.asked = r.PostForm
		b.say(w, 201, map[string]any{"request_uri": "urn:pushed:1", "expires_in": 60})
	case r.URL.Path == "/token":
		b.say(w, 200, map[string]any{"access_token": b.give("access"), "refresh_token": b.give("refresh"), "token_type": "DPoP", "expires_in": 900})
	case r.URL.Path == "/revoke":
		b.newest = map[string]string{}
	case r.Header.Get("Authorization") != "DPoP "+b.newest["access"]:
		b.say(w, 401, map[string]any{"code": 601, "message": "no"})
	case api == "/accounts":
		b.say(w, 200, map[string]any{"accounts": []any{map[string]any{
			"accountId": "a-1", "accountCategory": "DEPOSIT_ACCOUNT", "accountNumberDisplay": "****2290", "nickname": "Everyday",
			"status": "OPEN", "currency": map[string]any{"currencyCode": "USD"}, "currentBalance": 12.5, "balanceAsOf": "2026-11-20"}}})
	default:
		b.say(w, 200, map[string]any{"transactions": []any{}})
	}
}

func (b *echoBank) metadata() map[string]any {
	m := map[string]any{"issuer": b.URL, "authorization_endpoint": b.URL + "/page", "token_endpoint": b.URL + "/token", "revocation_endpoint": b.URL + "/revoke",
		"dpop_signing_alg_values_supported": []string{"ES256"}, "authorization_response_iss_parameter_supported": true}
	if b.pushes {
		m["pushed_authorization_request_endpoint"] = b.URL + "/par"
	}
	return m
}

func (b *echoBank) say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// echo answers as e says, byte for byte: the reason behind the status holds the secrets, too.
func (b *echoBank) echo(w http.ResponseWriter, r *http.Request, e echo) {
	if e.hang {
		b.hangs <- r.URL.Path
		b.mu.Unlock()
		<-r.Context().Done()
		b.mu.Lock()
		return
	}
	all := strings.Join(append(slices.Concat(b.given, b.sent), r.Header.Get("Authorization")), ".")
	fill := func(text string) string { return strings.ReplaceAll(text, "%s", all) }
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer func(c net.Conn) { _ = c.Close() }(conn)
	body := fill(e.body)
	fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nContent-Length: %d\r\nConnection: close\r\n", e.status, all, len(body))
	for _, head := range e.heads {
		fmt.Fprintf(conn, "%s\r\n", fill(head))
	}
	fmt.Fprintf(conn, "\r\n%s", body)
}

// echoes are the hostile answers, to each path that is asked with a secret.
func echoes() map[string][]echo {
	jsonHead := "Content-Type: application/json"
	common := []echo{
		{status: 500, body: "%s"},
		{status: 503, body: `{"message":"%s"}`, heads: []string{jsonHead, "Retry-After: %s"}},
		{status: 429, body: "%s", heads: []string{"Retry-After: 30"}},
		{status: 302, body: "%s", heads: []string{"Location: /%s?token=%s"}},
		{status: 308, body: "%s", heads: []string{"Location: http://127.0.0.1:9/%s?token=%s"}},
		{status: 307, body: "%s", heads: []string{"Location: https://elsewhere.example/%s?token=%s"}},
		{status: 200, body: "%s"},
		{status: 200, body: `{"%s`, heads: []string{jsonHead}},
		{status: 200, body: `["%s"]`, heads: []string{jsonHead, "Content-Encoding: %s"}},
		{status: 403, body: `{"code":"%s","message":"%s"}`, heads: []string{jsonHead, `WWW-Authenticate: DPoP error="%s", error_description="%s"`}},
	}
	refusal := []echo{
		{status: 400, body: `{"error":"invalid_request","error_description":"%s","error_uri":"https://x.example/%s"}`, heads: []string{jsonHead}},
		{status: 400, body: `{"error":"%s"}`, heads: []string{jsonHead}},
		{status: 401, body: `{"error":"invalid_client","error_description":"%s"}`, heads: []string{jsonHead, `WWW-Authenticate: Basic realm="%s"`}},
		{status: 200, body: `{"access_token":"","token_type":"%s"}`, heads: []string{jsonHead}},
		{status: 200, body: `{"access_token":"x","token_type":"%s","expires_in":"%s"}`, heads: []string{jsonHead}},
	}
	reads := []echo{
		{status: 200, body: `{"accounts":[{"accountId":"a-1","accountCategory":"%s","currency":{"currencyCode":"%s"},"currentBalance":"%s"}]}`, heads: []string{jsonHead}},
		{status: 200, body: `{"transactions":[{"depositTransaction":{"transactionId":"1","amount":"%s","postedTimestamp":"%s"}}]}`, heads: []string{jsonHead}},
		{status: 200, body: `{"accounts":[],"page":{"nextOffset":"%s"},"links":{"next":{"href":"https://elsewhere.example/%s"}}}`, heads: []string{jsonHead}},
		{status: 404, body: `{"code":701,"message":"%s"}`, heads: []string{jsonHead}},
	}
	return map[string][]echo{
		"/token": slices.Concat(common, refusal), "/par": slices.Concat(common, refusal), "/revoke": slices.Concat(common, refusal),
		"/.well-known/oauth-authorization-server": common,
		"/api/accounts": slices.Concat(common, reads), "/api/accounts/a-1/transactions": slices.Concat(common, reads),
	}
}
