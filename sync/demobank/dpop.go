package demobank

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math/big"
	"net/http"
	"strings"
	"time"
)

// NonceRule says whether proofs must hold a nonce of the bank's. Each is good for one proof.
type NonceRule int

// The rules.
const (
	NoNonce    NonceRule = iota
	NonceNext            // each answer to a good proof brings the next one
	NonceAsked           // only a refusal brings one: every request is refused once
)

const (
	proofWindow  = time.Minute // between a proof's iat and the computer's clock
	nonceLife    = 5 * time.Minute
	longestProof = 4 << 10
	mostNonces   = 1024
	mostProofs   = 100_000

	useNonce = "use_dpop_nonce"
	badProof = "invalid_dpop_proof"
)

// proofs are what the bank has seen of RFC 9449; they live in memory alone.
type proofs struct {
	seen   map[string]time.Time // jti and key → when it may be forgotten
	nonces map[string]time.Time // nonce and server → its end
}

func newProofs() proofs { return proofs{map[string]time.Time{}, map[string]time.Time{}} }

// proof is a good one.
type proof struct {
	thumbprint string // of its key
}

// claims is the body of a proof. What RFC 9449 §4.2 wants there must be there.
type claims struct {
	ID     *string `json:"jti"`
	Method *string `json:"htm"`
	URL    *string `json:"htu"`
	At     *int64  `json:"iat"`
	Access *string `json:"ath"`
	Nonce  *string `json:"nonce"`
}

// prove checks the proof of r, if there is one: RFC 9449 §4.3. access is the token that r shows, ""
// for none. It sets the header of the next nonce.
func (b *Bank) prove(w http.ResponseWriter, r *http.Request, access string) (*proof, *oauthError) {
	all := r.Header.Values("DPoP")
	if len(all) == 0 || b.noDPoP {
		if b.requireDPoP {
			return nil, refuse(badProof, "a proof is needed")
		}
		return nil, nil
	}
	if len(all) > 1 {
		return nil, refuse(badProof, "there are two proofs")
	}
	thumbprint, c, err := openProof(all[0])
	if err != nil {
		return nil, refuse(badProof, err.Error())
	}
	if why := b.fits(r, c, access); why != "" {
		return nil, refuse(badProof, why)
	}
	server := "authorization"
	if access != "" {
		server = "data"
	}
	now := b.clock()
	if bad := b.nonced(w, c.Nonce, server, now); bad != nil {
		return nil, bad
	}
	// The id is used up by a proof that is good in all else: a refusal for its nonce is no use of it,
	// and a proof that somebody else signed can't use up an id of this key.
	id := thumbprint + " " + *c.ID
	for old, end := range b.proofs.seen {
		if now.After(end) || len(b.proofs.seen) > mostProofs {
			delete(b.proofs.seen, old)
		}
	}
	if _, again := b.proofs.seen[id]; again {
		b.saw(ProofReplayed, "")
		return nil, refuse(badProof, "the proof was used before")
	}
	b.proofs.seen[id] = now.Add(2 * proofWindow)
	if b.nonceRule == NonceNext {
		w.Header().Set("DPoP-Nonce", b.newNonce(server, now))
	}
	return &proof{thumbprint}, nil
}

// fits compares the claims with the request, and says what is wrong.
func (b *Bank) fits(r *http.Request, c claims, access string) string {
	switch {
	case c.ID == nil || len(*c.ID) < 16 || len(*c.ID) > 128:
		return "jti is missing, too short or too long"
	case c.Method == nil || *c.Method != r.Method:
		return "htm is not the method"
	case c.URL == nil || *c.URL != "http://"+r.Host+r.URL.EscapedPath():
		return "htu is not the address"
	case c.At == nil || b.clock().Sub(time.Unix(*c.At, 0)).Abs() > proofWindow:
		return "iat is too far from now"
	}
	sum := sha256.Sum256([]byte(access))
	switch {
	case access == "" && c.Access != nil:
		return "ath is there without a token"
	case access != "" && (c.Access == nil || *c.Access != base64.RawURLEncoding.EncodeToString(sum[:])):
		return "ath is not of the token"
	}
	return ""
}

