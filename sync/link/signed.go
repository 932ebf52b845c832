package link

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// signed makes the short token that the calls of l carry, signed with the person's own key. It is made
// anew for each session and never stored.
func (c Config) signed(l consent.Link, with consent.Credential) (secret.Text, error) {
	const op = "sign for the bank"
	var signer bank.Signer
	if c.Dialect != nil {
		d, _ := c.Dialect(l.Dialect)
		signer, _ = d.(bank.Signer)
	}
	if signer == nil {
		return secret.Text{}, fault.New(fault.BankUnexpected, op, fmt.Errorf("dialect %q signs nothing", l.Dialect))
	}
	key, err := openClientKey(with.ClientSecret)
	if err != nil {
		return secret.Text{}, err
	}
	u := signer.Unsigned(l.ClientID, c.Now())
	head := map[string]any{"alg": u.Alg}
	for name, value := range u.Head {
		head[name] = value
	}
	text, err := jws(head, u.Claims)
	if err != nil {
		return secret.Text{}, fmt.Errorf("%s: %w", op, err)
	}
	signature, err := signAs(u.Alg, key, text)
	if err != nil {
		return secret.Text{}, fault.Because(fault.BadAnswer, "answer.key", op, err, "need", "key")
	}
	return secret.New(text + "." + base64.RawURLEncoding.EncodeToString(signature)), nil
}

// jws is the part of a compact JWS (RFC 7515 §3.1) that is signed.
func jws(head, claims any) (string, error) {
	first, err := json.Marshal(head)
	if err != nil {
		return "", err
	}
	second, err := json.Marshal(claims)
	encode := base64.RawURLEncoding.EncodeToString
	return encode(first) + "." + encode(second), err
}

var errOtherKey = errors.New("the key is not of the kind that the bank wants")

// signAs signs text as RFC 7518 §3.1 names it.
func signAs(alg string, key *clientKey, text string) ([]byte, error) {
	if alg == key.alg {
		return key.sign(text)
	}
	if private, ok := key.private().(*rsa.PrivateKey); ok && alg == "RS256" {
		sum := sha256.Sum256([]byte(text))
		signature, err := rsa.SignPKCS1v15(rand.Reader, private, crypto.SHA256, sum[:])
		if err != nil {
			return nil, errors.New("the text can't be signed")
		}
		return signature, nil
	}
	return nil, errOtherKey
}
