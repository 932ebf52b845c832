package cdr

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"coffer/app/fault"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// The standard error codes that mean more than their HTTP status, without "urn:au-cds:error:" and the sector.
const (
	revoked        = "Authorisation/RevokedConsent"
	invalidConsent = "Authorisation/InvalidConsent"
	notActive      = "Authorisation/AdrStatusNotActive"
	gone           = "Authorisation/UnavailableBankingAccount"
	goneForGood    = "Authorisation/InvalidBankingAccount"
	badField       = "Field/Invalid"
	badDate        = "Field/InvalidDateTime"
	badPage        = "Field/InvalidPage"
	badVersion     = "Header/UnsupportedVersion"
	unexpected     = "GeneralError/Unexpected"
	unavailable    = "Service/Unavailable"
)

// codes are the same, with those that mean one of them where the account is named in the path. Any other is left out: a
// bank's own may hold a number.
var codes = map[string]string{
	revoked: revoked, invalidConsent: invalidConsent, notActive: notActive, gone: gone, goneForGood: goneForGood,
	badField: badField, badDate: badDate, badPage: badPage, badVersion: badVersion, unexpected: unexpected, unavailable: unavailable,
	"Resource/Unavailable": gone, "Resource/Invalid": goneForGood,
}

const (
	mostErrors       = 20
	longestErrorBody = 64 << 10
)

// refusal is an answer without data.
type refusal struct {
	reply.Refusal
	ofDates bool // it names one of the days that were asked for
}

// readRefusal reads the error list of answer. Its status stands where that can't be read.
func readRefusal(answer *wire.Response) refusal {
	r := refusal{Refusal: reply.Uncoded(answer)}
	f, err := reply.Read(io.LimitReader(answer.Body, longestErrorBody))
	if err != nil {
		return r
	}
	for i := 0; i < mostErrors && r.Code == ""; i++ {
		at := fmt.Sprintf("errors[%d].", i)
		for _, name := range []string{"code", "meta.urn"} { // a code of the bank's own names in meta the one that it extends
			if r.Code == "" {
				r.Code = codeOf(f.Get(at + name))
			}
		}
		if detail := f.Get(at + "detail"); r.Code != "" {
			r.ofDates = strings.Contains(detail, "oldest-time") || strings.Contains(detail, "newest-time")
		}
	}
	return r
}

func codeOf(urn string) string { return codes[urn[strings.LastIndexByte(urn, ':')+1:]] }

// faultOf says what r means, by the code where there is one. account tells that one account was asked for. The standard
// lets RevokedConsent stand for a consent that ran out, too; an access token lives for ten minutes at most, so that one
// which is refused by that word was as a rule good just now.
func (b Bank) faultOf(r refusal, op string, account bool) error {
	switch {
	case r.Status == http.StatusTooManyRequests || r.Status/100 == 5:
	case r.Code == revoked:
		return fault.Because(fault.LoginNeeded, "grant.revoked", op, errors.Join(bank.ErrRevoked, r.Err()))
	case r.Code == notActive:
		return fault.Because(fault.BankUnexpected, "bank.accreditation", op, r.Err())
	case r.Code == goneForGood && account:
		return fault.Because(fault.NotFound, "account.closed", op, errors.Join(bank.ErrAccountClosed, r.Err()))
	case r.Code == gone && account:
		return r.Gone(op)
	case r.Code == badVersion, r.Status == http.StatusNotAcceptable:
		return fault.Because(fault.BankUnexpected, "bank.version", op, r.Err())
	case r.Code == unexpected, r.Code == unavailable:
		return fault.New(fault.BankDown, op, r.Err())
	}
	return r.Fault(b.now(), op, account)
}

func (b Bank) refused(account bool) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error {
		return b.faultOf(readRefusal(answer), op, account)
	}
}

// refusedRows is refused of the page of rows at cursor.
func (b Bank) refusedRows(cursor string) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error {
		r := readRefusal(answer)
		asked := r.Status == http.StatusBadRequest || r.Status == http.StatusUnprocessableEntity
		switch {
		case asked && (r.Code == badDate || r.Code == badField && r.ofDates):
			return fault.Because(fault.BankUnexpected, "bank.dates", op, errors.Join(bank.ErrTooFar, r.Err()))
		case asked && cursor != "" && (r.Code == "" || r.Code == badPage || r.Code == badField):
			return reply.Stale(op, r.Err())
		}
		return b.faultOf(r, op, true)
	}
}
