package link_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
)

// idBank makes the test's authority say who signed in.
type idBank struct {
	*scene
	curve *ecdsa.PrivateKey
	rsa   *rsa.PrivateKey
	set   []map[string]any

	head   func(map[string]any) // what is wrong with the tokens; nil: nothing
	claims func(map[string]any)
	sign   func(alg, text string) []byte
	token  func(string) any
}

// oneRSA takes long to make, so that one serves all tests.
var oneRSA = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

var b64 = base64.RawURLEncoding.EncodeToString

func jwkOf(t *testing.T, key *ecdsa.PublicKey, id string) map[string]any {
	t.Helper()
	point, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"kty": "EC", "crv": "P-256", "x": b64(point[1:33]), "y": b64(point[33:]), "kid": id, "alg": "ES256", "use": "sig"}
}

func newCurve(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newIDBank(t *testing.T) *idBank {
	t.Helper()
	b := &idBank{scene: newScene(t), curve: newCurve(t), rsa: oneRSA()}
	b.set = []map[string]any{
		{"kty": "OKP", "crv": "X448", "x": "AA", "kid": "unknown kind"}, jwkOf(t, &b.curve.PublicKey, "curve"),
		{"kty": "RSA", "n": b64(b.rsa.N.Bytes()), "e": "AQAB", "kid": "rsa", "use": "sig"},
	}
	b.bank.metadata["jwks_uri"] = b.bank.issuer() + "/jwks"
	b.bank.metadata["id_token_signing_alg_values_supported"] = []string{"RS256", "ES256", "HS256", "none"}
	b.bank.when("/as/jwks", func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, map[string]any{"keys": b.set}) })
	b.bank.more = b.say
	return b
}

// say puts an ID token into a token answer.
func (b *idBank) say(asked url.Values, said map[string]any) {
	half := sha256.Sum256([]byte(said["access_token"].(string)))
	head := map[string]any{"alg": "ES256", "kid": "curve"}
	claims := map[string]any{
		"iss": b.bank.issuer(), "sub": canary + "-person", "aud": "coffer", "iat": b.now.Unix(), "exp": b.now.Add(time.Hour).Unix(),
		"nonce": asked.Get("nonce"), "at_hash": b64(half[:16]),
	}
	if b.head != nil {
		b.head(head)
	}
	if b.claims != nil {
		b.claims(claims)
	}
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	rawHead, _ := json.Marshal(head)
	rawClaims, _ := json.Marshal(claims)
	text := b64(rawHead) + "." + b64(rawClaims)
	sign := b.signed
	if b.sign != nil {
		sign = b.sign
	}
	var token any = text + "." + b64(sign(head["alg"].(string), text))
	if b.token != nil {
		token = b.token(token.(string))
	}
	if token != nil {
		said["id_token"] = token
	}
}

func (b *idBank) signed(alg, text string) []byte {
	sum := sha256.Sum256([]byte(text))
	if alg == "RS256" {
		raw, err := rsa.SignPKCS1v15(rand.Reader, b.rsa, crypto.SHA256, sum[:])
		if err != nil {
			b.t.Error(err)
		}
		return raw
	}
	return es256(b.t, b.curve, text)
}

func es256(t *testing.T, key *ecdsa.PrivateKey, text string) []byte {
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		t.Error(err)
	}
	both := make([]byte, 64)
	r.FillBytes(both[:32])
	s.FillBytes(both[32:])
	return both
}

// try links and approves, and returns how that ended.
func (b *idBank) try() (consent.Link, error) {
	b.t.Helper()
	p := b.bank.provider()
	p.Scopes = []string{"openid", "accounts"}
	a, err := b.tokens().Begin(b.t.Context(), p)
	if err != nil {
		return consent.Link{}, err
	}
	return b.answered(a)
}

// resaid is token with more at the end of its claims, signed again.
func (b *idBank) resaid(token, more string) string {
	parts := strings.Split(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		b.t.Fatal(err)
	}
	text := parts[0] + "." + b64(append(raw[:len(raw)-1], []byte(","+more+"}")...))
	return text + "." + b64(es256(b.t, b.curve, text))
}

func set(name string, v any) func(map[string]any) {
	return func(m map[string]any) { m[name] = v }
}

