package demobank

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// customer is the one person of the bank, as ID tokens name them.
const customer = "nl-customer-1"

const idLife = 5 * time.Minute

// signer is the key of a start: ID tokens are checked at once, and kept by nobody.
type signer struct {
	private *ecdsa.PrivateKey
	id      string
}

func newSigner() (*signer, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	return &signer{private, randomText(9)}, err
}

func hasOpenID(scope string) bool { return slices.Contains(strings.Fields(scope), "openid") }

// keys is the set that OpenID Connect Discovery's jwks_uri names.
func (b *Bank) keys(w http.ResponseWriter, _ *http.Request) {
	point, err := b.signer.private.PublicKey.Bytes() // 4, X, Y
	if err != nil {
		writeOAuthError(w, refuse("server_error", "the key can't be shown"))
		return
	}
	encode := base64.RawURLEncoding.EncodeToString
	writeJSON(w, http.StatusOK, map[string]any{"keys": []any{map[string]string{
		"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:]), "use": "sig", "alg": "ES256", "kid": b.signer.id,
	}}})
}

// idToken is OpenID Connect Core §3.1.3.3: who signed in, for whom, and with which access token.
func (s *signer) idToken(issuer string, now time.Time, asked request, access string) string {
	half := sha256.Sum256([]byte(access))
	claims := map[string]any{
		"iss": issuer, "sub": customer, "aud": ClientID, "iat": now.Unix(), "exp": now.Add(idLife).Unix(),
		"at_hash": base64.RawURLEncoding.EncodeToString(half[:16]),
	}
	if asked.nonce != "" {
		claims["nonce"] = asked.nonce
	}
	text := part(map[string]string{"alg": "ES256", "typ": "JWT", "kid": s.id}) + "." + part(claims)
	sum := sha256.Sum256([]byte(text))
	r, v, err := ecdsa.Sign(rand.Reader, s.private, sum[:])
	if err != nil {
		return "" // the client then refuses what it got
	}
	both := make([]byte, 64)
	r.FillBytes(both[:32])
	v.FillBytes(both[32:])
	return text + "." + base64.RawURLEncoding.EncodeToString(both)
}

func part(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("demobank: texts and numbers always encode: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
