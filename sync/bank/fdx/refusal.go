package fdx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// The codes of FDX errors that mean more than their HTTP status.
const (
	codeNoCustomer   = "601"
	codeRefused      = "602"
	codeUnproved     = "603"
	codeNoAccount    = "701"
	codeBadDates     = "702"
	codeBadRange     = "703"
	codeClosed       = "705"
	codeLocked       = "706"
	codeNoData       = "1107"
	codeTooMany      = "1207"
	pauseIfUntold    = 15 * time.Minute
	longestErrorBody = 64 << 10
)

// refusal is an answer without data. The bank's own message is left out: it may hold
// account numbers, and errors go to the log.
type refusal struct {
	status int
	code   string // digits of the FDX error, or empty
	wait   time.Duration

	another bool // bank.OfAnother
	page    bool // reply.IsPage
}

// readRefusal reads the error object of answer, if there is one. It leaves the body open.
func readRefusal(answer *wire.Response) refusal {
	r := refusal{status: answer.Status, wait: answer.RetryAfter, another: bank.OfAnother(answer), page: reply.IsPage(answer)}
	if r.status/100 == 2 {
		return r
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, longestErrorBody))
	if err != nil {
		return r // the status stands without it
	}
	told, err := flatten(bytes.TrimSpace(raw))
	if err != nil {
		return r
	}
	if _, err := strconv.ParseUint(told.get("code"), 10, 32); err == nil {
		r.code = told.get("code")
	}
	return r
}

// noData reports FDX 1107: an empty list told as an error.
func (r refusal) noData() bool { return r.status == http.StatusNotFound && r.code == codeNoData }

func (r refusal) err() error {
	if r.code == "" {
		return fmt.Errorf("status %d", r.status)
	}
	return fmt.Errorf("status %d, FDX code %s", r.status, r.code)
}

// faultOf says what r means. account tells that one account was asked for, so that a
// refusal may be about it alone.
func (b Bank) faultOf(r refusal, op string, account bool) error {
	err := r.err()
	switch {
	case r.status == http.StatusTooManyRequests || r.code == codeTooMany:
		wait := r.wait
		if wait <= 0 {
			wait = pauseIfUntold
		}
		return fault.With(fault.BankPaused, op, err, "until", b.now().Add(wait).Format(time.RFC3339))
	case r.status == http.StatusPaymentRequired:
		return fault.New(fault.SubscriptionLapsed, op, err)
	case r.status == http.StatusUnauthorized:
		return fault.New(fault.LoginNeeded, op, err)
	case r.page && (r.status == http.StatusForbidden || r.status == http.StatusNotFound || r.status == http.StatusGone):
		return fault.Because(fault.BankUnexpected, "bank.page", op, err)
	case r.code == codeClosed:
		return fault.Because(fault.NotFound, "account.closed", op, errors.Join(bank.ErrAccountClosed, err))
	case account && (r.status == http.StatusNotFound || r.status == http.StatusGone || r.code == codeNoAccount):
		return fault.Because(fault.NotFound, "account.gone", op, errors.Join(bank.ErrAccountGone, err))
	case account && r.code == codeLocked:
		return fault.Because(fault.BankUnexpected, "account.locked", op, errors.Join(bank.ErrAccountGone, err))
	case account && r.status == http.StatusForbidden && r.code != codeRefused && r.code != codeUnproved:
		return fault.Because(fault.LoginNeeded, "account.refused", op, errors.Join(bank.ErrAccountGone, err))
	case r.status == http.StatusForbidden || r.code == codeNoCustomer || r.code == codeRefused || r.code == codeUnproved:
		return fault.New(fault.LoginNeeded, op, err)
	case r.status == http.StatusBadRequest && (r.code == codeBadDates || r.code == codeBadRange):
		return fault.Because(fault.BankUnexpected, "bank.dates", op, errors.Join(bank.ErrTooFar, err))
	case r.status/100 == 5 || r.status == http.StatusRequestTimeout:
		return reply.Refusal{Status: r.status, Code: r.code, Wait: r.wait}.Down(b.now(), op)
	}
	return fault.New(fault.BankUnexpected, op, err)
}

// misread is an answer that came whole and makes no sense. err must hold no amount and no text
// of the bank's.
func misread(reason, op string, err error) error {
	return fault.Because(fault.BankUnexpected, reason, op, err)
}