func TestAGoodIDTokenIsTaken(t *testing.T) {
	for name, prepare := range map[string]func(*idBank){
		"ES256": func(*idBank) {},
		"RS256": func(b *idBank) { b.head = func(h map[string]any) { h["alg"], h["kid"] = "RS256", "rsa" } },
		"no algorithm is named: RS256": func(b *idBank) {
			b.head = set("alg", "RS256")
			b.head = both(b.head, set("kid", "rsa"))
			delete(b.bank.metadata, "id_token_signing_alg_values_supported")
		},
		"no key is named":             func(b *idBank) { b.head = func(h map[string]any) { delete(h, "kid") } },
		"a list of one audience":      func(b *idBank) { b.claims = set("aud", []string{"coffer"}) },
		"two audiences, made for us":  func(b *idBank) { b.claims = both(set("aud", []string{"other", "coffer"}), set("azp", "coffer")) },
		"no hash of the access token": func(b *idBank) { b.claims = set("at_hash", nil) },
		"the bank's clock is 4 minutes late": func(b *idBank) {
			b.claims = both(set("iat", b.now.Add(-8*time.Minute).Unix()), set("exp", b.now.Add(-4*time.Minute).Unix()))
		},
		"the bank's clock is 4 minutes early": func(b *idBank) {
			b.claims = both(set("iat", b.now.Add(4*time.Minute).Unix()), set("nbf", b.now.Add(time.Minute).Unix()))
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newIDBank(t)
			prepare(b)
			l, err := b.try()
			if err != nil {
				t.Fatal(err)
			}
			if text := fmt.Sprintf("%+v %+v", l, b.vault.links); strings.Contains(text, "canary-person") {
				t.Errorf("kept of the ID token: %s", text)
			}
			if b.bank.called("/as/jwks") != 1 {
				t.Errorf("the keys were read %d times", b.bank.called("/as/jwks"))
			}
			for _, asked := range b.bank.codes {
				t.Errorf("left %v", asked)
			}
			b.clean(nil)
		})
	}
}

func both(one, two func(map[string]any)) func(map[string]any) {
	return func(m map[string]any) { one(m); two(m) }
}

