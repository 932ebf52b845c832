package banktest

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"coffer/app/fault"
	"coffer/sync/bank"
)

// saying is an answer without data.
type saying struct {
	status   int
	kind     fault.Kind // of a refusal that is not about one account alone
	page     bool       // it is a web page
	retry    string     // Retry-After
	least    time.Duration
	most     time.Duration // that a pause may take
	location string
	gone     bool // the thing asked for is not there: of an account, ErrAccountGone
}

func (s saying) String() string {
	kind := "JSON"
	if s.page {
		kind = "page"
	}
	return fmt.Sprintf("%d %s %s%s", s.status, kind, s.retry, s.location)
}

// sayings are all of them.
func sayings(now time.Time) []saying {
	all := []saying{
		{status: 400, kind: fault.BankUnexpected}, {status: 401, kind: fault.LoginNeeded}, {status: 403, kind: fault.LoginNeeded},
		{status: 404, kind: fault.BankUnexpected, gone: true}, {status: 409, kind: fault.BankUnexpected},
		{status: 410, kind: fault.BankUnexpected, gone: true}, {status: 418, kind: fault.BankUnexpected},
		{status: 301, kind: fault.BankUnexpected}, {status: 302, kind: fault.BankUnexpected, location: "/elsewhere"},
		{status: 302, kind: fault.HostRefused, location: "https://elsewhere.example/accounts"}, {status: 304, kind: fault.BankUnexpected},
	}
	const day = 24 * time.Hour
	for _, p := range []saying{
		{retry: "30", least: 20 * time.Second, most: 31 * time.Second}, {retry: now.Add(time.Hour).UTC().Format(http.TimeFormat), least: 59 * time.Minute, most: 61 * time.Minute},
		{retry: "99999999999999999999", least: day - time.Minute, most: day + time.Minute}, {most: day}, {retry: "soon", most: day}, {retry: "-5", most: day},
		{retry: "1.5", most: day}, {retry: now.Add(-time.Hour).UTC().Format(http.TimeFormat), most: day}, {retry: "0", most: day},
	} {
		p.status, p.kind = 429, fault.BankPaused
		all = append(all, p)
	}
	for _, status := range []int{500, 502, 503, 504, 511, 599, 408} {
		all = append(all, saying{status: status, kind: fault.BankDown})
	}
	for _, s := range slices.Clone(all) {
		if s.location == "" && s.retry == "" {
			s.page, s.gone = true, false // a web page says nothing of an account
			all = append(all, s)
		}
	}
	return all
}

// refusals answers each call, and every other that asks for the same, with each saying.
func refusals(t *testing.T, r rig) {
	now := time.Now()
	for _, n := range r.walk() {
		for _, s := range sayings(now) {
			if r.later(n) && !slices.Contains([]string{"400 JSON ", "401 JSON ", "403 page ", "403 JSON ", "404 JSON ", "410 JSON ", "429 JSON 30", "503 JSON ", "504 page "}, s.String()) {
				continue
			}
			var first Asked
			got := r.run(t, func(at int, a Asked, t *Told) {
				if at == n {
					first = a
				}
				if at == n || at > n && a.Path == first.Path && slices.Equal(a.about(r.known), first.about(r.known)) {
					*t = s.told()
				}
			})
			r.judge(t, n, s, got)
		}
	}
}

