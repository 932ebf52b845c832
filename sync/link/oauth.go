package link

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"

	"golang.org/x/oauth2"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// refusal is an answer of an authorization server that is no success: the status, and the
// code if it is one of the registered ones. What else it said stays behind, for it may repeat
// a secret.
type refusal struct {
	status int
	code   string
}

func (r *refusal) Error() string {
	if r.code == "" {
		return fmt.Sprintf("the bank answered %d", r.status)
	}
	return fmt.Sprintf("the bank answered %d %s", r.status, r.code)
}

// knownCode returns code if a specification registers it, and "" for all else.
func knownCode(code string) string {
	if slices.Contains([]string{
		"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
		"access_denied", "unsupported_response_type", "server_error", "temporarily_unavailable", "invalid_token",
		"unsupported_token_type", "invalid_request_uri", "invalid_request_object", "interaction_required", "login_required",
		"account_selection_required", "consent_required", "insufficient_scope", "invalid_authorization_details", "use_dpop_nonce",
		"invalid_dpop_proof", "authorization_pending", "slow_down", "expired_token", "invalid_redirect_uri",
		"invalid_client_metadata", "invalid_software_statement", "unapproved_software_statement",
	}, code) {
		return code
	}
	return ""
}

// kind says what a person can do about r. A 5xx is the bank's own trouble whatever its text says.
func (r *refusal) kind() fault.Kind {
	switch {
	case r.status >= 500 || r.code == "server_error" || r.code == "temporarily_unavailable":
		return fault.BankDown
	case r.status == http.StatusTooManyRequests:
		return fault.BankPaused
	case r.status == http.StatusPaymentRequired:
		return fault.SubscriptionLapsed
	case r.code == "invalid_grant":
		return fault.LoginNeeded
	}
	return fault.BankUnexpected
}

func (r *refusal) fault(op string, wait time.Duration, now time.Time) error {
	kind, reason := r.kind(), ""
	if r.code != "" {
		reason = "oauth." + r.code
	}
	if kind == fault.BankPaused {
		return fault.Because(kind, reason, op, r, "until", now.Add(max(wait, time.Minute)).UTC().Format(time.RFC3339))
	}
	return fault.Because(kind, reason, op, r)
}

func statusFault(op string, status int) error {
	r := &refusal{status: status}
	return fault.New(r.kind(), op, r)
}

// oauthConfig is x/oauth2's view of a client.
func oauthConfig(c client, e consent.Endpoints, redirect string, scopes []string) *oauth2.Config {
	config := &oauth2.Config{
		ClientID: c.id, RedirectURL: redirect, Scopes: scopes,
		// A style is set because x/oauth2 otherwise spends the code on finding out.
		Endpoint: oauth2.Endpoint{AuthURL: e.Authorization, TokenURL: e.Token, AuthStyle: oauth2.AuthStyleInParams},
	}
	if c.confidential() {
		config.ClientSecret = c.secret.Reveal()
	}
	if c.shows == secretBasic {
		config.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	}
	return config
}

// grant is a token answer in our types.
type grant struct {
	consent.Credential
	consentID string
	scopes    []string
	id        secret.Text // the ID token, which is checked and forgotten
}

// binding is what the tokens of an answer are to be bound to.
type binding struct {
	key  secret.Text // empty: there is none
	must bool        // others are not taken
}

func exchange(ctx context.Context, line *wire.Line, who client, c *oauth2.Config, code, verifier secret.Text, b binding, now time.Time) (grant, error) {
	const op = "exchange the code"
	way := line.Client(egress.Purpose{ID: "token"})
	way.Transport = who.over(way.Transport)
	ctx = context.WithValue(ctx, oauth2.HTTPClient, way)
	token, err := c.Exchange(ctx, code.Reveal(), oauth2.VerifierOption(verifier.Reveal()))
	if err != nil {
		err = ours(op, err, now)
		if fault.KindOf(err) == fault.LoginNeeded { // the code was not good: there is no login yet to renew
			return grant{}, fault.Because(fault.BankUnexpected, "oauth.invalid_grant", op, errors.New("the bank refused the code"))
		}
		return grant{}, err
	}
	return read(op, token, b, now)
}

// renew asks for a new access token. LoginNeeded is invalid_grant and nothing else.
func renew(ctx context.Context, line *wire.Line, who client, l consent.Link, c consent.Credential, purpose string) (grant, error) {
	const op = "renew the access token"
	if c.Refresh.Empty() {
		return grant{}, fault.New(fault.LoginNeeded, op, bank.ErrUnrenewable)
	}
	now := who.now()
	way := line.Client(egress.Purpose{ID: purpose})
	way.Transport = who.over(way.Transport)
	ctx = context.WithValue(ctx, oauth2.HTTPClient, way)
	source := oauthConfig(who, l.Endpoints, "", nil).TokenSource(ctx, &oauth2.Token{RefreshToken: c.Refresh.Reveal()})
	token, err := source.Token()
	if err != nil {
		return grant{}, ours(op, err, now)
	}
	got, err := read(op, token, binding{c.Key, l.Proves}, now)
	got.ClientSecret, got.Key = c.ClientSecret, c.Key
	return got, err
}

