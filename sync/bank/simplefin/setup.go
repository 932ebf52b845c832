package simplefin

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// longestSetup bounds a setup token, in bytes.
const longestSetup = 4 << 10

// ClaimAddress is the address in a setup token: https to a host, or this computer for a bridge on it.
func (Bank) ClaimAddress(setup secret.Text) (secret.Text, error) {
	address, ok := claimAddress(setup.Reveal())
	if !ok {
		return secret.Text{}, fault.Because(fault.BadAnswer, "answer.setup", "read the setup token", errors.New("it holds no address to claim at"), "need", "setup-token")
	}
	return secret.New(address), nil
}

// claimAddress decodes base64 as it is copied: standard or for URLs, with or without padding, with spaces
// and line ends in it.
func claimAddress(setup string) (string, bool) {
	if len(setup) > longestSetup {
		return "", false
	}
	plain := strings.NewReplacer("-", "+", "_", "/", "=", "").Replace(strings.Join(strings.Fields(setup), ""))
	raw, err := base64.RawStdEncoding.DecodeString(plain)
	if err != nil {
		return "", false
	}
	address := strings.TrimSpace(string(raw))
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Path == "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(address, " \t\r\n") {
		return "", false
	}
	if _, err := wire.Origin(address); err != nil {
		return "", false
	}
	return address, true
}

// Claim implements bank.Claimer.
func (b Bank) Claim(ctx context.Context, line *wire.Line, setup secret.Text) (bank.Grant, error) {
	const op = "claim the setup token"
	address, err := b.ClaimAddress(setup)
	if err != nil {
		return bank.Grant{}, err
	}
	answer, err := line.Do(ctx, wire.Request{
		Purpose: egress.Purpose{ID: "token"}, Method: http.MethodPost, URL: address.Reveal(), Path: "/claim/{token}", MaxBytes: longestSetup,
	})
	if err != nil {
		return bank.Grant{}, err
	}
	raw, err := io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	switch {
	case answer.Status == http.StatusForbidden:
		return bank.Grant{}, fault.Because(fault.KeyRefused, "setup.used", op, errors.New("status 403"), "need", "setup-token")
	case answer.Status != http.StatusOK:
		return bank.Grant{}, b.refused(op, answer)
	case err != nil:
		return bank.Grant{}, err
	}
	g, ok := grantOf(string(raw))
	if !ok {
		return bank.Grant{}, misread("simplefin.access", op, errors.New("the answer is no access URL"))
	}
	return g, nil
}

// grantOf splits an access URL: what opens the link never stands in an address again.
func grantOf(access string) (bank.Grant, bool) {
	access = strings.TrimSpace(access)
	u, err := url.Parse(access)
	if strings.ContainsAny(access, " \t\r\n") || strings.Count(access, "://") != 1 { // more than one address
		return bank.Grant{}, false
	}
	if err != nil || u.User == nil || u.RawQuery != "" || u.Fragment != "" {
		return bank.Grant{}, false
	}
	password, there := u.User.Password()
	user := u.User.Username()
	if !there || user == "" || password == "" || strings.Contains(user, ":") { // RFC 7617: a user has no colon
		return bank.Grant{}, false
	}
	u.User = nil
	base := strings.TrimSuffix(u.String(), "/")
	if _, err := wire.Origin(base); err != nil {
		return bank.Grant{}, false
	}
	return bank.Grant{Base: base, Token: secret.New(user + ":" + password)}, true
}
