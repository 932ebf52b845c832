package link

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"coffer/app/fault"
)

// tokenBytes bounds an answer of a token endpoint.
const tokenBytes = 256 << 10

// whole reads an answer to its end before x/oauth2 gets it, which keeps of an error there its text alone: a
// line that was cut would look like an answer that makes no sense.
type whole struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (w whole) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(answer.Body, tokenBytes+1))
	if closed := answer.Body.Close(); err == nil {
		err = closed
	}
	if err == nil && len(raw) > tokenBytes {
		err = fault.Because(fault.BankUnexpected, "wire.size", "read the answer of the token endpoint", errors.New("it is too large"))
	}
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(raw))
	return answer, nil
}