// ours turns an error of x/oauth2 into one that holds no secret.
func ours(op string, err error, now time.Time) error {
	var told *oauth2.RetrieveError
	if errors.As(err, &told) {
		r := &refusal{status: told.Response.StatusCode, code: knownCode(told.ErrorCode)}
		return r.fault(op, wire.RetryAfter(told.Response.Header.Get("Retry-After"), now), now)
	}
	if f := fault.Of(err); f != nil {
		return f // the door's own; what is wrapped around it names the address
	}
	if errors.Is(err, context.Canceled) {
		return fault.New(fault.Canceled, op, context.Canceled)
	}
	return fault.Because(fault.BankUnexpected, "oauth.token", op, errors.New("the token answer can't be read"))
}

const longestID = 256

func read(op string, token *oauth2.Token, b binding, now time.Time) (grant, error) {
	isBound, err := bound(op, token.Type(), b)
	if err != nil {
		return grant{}, err
	}
	g := grant{Credential: consent.Credential{Access: secret.New(token.AccessToken), Refresh: secret.New(token.RefreshToken), Bound: isBound}}
	if token.ExpiresIn > 0 {
		g.AccessExpires = now.Add(time.Duration(token.ExpiresIn) * time.Second).UTC()
	} else if token.ExpiresIn == 0 && !token.Expiry.IsZero() {
		g.AccessExpires = token.Expiry.UTC() // of a form-encoded answer
	}
	if id, ok := token.Extra("grant_id").(string); ok {
		if len(id) > longestID {
			return grant{}, fault.Because(fault.BankUnexpected, "oauth.token", op, errors.New("the id of the grant is too long"))
		}
		g.consentID = id
	}
	if id, ok := token.Extra("id_token").(string); ok {
		g.id = secret.New(id)
	}
	if scope, ok := token.Extra("scope").(string); ok && len(scope) <= 4096 {
		g.scopes = scopesOf(scope)
	}
	return g, nil
}

// push sends the authorization request ahead (RFC 9126) and returns the address for the browser.
func push(ctx context.Context, line *wire.Line, m metadata, address string, c client, now time.Time) (string, error) {
	const op = "push the authorization request"
	u, err := url.Parse(address)
	if err != nil {
		return "", fault.Because(fault.BankUnexpected, "link.metadata", op, errors.New("the authorization endpoint can't be read"))
	}
	answer, err := line.Do(ctx, c.shown(wire.Request{
		Purpose: egress.Purpose{ID: "consent"}, Method: http.MethodPost, URL: m.PAR, Path: templateOf(m.PAR),
		Form: u.Query(), MaxBytes: metadataBytes,
	}))
	if err != nil {
		return "", err
	}
	said, err := readAnswer(answer)
	if err != nil {
		return "", err
	}
	if answer.Status != http.StatusCreated && answer.Status != http.StatusOK {
		r := &refusal{status: answer.Status, code: knownCode(said.Error)}
		return "", r.fault(op, answer.RetryAfter, now)
	}
	if said.RequestURI == "" || len(said.RequestURI) > 2048 {
		return "", fault.Because(fault.BankUnexpected, "link.par", op, errors.New("the answer has no request_uri"))
	}
	browser, err := url.Parse(m.Authorization)
	if err != nil {
		return "", fault.Because(fault.BankUnexpected, "link.metadata", op, errors.New("the authorization endpoint can't be read"))
	}
	query := browser.Query() // RFC 6749 §3.1: a query of the endpoint's own stays
	query.Set("client_id", c.id)
	query.Set("request_uri", said.RequestURI)
	browser.RawQuery = query.Encode()
	return browser.String(), nil
}

// said is an answer of an authorization server other than the token endpoint's.
type said struct {
	RequestURI string `json:"request_uri"`
	Error      string `json:"error"`
}

func readAnswer(answer *wire.Response) (said, error) {
	raw, err := io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	var s said
	if json.Unmarshal(raw, &s) != nil {
		s = said{} // an error page of a proxy: the status says enough
	}
	return s, err
}

// giveBack is RFC 7009. An answer that is no success is no error here.
func giveBack(ctx context.Context, line *wire.Line, l consent.Link, c client, token secret.Text, hint string) (refusal, error) {
	answer, err := line.Do(ctx, c.shown(wire.Request{
		Purpose: egress.Purpose{ID: "revoke"}, Method: http.MethodPost, URL: l.Endpoints.Revocation, Path: templateOf(l.Endpoints.Revocation),
		Form:       url.Values{"client_id": {l.ClientID}, "token_type_hint": {hint}},
		SecretForm: map[string]secret.Text{"token": token}, MaxBytes: metadataBytes,
	}))
	if err != nil {
		return refusal{}, err
	}
	s, err := readAnswer(answer)
	if err != nil && answer.Status/100 != 2 {
		return refusal{}, err
	}
	return refusal{status: answer.Status, code: knownCode(s.Error)}, nil
}