// TestAFalseIDTokenLeavesNothing: whatever is wrong with the ID token, nothing is saved, the tokens are given back, and
// the person is told why.
func TestAFalseIDTokenLeavesNothing(t *testing.T) {
	now := time.Now()
	other := newCurve(t)
	const missing, wrong, clock = "oauth.id_missing", "oauth.id_token", "oauth.id_time"
	for name, test := range map[string]struct {
		prepare func(*idBank)
		reason  string
	}{
		"none":                        {func(b *idBank) { b.token = func(string) any { return nil } }, missing},
		"an empty one":                {func(b *idBank) { b.token = func(string) any { return "" } }, missing},
		"one that is no text":         {func(b *idBank) { b.token = func(string) any { return []int{1} } }, missing},
		"one that is no JWT":          {func(b *idBank) { b.token = func(string) any { return canary } }, wrong},
		"another audience":            {func(b *idBank) { b.claims = set("aud", "other") }, wrong},
		"an audience that holds ours": {func(b *idBank) { b.claims = set("aud", "coffer2") }, wrong},
		"no audience":                 {func(b *idBank) { b.claims = set("aud", nil) }, wrong},
		"two audiences without azp":   {func(b *idBank) { b.claims = set("aud", []string{"coffer", "other"}) }, wrong},
		"two, made for the other":     {func(b *idBank) { b.claims = both(set("aud", []string{"coffer", "other"}), set("azp", "other")) }, wrong},
		"azp of another":              {func(b *idBank) { b.claims = set("azp", "other") }, wrong},
		"another issuer":              {func(b *idBank) { b.claims = set("iss", "https://evil.example") }, wrong},
		"an issuer with a slash":      {func(b *idBank) { b.claims = set("iss", b.bank.issuer()+"/") }, wrong},
		"no issuer":                   {func(b *idBank) { b.claims = set("iss", nil) }, wrong},
		"nobody":                      {func(b *idBank) { b.claims = set("sub", nil) }, wrong},
		"another nonce":               {func(b *idBank) { b.claims = set("nonce", strings.Repeat("A", 43)) }, wrong},
		"no nonce":                    {func(b *idBank) { b.claims = set("nonce", nil) }, wrong},
		"a nonce that is no text":     {func(b *idBank) { b.claims = set("nonce", 7) }, wrong},
		"run out":                     {func(b *idBank) { b.claims = set("exp", now.Add(-6*time.Minute).Unix()) }, clock},
		"without an end":              {func(b *idBank) { b.claims = set("exp", nil) }, clock},
		"from the future":             {func(b *idBank) { b.claims = set("iat", now.Add(6*time.Minute).Unix()) }, clock},
		"not yet good":                {func(b *idBank) { b.claims = set("nbf", now.Add(time.Hour).Unix()) }, clock},
		"without a beginning":         {func(b *idBank) { b.claims = set("iat", nil) }, wrong},
		"of another access token":     {func(b *idBank) { b.claims = set("at_hash", b64(make([]byte, 16))) }, wrong},
		"a hash twice as long":        {func(b *idBank) { b.claims = set("at_hash", b64(make([]byte, 32))) }, wrong},
		"alg none": {func(b *idBank) {
			b.head = set("alg", "none")
			b.sign = func(string, string) []byte { return nil }
		}, wrong},
		"alg none in capitals": {func(b *idBank) { b.head = set("alg", "NONE"); b.sign = func(string, string) []byte { return nil } }, wrong},
		"HS256 with the public key": {func(b *idBank) {
			b.head = both(set("alg", "HS256"), set("kid", "rsa"))
			b.sign = func(_, text string) []byte {
				raw, _ := x509.MarshalPKIXPublicKey(&b.rsa.PublicKey)
				return hs256(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw}), text)
			}
		}, wrong},
		"HS256 with a key of the set": {func(b *idBank) {
			b.set = append(b.set, map[string]any{"kty": "oct", "k": b64([]byte("shared")), "kid": "shared", "alg": "HS256"})
			b.head = both(set("alg", "HS256"), set("kid", "shared"))
			b.sign = func(_, text string) []byte { return hs256([]byte("shared"), text) }
		}, wrong},
		"HS256 with the client's id": {func(b *idBank) {
			b.head = set("alg", "HS256")
			b.sign = func(_, text string) []byte { return hs256([]byte("coffer"), text) }
		}, wrong},
		"an algorithm that metadata doesn't name": {func(b *idBank) {
			b.bank.metadata["id_token_signing_alg_values_supported"] = []string{"RS256"}
		}, wrong},
		"a key that is unknown": {func(b *idBank) {
			b.head = set("kid", "another")
			b.sign = func(_, text string) []byte { return es256(b.t, other, text) }
		}, wrong},
		"a known name, another key": {func(b *idBank) { b.sign = func(_, text string) []byte { return es256(b.t, other, text) } }, wrong},
		"its own key in its head": {func(b *idBank) {
			b.head = set("jwk", jwkOf(b.t, &other.PublicKey, "curve"))
			b.sign = func(_, text string) []byte { return es256(b.t, other, text) }
		}, wrong},
		"a head that must be understood": {func(b *idBank) { b.head = both(set("crit", []string{"b64"}), set("b64", false)) }, wrong},
		"a changed claim": {func(b *idBank) {
			b.token = func(token string) any {
				parts := strings.Split(token, ".")
				raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
				parts[1] = b64([]byte(strings.Replace(string(raw), canary+"-person", canary+"-nobody", 1)))
				return strings.Join(parts, ".")
			}
		}, wrong},
		"no signature":              {func(b *idBank) { b.token = func(token string) any { return token[:strings.LastIndex(token, ".")+1] } }, wrong},
		"a set without keys":        {func(b *idBank) { b.set = nil }, "oauth.id_keys"},
		"keys of another kind only": {func(b *idBank) { b.set = b.set[:1] }, wrong},
	} {
		t.Run(name, func(t *testing.T) {
			b := newIDBank(t)
			b.now = now
			test.prepare(b)
			_, err := b.try()
			b.kind(err, fault.BankUnexpected)
			if f := fault.Of(err); f == nil || f.Reason != test.reason {
				t.Errorf("the fault is %v, want %s", err, test.reason)
			}
			b.left(t)
		})
	}
}

func hs256(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// left fails if anything was saved, or if tokens were not given back.
func (b *idBank) left(t *testing.T) {
	t.Helper()
	if !b.vault.empty() {
		t.Error("something was saved")
	}
	if b.bank.called("/as/token") != 1 || b.bank.called("/as/revoke") != 1 {
		t.Errorf("%d exchanges, %d given back", b.bank.called("/as/token"), b.bank.called("/as/revoke"))
	}
	for token, lives := range b.bank.live {
		if lives && strings.Contains(token, "refresh") {
			t.Errorf("the bank still honours %s", token)
		}
	}
}

// TestKeysThatCantBeRead: what answers at jwks_uri is the bank's trouble, and leaves nothing either.
func TestKeysThatCantBeRead(t *testing.T) {
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		kind   fault.Kind
	}{
		"not there":     {http.NotFound, fault.BankUnexpected},
		"down":          {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) }, fault.BankDown},
		"wait":          {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) }, fault.BankPaused},
		"silent":        {silence, fault.Offline},
		"a page":        {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<p>" + canary)) }, fault.BankUnexpected},
		"another shape": {func(w http.ResponseWriter, _ *http.Request) { reply(w, 200, []int{1}) }, fault.BankUnexpected},
		"too much": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"keys":[],"x":"` + strings.Repeat("A", 300<<10) + `"}`))
		}, fault.BankUnexpected},
		"somewhere else": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/jwks", http.StatusFound)
		}, fault.HostRefused},
		"cut": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"keys":[`))
		}, fault.Offline},
	} {
		t.Run(name, func(t *testing.T) {
			b := newIDBank(t)
			b.bank.when("/as/jwks", test.answer)
			_, err := b.try()
			b.kind(err, test.kind)
			b.left(t)
			if names := b.names.Asked(); len(names) != 0 {
				t.Errorf("looked up %v", names)
			}
		})
	}
}

