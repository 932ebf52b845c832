package monzo

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// The codes of Monzo's errors that mean more than their HTTP status.
const (
	codeNoRights     = "forbidden.insufficient_permissions" // of all right after the sign-in, until the person approves
	codeVerification = "forbidden.verification_required"    // of rows that lie too far back
	pauseIfUntold    = 15 * time.Minute
	longestError     = 64 << 10
)

// refusal is an answer without data. The bank's own message is left out: errors go to the log.
type refusal struct {
	status int
	code   string // "forbidden.insufficient_permissions", or empty
	wait   time.Duration
	page   bool // it came as a web page, as a proxy or firewall sends
}

var codeShape = regexp.MustCompile(`^[a-z0-9_.]{1,80}$`)

// readRefusal reads {"code":…} of answer, if it is there. It leaves the body open.
func readRefusal(answer *wire.Response) refusal {
	r := refusal{status: answer.Status, wait: answer.RetryAfter, page: strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html")}
	if r.status/100 == 2 {
		return r
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, longestError))
	if err != nil {
		return r // the status stands without it
	}
	r.code = codeOf(raw)
	return r
}

func codeOf(raw []byte) string {
	var told struct {
		Code json.RawMessage `json:"code"`
	}
	var code string
	if json.Unmarshal(raw, &told) != nil || json.Unmarshal(told.Code, &code) != nil || !codeShape.MatchString(code) {
		return ""
	}
	return code
}

func (r refusal) err() error {
	if r.code == "" {
		return fmt.Errorf("status %d", r.status)
	}
	return fmt.Errorf("status %d %s", r.status, r.code)
}

// faultOf says what r means as an answer to a.
func (b Bank) faultOf(r refusal, a ask) error {
	op, err := a.op(), r.err()
	switch {
	case r.status == http.StatusTooManyRequests:
		wait := r.wait
		if wait <= 0 {
			wait = pauseIfUntold
		}
		return fault.With(fault.BankPaused, op, err, "until", b.now().Add(wait).Format(time.RFC3339))
	case r.status == http.StatusUnauthorized:
		return fault.New(fault.LoginNeeded, op, err)
	case r.page && (r.status == http.StatusForbidden || r.status == http.StatusNotFound || r.status == http.StatusGone):
		return fault.Because(fault.BankUnexpected, "bank.page", op, err)
	case r.status == http.StatusForbidden && a.account:
		return fault.Because(fault.LoginNeeded, "account.refused", op, errors.Join(bank.ErrAccountGone, err))
	case r.status == http.StatusForbidden && r.code == codeNoRights:
		return fault.New(fault.ApprovalNeeded, op, err)
	case r.status == http.StatusForbidden:
		return fault.New(fault.LoginNeeded, op, err)
	case a.account && (r.status == http.StatusNotFound || r.status == http.StatusGone || strings.HasPrefix(r.code, "not_found")):
		return fault.Because(fault.NotFound, "account.gone", op, errors.Join(bank.ErrAccountGone, err))
	case (r.status/100 == 5 || r.status == http.StatusRequestTimeout) && r.wait > 0:
		return fault.With(fault.BankDown, op, err, "until", b.now().Add(r.wait).Format(time.RFC3339))
	case r.status/100 == 5 || r.status == http.StatusRequestTimeout:
		return fault.New(fault.BankDown, op, err)
	}
	return fault.New(fault.BankUnexpected, op, err)
}
