package link

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// openID is the scope by which a bank is asked who signed in (OpenID Connect Core §3.1.2.1).
const openID = "openid"

// idSkew is how far a bank's clock may be from ours.
const idSkew = 5 * time.Minute

// idAlgs are what an ID token may be signed with: no "none", and no HS256, whose key would be the
// client's secret or, taken wrongly, the bank's public key.
var idAlgs = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}

// algs are those of idAlgs that m names; OpenID Connect Discovery §3 has a server offer RS256 in any case.
func (m metadata) algs() []string {
	if m.IDAlgs == nil {
		return []string{oidc.RS256}
	}
	return slices.DeleteFunc(slices.Clone(idAlgs), func(alg string) bool { return !slices.Contains(m.IDAlgs, alg) })
}

// checkOpenID errs where an ID token will be asked for that can't be checked.
func (m metadata) checkOpenID(p Provider) error {
	const op = "check the bank's metadata"
	switch {
	case !slices.Contains(p.Scopes, openID):
		return nil
	case m.Keys == "":
		return fault.Because(fault.BankUnexpected, "link.openid", op, errors.New("openid is asked for, and there is no jwks_uri"))
	case len(m.algs()) == 0:
		return fault.Because(fault.BankUnexpected, "link.openid", op, errors.New("ID tokens are signed with nothing that can be checked"))
	}
	return nil
}

// idCheck is what an ID token must hold for one sign-in. Nothing of the token outlives the check.
type idCheck struct {
	issuer, client string
	nonce          secret.Text // empty where none could be sent
	keys           string      // jwks_uri
	algs           []string
	intent         string // the consent that was approved; empty where none was made ahead
	now            time.Time
}

// check is OpenID Connect Core §3.1.3.7 for the ID token that came with access. The keys are read
// anew each time. Faults: BankUnexpected, or what the door or the bank said when it was asked for its keys.
func (c idCheck) check(ctx context.Context, line *wire.Line, token, access secret.Text) error {
	const op = "check the ID token"
	wrong := func(reason, text string) error {
		return fault.Because(fault.BankUnexpected, reason, op, errors.New(text))
	}
	if token.Empty() {
		return wrong("oauth.id_missing", "there is none")
	}
	way, place := line.Client(egress.Purpose{ID: keysPurpose}), &keyPlace{ctx: ctx, line: line, algs: c.algs}
	way.Transport = place
	ctx = oidc.ClientContext(context.WithoutCancel(ctx), way) // else go-oidc goes on reading after its caller left
	got, err := oidc.NewVerifier(c.issuer, oidc.NewRemoteKeySet(ctx, c.keys), &oidc.Config{
		ClientID: c.client, SupportedSigningAlgs: c.algs, SkipExpiryCheck: true, // below, for go-oidc allows for no clock that is late
	}).Verify(ctx, token.Reveal())
	switch {
	case place.failed != nil:
		return place.failed
	case err != nil: // which may repeat what the token or the keys hold
		return wrong("oauth.id_token", "its signature, its issuer or its audience is not right")
	}
	var more struct {
		Party  string  `json:"azp"`
		Since  float64 `json:"nbf"`                   // seconds since 1970
		Intent string  `json:"openbanking_intent_id"` // UK Open Banking security profile
	}
	var said json.RawMessage
	if got.Claims(&more) != nil || got.Claims(&said) != nil {
		return wrong("oauth.id_token", "its claims can't be read")
	}
	switch {
	case !plainClaims(said):
		return wrong("oauth.id_token", "it says one thing in two ways")
	case got.Issuer != c.issuer: // go-oidc takes another for one of the issuers
		return wrong("oauth.id_token", "it is of another issuer")
	case len(got.Audience) > 1 && more.Party == "", more.Party != "" && more.Party != c.client:
		return wrong("oauth.id_token", "it is for another client")
	case got.Subject == "":
		return wrong("oauth.id_token", "it names nobody")
	case !c.nonce.Empty() && !secret.New(got.Nonce).Equal(c.nonce):
		return wrong("oauth.id_token", "it is of another sign-in")
	case c.intent != "" && more.Intent != "" && more.Intent != c.intent:
		return wrong("oauth.id_intent", "it is of another consent")
	case got.AccessTokenHash != "" && got.VerifyAccessToken(access.Reveal()) != nil:
		return wrong("oauth.id_token", "it is of another access token")
	case got.IssuedAt.Unix() <= 0:
		return wrong("oauth.id_token", "it doesn't say since when it holds")
	case got.Expiry.Before(c.now.Add(-idSkew)):
		return wrong("oauth.id_time", "it has run out")
	case got.IssuedAt.After(c.now.Add(idSkew)), more.Since > float64(c.now.Add(idSkew).Unix()):
		return wrong("oauth.id_time", "it is from the future")
	}
	return nil
}

// ownClaims are the claims that are checked here.
var ownClaims = []string{"iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash"}

// plainClaims reports whether each of ownClaims stands once in the object raw, and none beside it that
// encoding/json would take for it, for it doesn't mind capitals (RFC 7519 §4 does).
func plainClaims(raw []byte) bool {
	in, seen := json.NewDecoder(bytes.NewReader(raw)), map[string]bool{}
	if start, err := in.Token(); err != nil || start != json.Delim('{') {
		return false
	}
	for in.More() {
		name, err := in.Token()
		text, _ := name.(string)
		var value json.RawMessage
		if err != nil || in.Decode(&value) != nil {
			return false
		}
		for _, own := range ownClaims {
			if strings.EqualFold(text, own) && (text != own || seen[own]) {
				return false
			}
		}
		seen[text] = true
	}
	return true
}

// identify checks who the tokens are of, where the bank was asked that.
func (a *Attempt) identify(ctx context.Context, got grant) error {
	if !slices.Contains(a.provider.Scopes, openID) {
		return nil
	}
	c := idCheck{a.provider.Issuer, a.client.id, a.nonce, a.meta.Keys, a.meta.algs(), a.made.Intent, a.config.Now()}
	return c.check(ctx, a.line, got.id, got.Access)
}
