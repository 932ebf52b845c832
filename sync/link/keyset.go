package link

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/sync/wire"
)

// keysPurpose is why a bank's public keys are read, as the ledger has it.
const keysPurpose = "keys"

// What a key must be to be tried: checking a signature by an RSA key takes time by the square of its length.
const (
	mostKeys   = 100
	longestRSA = 8192 // bits, as crypto/tls has it
	longestE   = 4    // bytes
)

// bankKey is a public key of a bank as far as a signature needs it (RFC 7517 §4, RFC 7518 §6): no address
// and no certificate goes along.
type bankKey struct {
	Kind  string `json:"kty"`
	ID    string `json:"kid,omitempty"`
	Use   string `json:"use,omitempty"`
	Alg   string `json:"alg,omitempty"`
	Curve string `json:"crv,omitempty"`
	X     string `json:"x,omitempty"`
	Y     string `json:"y,omitempty"`
	N     string `json:"n,omitempty"`
	E     string `json:"e,omitempty"`
}

// signs reports whether k may be tried for signatures by one of algs.
func (k bankKey) signs(algs []string) bool {
	if k.Use != "" && k.Use != "sig" || k.Alg != "" && !slices.Contains(algs, k.Alg) {
		return false
	}
	if k.Kind != "RSA" {
		return k.Kind == "EC" || k.Kind == "OKP"
	}
	n, wrongN := base64.RawURLEncoding.DecodeString(k.N)
	e, wrongE := base64.RawURLEncoding.DecodeString(k.E)
	return wrongN == nil && wrongE == nil && len(n) >= smallestRSA/8 && len(n) <= longestRSA/8 && len(e) <= longestE
}

// keyPlace reads a bank's public keys through the door, without any secret.
type keyPlace struct {
	ctx    context.Context // of who waits for them
	line   *wire.Line
	algs   []string
	failed error // why there are none
}

// RoundTrip implements http.RoundTripper.
func (k *keyPlace) RoundTrip(r *http.Request) (*http.Response, error) {
	var raw []byte
	if raw, k.failed = k.read(r.URL.String()); k.failed != nil {
		return nil, k.failed
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(raw)), Request: r}, nil
}

// read returns the set of those keys that may be tried.
func (k *keyPlace) read(address string) ([]byte, error) {
	answer, err := k.line.Do(k.ctx, wire.Request{
		Purpose: egress.Purpose{ID: keysPurpose}, Method: http.MethodGet, URL: address, Path: templateOf(address), MaxBytes: metadataBytes,
	})
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	const op = "read the bank's keys"
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	switch {
	case err != nil:
		return nil, err
	case answer.Status != http.StatusOK:
		return nil, statusFault(op, answer.Status)
	case json.Unmarshal(raw, &set) != nil || len(set.Keys) == 0 || len(set.Keys) > mostKeys:
		return nil, fault.Because(fault.BankUnexpected, "oauth.id_keys", op, errors.New("they are no JSON of the right shape, none, or too many"))
	}
	usable := []bankKey{}
	for _, one := range set.Keys {
		var key bankKey
		if json.Unmarshal(one, &key) == nil && key.signs(k.algs) {
			usable = append(usable, key)
		}
	}
	return json.Marshal(map[string]any{"keys": usable})
}
