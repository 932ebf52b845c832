package obie

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// The error codes that mean more than their HTTP status, as version 3 writes them.
const (
	badDate     = "UK.OBIE.Field.InvalidDate"
	badConsent  = "UK.OBIE.Resource.InvalidConsentStatus"
	notFound    = "UK.OBIE.Resource.NotFound"
	reauthorise = "UK.OBIE.Reauthenticate"
	unexpected  = "UK.OBIE.UnexpectedError"
)

// codes are the words for them, those of version 4 among them. Any other is left out: it may hold a number.
var codes = map[string]string{
	badDate: badDate, "U003": badDate,
	badConsent: badConsent, "U009": badConsent,
	notFound: notFound, "U011": notFound,
	reauthorise: reauthorise, "U028": reauthorise,
	unexpected: unexpected, "U000": unexpected,
}

const (
	mostErrors       = 20
	longestErrorBody = 64 << 10

	// daysUnasked is how far back banks show rows long after the person signed in (article 10A of the UK's
	// technical standards): for older ones they want a new sign-in.
	daysUnasked = 90
)

// readRefusal reads the error object of answer. Its status stands where that can't be read.
func readRefusal(answer *wire.Response) reply.Refusal {
	r := reply.Uncoded(answer)
	f, err := reply.Read(io.LimitReader(answer.Body, longestErrorBody))
	if err != nil {
		return r
	}
	for i := 0; i < mostErrors && r.Code == ""; i++ {
		r.Code = codes[f.Get(fmt.Sprintf("Errors[%d].ErrorCode", i))]
	}
	return r
}

// say sends r for its status alone.
func say(ctx context.Context, line *wire.Line, r wire.Request) (reply.Refusal, error) {
	op := "ask the bank for " + r.Path
	answer, err := line.Do(ctx, r)
	if err != nil {
		return reply.Refusal{}, fmt.Errorf("%s: %w", op, err)
	}
	told := readRefusal(answer)
	if err := answer.Body.Close(); err != nil {
		return reply.Refusal{}, fmt.Errorf("%s: %w", op, err)
	}
	return told, nil
}

// faultOf says what r means, by the code where there is one. account tells that one account was asked for.
func (b Bank) faultOf(r reply.Refusal, op string, account bool) error {
	switch {
	case r.Status == http.StatusTooManyRequests || r.Status/100 == 5:
	case r.Code == badConsent, r.Code == reauthorise:
		return fault.New(fault.LoginNeeded, op, r.Err())
	case r.Code == notFound && account:
		return r.Gone(op)
	case r.Code == unexpected:
		return r.Down(b.now(), op)
	}
	return r.Fault(b.now(), op, account)
}

func (b Bank) refused(account bool) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error {
		return b.faultOf(readRefusal(answer), op, account)
	}
}

// refusedRows is refused of rows since a day, on the page at cursor.
func (b Bank) refusedRows(since ledger.Date, cursor string) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error {
		r := readRefusal(answer)
		bad := r.Status == http.StatusBadRequest
		switch {
		case bad && cursor != "" && (r.Code == "" || r.Code == notFound):
			return reply.Stale(op, r.Err())
		case bad && r.Code == badDate, r.Code == reauthorise && since < ledger.DateOf(b.now()).AddDays(-daysUnasked):
			return fault.Because(fault.BankUnexpected, "bank.dates", op, errors.Join(bank.ErrTooFar, r.Err()))
		}
		return b.faultOf(r, op, true)
	}
}

// ended reports a refusal of a consent that the bank has no longer. Versions up to 4 say so with a 400.
func ended(r reply.Refusal) bool {
	switch r.Status {
	case http.StatusNotFound, http.StatusConflict, http.StatusGone:
		return true
	}
	return r.Status == http.StatusBadRequest && (r.Code == notFound || r.Code == badConsent)
}
