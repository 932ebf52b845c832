package link_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"testing"

	"coffer/app/fault"
)

// rsaOf is a key of so many bytes that nobody made.
func rsaOf(size int, e string) map[string]any {
	return map[string]any{"kty": "RSA", "n": b64(bytes.Repeat([]byte{0xc5}, size)), "e": e, "kid": "rsa"}
}

// TestAHostileSetOfKeysIsWorthNothing: a set that would keep the processor busy, or lead elsewhere, is refused
// or its keys are not tried; nothing is saved, and no name is looked up. A modulus of 180,000 bytes took minutes
// that nobody could end.
func TestAHostileSetOfKeysIsWorthNothing(t *testing.T) {
	const keys, wrong = "oauth.id_keys", "oauth.id_token"
	for name, test := range map[string]struct {
		prepare func(*idBank)
		reason  string
	}{
		"a modulus of 180,000 bytes": {func(b *idBank) { b.set = []map[string]any{rsaOf(180_000, "f____w")} }, wrong},
		"a modulus of 512 bits":      {func(b *idBank) { b.set = []map[string]any{rsaOf(64, "AQAB")} }, wrong},
		"a long exponent":            {func(b *idBank) { b.set = []map[string]any{rsaOf(256, b64(bytes.Repeat([]byte{0xff}, 64)))} }, wrong},
		"a thousand keys": {func(b *idBank) {
			one := jwkOf(b.t, &b.curve.PublicKey, "curve")
			for range 1000 {
				b.set = append(b.set, one)
			}
		}, keys},
		"a key for encryption": {func(b *idBank) { b.set[1]["use"] = "enc" }, wrong},
		"a key for another algorithm": {func(b *idBank) {
			b.set[2]["alg"] = "RSA-OAEP"
			b.head = both(set("alg", "RS256"), set("kid", "rsa"))
		}, wrong},
		"certificates elsewhere": {func(b *idBank) {
			b.set = []map[string]any{{"kty": "EC", "crv": "P-256", "kid": "curve", "x5u": "https://evil.example/chain", "x5c": []string{"AAAA"}}}
		}, wrong},
		"a key that is no point of its curve": {func(b *idBank) { b.set[1]["y"] = b.set[1]["x"] }, wrong},
	} {
		t.Run(name, func(t *testing.T) {
			b := newIDBank(t)
			test.prepare(b)
			if len(b.set) == 1 && b.set[0]["kty"] == "RSA" {
				n := len(b.set[0]["n"].(string)) * 3 / 4
				b.head = both(set("alg", "RS256"), set("kid", "rsa"))
				b.sign = func(string, string) []byte { return bytes.Repeat([]byte{0x11}, n) }
			}
			_, err := b.try()
			b.kind(err, fault.BankUnexpected)
			if f := fault.Of(err); f == nil || f.Reason != test.reason {
				t.Errorf("the fault is %v, want %s", err, test.reason)
			}
			b.left(t)
			if names := b.names.Asked(); len(names) != 0 {
				t.Errorf("looked up %v", names)
			}
		})
	}
}

// TestAnIDTokensHeadLeadsNowhere: what a head says of keys elsewhere is neither followed nor needed.
func TestAnIDTokensHeadLeadsNowhere(t *testing.T) {
	b := newIDBank(t)
	b.head = func(h map[string]any) {
		maps.Copy(h, map[string]any{"jku": "https://evil.example/jwks", "x5u": "https://evil.example/chain", "x5t": "AAAA", "cty": "JWT", "typ": "at+jwt"})
	}
	if _, err := b.try(); err != nil {
		t.Fatal(err)
	}
	other := newCurve(t)
	b.sign = func(_, text string) []byte { return es256(t, other, text) }
	_, err := b.try()
	b.kind(err, fault.BankUnexpected)
	if names := b.names.Asked(); len(names) != 0 || b.bank.called("/as/jwks") != 2 {
		t.Errorf("looked up %v, read the keys %d times", names, b.bank.called("/as/jwks"))
	}
}

// TestAKeyThatRollsOverIsRead: keys are read anew at each sign-in, so a new one counts at once and one that was
// taken back no longer does.
func TestAKeyThatRollsOverIsRead(t *testing.T) {
	b := newIDBank(t)
	if _, err := b.try(); err != nil {
		t.Fatal(err)
	}
	old := b.curve
	b.curve = newCurve(t)
	b.set[1] = jwkOf(t, &b.curve.PublicKey, "curve")
	if _, err := b.try(); err != nil {
		t.Fatal("a new key under the old name:", err)
	}
	b.sign = func(_, text string) []byte { return es256(t, old, text) }
	_, err := b.try()
	b.kind(err, fault.BankUnexpected)
}

// TestAnIDTokenSaysEachThingOnce: a claim that stands twice, or in other capitals beside its own, is no claim
// that any two readers would read alike.
func TestAnIDTokenSaysEachThingOnce(t *testing.T) {
	for name, more := range map[string]func(nonce, issuer string) string{
		"another nonce before it":      func(nonce, _ string) string { return fmt.Sprintf(`"nonce":"of another attempt","nonce":%q`, nonce) },
		"the nonce in capitals":        func(nonce, _ string) string { return fmt.Sprintf(`"nonce":"of another attempt","NONCE":%q`, nonce) },
		"the nonce in capitals alone":  func(nonce, _ string) string { return fmt.Sprintf(`"Nonce":%q`, nonce) },
		"the audience again":           func(nonce, _ string) string { return fmt.Sprintf(`"nonce":%q,"aud":"coffer"`, nonce) },
		"another audience in capitals": func(nonce, _ string) string { return fmt.Sprintf(`"nonce":%q,"AUD":"other","Aud":"coffer"`, nonce) },
		"a long s":                     func(nonce, issuer string) string { return fmt.Sprintf(`"nonce":%q,"iſs":%q`, nonce, issuer) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newIDBank(t)
			nonce := ""
			b.claims = func(c map[string]any) { nonce, c["nonce"] = c["nonce"].(string), nil }
			b.token = func(token string) any { return b.resaid(token, more(nonce, b.bank.issuer())) }
			_, err := b.try()
			b.kind(err, fault.BankUnexpected)
			b.left(t)
		})
	}
	b := newIDBank(t)
	nonce := ""
	b.claims = func(c map[string]any) { nonce, c["nonce"] = c["nonce"].(string), nil }
	b.token = func(token string) any { return b.resaid(token, fmt.Sprintf(`"nonce":%q,"name":"a","name":"b"`, nonce)) }
	if _, err := b.try(); err != nil {
		t.Errorf("what is not checked may stand twice: %v", err)
	}
}

// TestKeysThatDoNotComeEndWithThePersonsCancel: the way to the keys ends with who waits for them, and what the bank
// gave goes back.
func TestKeysThatDoNotComeEndWithThePersonsCancel(t *testing.T) {
	b := newIDBank(t)
	ctx, cancel := context.WithCancel(t.Context())
	b.bank.when("/as/jwks", func(w http.ResponseWriter, r *http.Request) { cancel(); silence(w, r) })
	p := b.bank.provider()
	p.Scopes = []string{"openid", "accounts"}
	a, err := b.tokens().Begin(ctx, p)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	back := b.bank.approve(t, a.Address())
	var seen sync.WaitGroup
	seen.Go(func() { visit(t, "GET", back.String(), nil) })
	_, err = a.Wait(ctx)
	seen.Wait()
	b.kind(err, fault.Canceled)
	b.left(t)
}
