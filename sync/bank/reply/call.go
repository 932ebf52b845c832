package reply

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"coffer/app/egress"
	"coffer/sync/bank"
	"coffer/sync/wire"
)

// Most bytes of an answer.
const (
	Small = 1 << 20
	Large = 64 << 20
)

// Get is a GET of path below the base of s; template is path without ids.
func Get(s bank.Session, purpose egress.Purpose, template, path string, query url.Values) wire.Request {
	r := wire.Request{
		Purpose: purpose, Method: http.MethodGet, URL: s.Base + path, Path: template, Bearer: s.Token, MaxBytes: Large,
		Header: http.Header{"Accept": {"application/json"}},
	}
	if len(query) > 0 {
		r.URL += "?" + query.Encode()
	}
	return r
}

// Do sends r and hands the body of a success (200, or of a POST 201) to read, and any other answer to refused. It closes the body.
func Do(ctx context.Context, line *wire.Line, r wire.Request, read func(io.Reader) error, refused func(op string, answer *wire.Response) error) error {
	op := "read " + r.Path
	answer, err := line.Do(ctx, r)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	defer answer.Body.Close() // again, where an error came first
	if answer.Status != http.StatusOK && (r.Method != http.MethodPost || answer.Status != http.StatusCreated) {
		return refused(op, answer)
	}
	if err := read(answer.Body); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return nil
}

// Say sends r for its status alone. err is what kept it from being sent, or from being answered.
func Say(ctx context.Context, line *wire.Line, r wire.Request, names ...string) (Refusal, error) {
	op := "ask the bank for " + r.Path
	answer, err := line.Do(ctx, r)
	if err != nil {
		return Refusal{}, fmt.Errorf("%s: %w", op, err)
	}
	told := Refused(answer, names...)
	if err := answer.Body.Close(); err != nil {
		return Refusal{}, fmt.Errorf("%s: %w", op, err)
	}
	return told, nil
}
