package reply

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

const (
	pauseIfUntold    = 15 * time.Minute
	longestErrorBody = 64 << 10
	longestCode      = 64
)

// Refusal is an answer without data. The bank's own message is left out: it may hold account numbers, and
// errors go to the log.
type Refusal struct {
	Status int
	Code   string // the bank's own word: letters and "_" alone, so that it can hold no number; may be empty
	Wait   time.Duration
	Page   bool // it came as a web page, as a proxy or firewall sends: it says nothing of a token, an account or a consent

	another bool // bank.OfAnother
}

// Uncoded is the refusal that answer is by its status and head alone. It leaves the body unread.
func Uncoded(answer *wire.Response) Refusal {
	return Refusal{Status: answer.Status, Wait: answer.RetryAfter, Page: IsPage(answer), another: bank.OfAnother(answer)}
}

// IsPage reports whether answer is a web page, and so not of the API.
func IsPage(answer *wire.Response) bool {
	return strings.HasPrefix(strings.ToLower(answer.Header.Get("Content-Type")), "text/html")
}

// Over reports whether r says that what it is about, a consent as a rule, is there no more.
func (r Refusal) Over() bool {
	return !r.Page && (r.Status == http.StatusNotFound || r.Status == http.StatusConflict || r.Status == http.StatusGone)
}

// Refused reads the error object of answer, whose code is the first that there is of names. It leaves the
// body open.
func Refused(answer *wire.Response, names ...string) Refusal {
	r := Uncoded(answer)
	raw, err := io.ReadAll(io.LimitReader(answer.Body, longestErrorBody))
	if err != nil || len(names) == 0 {
		return r // the status stands without it
	}
	told, err := flatten(raw)
	if err != nil {
		return r
	}
	if code := told.First(names...); len(code) <= longestCode && strings.IndexFunc(code, notOfAWord) < 0 {
		r.Code = code
	}
	return r
}

func notOfAWord(r rune) bool {
	return r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

// Answer is r as a proof.
func (r Refusal) Answer() bank.Answer { return bank.Answer{Status: r.Status, Code: r.Code} }

// Err is r for the log.
func (r Refusal) Err() error {
	if r.Code == "" {
		return fmt.Errorf("status %d", r.Status)
	}
	return fmt.Errorf("status %d, code %s", r.Status, r.Code)
}

// Paused is the fault of too many calls.
func (r Refusal) Paused(now time.Time, op string) error {
	wait := r.Wait
	if wait <= 0 {
		wait = pauseIfUntold
	}
	return fault.With(fault.BankPaused, op, r.Err(), "until", now.UTC().Add(wait).Format(time.RFC3339))
}

// Down is the fault of a bank that can't answer, with Args["until"] where it says when to come back (RFC 9110 §10.2.3).
func (r Refusal) Down(now time.Time, op string) error {
	if r.Wait <= 0 {
		return fault.New(fault.BankDown, op, r.Err())
	}
	return fault.With(fault.BankDown, op, r.Err(), "until", now.UTC().Add(r.Wait).Format(time.RFC3339))
}

// Gone is the fault of one account that is not there any more.
func (r Refusal) Gone(op string) error {
	return fault.Because(fault.NotFound, "account.gone", op, errors.Join(bank.ErrAccountGone, r.Err()))
}

// Fault says what r's status means. account tells that one account was asked for, so that a refusal may be
// about it alone.
func (r Refusal) Fault(now time.Time, op string, account bool) error {
	err := r.Err()
	switch s := r.Status; {
	case s == http.StatusTooManyRequests:
		return r.Paused(now, op)
	case s == http.StatusUnauthorized:
		return fault.New(fault.LoginNeeded, op, err)
	case r.Page && (s == http.StatusForbidden || s == http.StatusNotFound || s == http.StatusGone):
		return fault.Because(fault.BankUnexpected, "bank.page", op, err)
	case account && (s == http.StatusNotFound || s == http.StatusGone):
		return r.Gone(op)
	case account && s == http.StatusForbidden:
		return fault.Because(fault.LoginNeeded, "account.refused", op, errors.Join(bank.ErrAccountGone, err))
	case s == http.StatusForbidden:
		return fault.New(fault.LoginNeeded, op, err)
	case s/100 == 5, s == http.StatusRequestTimeout:
		return r.Down(now, op)
	}
	return fault.New(fault.BankUnexpected, op, err)
}

// OfOneAccount reports whether err, of a call about one account, may leave the others readable. So may a 401:
// engine tells by what a new token, or the others, are answered.
func OfOneAccount(err error) bool {
	kind := fault.KindOf(err)
	return errors.Is(err, bank.ErrAccountGone) || kind == fault.BankUnexpected || kind == fault.LoginNeeded && !errors.Is(err, bank.ErrRevoked)
}

// Probed is what a probe says: a success and a refusal of the token are answers, anything else is an error.
func (r Refusal) Probed(err error, now time.Time) (bank.Answer, error) {
	if err == nil && r.Status/100 != 2 && r.Status != http.StatusUnauthorized && (r.Status != http.StatusForbidden || r.another) {
		err = r.Fault(now, "probe", false)
	}
	return r.Answer(), err
}
