// Package monzo speaks Monzo's API.
//
// Monzo tells one balance of an account, from which what is pending has gone already: it is both the
// booked and the available one. A pot is an account of its own, of a balance and without rows: the
// rows of the current account that fill and empty it then sum up to that account's own balance, and
// what is put aside is seen as such. total_balance, which holds both, is not read.
package monzo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// Bank is the dialect. The zero Bank is ready.
type Bank struct {
	Now      func() time.Time // for the end of a pause and how far back is allowed; nil is time.Now
	PageSize int              // transactions asked for in one request; 0 is 100, which is the most
}

var (
	_ bank.Dialect    = Bank{}
	_ bank.TokenEnder = Bank{}
)

// Name is "monzo".
func (Bank) Name() string { return "monzo" }

const (
	accountsPath     = "/accounts"
	balancePath      = "/balance"
	potsPath         = "/pots"
	transactionsPath = "/transactions"
	whoamiPath       = "/ping/whoami"
	logoutPath       = "/oauth2/logout"

	listBytes = 16 << 20
	rowsBytes = 64 << 20
	saidBytes = 64 << 10
)

// ask is one call: what for, at which path, with which query.
type ask struct {
	purpose, path string
	query         url.Values
	post          bool
	account       bool // it is about one account: a refusal may be, too
	maxBytes      int64
}

func (a ask) op() string { return "ask the bank for " + a.path }

// do sends a and returns the answer whatever its status. The caller closes its body.
func (b Bank) do(ctx context.Context, s bank.Session, a ask) (*wire.Response, error) {
	r := wire.Request{
		Purpose: egress.Purpose{ID: a.purpose}, Method: http.MethodGet, URL: s.Base + a.path, Path: a.path,
		Bearer: s.Token, MaxBytes: a.maxBytes, Header: http.Header{"Accept": {"application/json"}},
	}
	if a.post {
		r.Method = http.MethodPost
	}
	if len(a.query) > 0 {
		r.URL += "?" + a.query.Encode()
	}
	answer, err := s.Line.Do(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", a.op(), err)
	}
	return answer, nil
}

// read reads the answer to a into v. Another status than 200 is a refusal.
func (b Bank) read(ctx context.Context, s bank.Session, a ask, v any) error {
	answer, err := b.do(ctx, s, a)
	if err != nil {
		return err
	}
	defer answer.Body.Close() // again, where an error came first
	if answer.Status != http.StatusOK {
		return b.faultOf(readRefusal(answer), a)
	}
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", a.op(), err)
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("%s: %w", a.op(), err)
	}
	return decode(raw, a.op(), v)
}

// decode reads raw, which must be one JSON value of the shape of v. Its error holds no text of the bank's.
func decode(raw []byte, op string, v any) error {
	if err := json.Unmarshal(raw, v); err != nil {
		return misread("monzo.json", op, plainly(err))
	}
	if twice(raw) {
		return misread("monzo.json", op, errTwice)
	}
	return nil
}

var (
	errSyntax = errors.New("not JSON")
	errShape  = errors.New("not the shape of Monzo's API")
	errTwice  = errors.New("a field named twice")
)

func plainly(err error) error {
	var wrong *json.SyntaxError
	if errors.As(err, &wrong) {
		return fmt.Errorf("byte %d: %w", wrong.Offset, errSyntax)
	}
	return errShape
}

// Probe asks who the token is of. It needs no approval in the phone app.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	a := ask{purpose: "probe", path: whoamiPath, maxBytes: saidBytes}
	answer, err := b.do(ctx, s, a)
	if err != nil {
		return bank.Answer{}, err
	}
	defer answer.Body.Close() // again, where an error came first
	switch {
	case answer.Status == http.StatusOK:
	case answer.Status == http.StatusUnauthorized, answer.Status == http.StatusForbidden && !bank.OfAnother(answer):
		r := readRefusal(answer)
		return bank.Answer{Status: r.status, Code: r.code}, answer.Body.Close()
	default:
		r := readRefusal(answer)
		return bank.Answer{Status: r.status, Code: r.code}, b.faultOf(r, a)
	}
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return bank.Answer{}, fmt.Errorf("%s: %w", a.op(), err)
	}
	var who struct {
		Authenticated *bool `json:"authenticated"`
	}
	if err := decode(raw, a.op(), &who); err != nil {
		return bank.Answer{}, err
	}
	if who.Authenticated == nil {
		return bank.Answer{}, misread("monzo.json", a.op(), errShape)
	}
	if !*who.Authenticated { // told as a success, and it opens nothing
		return bank.Answer{Status: http.StatusUnauthorized, Code: "unauthenticated"}, answer.Body.Close()
	}
	return bank.Answer{Status: http.StatusOK}, answer.Body.Close()
}

// EndsByToken marks a bank.TokenEnder.
func (Bank) EndsByToken() {}

// EndConsent logs the client out, which ends the token's whole authorisation. consentID does not count.
func (b Bank) EndConsent(ctx context.Context, s bank.Session, _ string) (bank.Answer, error) {
	a := ask{purpose: "revoke", path: logoutPath, post: true, maxBytes: saidBytes}
	answer, err := b.do(ctx, s, a)
	if err != nil {
		return bank.Answer{}, err
	}
	r := readRefusal(answer)
	if err := answer.Body.Close(); err != nil {
		return bank.Answer{}, fmt.Errorf("%s: %w", a.op(), err)
	}
	said := bank.Answer{Status: r.status, Code: r.code}
	switch {
	case r.status/100 == 2, !r.page && (r.status == http.StatusNotFound || r.status == http.StatusConflict): // over, now or before
		return said, nil
	}
	return said, b.faultOf(r, a)
}

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now().UTC()
	}
	return b.Now().UTC()
}

// misread is an answer that came whole and makes no sense. err must hold no amount and no text
// of the bank's.
func misread(reason, op string, err error) error {
	return fault.Because(fault.BankUnexpected, reason, op, err)
}
