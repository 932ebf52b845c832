// Package simplefin speaks the SimpleFIN protocol, versions 1 and 2, to a bridge between the person's banks
// and this computer.
package simplefin

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
	Now func() time.Time // for the end of a pause and the day of a row without a date; nil is time.Now
}

var (
	_ bank.Dialect = Bank{}
	_ bank.Claimer = Bank{}
)

// Name is "simplefin".
func (Bank) Name() string { return "simplefin" }

const (
	accountsPath = "/accounts"

	answerBytes = 64 << 20
	pauseUntold = time.Hour // the bridge reads its banks about once a day
)

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now().UTC()
	}
	return b.Now().UTC()
}

// ask is GET /accounts with query. The caller closes the body.
func ask(ctx context.Context, s bank.Session, purpose string, query url.Values) (*wire.Response, error) {
	query.Set("version", "2") // a bridge that knows 1 alone answers as that
	return s.Line.Do(ctx, wire.Request{
		Purpose: egress.Purpose{ID: purpose}, Method: http.MethodGet, URL: s.Base + accountsPath + "?" + query.Encode(), Path: accountsPath,
		Basic: &wire.Basic{Both: s.Token}, Header: http.Header{"Accept": {"application/json"}}, MaxBytes: answerBytes,
	})
}

// read is ask with the answer read.
func (b Bank) read(ctx context.Context, s bank.Session, purpose string, query url.Values) (set, error) {
	const op = "read " + accountsPath
	answer, err := ask(ctx, s, purpose, query)
	if err != nil {
		return set{}, fmt.Errorf("%s: %w", op, err)
	}
	defer answer.Body.Close() // again, where an error came first
	if answer.Status != http.StatusOK {
		return set{}, b.refused(op, answer)
	}
	got, err := readSet(answer.Body)
	if err != nil {
		return set{}, fmt.Errorf("%s: %w", op, err)
	}
	if err := answer.Body.Close(); err != nil {
		return set{}, fmt.Errorf("%s: %w", op, err)
	}
	if got.says("gen.auth") {
		return set{}, fault.Because(fault.LoginNeeded, "simplefin.refused", op, errors.New("the bridge wants a new setup token"))
	}
	return got, nil
}

// Probe reads the balances alone.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	const op = "ask the bridge for " + accountsPath
	answer, err := ask(ctx, s, "probe", url.Values{"balances-only": {"1"}})
	if err != nil {
		return bank.Answer{}, fmt.Errorf("%s: %w", op, err)
	}
	got := bank.Answer{Status: answer.Status}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil && answer.Status == http.StatusOK {
		_ = answer.Body.Close() // the error came first
		return got, fmt.Errorf("%s: %w", op, err)
	}
	if err := answer.Body.Close(); err != nil {
		return got, fmt.Errorf("%s: %w", op, err)
	}
	switch answer.Status {
	case http.StatusOK, http.StatusUnauthorized, http.StatusForbidden:
		return got, nil
	}
	return got, b.refused(op, answer)
}

// refused says what an answer without data means. Its text is left out: errors go to the log.
func (b Bank) refused(op string, answer *wire.Response) error {
	err := fmt.Errorf("status %d", answer.Status)
	switch status := answer.Status; {
	case status == http.StatusForbidden || status == http.StatusUnauthorized:
		// An access URL never runs out: who refuses it took it back.
		return fault.Because(fault.LoginNeeded, "simplefin.refused", op, errors.Join(bank.ErrRevoked, err))
	case status == http.StatusPaymentRequired:
		return fault.Because(fault.BankDown, "simplefin.lapsed", op, err)
	case status == http.StatusTooManyRequests:
		wait := answer.RetryAfter
		if wait <= 0 {
			wait = pauseUntold
		}
		return fault.With(fault.BankPaused, op, err, "until", b.now().Add(wait).Format(time.RFC3339))
	case status/100 == 5 || status == http.StatusRequestTimeout:
		return fault.New(fault.BankDown, op, err)
	}
	return fault.New(fault.BankUnexpected, op, err)
}

// misread is an answer that came whole and makes no sense. err must hold no amount and no text of the bridge's.
func misread(reason, op string, err error) error {
	return fault.Because(fault.BankUnexpected, reason, op, err)
}

// currencyOf is the currency of an account: an ISO code as it is, or what stands at the address that the
// bridge names instead. That one is read without any secret, and where it is on a host that the link does not
// list, only once the person has allowed it.
func currencyOf(ctx context.Context, s bank.Session, told string) (string, error) {
	const op = "read a currency of the bridge's own"
	if knownForm(told) {
		return told, nil
	}
	u, err := url.Parse(told)
	if err != nil || u.Host == "" {
		return "", misread("simplefin.currency", op, errors.New("it is no ISO 4217 code and no address"))
	}
	answer, err := s.Line.Do(ctx, wire.Request{
		Purpose: egress.Purpose{ID: "accounts"}, Method: http.MethodGet, URL: told, Path: "/currency", MaxBytes: 64 << 10,
	})
	if err != nil {
		return "", fmt.Errorf("%s: %w", op, err)
	}
	defer answer.Body.Close() // again, where an error came first
	var custom struct {
		Short text `json:"abbr"`
	}
	raw, err := io.ReadAll(answer.Body)
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("%s: %w", op, err)
	case answer.Status != http.StatusOK || json.Unmarshal(raw, &custom) != nil || !knownForm(string(custom.Short)):
		return "", misread("simplefin.currency", op, errors.New("what stands there is no currency that Coffer can keep"))
	}
	return string(custom.Short), nil
}
