// Package fdx speaks the FDX API, version 6, and the shapes of version 5 that are still about.
package fdx

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// Bank is the dialect. The zero Bank is ready.
type Bank struct {
	Now      func() time.Time // for the end of a pause; nil is time.Now
	PageSize int              // transactions asked for in one request; 0 is 500
}

var (
	_ bank.Dialect       = Bank{}
	_ bank.ConsentEnder  = Bank{}
	_ bank.ConsentReader = Bank{}
)

// Name is "fdx".
func (Bank) Name() string { return "fdx" }

const (
	accountsPath     = "/accounts"
	accountPath      = "/accounts/{id}"
	transactionsPath = "/accounts/{id}/transactions"
	revocationPath   = "/consents/{id}/revocation"

	accountsBytes     = 16 << 20
	transactionsBytes = 64 << 20
	answerBytes       = 64 << 10
)

// ask is one call: what for, on which path template, at which path, with which query or body.
type ask struct {
	purpose, template string
	path              string // below the base, ids escaped
	query             url.Values
	put               any // body of a PUT; nil: a GET
	maxBytes          int64
}

// do sends a and returns the answer whatever its status. The caller closes its body.
func (b Bank) do(ctx context.Context, s bank.Session, a ask) (*wire.Response, error) {
	actor := "BATCH"
	if s.Present {
		actor = "USER"
	}
	r := wire.Request{
		Purpose: egress.Purpose{ID: a.purpose}, Method: http.MethodGet, URL: s.Base + a.path, Path: a.template,
		Bearer: s.Token, MaxBytes: a.maxBytes,
		Header: http.Header{
			"Accept":                {"application/json"},
			"X-Fapi-Interaction-Id": {reply.NewID()},
			"Fdx-Api-Actor-Type":    {actor},
		},
	}
	if len(a.query) > 0 {
		r.URL += "?" + a.query.Encode()
	}
	if a.put != nil {
		body, err := json.Marshal(a.put)
		if err != nil {
			return nil, fmt.Errorf("write the body: %w", err)
		}
		r.Method, r.JSON = http.MethodPut, body
	}
	return s.Line.Do(ctx, r)
}

// Probe reads one account in its short form.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	answer, err := b.say(ctx, s, ask{
		purpose: "probe", template: accountsPath, path: accountsPath,
		query: url.Values{"resultType": {"lightweight"}, "limit": {"1"}}, maxBytes: accountsBytes,
	})
	if err == nil && answer.fault != nil && answer.Status != http.StatusUnauthorized && (answer.Status != http.StatusForbidden || answer.another) {
		err = answer.fault
	}
	return answer.Answer, err
}

// said is an answer of which only the status and the code count.
type said struct {
	bank.Answer
	fault   error // what the status means; nil for a success
	another bool  // bank.OfAnother
	page    bool  // reply.IsPage
}

func (b Bank) say(ctx context.Context, s bank.Session, a ask) (said, error) {
	op := "ask the bank for " + a.template
	answer, err := b.do(ctx, s, a)
	if err != nil {
		return said{}, fmt.Errorf("%s: %w", op, err)
	}
	r := readRefusal(answer)
	if err := answer.Body.Close(); err != nil {
		return said{}, fmt.Errorf("%s: %w", op, err)
	}
	got := said{Answer: bank.Answer{Status: r.status, Code: r.code}, another: r.another, page: r.page}
	if r.status/100 != 2 {
		got.fault = b.faultOf(r, op, false)
	}
	return got, nil
}

// EndConsent revokes the consent in the name of the person, and where the bank does not take
// that, in the name of the data recipient.
func (b Bank) EndConsent(ctx context.Context, s bank.Session, consentID string) (bank.Answer, error) {
	if consentID == "" {
		return bank.Answer{}, fault.New(fault.NotFound, "end the consent", errors.New("the bank gave it no id"))
	}
	answer, err := b.endAs(ctx, s, consentID, "INDIVIDUAL")
	if err == nil && answer.Status == http.StatusBadRequest {
		answer, err = b.endAs(ctx, s, consentID, "DATA_RECIPIENT")
	}
	if err != nil {
		return answer.Answer, err
	}
	if (reply.Refusal{Status: answer.Status, Page: answer.page}).Over() {
		return answer.Answer, nil
	}
	return answer.Answer, answer.fault
}

func (b Bank) endAs(ctx context.Context, s bank.Session, consentID, initiator string) (said, error) {
	return b.say(ctx, s, ask{
		purpose: "revoke", template: revocationPath, path: "/consents/" + url.PathEscape(consentID) + "/revocation",
		put: map[string]string{"reason": "USER_ACTION", "initiator": initiator}, maxBytes: answerBytes,
	})
}

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now().UTC()
	}
	return b.Now().UTC()
}