// nonced uses up a nonce.
func (b *Bank) nonced(w http.ResponseWriter, nonce *string, server string, now time.Time) *oauthError {
	if b.nonceRule == NoNonce {
		return nil
	}
	_, lost := b.faults.take(NonceLost)
	if nonce != nil && !lost {
		end, known := b.proofs.nonces[server+" "+*nonce]
		delete(b.proofs.nonces, server+" "+*nonce)
		if known && now.Before(end) {
			return nil
		}
	}
	w.Header().Set("DPoP-Nonce", b.newNonce(server, now))
	b.saw(NonceWanted, "")
	return refuse(useNonce, "the proof must hold the nonce of this answer")
}

func (b *Bank) newNonce(server string, now time.Time) string {
	for old, end := range b.proofs.nonces {
		if now.After(end) || len(b.proofs.nonces) > mostNonces {
			delete(b.proofs.nonces, old)
		}
	}
	nonce := randomText(16)
	b.proofs.nonces[server+" "+nonce] = now.Add(nonceLife)
	return nonce
}

// openProof checks the form of a proof and its signature by the key that it holds, and returns the
// key's thumbprint (RFC 7638).
func openProof(text string) (thumbprint string, c claims, err error) {
	head, rest, _ := strings.Cut(text, ".")
	body, signature, three := strings.Cut(rest, ".")
	if !three || len(text) > longestProof {
		return "", c, errors.New("the proof is no JWT, or too long")
	}
	var h struct {
		Type     string          `json:"typ"`
		Alg      string          `json:"alg"`
		Critical json.RawMessage `json:"crit"`
		Key      map[string]any  `json:"jwk"`
	}
	if err := decodePart(head, &h); err != nil {
		return "", c, err
	}
	switch {
	case h.Type != "dpop+jwt":
		return "", c, errors.New("typ is not dpop+jwt")
	case h.Alg != "ES256":
		return "", c, errors.New("alg is not ES256")
	case h.Critical != nil:
		return "", c, errors.New("crit is not understood")
	}
	key, thumbprint, err := keyOf(h.Key)
	if err != nil {
		return "", c, err
	}
	if err := decodePart(body, &c); err != nil {
		return "", c, err
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(signature)
	sum := sha256.Sum256([]byte(head + "." + body))
	if err != nil || len(raw) != 64 || !ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])) {
		return "", c, errors.New("the signature is not of the key in the proof")
	}
	return thumbprint, c, nil
}

func decodePart(part string, into any) error {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil || json.Unmarshal(raw, into) != nil {
		return errors.New("a part of the proof is no JSON in base64url")
	}
	return nil
}

// keyOf reads a public P-256 key. A private one is refused: RFC 9449 §4.3.
func keyOf(jwk map[string]any) (*ecdsa.PublicKey, string, error) {
	bad := errors.New("jwk is no public P-256 key")
	_, private := jwk["d"]
	x, okX := jwk["x"].(string)
	y, okY := jwk["y"].(string)
	if private || !okX || !okY || jwk["kty"] != "EC" || jwk["crv"] != "P-256" {
		return nil, "", bad
	}
	strict := base64.RawURLEncoding.Strict()
	rawX, errX := strict.DecodeString(x)
	rawY, errY := strict.DecodeString(y)
	if errX != nil || errY != nil || len(rawX) != 32 || len(rawY) != 32 {
		return nil, "", bad
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, rawX...), rawY...))
	if err != nil {
		return nil, "", bad
	}
	sum := sha256.Sum256([]byte(`{"crv":"P-256","kty":"EC","x":"` + x + `","y":"` + y + `"}`))
	return key, base64.RawURLEncoding.EncodeToString(sum[:]), nil
}

// heldBy reports whether p is a proof by the key with that thumbprint; what is bound to no key is
// held by anybody.
func heldBy(p *proof, thumbprint string) bool {
	return thumbprint == "" || p != nil && p.thumbprint == thumbprint
}

// of is the thumbprint of p; "" for no proof.
func (p *proof) of() string {
	if p == nil {
		return ""
	}
	return p.thumbprint
}