func (s saying) told() Told {
	t := Told{Status: s.status, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"message":"` + Spilled + ` says no"}`)}
	if s.page {
		t.Header.Set("Content-Type", "text/html; charset=utf-8")
		t.Body = []byte("<!DOCTYPE html><html><title>Proxy</title><p>" + Spilled + " was blocked</html>")
	}
	if s.retry != "" {
		t.Header.Set("Retry-After", s.retry)
	}
	if s.location != "" {
		t.Header.Set("Location", s.location)
	}
	if s.status == http.StatusNotModified {
		t.Body = nil
	}
	return t
}

// judge checks what came of s at call n.
func (r rig) judge(t *testing.T, n int, s saying, got outcome) {
	t.Helper()
	what := r.Name() + " " + s.String()
	r.calm(t, what, n, got, r.kinds(n, s, got)...)
	r.keeps(t, what, n, got)
	if until := fault.Of(got.err); until != nil && until.Kind == fault.BankPaused {
		at, err := time.Parse(time.RFC3339, until.Args["until"])
		if wait := time.Until(at); err != nil || wait < s.least || wait > s.most || wait <= 0 {
			t.Errorf("%s at call %d: paused until %q", what, n, until.Args["until"])
		}
	}
	r.meant(t, what, n, s, got)
	if got.err == nil && !r.says(n, s, got) {
		t.Errorf("%s at call %d: taken for an answer", what, n)
	}
}

// forbids is the dialect whose one word for a token that is over is 403, whatever stands in it.
const forbids = "simplefin"

// meant checks what s means to the errand.
func (r rig) meant(t *testing.T, what string, n int, s saying, got outcome) {
	t.Helper()
	one := len(r.calls[n-1].about(r.known)) > 0
	switch r.name {
	case toAccounts:
		if one && got.err != nil && (s.gone || s.kind == fault.BankUnexpected && s.location == "") {
			t.Errorf("%s at call %d: it is about one account, and the others aren't told: %v", what, n, got.err)
		}
		if !one && got.err == nil && len(got.accounts) < len(r.clean.accounts) && !(r.lacking(n) && s.lacks()) {
			t.Errorf("%s at call %d: a list is missing without a word", what, n)
		}
		if got.err == nil {
			r.others(t, what, n, got)
		}
	case toRows:
		stale := errors.Is(got.err, bank.ErrCursor) && r.before(n) > 0
		if s.gone && one && !errors.Is(got.err, bank.ErrAccountGone) && !stale {
			t.Errorf("%s at call %d: got %v, want ErrAccountGone", what, n, got.err)
		}
		if got.err == nil && !got.same(r.clean) {
			t.Errorf("%s at call %d: rows are missing without a word", what, n)
		}
		if s.status == http.StatusServiceUnavailable && !s.page {
			r.resumes(t, what, n, got)
		}
	case toProbe:
		if answers := s.status == 401 || s.status == 403 && !s.page; answers && (got.err != nil || got.answer.Status != s.status) {
			t.Errorf("%s: probed %+v, %v", what, got.answer, got.err)
		}
	case toStands:
		if n == 1 && s.gone && !s.page && (got.err != nil || got.standing.State != bank.ConsentRevoked) {
			t.Errorf("%s: stands %+v, %v", what, got.standing, got.err)
		}
	case toEnd:
		if over := s.status == 404 || s.status == 409; over && !s.page && (got.err != nil || got.answer.Status != s.status) {
			t.Errorf("%s: ended %+v, %v", what, got.answer, got.err)
		}
	}
}

// kinds are those that a fault of s at call n may have.
func (r rig) kinds(n int, s saying, got outcome) []fault.Kind {
	kinds := []fault.Kind{s.kind}
	if r.name == toClaim && s.status == http.StatusForbidden { // the bridge's word for a token that was used
		return []fault.Kind{fault.KeyRefused}
	}
	if s.gone && len(r.calls[n-1].about(r.known)) > 0 {
		kinds = append(kinds, fault.NotFound)
	}
	if r.name == toEnds && s.gone && !s.page && errors.Is(got.err, bank.ErrRevoked) {
		kinds = append(kinds, fault.LoginNeeded)
	}
	if s.status == http.StatusForbidden && s.page {
		kinds = []fault.Kind{fault.BankUnexpected}
		if r.Name() == forbids {
			kinds = []fault.Kind{fault.LoginNeeded}
		}
	}
	return kinds
}

// lacks reports whether s may say that the bank has no such thing.
func (s saying) lacks() bool { return s.status == 400 || s.status == 403 || s.status == 404 }

// says reports whether an errand may be done although call n was answered with s.
func (r rig) says(n int, s saying, got outcome) bool {
	switch r.name {
	case toChanges, toMake, toVisit, toClaim:
		return got.same(r.clean)
	case toProbe:
		return s.status == 401 || s.status == 403 && (!s.page || r.Name() == forbids) || s.status == 404 && !s.page && got.answer.Status == 401
	case toStands:
		return !s.page && (s.gone || s.status == 409) || n > 1 && s.lacks()
	case toEnd:
		return !s.page && (s.gone || s.status == 409)
	case toRows:
		return got.same(r.clean)
	case toEnds:
		return n > 1 && s.lacks()
	}
	if len(r.calls[n-1].about(r.known)) > 0 {
		return true // others has looked
	}
	return r.lacking(n) && s.lacks() || got.same(r.clean)
}

// resumes checks that what was read before an error is not read again, and the rest is, once the bank is well.
func (r rig) resumes(t *testing.T, what string, n int, got outcome) {
	t.Helper()
	if got.err == nil || n > 1 && len(got.pages) == 0 {
		return
	}
	w := r.front.window
	if len(got.pages) > 0 {
		w.Cursor = got.pages[len(got.pages)-1].Next
	}
	rest, err := bench{Dialect: r.Dialect, session: r.front.Session()}.pages(t.Context(), r.front.account, w)
	if all := append(slices.Clone(got.pages), rest...); err != nil || !slices.EqualFunc(all, r.clean.pages, samePage) {
		t.Errorf("%s at call %d: after it, from %q: %d pages more, %v; want all %d", what, n, w.Cursor, len(rest), err, len(r.clean.pages))
	}
}
