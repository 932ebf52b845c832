package demobank_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"coffer/app/fuzzed"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

var encode = base64.RawURLEncoding.EncodeToString

// signer makes proofs by hand: the parts as maps, so that each can be spoilt.
type signer struct {
	*testing.T
	key   *ecdsa.PrivateKey
	count int
}

func newSigner(t *testing.T) *signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &signer{T: t, key: key}
}

func (s *signer) jwk() map[string]any {
	point, err := s.key.PublicKey.Bytes()
	if err != nil {
		s.Fatal(err)
	}
	return map[string]any{"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:])}
}

// proof is a good one but for what spoil does.
func (s *signer) proof(method, address, access string, spoil func(head, claims map[string]any)) string {
	s.Helper()
	s.count++
	head := map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": s.jwk()}
	claims := map[string]any{"jti": fmt.Sprintf("%p-%016d", s, s.count), "htm": method, "htu": address, "iat": firstDay.Unix()}
	if access != "" {
		sum := sha256.Sum256([]byte(access))
		claims["ath"] = encode(sum[:])
	}
	if spoil != nil {
		spoil(head, claims)
	}
	return s.signed(head, claims)
}

func (s *signer) signed(head, claims map[string]any) string {
	s.Helper()
	var parts []string
	for _, part := range []map[string]any{head, claims} {
		raw, err := json.Marshal(part)
		if err != nil {
			s.Fatal(err)
		}
		parts = append(parts, encode(raw))
	}
	text := strings.Join(parts, ".")
	sum := sha256.Sum256([]byte(text))
	r, t, err := ecdsa.Sign(rand.Reader, s.key, sum[:])
	if err != nil {
		s.Fatal(err)
	}
	both := make([]byte, 64)
	r.FillBytes(both[:32])
	t.FillBytes(both[32:])
	return text + "." + encode(both)
}

// asks posts a form with a proof.
func (a *app) asks(path string, form url.Values, proof string) reply {
	a.Helper()
	return a.do("POST", a.bank.Issuer()+path, form.Encode(), map[string]string{"Content-Type": "application/x-www-form-urlencoded", "DPoP": proof})
}

// shows reads the accounts with a token and a proof.
func (a *app) shows(scheme, token, proof string) reply {
	a.Helper()
	header := map[string]string{"x-fapi-interaction-id": interaction, "Authorization": scheme + " " + token}
	if proof != "" {
		header["DPoP"] = proof
	}
	return a.do("GET", a.bank.APIBase()+"/accounts", "", header)
}

func refreshForm(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "client_id": {demobank.ClientID}, "refresh_token": {token}}
}

// bound links with s and returns the tokens.
func (a *app) bound(s *signer) tokens {
	a.Helper()
	form := url.Values{"grant_type": {"authorization_code"}, "client_id": {demobank.ClientID}, "redirect_uri": {a.callback},
		"code": {a.approve(nil, walk.Options{}).Get("code")}, "code_verifier": {a.verifier}}
	r := a.asks("/token", form, s.proof("POST", a.bank.Issuer()+"/token", "", nil))
	if m := a.wants(r, http.StatusOK).json(a); m["token_type"] != "DPoP" {
		a.Fatalf("token_type %v", m["token_type"])
	}
	return a.tokens(r)
}

