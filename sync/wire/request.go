package wire

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"coffer/app/egress"
	"coffer/app/secret"
)

// Request is one call. At most one of the bodies (Form with SecretForm, or JSON with SecretJSON) and one
// of Bearer and Basic is set.
type Request struct {
	Purpose egress.Purpose
	Method  string
	URL     string
	Path    string      // template for the ledger and for errors, without ids: "/accounts/{id}/transactions"
	Header  http.Header // what wire sets itself (Authorization, Cookie, User-Agent …) is refused

	Bearer secret.Text // Authorization: Bearer; on a line that proves, Authorization: DPoP (RFC 9449 §7.1)
	Basic  *Basic      // Authorization: Basic

	SecretHeader map[string]secret.Text // further headers, which never print: an API key

	Form       url.Values             // application/x-www-form-urlencoded
	SecretForm map[string]secret.Text // fields of the form that never print
	// FreshForm makes further such fields anew each time the request is sent: an assertion that a
	// server takes once (RFC 7523).
	FreshForm func() (map[string]secret.Text, error)
	JSON      []byte
	// SecretJSON are further members of the object JSON, which never print.
	SecretJSON map[string]secret.Text

	MaxBytes int64 // of the answer; zero is Limits.Body
}

// Basic is a name and password for RFC 7617.
type Basic struct {
	User     string
	Password secret.Text
	Both     secret.Text // "user:password", where the bank gives them as one; in place of User and Password
}

// Response is the head of an answer, with a body still to read.
type Response struct {
	Status     int
	Header     http.Header
	Body       io.ReadCloser // capped; the ledger row is completed at its end or on Close, which the caller owes
	RetryAfter time.Duration // zero if the bank did not say; at most a day
}

// Do sends r and returns the answer, whatever its status; a redirect is never followed and is
// an error. Faults: HostRefused, Offline, BankUnexpected, Canceled, or what the ledger said
// (DiskFull, Locked …). No error holds a query, an id or a secret.
func (l *Line) Do(ctx context.Context, r Request) (*Response, error) {
	out, op, err := l.prepare(ctx, r)
	if err != nil {
		return nil, err
	}
	answer, err := l.send(out, job{purpose: r.Purpose, path: r.Path, op: op, maxBytes: r.MaxBytes, secret: r.secret(), access: r.Bearer})
	if err != nil {
		return nil, err
	}
	return &Response{
		Status: answer.StatusCode, Header: answer.Header, Body: answer.Body,
		RetryAfter: RetryAfter(answer.Header.Get("Retry-After"), l.door.config.Now()),
	}, nil
}

// prepare builds the HTTP request of r after checking what may be in it.
func (l *Line) prepare(ctx context.Context, r Request) (*http.Request, string, error) {
	if !slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}, r.Method) {
		return nil, "", errors.New("wire: the method is none that a bank is asked with")
	}
	if !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, "?#") || r.Purpose.ID == "" {
		return nil, "", errors.New("wire: a request needs a purpose and a path template")
	}
	origin, err := Origin(r.URL)
	if err != nil {
		return nil, "", l.refuse(r.Method+" "+r.Path+": "+err.Error(), hostOf(r.URL), r.Purpose.ID)
	}
	op := describe(r.Method, origin, r.Path)
	if !l.leaves(origin, r.secret()) {
		return nil, "", l.offer(op, origin, r)
	}
	body, kind, err := r.body()
	if err != nil {
		return nil, "", err
	}
	out, err := http.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		return nil, "", errors.New("wire: " + op + ": the request can't be built")
	}
	if r.FreshForm != nil {
		fields := make(url.Values, len(r.Form)+len(r.SecretForm))
		r.fill(fields)
		if err := SendForm(out, fields, r.FreshForm); err != nil {
			return nil, "", fmt.Errorf("wire: %s: %w", op, err)
		}
	}
	for name, values := range r.Header {
		name = http.CanonicalHeaderKey(name)
		if reserved(name) {
			return nil, "", errors.New("wire: " + op + ": the header " + name + " is not the caller's")
		}
		out.Header[name] = slices.Clone(values)
	}
	for name, value := range r.SecretHeader {
		if reserved(http.CanonicalHeaderKey(name)) {
			return nil, "", errors.New("wire: " + op + ": the header " + name + " is not the caller's")
		}
		if !headerText(value) {
			return nil, "", errors.New("wire: " + op + ": what is to stand in the header " + name + " holds letters that none can")
		}
		out.Header.Set(name, value.Reveal())
	}
	if kind != "" {
		out.Header.Set("Content-Type", kind)
	}
	switch {
	case r.Basic != nil && !r.Basic.Both.Empty():
		user, password, _ := strings.Cut(r.Basic.Both.Reveal(), ":")
		out.SetBasicAuth(user, password)
	case r.Basic != nil:
		out.SetBasicAuth(r.Basic.User, r.Basic.Password.Reveal())
	case !r.Bearer.Empty():
		scheme := "Bearer "
		if l.prover != nil {
			scheme = "DPoP "
		}
		out.Header.Set("Authorization", scheme+r.Bearer.Reveal())
	}
	return out, op, nil
}

