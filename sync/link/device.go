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
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"coffer/app/consent"
	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/wire"
)

// The device grant of RFC 8628: the person types or compares a code at the bank's page, and Coffer asks
// until the bank has an answer. Nothing comes back through the browser.
const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

const (
	firstPause  = 5 * time.Second // RFC 8628 §3.2, where the bank names none
	slowerBy    = 5 * time.Second // §3.5, for each slow_down
	longestWait = time.Minute     // between two questions
	longestCode = 64              // of what a person types
	deviceLimit = 30 * time.Minute
)

// device is an authorization by RFC 8628 that waits for the person.
type device struct {
	secret  secret.Text // the device_code, by which tokens are fetched
	code    string      // that the person types or compares
	page    string      // verification_uri
	whole   string      // the same with the code in it; may be empty
	pause   time.Duration
	expires time.Time
}

// deviceAnswer is RFC 8628 §3.2.
type deviceAnswer struct {
	Secret  string   `json:"device_code"`
	Code    string   `json:"user_code"`
	Page    string   `json:"verification_uri"`
	Whole   string   `json:"verification_uri_complete"`
	Expires *float64 `json:"expires_in"` // seconds
	Pause   *float64 `json:"interval"`   // seconds
	Error   string   `json:"error"`
}

// askDevice asks the bank for a code and where the person is to type it. That place gets nothing of Coffer's: it is for
// the browser, and one that no list has is asked about first.
func (a *Attempt) askDevice(ctx context.Context) error {
	const op = "ask for a code"
	form := url.Values{"client_id": {a.client.id}, "scope": {strings.Join(a.provider.Scopes, " ")}}
	rich, err := details(a.provider)
	if err != nil {
		return fmt.Errorf("write the consent request: %w", err)
	}
	if rich != "" {
		form.Set("authorization_details", rich)
	}
	if slices.Contains(a.provider.Scopes, "offline_access") { // OpenID Connect §11
		form.Set("prompt", "consent")
	}
	answer, err := a.asks.Do(ctx, a.client.shown(wire.Request{
		Purpose: egress.Purpose{ID: "consent"}, Method: http.MethodPost, URL: a.meta.Device, Path: templateOf(a.meta.Device),
		Form: form, MaxBytes: metadataBytes,
	}))
	if err != nil {
		return err
	}
	raw, err := io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	var said deviceAnswer
	readable := json.Unmarshal(raw, &said) == nil
	if answer.Status != http.StatusOK {
		r := &refusal{status: answer.Status, code: knownCode(said.Error)}
		return r.fault(op, answer.RetryAfter, a.config.Now())
	}
	if !readable {
		said = deviceAnswer{}
	}
	if a.device, err = said.read(a.config.Now()); err != nil {
		return fault.Because(fault.BankUnexpected, "link.device_answer", op, err)
	}
	return a.approvePage(ctx)
}

// read checks an answer.
func (d deviceAnswer) read(now time.Time) (*device, error) {
	strange := func(r rune) bool { return r < ' ' || r > '~' }
	switch {
	case d.Secret == "" || len(d.Secret) > 2048:
		return nil, errors.New("it has no device_code")
	case strings.TrimSpace(d.Code) == "" || len(d.Code) > longestCode || strings.ContainsFunc(d.Code, strange):
		return nil, errors.New("it has no user_code that a person can read")
	case d.Expires == nil || *d.Expires < 1:
		return nil, errors.New("it doesn't say how long the code is good")
	}
	got := &device{secret: secret.New(d.Secret), code: d.Code, page: d.Page, whole: d.Whole, pause: firstPause}
	if d.Pause != nil && *d.Pause >= 1 {
		got.pause = longestWait
		if *d.Pause < longestWait.Seconds() {
			got.pause = time.Duration(*d.Pause * float64(time.Second))
		}
	}
	got.expires = now.Add(deviceLimit)
	if *d.Expires < deviceLimit.Seconds() {
		got.expires = now.Add(time.Duration(*d.Expires * float64(time.Second)))
	}
	return got, nil
}