func saw(b *demobank.Bank, kind demobank.EventKind) (n int) {
	for _, e := range b.Events() {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func TestABadProofIsRefused(t *testing.T) {
	b := start(t, demobank.Config{RequireDPoP: true})
	a, s, other := newApp(t, b), newSigner(t), newSigner(t)
	tok := a.bound(s)
	claim := func(name string, value any) func(_, claims map[string]any) {
		return func(_, claims map[string]any) { claims[name] = value }
	}
	head := func(name string, value any) func(head, _ map[string]any) {
		return func(head, _ map[string]any) { head[name] = value }
	}
	without := func(name string) func(_, claims map[string]any) {
		return func(_, claims map[string]any) { delete(claims, name) }
	}
	private := s.jwk()
	private["d"] = "AAAA"
	spoilt := map[string]func(head, claims map[string]any){
		"another type": head("typ", "JWT"), "no algorithm": head("alg", "none"), "a shared secret": head("alg", "HS256"),
		"another algorithm": head("alg", "ES384"), "a private key": head("jwk", private), "another's key": head("jwk", other.jwk()),
		"no key": head("jwk", nil), "a critical header": head("crit", []string{"x"}),
		"a point off the curve": head("jwk", map[string]any{"kty": "EC", "crv": "P-256", "x": encode(make([]byte, 32)), "y": encode(make([]byte, 32))}),
		"another method":        claim("htm", "DELETE"), "no method": without("htm"),
		"another address": claim("htu", "http://127.0.0.1:1/northlight/token"), "a query": claim("htu", b.APIBase()+"/accounts?a=b"), "no address": without("htu"),
		"an old proof": claim("iat", firstDay.Add(-61*time.Second).Unix()), "one of tomorrow": claim("iat", firstDay.Add(61*time.Second).Unix()),
		"no time": without("iat"), "no id": without("jti"), "a short id": claim("jti", "1"), "a long id": claim("jti", strings.Repeat("1", 129)),
		"a token that is another": claim("ath", encode(make([]byte, 32))),
	}
	for name, spoil := range spoilt {
		t.Run(name, func(t *testing.T) {
			r := a.asks("/token", refreshForm(tok.refresh), s.proof("POST", b.Issuer()+"/token", "", spoil))
			if m := a.wants(r, http.StatusBadRequest).json(t); m["error"] != "invalid_dpop_proof" {
				t.Errorf("renewing: %v", m["error"])
			}
			r = a.wants(a.shows("DPoP", tok.access, s.proof("GET", b.APIBase()+"/accounts", tok.access, spoil)), http.StatusUnauthorized)
			if got := r.header.Get("WWW-Authenticate"); !strings.HasPrefix(got, `DPoP error="invalid_dpop_proof"`) {
				t.Errorf("reading: %q", got)
			}
		})
	}
	for name, text := range map[string]string{"no proof": "", "no JWT": "x", "two parts": "a.b", "no base64": "!.!.!", "no JSON": "AA.AA.AA", "too long": strings.Repeat("a", 5000)} {
		r := a.asks("/token", refreshForm(tok.refresh), text)
		if m := a.wants(r, http.StatusBadRequest).json(t); m["error"] != "invalid_dpop_proof" {
			t.Errorf("%s: %v", name, m["error"])
		}
		a.wants(a.shows("DPoP", tok.access, text), http.StatusUnauthorized)
	}
	cut := s.proof("GET", b.APIBase()+"/accounts", tok.access, nil)
	a.wants(a.shows("DPoP", tok.access, cut[:len(cut)-8]+"AAAAAAAA"), http.StatusUnauthorized)
	a.wants(a.shows("DPoP", tok.access, s.proof("GET", b.APIBase()+"/accounts", "", nil)), http.StatusUnauthorized) // no ath

	a.wants(a.shows("DPoP", tok.access, s.proof("GET", b.APIBase()+"/accounts", tok.access, nil)), http.StatusOK)
	a.wants(a.asks("/token", refreshForm(tok.refresh), s.proof("POST", b.Issuer()+"/token", "", nil)), http.StatusOK)
	if n := saw(b, demobank.RefreshReused) + saw(b, demobank.GrantRevoked); n != 0 {
		t.Error("a refused proof used something up")
	}
}

func TestAReplayedProofIsRefused(t *testing.T) {
	b := start(t, demobank.Config{RequireDPoP: true})
	a, s := newApp(t, b), newSigner(t)
	tok := a.bound(s)
	read := s.proof("GET", b.APIBase()+"/accounts", tok.access, nil)
	a.wants(a.shows("DPoP", tok.access, read), http.StatusOK)
	a.wants(a.shows("DPoP", tok.access, read), http.StatusUnauthorized)
	renew := s.proof("POST", b.Issuer()+"/token", "", nil)
	a.wants(a.asks("/token", refreshForm("nobody's"), renew), http.StatusBadRequest)
	if m := a.wants(a.asks("/token", refreshForm(tok.refresh), renew), http.StatusBadRequest).json(t); m["error"] != "invalid_dpop_proof" {
		t.Errorf("a proof of before: %v", m["error"])
	}
	if n := saw(b, demobank.ProofReplayed); n != 2 {
		t.Errorf("the bank saw %d replays", n)
	}
}

func TestATokenIsOfItsKeyAlone(t *testing.T) {
	b := start(t, demobank.Config{})
	a, s, thief := newApp(t, b), newSigner(t), newSigner(t)
	tok := a.bound(s)
	for name, r := range map[string]reply{
		"another key":         a.shows("DPoP", tok.access, thief.proof("GET", b.APIBase()+"/accounts", tok.access, nil)),
		"as a bearer token":   a.shows("Bearer", tok.access, ""),
		"with a proof beside": a.shows("Bearer", tok.access, s.proof("GET", b.APIBase()+"/accounts", tok.access, nil)),
	} {
		if r.status != http.StatusUnauthorized || !strings.Contains(r.header.Get("WWW-Authenticate"), "invalid_token") {
			t.Errorf("%s: %d %s", name, r.status, r.header.Get("WWW-Authenticate"))
		}
	}
	for _, proof := range []string{"", thief.proof("POST", b.Issuer()+"/token", "", nil)} {
		form, ask := refreshForm(tok.refresh), func(path string, form url.Values) reply { return a.asks(path, form, proof) }
		if proof == "" {
			ask = a.post
		}
		if m := a.wants(ask("/token", form), http.StatusBadRequest).json(t); m["error"] != "invalid_grant" {
			t.Errorf("renewing: %v", m["error"])
		}
	}
	revoke := url.Values{"client_id": {demobank.ClientID}, "token": {tok.refresh}}
	a.wants(a.asks("/revoke", revoke, thief.proof("POST", b.Issuer()+"/revoke", "", nil)), http.StatusBadRequest)
	a.wants(a.post("/revoke", revoke), http.StatusBadRequest)
	a.wants(a.shows("DPoP", tok.access, s.proof("GET", b.APIBase()+"/accounts", tok.access, nil)), http.StatusOK)

	unbound := a.tokens(a.exchange(a.approve(nil, walk.Options{}).Get("code")))
	a.wants(a.shows("DPoP", unbound.access, s.proof("GET", b.APIBase()+"/accounts", unbound.access, nil)), http.StatusUnauthorized)
	a.wants(a.shows("Bearer", unbound.access, ""), http.StatusOK)
}

func TestACodeIsOfTheKeyThatItWasAskedWith(t *testing.T) {
	b := start(t, demobank.Config{})
	a, s, thief := newApp(t, b), newSigner(t), newSigner(t)
	raw, err := json.Marshal(struct {
		Crv any `json:"crv"`
		Kty any `json:"kty"`
		X   any `json:"x"`
		Y   any `json:"y"`
	}{"P-256", "EC", s.jwk()["x"], s.jwk()["y"]})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	named := url.Values{"dpop_jkt": {encode(sum[:])}}
	form := func() url.Values {
		return url.Values{"grant_type": {"authorization_code"}, "client_id": {demobank.ClientID}, "redirect_uri": {a.callback},
			"code": {a.approve(named, walk.Options{}).Get("code")}, "code_verifier": {a.verifier}}
	}
	a.wants(a.post("/token", form()), http.StatusBadRequest)
	a.wants(a.asks("/token", form(), thief.proof("POST", b.Issuer()+"/token", "", nil)), http.StatusBadRequest)
	a.wants(a.asks("/token", form(), s.proof("POST", b.Issuer()+"/token", "", nil)), http.StatusOK)
	a.wants(a.asks("/par", a.request(named), s.proof("POST", b.Issuer()+"/par", "", nil)), http.StatusCreated)
	a.wants(a.asks("/par", a.request(named), thief.proof("POST", b.Issuer()+"/par", "", nil)), http.StatusBadRequest)
	a.wants(a.post("/par", a.request(url.Values{"dpop_jkt": {"short"}})), http.StatusBadRequest)
}

func TestANonceIsOfOneServerAndOneUse(t *testing.T) {
	b := start(t, demobank.Config{RequireDPoP: true, Nonce: demobank.NonceAsked})
	a, s := newApp(t, b), newSigner(t)
	at := b.Issuer() + "/par"
	push := func(nonce string) reply {
		return a.asks("/par", a.request(nil), s.proof("POST", at, "", func(_, claims map[string]any) {
			if nonce != "" {
				claims["nonce"] = nonce
			}
		}))
	}
	wanted := func(r reply) string {
		t.Helper()
		if m := a.wants(r, http.StatusBadRequest).json(t); m["error"] != "use_dpop_nonce" || r.header.Get("DPoP-Nonce") == "" {
			t.Errorf("got %v, %v", m, r.header)
		}
		return r.header.Get("DPoP-Nonce")
	}
	nonce := wanted(push(""))
	if r := a.wants(push(nonce), http.StatusCreated); r.header.Get("DPoP-Nonce") != "" {
		t.Error("a nonce that nobody asked for")
	}
	wanted(push(nonce))
	wanted(push("made-up"))
	r := a.wants(a.shows("DPoP", "any", s.proof("GET", b.APIBase()+"/accounts", "any", func(_, c map[string]any) { c["nonce"] = wanted(push("")) })), http.StatusUnauthorized)
	if !strings.HasPrefix(r.header.Get("WWW-Authenticate"), `DPoP error="use_dpop_nonce"`) || r.header.Get("DPoP-Nonce") == "" {
		t.Errorf("the API took a nonce of the authorization server: %v", r.header)
	}
}

func TestABankWithoutProofsOffersNone(t *testing.T) {
	b := start(t, demobank.Config{NoDPoP: true, RequireDPoP: true})
	a := newApp(t, b)
	m := a.wants(a.do("GET", b.Issuer()+"/.well-known/openid-configuration", "", nil), http.StatusOK).json(t)
	if _, offered := m["dpop_signing_alg_values_supported"]; offered {
		t.Error("it offers proofs")
	}
	a.tokens(a.exchange(a.approve(nil, walk.Options{}).Get("code")))
}

func FuzzProof(f *testing.F) {
	f.Add("a.b.c")
	f.Add(encode([]byte(`{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"","y":""}}`)) + "." + encode([]byte(`{}`)) + ".")
	f.Fuzz(func(t *testing.T, text string) {
		fuzzed.Limit(t)
		if demobank.OpenProof(text) {
			t.Errorf("a proof that nobody signed: %q", text)
		}
	})
}
