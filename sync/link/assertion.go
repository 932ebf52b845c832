package link

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// assertionLife is how long an assertion can be used: for its one request.
const assertionLife = time.Minute

const smallestRSA = 2048 // bits

// clientKey signs the assertions of a client (RFC 7523). What signs sits behind a func.
type clientKey struct {
	alg  string // RFC 7518 §3.1
	sign func(text string) ([]byte, error)
	// private is the key itself, behind a func, too.
	private func() any
}

// pemForm is one private key. Spaces stand for line ends where it was pasted into one line.
var pemForm = regexp.MustCompile(`^-----BEGIN ((?:EC |RSA )?PRIVATE KEY)-----([A-Za-z0-9+/=\s]+)-----END ((?:EC |RSA )?PRIVATE KEY)-----$`)

// openClientKey reads the key that the person brought. The fault is BadAnswer, and repeats nothing of it.
func openClientKey(text secret.Text) (*clientKey, error) {
	bad := func(why string) (*clientKey, error) {
		return nil, fault.Because(fault.BadAnswer, "answer.key", "read the client's key", errors.New(why), "need", "key")
	}
	if text.Len() > longestPEM {
		return bad("it is too long")
	}
	parts := pemForm.FindStringSubmatch(strings.TrimSpace(text.Reveal()))
	if parts == nil || parts[1] != parts[3] {
		return bad("it is no PEM of one private key without a passphrase")
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(parts[2]), ""))
	if err != nil {
		return bad("its base64 can't be read")
	}
	var key any
	switch parts[1] {
	case "EC PRIVATE KEY":
		key, err = x509.ParseECPrivateKey(raw)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(raw)
	default:
		key, err = x509.ParsePKCS8PrivateKey(raw)
	}
	if err != nil { // which may repeat what was read
		return bad("its contents can't be read")
	}
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		if key.Curve != elliptic.P256() {
			return bad("its curve is not P-256")
		}
		return &clientKey{"ES256", func(text string) ([]byte, error) { return signES256(key, text) }, func() any { return key }}, nil
	case *rsa.PrivateKey:
		if key.N.BitLen() < smallestRSA || key.N.BitLen() > longestRSA {
			return bad("its RSA modulus is too short or too long")
		}
		return &clientKey{"PS256", func(text string) ([]byte, error) { return signPS256(key, text) }, func() any { return key }}, nil
	}
	return bad("it is neither of P-256 nor of RSA")
}

// signES256 is RFC 7518 §3.4: R and S, no ASN.1.
func signES256(key *ecdsa.PrivateKey, text string) ([]byte, error) {
	sum := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
	if err != nil {
		return nil, errors.New("the text can't be signed")
	}
	both := make([]byte, 64)
	r.FillBytes(both[:32])
	s.FillBytes(both[32:])
	return both, nil
}

// signPS256 is RFC 7518 §3.5.
func signPS256(key *rsa.PrivateKey, text string) ([]byte, error) {
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
	if err != nil {
		return nil, errors.New("the text can't be signed")
	}
	return signature, nil
}

// assertion is RFC 7523 §3. Its audience is the issuer alone, which no other server can pass on.
type assertion struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	ID       string `json:"jti"`
	At       int64  `json:"iat"` // seconds since 1970
	Ends     int64  `json:"exp"`
}

// asserted are the fields of a form by which c shows who it is: new ones for each request, for a
// server takes each once.
func (c client) asserted() (map[string]secret.Text, error) {
	key, err := openClientKey(c.secret)
	if err != nil {
		return nil, err
	}
	now := c.now()
	head, err := json.Marshal(map[string]string{"typ": "JWT", "alg": key.alg})
	if err != nil {
		return nil, err
	}
	claims, err := json.Marshal(assertion{c.id, c.id, c.issuer, randomText(16), now.Unix(), now.Add(assertionLife).Unix()})
	if err != nil {
		return nil, err
	}
	encode := base64.RawURLEncoding.EncodeToString
	text := encode(head) + "." + encode(claims)
	signature, err := key.sign(text)
	if err != nil {
		return nil, err
	}
	return map[string]secret.Text{
		"client_id":             secret.New(c.id),
		"client_assertion_type": secret.New("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		"client_assertion":      secret.New(text + "." + encode(signature)),
	}, nil
}

// over is next with the assertions of c in the forms that x/oauth2 posts, and whole answers.
func (c client) over(next http.RoundTripper) http.RoundTripper {
	if c.shows != privateKeyJWT {
		return whole{next}
	}
	return asserting{whole{next}, c}
}

type asserting struct {
	next   http.RoundTripper
	client client
}

// RoundTrip implements http.RoundTripper.
func (a asserting) RoundTrip(r *http.Request) (*http.Response, error) {
	raw, err := io.ReadAll(r.Body)
	if closed := r.Body.Close(); err == nil {
		err = closed
	}
	form, wrong := url.ParseQuery(string(raw))
	if err != nil || wrong != nil {
		return nil, errors.New("the form can't be read")
	}
	out := r.Clone(r.Context())
	if err := wire.SendForm(out, form, a.client.asserted); err != nil {
		return nil, err
	}
	return a.next.RoundTrip(out)
}