// secret reports whether r holds what would open something.
func (r Request) secret() bool {
	return r.Basic != nil || !r.Bearer.Empty() || len(r.SecretForm) > 0 || r.FreshForm != nil || len(r.SecretHeader) > 0 || len(r.SecretJSON) > 0
}

// headerText reports whether s can stand in a header (RFC 9110 §5.5). net/http would refuse another, and
// repeat it.
func headerText(s secret.Text) bool {
	return !strings.ContainsFunc(s.Reveal(), func(r rune) bool { return r < ' ' || r > '~' })
}

func (r Request) body() (io.Reader, string, error) {
	form := r.Form != nil || r.SecretForm != nil || r.FreshForm != nil
	switch {
	case form && (r.JSON != nil || r.SecretJSON != nil) || r.Basic != nil && !r.Bearer.Empty():
		return nil, "", errors.New("wire: a request has one body and one authorization")
	case form:
		fields := make(url.Values, len(r.Form)+len(r.SecretForm))
		r.fill(fields)
		return strings.NewReader(fields.Encode()), "application/x-www-form-urlencoded", nil
	case r.SecretJSON != nil:
		return r.members()
	case r.JSON != nil:
		return bytes.NewReader(r.JSON), "application/json", nil
	}
	return http.NoBody, "", nil
}

// members is the object JSON with what never prints.
func (r Request) members() (io.Reader, string, error) {
	all := map[string]json.RawMessage{}
	if r.JSON != nil && json.Unmarshal(r.JSON, &all) != nil {
		return nil, "", errors.New("wire: a body with secrets is one object of JSON")
	}
	for name, value := range r.SecretJSON {
		raw, err := json.Marshal(value.Reveal())
		if err != nil {
			return nil, "", errors.New("wire: a member can't be written")
		}
		all[name] = raw
	}
	raw, err := json.Marshal(all)
	if err != nil {
		return nil, "", errors.New("wire: the body can't be written")
	}
	return bytes.NewReader(raw), "application/json", nil
}

// fill puts the fields that stay the same into fields.
func (r Request) fill(fields url.Values) {
	for name, values := range r.Form {
		fields[name] = values
	}
	for name, value := range r.SecretForm {
		fields.Set(name, value.Reveal())
	}
}

// SendForm gives out a body of form and of what fresh makes, anew each time it is sent.
func SendForm(out *http.Request, form url.Values, fresh func() (map[string]secret.Text, error)) (err error) {
	out.GetBody = func() (io.ReadCloser, error) {
		all := maps.Clone(form)
		made, err := fresh()
		if err != nil {
			return nil, err
		}
		for name, value := range made {
			all.Set(name, value.Reveal())
		}
		return formBody{strings.NewReader(all.Encode())}, nil
	}
	out.Body, err = out.GetBody()
	measure(out)
	return err
}

// formBody is a body that knows its length.
type formBody struct{ *strings.Reader }

func (formBody) Close() error { return nil }

// measure says how long the body of out is, where that can be known.
func measure(out *http.Request) {
	if sized, ok := out.Body.(formBody); ok {
		out.ContentLength = int64(sized.Len())
	}
}

// reserved reports whether the header called name is wire's to set.
func reserved(name string) bool {
	return slices.Contains([]string{
		"Authorization", "Cookie", "Referer", "User-Agent", "Host", "Connection", "Content-Length",
		"Accept-Encoding", "Transfer-Encoding", "Te", "Trailer", "Upgrade", "Expect", proofHeader,
	}, name)
}

const longestWait = 24 * time.Hour

// RetryAfter reads a Retry-After header (RFC 9110 §10.2.3): seconds, or a date. It is at most a day.
func RetryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	var wait time.Duration
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = at.Sub(now)
	} else if len(value) > 9 && strings.Trim(value, "0123456789") == "" {
		wait = longestWait
	}
	return min(max(wait, 0), longestWait)
}
