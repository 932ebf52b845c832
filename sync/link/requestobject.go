package link

import (
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"time"

	"coffer/app/fault"
	"coffer/app/secret"
)

// requestLife is how long a signed request can be used: the person opens it at once, or it was pushed ahead.
const requestLife = 5 * time.Minute

// requestKey is what c signs its requests with: the key of its assertions, or of its certificate.
func (c client) requestKey() (*clientKey, error) {
	switch c.shows {
	case privateKeyJWT:
		return openClientKey(c.secret)
	case mutualTLS:
		_, block, err := readKey(c.secret)
		if err != nil {
			return nil, err
		}
		return openClientKey(secret.New(string(pem.EncodeToMemory(block))))
	}
	return nil, fault.Because(fault.BadAnswer, "answer.missing", "sign the request", errors.New("the client has no key"), "need", "key")
}

// requestObject is address with its request signed (RFC 9101), where the consent is named in one: OpenID Connect's claims
// ask for openbanking_intent_id, which binds the sign-in to that consent. What the endpoint's own query holds stays outside.
func (a *Attempt) requestObject(address string) (string, error) {
	const op = "sign the request"
	if a.made.Intent == "" {
		return address, nil
	}
	u, err := url.Parse(address)
	own, wrong := url.Parse(a.link.Endpoints.Authorization)
	if err != nil || wrong != nil {
		return "", fault.Because(fault.BankUnexpected, "link.metadata", op, errors.New("the authorization endpoint can't be read"))
	}
	key, err := a.client.requestKey()
	if err != nil {
		return "", err
	}
	all, outside := u.Query(), own.Query()
	now := a.config.Now()
	intent := map[string]any{"openbanking_intent_id": map[string]any{"value": a.made.Intent, "essential": true}}
	claims := map[string]any{
		"iss": a.client.id, "aud": a.meta.Issuer, "jti": randomText(16), "iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(requestLife).Unix(),
		"claims": map[string]any{"id_token": intent, "userinfo": intent},
	}
	for name := range all {
		if !outside.Has(name) {
			claims[name] = all.Get(name)
		}
	}
	text, err := jws(map[string]any{"alg": key.alg, "typ": "oauth-authz-req+jwt"}, claims)
	if err != nil {
		return "", fmt.Errorf("%s: %w", op, err)
	}
	signature, err := key.sign(text)
	if err != nil {
		return "", fmt.Errorf("%s: %w", op, err)
	}
	for _, name := range []string{"client_id", "response_type", "scope"} { // OpenID Connect §6.1 wants these outside, too
		outside.Set(name, all.Get(name))
	}
	outside.Set("request", text+"."+base64.RawURLEncoding.EncodeToString(signature))
	u.RawQuery = outside.Encode()
	return u.String(), nil
}
