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

// JudgePasted says why an address that was pasted is refused, "" if it is not.
func JudgePasted(typed, page, state, issuer string) string {
	c := &callback{state: secret.New(state), from: func(named string) bool { return named == issuer }, must: true}
	_, why := c.judgePasted(secret.New(typed), page)
	return why
}

// ReadCertificate reads what a person pasted, and returns what is sealed of it.
func ReadCertificate(chain, key string) (string, error) {
	c, err := readCertificate(secret.New(chain), secret.New(key))
	if err != nil {
		return "", err
	}
	return c.text.Reveal(), nil
}
