package link

import (
	"encoding/json"
	"time"

	"coffer/app/consent"
	"coffer/app/secret"
)

// Offered opens the rule of what a person may be asked about.
func Offered(issuer string, u consent.Use, address string) error {
	_, err := offered(issuer, u, address)
	return err
}

// ReadDevice reads the answer to a device authorization (RFC 8628).
func ReadDevice(raw []byte, now time.Time) (code string, pause, life time.Duration, err error) {
	var said deviceAnswer
	if err := json.Unmarshal(raw, &said); err != nil {
		return "", 0, 0, err
	}
	d, err := said.read(now)
	if err != nil {
		return "", 0, 0, err
	}
	return d.code, d.pause, d.expires.Sub(now), nil
}

// SameOwner is sameOwner.
var SameOwner = sameOwner

// OpenClientKey reads a client's key and returns what it signs with.
func OpenClientKey(text string) (string, error) {
	k, err := openClientKey(secret.New(text))
	if err != nil {
		return "", err
	}
	return k.alg, nil
}
