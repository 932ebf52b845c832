//go:build interop

package desk_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"time"

	"coffer/app/secret"
)

// signingKey is the key of a client that shows itself by private_key_jwt.
type signingKey struct {
	pem    secret.Text
	public map[string]string
}

// foreignKey is the person's, one for all tests.
var foreignKey = sync.OnceValue(func() signingKey {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		panic(err)
	}
	point, err := private.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	return signingKey{
		pem:    secret.New(string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))),
		public: map[string]string{"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:])},
	}
})

// proofs are what the data API has seen of RFC 9449.
type proofs struct {
	mu      sync.Mutex
	seen    map[string]bool // jti
	nonces  map[string]bool // given and not used
	bound   int             // reads that were let in with a proof
	bearers int             // and without
	asked   int             // refused for want of a nonce
}

// opens lets a request in whose token the server honours. A token that the server bound to a key opens nothing without a
// proof of it, made for this request, with a nonce of this API's, and not seen before. It answers the others.
func (f *foreign) opens(w http.ResponseWriter, r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	said := f.about(token)
	refuse := func(challenge string) bool {
		w.Header().Set("WWW-Authenticate", challenge)
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"code":603,"message":"refused"}`)
		return false
	}
	if !readsWith(said) {
		return refuse(scheme)
	}
	confirmed, _ := said["cnf"].(map[string]any)
	key, bound := confirmed["jkt"].(string)
	f.proofs.mu.Lock()
	defer f.proofs.mu.Unlock()
	if !bound {
		f.proofs.bearers++
		return scheme == "Bearer" || refuse("Bearer")
	}
	nonce, err := f.proofs.judge(r, token, key)
	if scheme != "DPoP" || err != nil {
		if r.Header.Get("DPoP") != "" { // of ours, that is
			f.t.Errorf("a proof is refused: %s, %v", scheme, err)
		}
		return refuse(`DPoP error="invalid_dpop_proof"`)
	}
	if !f.proofs.nonces[nonce] {
		f.proofs.asked++
		next := fmt.Sprintf("nonce-%d", f.proofs.asked)
		f.proofs.nonces = map[string]bool{next: true}
		w.Header().Set("DPoP-Nonce", next)
		return refuse(`DPoP error="use_dpop_nonce"`)
	}
	f.proofs.bound++
	return true
}

// judge is RFC 9449 §4.3, but for the nonce, which it returns.
func (p *proofs) judge(r *http.Request, token, thumbprint string) (nonce string, err error) {
	all := r.Header.Values("DPoP")
	if len(all) != 1 {
		return "", fmt.Errorf("%d proofs", len(all))
	}
	parts := strings.Split(all[0], ".")
	if len(parts) != 3 {
		return "", errors.New("no JWT")
	}
	var head struct {
		Type string            `json:"typ"`
		Alg  string            `json:"alg"`
		Key  map[string]string `json:"jwk"`
	}
	var claims struct {
		Nonce  string `json:"nonce"`
		Method string `json:"htm"`
		URL    string `json:"htu"`
		JTI    string `json:"jti"`
		At     int64  `json:"iat"`
		Access string `json:"ath"`
	}
	decode := base64.RawURLEncoding.DecodeString
	rawHead, err1 := decode(parts[0])
	rawClaims, err2 := decode(parts[1])
	signature, err3 := decode(parts[2])
	if err := errors.Join(err1, err2, err3); err != nil || len(signature) != 64 {
		return "", fmt.Errorf("no base64url: %v", err)
	}
	if err := errors.Join(json.Unmarshal(rawHead, &head), json.Unmarshal(rawClaims, &claims)); err != nil {
		return "", err
	}
	x, errX := decode(head.Key["x"])
	y, errY := decode(head.Key["y"])
	if errX != nil || errY != nil {
		return "", errors.New("no key")
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, x...), y...))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	encode := base64.RawURLEncoding.EncodeToString
	of := sha256.Sum256([]byte(`{"crv":"P-256","kty":"EC","x":"` + head.Key["x"] + `","y":"` + head.Key["y"] + `"}`))
	access := sha256.Sum256([]byte(token))
	switch {
	case head.Type != "dpop+jwt" || head.Alg != "ES256" || head.Key["d"] != "":
		return "", errors.New("another kind of proof")
	case !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])):
		return "", errors.New("a false signature")
	case encode(of[:]) != thumbprint:
		return "", errors.New("another key than the token is bound to")
	case claims.Method != r.Method || claims.URL != "http://"+r.Host+r.URL.EscapedPath():
		return "", errors.New("of another request")
	case claims.Access != encode(access[:]):
		return "", errors.New("of another token")
	case time.Since(time.Unix(claims.At, 0)).Abs() > time.Minute:
		return "", errors.New("of another time")
	case claims.JTI == "" || p.seen[claims.JTI]:
		return "", errors.New("seen before")
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[claims.JTI] = true
	return claims.Nonce, nil
}
