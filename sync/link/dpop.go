package link

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// proofAlg is what proofs are signed with (RFC 7518 §3.4): every server of RFC 9449 that names its
// algorithms has it.
const proofAlg = "ES256"

// newProofKey makes the key that the tokens of one grant are bound to: a P-256 scalar in base64url.
func newProofKey() (secret.Text, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return secret.Text{}, err
	}
	raw, err := private.Bytes()
	if err != nil {
		return secret.Text{}, err
	}
	return secret.New(base64.RawURLEncoding.EncodeToString(raw)), nil
}

// proofKey is such a key in use. What signs sits behind a func, as fmt prints fields of fields.
type proofKey struct {
	jwk  publicKey
	sign func(text string) (string, error)
}

// publicKey is a JWK (RFC 7517), its members in the order that RFC 7638 §3 hashes them in.
type publicKey struct {
	Curve string `json:"crv"`
	Kind  string `json:"kty"`
	X     string `json:"x"`
	Y     string `json:"y"`
}

var errKey = errors.New("the key of the link can't be read")

func openProofKey(text secret.Text) (*proofKey, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text.Reveal())
	if err != nil {
		return nil, errKey
	}
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		return nil, errKey
	}
	point, err := private.PublicKey.Bytes() // 4, X, Y
	if err != nil || len(point) != 65 {
		return nil, errKey
	}
	encode := base64.RawURLEncoding.EncodeToString
	return &proofKey{
		jwk: publicKey{Curve: "P-256", Kind: "EC", X: encode(point[1:33]), Y: encode(point[33:])},
		sign: func(text string) (string, error) {
			signature, err := signES256(private, text)
			return encode(signature), err
		},
	}, nil
}

// thumbprint is RFC 7638: what a server knows the key by.
func (k *proofKey) thumbprint() (string, error) {
	raw, err := json.Marshal(k.jwk)
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(sum[:]), err
}

// proofHead and proofClaims are RFC 9449 §4.2.
type proofHead struct {
	Type string    `json:"typ"`
	Alg  string    `json:"alg"`
	Key  publicKey `json:"jwk"`
}

type proofClaims struct {
	ID     string `json:"jti"`
	Method string `json:"htm"`
	URL    string `json:"htu"`
	At     int64  `json:"iat"` // seconds since 1970
	Access string `json:"ath,omitempty"`
	Nonce  string `json:"nonce,omitempty"`
}

func (k *proofKey) proof(c proofClaims) (secret.Text, error) {
	head, err := json.Marshal(proofHead{"dpop+jwt", proofAlg, k.jwk})
	if err != nil {
		return secret.Text{}, err
	}
	claims, err := json.Marshal(c)
	if err != nil {
		return secret.Text{}, err
	}
	text := base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(claims)
	signature, err := k.sign(text)
	return secret.New(text + "." + signature), err
}

// nonces are what the servers of a link want in the next proof; they live in memory alone.
type nonces struct {
	mu   sync.Mutex
	last map[nonceOf]string
}

// nonceOf is a server: an authorization server and a data API may be one origin with two nonces.
type nonceOf struct {
	origin string
	shown  bool
}

func (n *nonces) get(of nonceOf) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.last[of]
}

func (n *nonces) set(of nonceOf, nonce string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.last == nil {
		n.last = map[nonceOf]string{}
	}
	n.last[of] = nonce
}

// prover is a wire.Prover.
type prover struct {
	key    *proofKey
	nonces *nonces
	now    func() time.Time
	data   bool // proves requests that show a token, and no others
}

var _ wire.Prover = prover{}

// Proof implements wire.Prover.
func (p prover) Proof(method, address string, access secret.Text) (secret.Text, error) {
	if p.data && access.Empty() {
		return secret.Text{}, nil
	}
	c := proofClaims{
		ID: randomText(16), Method: method, URL: address, At: p.now().Unix(), Nonce: p.nonces.get(nonceOf{originOf(address), !access.Empty()}),
	}
	if !access.Empty() {
		sum := sha256.Sum256([]byte(access.Reveal()))
		c.Access = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return p.key.proof(c)
}

// Nonce implements wire.Prover.
func (p prover) Nonce(address string, shown bool, nonce string) {
	p.nonces.set(nonceOf{originOf(address), shown}, nonce)
}

// asking is the line to the authorization server with a proof by key in each request; without a key
// it is line.
func (c Config) asking(line *wire.Line, key secret.Text, n *nonces) (*wire.Line, error) {
	return c.proving(line, key, prover{nonces: n})
}

// sessionOf opens the data API with an access token, bound or not.
func (c Config) sessionOf(line *wire.Line, l consent.Link, with consent.Credential, n *nonces) (bank.Session, error) {
	if with.Bound {
		var err error
		if line, err = c.proving(line, with.Key, prover{nonces: n, data: true}); err != nil {
			return bank.Session{}, err
		}
	}
	return c.opened(bank.Session{Line: line, Base: l.Endpoints.API}, l, with)
}

func (c Config) proving(line *wire.Line, key secret.Text, p prover) (*wire.Line, error) {
	if key.Empty() {
		return line, nil
	}
	var err error
	if p.key, err = openProofKey(key); err != nil {
		return nil, fault.New(fault.VaultDamaged, "prove the key of the link", err)
	}
	p.now = c.Now
	return line.Proving(p), nil
}

// bind makes the key of the grant to come, where the bank takes proofs by such a key.
func (a *Attempt) bind() (err error) {
	const op = "make the key of the link"
	if !slices.Contains(a.meta.ProofAlgs, proofAlg) {
		if a.provider.Proves {
			return fault.Because(fault.BankUnexpected, "link.dpop", op, fmt.Errorf("%s is not offered for proofs", proofAlg))
		}
		a.asks = a.line
		return nil
	}
	if a.key, err = newProofKey(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	a.asks, err = a.config.asking(a.line, a.key, a.nonces)
	return err
}

// thumbprint is what the code of a will be bound to (RFC 9449 §10); empty without a key.
func (a *Attempt) thumbprint() (string, error) {
	if a.key.Empty() {
		return "", nil
	}
	k, err := openProofKey(a.key)
	if err != nil {
		return "", err
	}
	return k.thumbprint()
}

// bound reports whether a token of that kind is bound as b says; RFC 9449 §5 lets a server give one that
// is not, unless only bound ones are taken.
func bound(op, kind string, b binding) (bool, error) {
	refuse := func(reason, text string) (bool, error) {
		return false, fault.Because(fault.BankUnexpected, reason, op, errors.New(text))
	}
	switch {
	case strings.EqualFold(kind, "DPoP") && !b.key.Empty():
		return true, nil
	case kind != "Bearer":
		return refuse("oauth.token_type", "the token is no bearer token")
	case b.must:
		return refuse("oauth.unbound", "the token is not bound to the key")
	}
	return false, nil
}
