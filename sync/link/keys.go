package link

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// keyHeader is where a bank that wants an API key beside the client reads it.
const keyHeader = "X-Api-Key"

// fetch gets the first access token of a client of the person's own.
func (h *Handover) fetch(ctx context.Context) error {
	got, err := h.config.clientToken(ctx, h.line, h.link, h.with, "token")
	if fault.KindOf(err) == fault.LoginNeeded {
		return fault.Because(fault.KeyRefused, "token.refused", "try what the person brought", err, "need", h.opens())
	}
	h.with = got.Credential
	return err
}

// clientToken is RFC 6749 §4.4: an access token for a client alone, as often as one is wanted. It is
// LoginNeeded where the bank no longer knows the client.
func (c Config) clientToken(ctx context.Context, line *wire.Line, l consent.Link, with consent.Credential, purpose string) (grant, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if len(l.Scopes) > 0 {
		form.Set("scope", strings.Join(l.Scopes, " "))
	}
	r := wire.Request{
		Purpose: egress.Purpose{ID: purpose}, Method: http.MethodPost, URL: l.Endpoints.Token, Path: templateOf(l.Endpoints.Token),
		Form: form, MaxBytes: metadataBytes, Header: http.Header{"Accept": {"application/json"}},
		Basic: &wire.Basic{User: url.QueryEscape(l.ClientID), Password: secret.New(url.QueryEscape(with.ClientSecret.Reveal()))},
	}
	if !with.App.Empty() {
		r.SecretHeader = map[string]secret.Text{keyHeader: with.App}
	}
	got := grant{Credential: with}
	token, until, err := c.askClientToken(ctx, line, r)
	if err != nil {
		return grant{}, err
	}
	got.Access, got.AccessExpires = token, until
	return got, nil
}

// askClientToken sends r to a token endpoint, and returns a client's token and when it ends, zero if nobody says.
func (c Config) askClientToken(ctx context.Context, line *wire.Line, r wire.Request) (token secret.Text, until time.Time, err error) {
	const op = "get an access token for the client"
	answer, err := line.Do(ctx, r)
	if err != nil {
		return token, until, err
	}
	defer answer.Body.Close() // again, where an error came first
	raw, err := io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return token, until, err
	}
	now := c.Now()
	if answer.Status != http.StatusOK {
		return token, until, clientRefused(op, answer, raw, now)
	}
	var told struct {
		Token string      `json:"access_token"`
		Kind  string      `json:"token_type"`
		Lives json.Number `json:"expires_in"`
	}
	if json.Unmarshal(raw, &told) != nil || told.Token == "" { // whose error may repeat the answer
		return token, until, fault.Because(fault.BankUnexpected, "oauth.token", op, errors.New("the token answer can't be read"))
	}
	if !strings.EqualFold(told.Kind, "Bearer") {
		return token, until, fault.Because(fault.BankUnexpected, "oauth.token_type", op, errors.New("the token is no bearer token"))
	}
	if seconds, err := told.Lives.Int64(); err == nil && seconds > 0 && seconds < int64(longestLife/time.Second) {
		until = now.Add(time.Duration(seconds) * time.Second).UTC()
	}
	return secret.New(told.Token), until, nil
}

// longestLife bounds what an access token may say of its own life.
const longestLife = 10 * 365 * 24 * time.Hour

// clientRefused says what an answer of the token endpoint means that is no token.
func clientRefused(op string, answer *wire.Response, raw []byte, now time.Time) error {
	var told said
	if json.Unmarshal(raw, &told) != nil {
		told = said{} // an error page of a proxy: the status says enough
	}
	r := &refusal{status: answer.Status, code: knownCode(told.Error)}
	switch {
	case r.status >= 500 || r.status == http.StatusTooManyRequests:
	case r.status == http.StatusUnauthorized, r.status == http.StatusForbidden, r.code == "invalid_client", r.code == "unauthorized_client", r.code == "access_denied":
		return fault.New(fault.LoginNeeded, op, r)
	}
	return r.fault(op, answer.RetryAfter, now)
}
