package link_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/app/fuzzed"
	"coffer/app/secret"
	"coffer/sync/link"
)

// pemOf is a private key as a person brings it.
func pemOf(t testing.TB, kind string, raw []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: raw}))
}

func made[K any](t testing.TB) func(K, error) K {
	return func(key K, err error) K {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
}

// asserts checks the assertion of r, strictly, and that each is used once.
func asserts(public any, issuer string, now func() time.Time) func(r *http.Request) bool {
	used := map[string]bool{}
	return func(r *http.Request) bool {
		parts := strings.Split(r.PostForm.Get("client_assertion"), ".")
		if len(parts) != 3 || r.PostForm.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" ||
			r.PostForm.Get("client_id") != "coffer" || r.PostForm.Has("client_secret") || r.Header.Get("Authorization") != "" {
			return false
		}
		var head struct{ Typ, Alg string }
		var c struct {
			Iss, Sub, Aud, Jti string
			Iat, Exp           int64
		}
		rawHead, err1 := base64.RawURLEncoding.DecodeString(parts[0])
		rawClaims, err2 := base64.RawURLEncoding.DecodeString(parts[1])
		signature, err3 := base64.RawURLEncoding.DecodeString(parts[2])
		if err1 != nil || err2 != nil || err3 != nil || json.Unmarshal(rawHead, &head) != nil || json.Unmarshal(rawClaims, &c) != nil {
			return false
		}
		sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
		switch key := public.(type) {
		case *ecdsa.PublicKey:
			if head.Alg != "ES256" || len(signature) != 64 ||
				!ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
				return false
			}
		case *rsa.PublicKey:
			if head.Alg != "PS256" || rsa.VerifyPSS(key, crypto.SHA256, sum[:], signature, &rsa.PSSOptions{SaltLength: 32}) != nil {
				return false
			}
		}
		if used[c.Jti] || len(c.Jti) < 16 || c.Iss != "coffer" || c.Sub != "coffer" || c.Aud != issuer ||
			c.Iat != now().Unix() || c.Exp-c.Iat > 60 || c.Exp <= c.Iat {
			return false
		}
		used[c.Jti] = true
		return true
	}
}

// TestAClientWithAKeyShowsItEachTimeItAsks links, renews, reconnects and revokes, and answers a nonce
// that the server wants: each request has an assertion of its own.
func TestAClientWithAKeyShowsItEachTimeItAsks(t *testing.T) {
	curve := made[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	modulus := made[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 2048))
	ec, ecErr := x509.MarshalECPrivateKey(curve)
	eight, eightErr := x509.MarshalPKCS8PrivateKey(curve)
	rsaEight, rsaErr := x509.MarshalPKCS8PrivateKey(modulus)
	oneLine := strings.ReplaceAll(pemOf(t, "PRIVATE KEY", eight, eightErr), "\n", " ")
	for name, test := range map[string]struct {
		key    string
		public any
	}{
		"P-256 in PKCS #8": {pemOf(t, "PRIVATE KEY", eight, eightErr), &curve.PublicKey},
		"pasted in a line": {oneLine, &curve.PublicKey},
		"P-256 in SEC 1":   {pemOf(t, "EC PRIVATE KEY", ec, ecErr), &curve.PublicKey},
		"RSA in PKCS #8":   {pemOf(t, "PRIVATE KEY", rsaEight, rsaErr), &modulus.PublicKey},
		"RSA in PKCS #1":   {pemOf(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(modulus), nil), &modulus.PublicKey},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			good := asserts(test.public, s.bank.issuer(), func() time.Time { return s.now })
			s.bank.metadata["dpop_signing_alg_values_supported"] = []string{"ES256"}
			s.bank.kind = "DPoP"
			asked, challenged := 0, map[string]bool{}
			s.bank.trusts = func(r *http.Request) bool {
				asked++
				return good(r)
			}
			s.bank.wants = func(w http.ResponseWriter, r *http.Request) bool { // a nonce, once at each place
				if challenged[r.URL.Path] {
					return false
				}
				challenged[r.URL.Path] = true
				w.Header().Set("DPoP-Nonce", "n-"+strings.TrimPrefix(r.URL.Path, "/as/"))
				reply(w, 400, map[string]any{"error": "use_dpop_nonce"})
				return true
			}
			p := s.bank.provider()
			p.Shows, p.Secret = "private_key_jwt", secret.New(test.key)
			s.config.Dialect = speaks(plain{})
			l := s.approved(s.tokens().Begin(t.Context(), p))
			if l.Shows != p.Shows || !s.vault.credentials[l.ID].ClientSecret.Equal(p.Secret) {
				t.Fatalf("linked: %+v", l)
			}
			s.now = s.now.Add(time.Hour)
			tokens := s.tokens()
			if _, err := tokens.Session(t.Context(), l); err != nil {
				t.Errorf("a renewal: %v", err)
			}
			p.Secret = secret.Text{} // the person brings it once
			s.bank.grant = "consent-2"
			l = s.approved(tokens.Again(t.Context(), p, l.ID))
			receipt, err := tokens.Revoke(t.Context(), l, plain{}, false, nil)
			if err != nil || !receipt.Proved {
				t.Errorf("revoked: %s, %v", steps(receipt.Steps), err)
			}
			if asked < 10 || len(challenged) != 3 {
				t.Errorf("%d requests, nonces at %v", asked, challenged)
			}
			s.log.mu.Lock()
			defer s.log.mu.Unlock()
			if strings.Contains(s.log.text.String(), "eyJ") || strings.Contains(s.log.text.String(), "PRIVATE") {
				t.Error("the log holds an assertion or the key")
			}
		})
	}
}