// TestABankThatCantSayWhoSignsIn is refused before the browser opens; one that is not asked is not held to it.
func TestABankThatCantSayWhoSignsIn(t *testing.T) {
	for name, spoil := range map[string]func(map[string]any){
		"no keys":             func(m map[string]any) { delete(m, "jwks_uri") },
		"HS256 and none":      func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{"HS256", "none"} },
		"no algorithm at all": func(m map[string]any) { m["id_token_signing_alg_values_supported"] = []string{} },
	} {
		t.Run(name, func(t *testing.T) {
			b := newIDBank(t)
			spoil(b.bank.metadata)
			_, err := b.try()
			b.kind(err, fault.BankUnexpected)
			if f := fault.Of(err); f == nil || f.Reason != "link.openid" || len(b.bank.pushed) != 0 {
				t.Errorf("%v, %d requests", err, len(b.bank.pushed))
			}
			b.token = func(string) any { return canary + " that nobody reads" }
			if l := b.linked(); l.State != consent.Active || b.bank.called("/as/jwks") != 0 {
				t.Errorf("not asked: %+v", l)
			}
		})
	}
}

// TestAFalseIDTokenOfARenewalLeavesTheWorkingLink: the link stays as it was, and its grant is not ended.
func TestAFalseIDTokenOfARenewalLeavesTheWorkingLink(t *testing.T) {
	b := newIDBank(t)
	l, err := b.try()
	if err != nil {
		t.Fatal(err)
	}
	before := fmt.Sprintf("%+v", b.vault.links)
	held := b.vault.credentials[l.ID]
	b.claims = set("nonce", "another")
	p := b.bank.provider()
	p.Scopes = []string{"openid", "accounts"}
	a, err := b.tokens().Again(t.Context(), p, l.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.answered(a)
	b.kind(err, fault.BankUnexpected)
	if now := b.vault.credentials[l.ID]; fmt.Sprintf("%+v", b.vault.links) != before || !now.Refresh.Equal(held.Refresh) || !b.bank.live[held.Refresh.Reveal()] {
		t.Error("the link that worked has changed")
	}
}

// TestKeysElsewhereAreAskedFirst: keys on another host get nothing until the person says yes, and no secret ever.
func TestKeysElsewhereAreAskedFirst(t *testing.T) {
	for name, yes := range map[string]bool{"allowed": true, "not allowed": false} {
		t.Run(name, func(t *testing.T) {
			b := newIDBank(t)
			other, count, who := beside(t, b.scene)
			who.yes = yes
			b.bank.metadata["jwks_uri"] = other.URL + "/as/jwks"
			p := b.bank.provider()
			p.Scopes, p.Ask = []string{"openid", "accounts"}, who.ask
			a, err := b.tokens().Begin(t.Context(), p)
			if len(who.asked) != 1 || len(who.asked[0]) != 1 || who.asked[0][0].Use != consent.KeySet || who.asked[0][0].Origin != other.URL {
				t.Fatalf("asked %+v, then %v", who.asked, err)
			}
			who.untouched()
			if !yes {
				b.kind(err, fault.HostRefused)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			l, err := b.answered(a)
			if err != nil {
				t.Fatal(err)
			}
			if tokenless := l.Tokenless(); len(tokenless) != 1 || tokenless[0] != other.URL || count.Conns.Load() == 0 {
				t.Errorf("secrets may go anywhere but to %v", tokenless)
			}
			p.Ask = nil // signed in again, that host needs no second word
			if a, err = b.tokens().Again(t.Context(), p, l.ID); err != nil {
				t.Fatal(err)
			}
			if _, err := b.answered(a); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestEachSignInHasItsOwnNonce: two sign-ins never share one.
func TestEachSignInHasItsOwnNonce(t *testing.T) {
	b := newIDBank(t)
	for range 2 {
		if _, err := b.try(); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	b.bank.more = func(asked url.Values, said map[string]any) {
		seen[asked.Get("nonce")] = len(asked.Get("nonce")) == 43
		b.say(asked, said)
	}
	for range 2 {
		if _, err := b.try(); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != 2 || seen[""] {
		t.Errorf("nonces %v", seen)
	}
}
