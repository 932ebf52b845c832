package berlingroup

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// codes are where a refusal has its code: the Berlin Group's own form, or RFC 7807 with additions of theirs.
var codes = []string{"tppMessages[0].code", "code", "additionalErrors[0].code"}

func refusalOf(answer *wire.Response) reply.Refusal { return reply.Refused(answer, codes...) }

const (
	consentInvalid = "CONSENT_INVALID"
	consentUnknown = "CONSENT_UNKNOWN"
	consentExpired = "CONSENT_EXPIRED"
)

// overCode reports a code that says that the consent opens nothing.
func overCode(code string) bool {
	return code == consentInvalid || code == consentUnknown || code == consentExpired
}

// ofTheAsking reports whether code may be about how it was asked, not about what for.
func ofTheAsking(code string) bool {
	switch code {
	case "", "FORMAT_ERROR", "PARAMETER_NOT_SUPPORTED", "PARAMETER_NOT_CONSISTENT", "SERVICE_INVALID":
		return true
	}
	return false
}

func (b Bank) refused(account bool) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error { return b.faultOf(refusalOf(answer), op, account) }
}

// faultOf says what r means, by its code where that says more than its status.
func (b Bank) faultOf(r reply.Refusal, op string, account bool) error {
	switch {
	case overCode(r.Code), strings.HasPrefix(r.Code, "TOKEN_"):
		return fault.New(fault.LoginNeeded, op, r.Err())
	case strings.HasPrefix(r.Code, "CERTIFICATE_"), r.Code == "ROLE_INVALID":
		return fault.Because(fault.BankUnexpected, "wire.identity", op, r.Err())
	case strings.HasPrefix(r.Code, "SIGNATURE_"):
		return fault.Because(fault.BankUnexpected, "bank.signature", op, r.Err())
	case r.Code == "PERIOD_INVALID", r.Code == "TIMESTAMP_INVALID":
		return tooFar(op, r)
	case r.Code == "ACCESS_EXCEEDED":
		if r.Wait <= 0 { // what is counted by the day
			now := b.now().UTC()
			r.Wait = now.Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now)
		}
		return r.Paused(b.now(), op)
	case r.Code == "SERVICE_UNAVAILABLE", r.Code == "INTERNAL_SERVER_ERROR":
		return r.Down(b.now(), op)
	case account && (r.Code == "RESOURCE_UNKNOWN" || r.Code == "RESOURCE_EXPIRED"):
		return r.Gone(op)
	case r.Code == "REQUESTED_FORMATS_INVALID", r.Status == http.StatusNotAcceptable:
		return otherForm(op, r.Err())
	}
	return r.Fault(b.now(), op, account)
}

// tooFar is the fault of dates that the bank refuses.
func tooFar(op string, r reply.Refusal) error {
	return fault.Because(fault.BankUnexpected, "bank.dates", op, errors.Join(bank.ErrTooFar, r.Err()))
}

// otherForm is the fault of rows that come in another form than JSON.
func otherForm(op string, err error) error {
	return fault.Because(fault.BankUnexpected, "bank.format", op, err)
}