func TestAKeyThatCantBeUsedIsSaidBeforeAnybodyIsAsked(t *testing.T) {
	short := made[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, 1024))
	large := made[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	largeRaw, largeErr := x509.MarshalPKCS8PrivateKey(large)
	edwardsRaw, edwardsErr := x509.MarshalPKCS8PrivateKey(edwards)
	publicRaw, publicErr := x509.MarshalPKIXPublicKey(&large.PublicKey)
	const body = "Y2FuYXJ5IGNhbmFyeQ==" // the canary, in base64
	for name, text := range map[string]string{
		"no PEM": canary, "a public key": pemOf(t, "PUBLIC KEY", publicRaw, publicErr), "no base64": "-----BEGIN PRIVATE KEY-----\n=\n-----END PRIVATE KEY-----",
		"no key in it": "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----", "another end": "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END EC PRIVATE KEY-----",
		"a passphrase":     "-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + body + "\n-----END ENCRYPTED PRIVATE KEY-----",
		"an old header":    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n" + body + "\n-----END RSA PRIVATE KEY-----",
		"half of it":       "-----BEGIN PRIVATE KEY-----",
		"RSA of 1024 bits": pemOf(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(short), nil),
		"RSA of 8320 bits": longRSA(t, 8320), "a file of 100 KiB": "-----BEGIN PRIVATE KEY-----\n" + strings.Repeat(body, 5<<10) + "\n-----END PRIVATE KEY-----",
		"P-384": pemOf(t, "PRIVATE KEY", largeRaw, largeErr), "Ed25519": pemOf(t, "PRIVATE KEY", edwardsRaw, edwardsErr),
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			p := s.bank.provider()
			p.Shows, p.Secret = "private_key_jwt", secret.New(text)
			_, err := s.tokens().Begin(t.Context(), p)
			s.kind(err, fault.BadAnswer)
			if f := fault.Of(err); f == nil || f.Reason != "answer.key" || strings.Contains(err.Error(), body) {
				t.Errorf("got %v", err)
			}
			if n := len(s.ledger.all); n != 0 {
				t.Errorf("%d connections were made", n)
			}
		})
	}
	s := newScene(t)
	p := s.bank.provider()
	p.Shows = "private_key_jwt"
	_, err = s.tokens().Begin(t.Context(), p)
	s.kind(err, fault.BadAnswer)
}

// longRSA is a key of so many bits as RFC 8017 §A.1.2 writes it. Its factors are no primes: those would take minutes
// to find, and no parser looks.
func longRSA(t *testing.T, bits int) string {
	t.Helper()
	one, odd := big.NewInt(1), func() *big.Int {
		raw := make([]byte, bits/16)
		_, _ = rand.Read(raw)
		raw[0], raw[len(raw)-1] = raw[0]|0xc0, raw[len(raw)-1]|1
		return new(big.Int).SetBytes(raw)
	}
	var p, q, d, back *big.Int
	for d == nil || back == nil {
		p, q = odd(), odd()
		d = new(big.Int).ModInverse(big.NewInt(65537), new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one)))
		back = new(big.Int).ModInverse(q, p)
	}
	raw, err := asn1.Marshal(struct {
		Version                           int
		N, E, D, P, Q, First, Second, Inv *big.Int
	}{0, new(big.Int).Mul(p, q), big.NewInt(65537), d, p, q, new(big.Int).Mod(d, new(big.Int).Sub(p, one)), new(big.Int).Mod(d, new(big.Int).Sub(q, one)), back})
	return pemOf(t, "RSA PRIVATE KEY", raw, err)
}

func FuzzClientKey(f *testing.F) {
	f.Add("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")
	f.Add("-----BEGIN EC PRIVATE KEY----- AA== -----END EC PRIVATE KEY-----")
	f.Fuzz(func(t *testing.T, text string) {
		fuzzed.Limit(t)
		if alg, err := link.OpenClientKey(text); (err == nil) != (alg == "ES256" || alg == "PS256") {
			t.Errorf("algorithm %q, %v", alg, err)
		}
	})
}