// approvePage puts the bank's page into the link, and asks the person about one that is on no list or that
// another one is to take the place of.
func (a *Attempt) approvePage(ctx context.Context) error {
	asks, err := questions([]named{{consent.SignInPage, a.device.page, a.provider.Issuer}}, a.line, a.provider, a.link, a.again, a.config.Now())
	if err == nil && a.device.page == "" {
		err = fault.Because(fault.BankUnexpected, "link.device_answer", "ask for a code", errors.New("it has no verification_uri"))
	}
	if err != nil {
		return err
	}
	if err := a.consult(ctx, asks); err != nil {
		return err
	}
	a.link.Endpoints.Authorization = a.device.page
	if readable(a.device.whole) != nil || originOf(a.device.whole) != originOf(a.device.page) {
		a.device.whole = "" // it counts for no more than the one that was asked about
	}
	return nil
}

// Device returns the code that the person types or compares at Address, and until when it is good; an empty code where
// the answer comes through the browser.
func (a *Attempt) Device() (code string, until time.Time) {
	if a.device == nil {
		return "", time.Time{}
	}
	return a.device.code, a.device.expires
}

// waitDevice asks for the tokens until the bank has an answer. What is only trouble on the way there is asked again, later.
func (a *Attempt) waitDevice(ctx context.Context) (consent.Link, error) {
	const op = "wait for the bank's answer"
	pause, limit := a.device.pause, a.device.expires.Sub(a.config.Now())
	var waited time.Duration
	for {
		if waited += pause; waited > limit {
			return consent.Link{}, fault.New(fault.LinkTimedOut, op, errors.New("the code has run out"))
		}
		select {
		case <-ctx.Done():
			return consent.Link{}, fault.New(fault.Canceled, op, context.Canceled)
		case <-a.served:
			return consent.Link{}, fault.New(fault.Canceled, op, errors.New("the attempt was closed"))
		case <-a.config.After(pause):
		}
		got, err := a.poll(ctx)
		var r *refusal
		_ = errors.As(err, &r)
		switch kind := fault.KindOf(err); {
		case err == nil:
			return a.take(ctx, got)
		case r != nil && r.code == "authorization_pending":
		case r != nil && r.code == "slow_down":
			pause += slowerBy
		case r != nil && r.code == "access_denied":
			return consent.Link{}, fault.New(fault.ConsentDenied, op, errors.New("the person said no"))
		case r != nil && r.code == "expired_token":
			return consent.Link{}, fault.New(fault.LinkTimedOut, op, errors.New("the code has run out"))
		case kind == fault.LoginNeeded: // invalid_grant: there is no login yet to renew
			return consent.Link{}, fault.Because(fault.BankUnexpected, "oauth.invalid_grant", op, errors.New("the bank refused the code"))
		case kind == fault.Offline || kind == fault.BankDown || kind == fault.BankPaused: // §3.5: back off
			pause *= 2
		default:
			return consent.Link{}, err
		}
		pause = min(pause, longestWait)
	}
}

// poll asks for the tokens once. x/oauth2's own loop ends at the first trouble on the way, and panics where a bank wants
// to be asked every -1 seconds; its client-credentials request takes any grant.
func (a *Attempt) poll(ctx context.Context) (grant, error) {
	const op = "fetch the tokens"
	way := a.asks.Client(egress.Purpose{ID: "token"})
	way.Transport = a.client.over(way.Transport)
	ctx = context.WithValue(ctx, oauth2.HTTPClient, way)
	c := oauthConfig(a.client, a.link.Endpoints, "", nil)
	asked := clientcredentials.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, TokenURL: c.Endpoint.TokenURL, AuthStyle: c.Endpoint.AuthStyle,
		EndpointParams: url.Values{"grant_type": {deviceGrant}, "device_code": {a.device.secret.Reveal()}},
	}
	token, err := asked.Token(ctx)
	if err != nil {
		return grant{}, ours(op, err, a.config.Now())
	}
	if seconds, ok := token.Extra("expires_in").(float64); ok && seconds > 0 && seconds < 1e9 {
		token.ExpiresIn = int64(seconds)
	}
	return read(op, token, binding{a.key, a.provider.Proves}, a.config.Now())
}
